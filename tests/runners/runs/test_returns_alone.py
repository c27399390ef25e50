"""A report of returns alone: figures against NumPy and quantstats, benchmarks of every kind."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scripts import without_style

import btplaybook
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.returns_alone import report
from btplaybook.runners.runs.run import run

DAYS = pd.DatetimeIndex(sessions("XNYS", "2016-01-04", "2016-12-30"))
RETURNS = pd.Series(np.random.default_rng(5).normal(2e-3, 0.01, len(DAYS)), DAYS, name="mine")
INDEX = pd.Series(np.random.default_rng(6).normal(3e-4, 0.008, len(DAYS)), DAYS, name="index")
ABSENT = ("points", "percent", "switches", "switches_per_year", "ex_dividend", "pnl", "ruined_on")


def test_figures_are_those_of_numpy_and_quantstats():
    qs = pytest.importorskip("quantstats").stats
    r, rate = RETURNS.to_numpy(), 0.02
    found = report(RETURNS, risk_free_rate=rate).metrics
    excess = r - (1.02 ** (1 / 252) - 1)
    wealth = np.append(1.0, np.cumprod(1 + r))
    by_hand = {
        "total_return": np.prod(1 + r) - 1,
        "cagr": np.prod(1 + r) ** (252 / len(r)) - 1,
        "volatility": r.std(ddof=1) * 252**0.5,
        "sharpe": excess.mean() / r.std(ddof=1) * 252**0.5,
        "sortino": excess.mean() / np.sqrt(np.mean(np.minimum(excess, 0) ** 2)) * 252**0.5,
        "max_drawdown": (wealth / np.maximum.accumulate(wealth) - 1).min(),
        "win_rate": (r >= 0).mean(),
        "average_win": r[r >= 0].mean(),
        "average_loss": r[r < 0].mean(),
    }
    theirs = {
        "total_return": qs.comp(RETURNS),
        "cagr": qs.cagr(RETURNS, periods=252),
        "volatility": qs.volatility(RETURNS, periods=252),
        "sharpe": qs.sharpe(RETURNS, rf=rate, periods=252),
        "sortino": qs.sortino(RETURNS, rf=rate, periods=252),
        "max_drawdown": qs.max_drawdown(RETURNS),
    }
    for oracle in (by_hand, theirs):
        for name, value in oracle.items():
            assert found[name] == pytest.approx(float(value), rel=1e-12, abs=1e-14), name
    assert all(found[name] is None for name in ABSENT)


def test_equity_and_its_returns_are_one_report():
    equity = 250_000.0 * (1 + RETURNS).cumprod()
    of_equity, of_returns = report(equity), report(equity.pct_change())
    for name, value in of_returns.metrics.items():
        assert of_equity.metrics[name] == (value and pytest.approx(value, rel=1e-11)), name
    assert of_equity.window == of_returns.window == ("2016-01-05", "2016-12-30")
    assert np.array_equal(of_equity.equity, equity)
    assert of_returns.equity.iloc[0] == 1.0


def test_days_after_a_ruin_do_not_count_as_won():
    lost = RETURNS.copy()
    lost.iloc[100] = -1.2
    found = report(lost, kind="returns")
    assert found.metrics["win_rate"] == pytest.approx((lost.iloc[:101] >= 0).mean(), rel=1e-12)
    assert found.metrics["ruined_on"] == str(DAYS[100].date())
    assert found.metrics["total_return"] == pytest.approx((1 + lost.iloc[:101]).prod() - 1)
    assert found.badges[0].text == "ruined"
    assert found.daily["equity"].iloc[101:].nunique() == 1


def test_a_month_that_ends_on_a_weekend_lacks_no_bar():
    monthly = (1 + RETURNS).resample("ME").prod() - 1
    assert {badge.text for badge in report(monthly, INDEX).badges} == {"returns alone"}


def test_without_a_benchmark_nothing_speaks_of_one():
    result = report(RETURNS[:8], name="<b>mine</b>")  # too few days for quantstats to draw
    assert result.benchmark == {}
    assert "benchmark_return" not in result.daily
    text = result.to_json()
    assert '"benchmark": null' in text  # the setting
    assert "benchmark" not in {*result.plain()} - {"settings"}
    page = tearsheet(result)
    assert "enchmark" not in without_style(page)
    assert "&lt;b&gt;mine&lt;/b&gt;" in page
    assert "no trades, costs or fills are known" in page
    for absent in ("never traded", "Fill and size", "Costs", "Switches", "Where the profit"):
        assert absent not in page
    assert "mine" in repr(result)


def test_equal_input_gives_equal_bytes():
    first, second = (report(RETURNS[:9], INDEX) for _ in range(2))
    assert first.to_json() == second.to_json()


def test_a_series_as_benchmark():
    result = report(RETURNS, INDEX)
    assert result.benchmark["total_return"] == pytest.approx(np.prod(1 + INDEX) - 1, rel=1e-12)
    assert (result.benchmark_kind, result.benchmark_title) == ("returns", "index")
    assert np.array_equal(result.daily["benchmark_return"].iloc[1:], INDEX)


def test_a_daily_benchmark_is_compounded_to_weeks():
    weekly = (1 + RETURNS).resample("W-FRI").prod() - 1
    wanted = (1 + INDEX).resample("W-FRI").prod() - 1
    found = report(weekly, INDEX, end="2016-12-23").daily["benchmark_return"].iloc[1:]
    np.testing.assert_allclose(found, wanted[:-1], rtol=1e-12, atol=1e-15)


def test_bars_a_file_and_the_sample_as_benchmark(tmp_path):
    bars = sample("sp500").between("2015-12-01", "2016-12-30")
    bars.frame().to_csv(tmp_path / "bars.csv")
    growth = bars.frame()["close"]
    wanted = growth.iloc[-1] / growth["2015-12-31"] - 1
    growth.pct_change().rename("r").to_csv(tmp_path / "returns.csv")
    for given in ("sp500", bars, str(tmp_path / "bars.csv"), tmp_path / "returns.csv"):
        result = report(RETURNS, given)
        assert result.benchmark["total_return"] == pytest.approx(wanted, rel=1e-12)
    assert report(RETURNS, "sp500").settings["benchmark"] == "sp500"


def test_cash_earns_the_risk_free_rate():
    result = report(RETURNS, "cash", risk_free_rate=0.036)
    days = (DAYS[-1] - pd.Timestamp("2015-12-31")).days
    assert result.benchmark["total_return"] == pytest.approx(0.036 * days / 360, rel=0.02)


def test_a_days_hole_in_the_benchmark_is_told():
    result = report(RETURNS, INDEX.drop(DAYS[[30, 31]]))
    (told,) = (badge for badge in result.badges if badge.text == "benchmark lacks days")
    assert told.why.startswith(f"No bar of index on 2 of {len(DAYS)} days")


@pytest.mark.parametrize(
    ("benchmark", "options", "error", "words"),
    [
        ("chas", {}, ParameterError, "did you mean 'cash'"),
        (INDEX[20:], {}, ParameterError, "begins on 2016-02-02, after the account opened"),
        (INDEX[:-5], {}, ParameterError, "ends on 2016-12-22, and the account on 2016-12-30"),
        (100 * INDEX, {}, RequestError, "write a benchmark's returns as fractions"),
        (None, {"start": "2016-12-31"}, RequestError, "no return from"),
        (None, {"risk_free_rate": 2.0}, ParameterError, "risk_free_rate must be"),
        (None, {"fill": "close"}, TypeError, "fill"),
    ],
)
def test_refused(benchmark, options, error, words):
    with pytest.raises(error, match=words):
        report(RETURNS, benchmark, **options)


def test_a_report_of_a_run_has_its_figures(simulated: Bars):
    ran = run("sma-switch", simulated, strips=False)
    result = report(ran.equity, simulated)
    for name in ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown"):
        assert result.metrics[name] == pytest.approx(ran.metrics[name], rel=1e-10)
        assert result.benchmark[name] == pytest.approx(ran.benchmark[name], rel=1e-12)
    assert dataclasses.replace(ran).knows_orders
    assert not result.knows_orders


def test_named_at_the_root():
    assert btplaybook.report is report
