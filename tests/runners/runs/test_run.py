"""A run: what it counts and trades, and its figures against independent computations."""

import dataclasses
import json
import os
import subprocess
import sys

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.errors import BrokerError
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records.files import RUN as FILES
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.run import run
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sma_switch import SmaSwitch

pytestmark = pytest.mark.usefixtures("undrawn")

CASH = 1_000_000.0
ACCOUNT = 1e-9  # relative: some hundred sums and products of values near CASH
PERIOD = 8


def sma_sides(bars, period, *, reversion=False):
    """Return the side of the moving average after each close, by pandas; a tie keeps the last."""
    close = pd.Series(bars.close, pd.DatetimeIndex(bars.dates))
    sides = np.sign(close - close.rolling(period).mean()).replace(0.0, np.nan)
    return (-sides if reversion else sides).ffill().fillna(0.0)


def bars_of_closes(*closes):
    """Return bars that open where they closed the day before, on weekdays from 2024-01-08."""
    close = np.array(closes, dtype=float)
    opens = np.concatenate((close[:1], close[:-1]))
    dates = np.busday_offset("2024-01-08", np.arange(len(close)))
    none = np.zeros(len(close))
    return Bars(
        "A", dates, opens, np.maximum(opens, close), np.minimum(opens, close), close, none, none
    )


def compounded(returns):
    return float(np.prod(1.0 + returns)) - 1.0


# -- arguments -------------------------------------------------------------------------------------


def test_parameters_may_be_keywords_or_a_mapping(simulated):
    keywords = run("sma-switch", simulated, period=PERIOD, direction="reversion", percent_fee=0.001)
    mapping = run(
        "sma-switch",
        simulated,
        params={"period": PERIOD, "direction": "reversion"},
        percent_fee=0.001,
    )
    assert keywords.to_json() == mapping.to_json()
    assert keywords.params == {"period": PERIOD, "direction": "reversion", "short_via": "short"}
    assert keywords.settings["percent_fee"] == 0.001


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"perod": 8}, "no setting or parameter 'perod'; did you mean 'period'?"),
        ({"fil": "close"}, "no setting or parameter 'fil'; did you mean 'fill'?"),
        ({"params": {"direktion": "trend"}}, "no parameter 'direktion'; did you mean 'direction'?"),
        ({"params": {"fill": "close"}}, "sma-switch has no parameter 'fill'"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(simulated, keywords, words):
    with pytest.raises(ParameterError, match=words.replace("?", r"\?")):
        run("sma-switch", simulated, **keywords)


@pytest.mark.parametrize(
    ("keywords", "error"),
    [
        ({"start": "2005-02-30"}, ParameterError),
        ({"start": "2005-06-01", "end": "2005-06-01"}, ParameterError),
        ({"every": "year"}, ParameterError),
        ({"percent_fee": 0.5}, BrokerError),
        ({"period": True}, StrategyError),
    ],
)
def test_a_value_out_of_range_is_a_usage_error(simulated, keywords, error):
    with pytest.raises(error) as raised:
        run("sma-switch", simulated, **keywords)
    assert raised.value.exit_code == 2


def test_no_bars_are_refused():
    with pytest.raises(ParameterError, match="no bars"):
        run("sma-switch", [])


def test_a_mapping_names_the_bars(simulated):
    result = run("sma-switch", {"INDEX": simulated}, period=PERIOD)
    assert [table["name"] for table in result.data] == ["INDEX"]
    assert result.benchmark_name == "INDEX"
    assert set(result.trades["instrument"]) == {"INDEX"}


# -- the same again --------------------------------------------------------------------------------


def test_equal_inputs_give_equal_text(simulated):
    first, second = (run("sma-switch", simulated, period=PERIOD, borrow=0.01) for _ in range(2))
    assert first.to_json() == second.to_json()


def test_run_json_is_enough_to_run_again(simulated):
    first = run(
        "sma-switch", simulated, period=PERIOD, start="2005-06-01", interest={"cash": 0.03},
        slippage_bps=2, every="week", whole_shares=True,
    )  # fmt: skip
    told = json.loads(first.to_json())
    again = run(told["strategy"], simulated, params=told["params"], **told["settings"])
    assert again.to_json() == first.to_json()
    assert told["data"][0]["sha256"] == simulated.vintage


def test_every_file_has_equal_bytes_whatever_the_hash_seed(tmp_path):
    program = (
        sys.executable, "-m", "btplaybook.runners", "run", "sma-switch", "--sample", "simulated",
        "--end", "2006-06-30", "--set", f"period={PERIOD}", "--percent-fee", "0.0005",
    )  # fmt: skip
    running = []
    for seed in ("0", "1"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed}
        running.append(subprocess.Popen(program, cwd=folder, env=environment))
    assert [process.wait() for process in running] == [0, 0]
    for name in FILES:
        first, second = (tmp_path / seed / "out" / "sma-switch" / name for seed in ("0", "1"))
        assert first.read_bytes() == second.read_bytes(), name


# -- the window ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "opens", "first"),
    [
        pytest.param("2005-06-01", "2005-05-31", "2005-06-01", id="a session"),
        pytest.param("2005-05-30", "2005-05-27", "2005-05-31", id="Memorial Day"),
        pytest.param("2005-05-28", "2005-05-27", "2005-05-31", id="a Saturday before it"),
        pytest.param("2005-01-04", "2005-01-03", "2005-01-04", id="the second bar"),
        pytest.param("2005-01-03", "2005-01-03", "2005-01-04", id="the first bar"),
        pytest.param(None, "2005-01-03", "2005-01-04", id="as far as the bars go"),
    ],
)
def test_the_first_return_counted_is_that_of_start(simulated, start, opens, first):
    result = run("sma-switch", simulated, period=PERIOD, start=start)
    assert str(result.daily.index[0].date()) == opens
    assert result.window == (first, str(simulated.dates[-1]))
    assert np.isnan(result.daily["return"].iloc[0])
    assert result.returns.index[0] == pd.Timestamp(first)
    assert result.returns.notna().all()


def test_warm_up_decides_but_never_trades(simulated):
    before, start = "2005-06-03", "2005-06-06"
    sides = sma_sides(simulated, PERIOD)
    assert sides["2005-06-01":start].nunique() == 1  # the side was taken on a day of the warm-up
    result = run("sma-switch", simulated, period=PERIOD, start=start, percent_fee=0.01)
    entry = result.trades.iloc[0]
    assert (entry["date"], entry["target"]) == (pd.Timestamp(before), sides[before])
    assert entry["commission"] == pytest.approx(0.01 * CASH, rel=ACCOUNT)
    decision = result.decisions.iloc[0]
    assert (decision["date"], decision["weight"]) == (pd.Timestamp(before), sides[before])

    price_return = simulated.frame()["close"].pct_change()[start]
    assert result.equity[before] == pytest.approx(0.99 * CASH, rel=ACCOUNT)
    assert result.returns[start] == pytest.approx(sides[before] * price_return - 0.01, abs=1e-12)


def test_a_start_changes_no_later_day(simulated):
    settings = {"period": PERIOD, "rebalance": "daily"}
    whole = run("sma-switch", simulated, **settings)
    late = run("sma-switch", simulated, start="2005-06-01", **settings)
    expected = whole.returns["2005-06-01":]
    np.testing.assert_allclose(late.returns, expected, rtol=0, atol=1e-12)
    assert late.returns.index.equals(expected.index)


def test_a_start_may_lie_in_a_later_decade():
    result = run("sma-switch", sample("simulated"), start="2011-06-01")
    assert result.window == ("2011-06-01", "2015-01-06")
    assert result.trades["date"].iloc[0] == pd.Timestamp("2011-05-31")


def test_an_end_reads_nothing_after_it(simulated):
    cut = run("sma-switch", simulated.between(None, "2005-12-30"), period=PERIOD)
    ended = run("sma-switch", simulated, period=PERIOD, end="2005-12-31")
    assert ended.metrics == cut.metrics
    assert ended.data == cut.data


def test_orders_that_no_bar_can_fill_are_listed(simulated):
    sides = sma_sides(simulated, PERIOD)
    flip = sides.index[(sides.diff() != 0) & (np.arange(len(sides)) > 100)][0]
    result = run("sma-switch", simulated, period=PERIOD, fill="next_open", end=flip.date())
    (order,) = result.unfilled
    assert order["date"] == str(flip.date())
    assert order["target"] == sides[flip]
    assert result.trades["date"].max() < flip


# -- the account, worked out elsewhere -------------------------------------------------------------


@pytest.mark.parametrize("start", [None, "2005-06-01"])
def test_the_benchmark_is_buy_and_hold_with_dividends_reinvested(simulated, start):
    result = run("sma-switch", simulated, period=PERIOD, start=start, percent_fee=0.01)
    held = simulated.frame()[result.daily.index[0] :]
    returns = ((held["close"] + held["dividend"]) / held["close"].shift() - 1).iloc[1:]
    assert returns.sum() != pytest.approx(held["close"].pct_change().sum())  # dividends were paid
    assert result.benchmark["total_return"] == pytest.approx(compounded(returns), rel=ACCOUNT)
    np.testing.assert_allclose(result.daily["benchmark_return"].iloc[1:], returns, atol=1e-12)
    assert result.benchmark["pnl"]["total"] == pytest.approx(CASH * compounded(returns))
    assert abs(result.benchmark["pnl"]["residual"]) <= ACCOUNT * CASH


def test_metrics_are_those_of_numpy(simulated):
    result = run("sma-switch", simulated, period=PERIOD, direction="reversion", percent_fee=0.0002)
    returns = np.diff(result.equity) / result.equity.to_numpy()[:-1]
    returns[0] = result.equity.iloc[1] / CASH - 1
    sides = sma_sides(simulated, PERIOD, reversion=True).to_numpy()
    overnight = sides[:-1]
    held = returns[overnight != 0]
    wealth = np.concatenate(([1.0], np.cumprod(1 + returns)))
    turned = sides[sides != 0]
    switches = int((turned[1:] != turned[:-1]).sum())
    dividends = simulated.dividend[1:] > 0
    expected = {
        "total_return": result.equity.iloc[-1] / CASH - 1,
        "cagr": (result.equity.iloc[-1] / CASH) ** (252 / len(returns)) - 1,
        "volatility": returns.std(ddof=1) * np.sqrt(252),
        "sharpe": returns.mean() / returns.std(ddof=1) * np.sqrt(252),
        "sortino": returns.mean() / np.sqrt(np.mean(np.minimum(returns, 0) ** 2)) * np.sqrt(252),
        "max_drawdown": (wealth / np.maximum.accumulate(wealth) - 1).min(),
        "points": float(overnight @ np.diff(simulated.close)),
        "percent": float(overnight @ (np.diff(simulated.close) / simulated.close[:-1])),
        "win_rate": (held >= 0).mean(),
        "average_win": held[held >= 0].mean(),
        "average_loss": held[held < 0].mean(),
        "switches": switches,
        "switches_per_year": switches * 252 / len(returns),
    }
    measured = {name: result.metrics[name] for name in expected}
    assert measured == pytest.approx(expected, rel=ACCOUNT)
    assert result.metrics["ex_dividend"] == {
        "long": int((dividends & (overnight > 0)).sum()),
        "short": int((dividends & (overnight < 0)).sum()),
        "flat": int((dividends & (overnight == 0)).sum()),
    }
    assert result.metrics["ruined_on"] is None
    np.testing.assert_allclose(result.returns, returns, atol=1e-12)


def test_the_risk_free_rate_is_taken_off_each_day(simulated):
    result = run("sma-switch", simulated, period=PERIOD, risk_free_rate=0.05)
    excess = result.returns - (1.05 ** (1 / 252) - 1)
    expected = excess.mean() / excess.std(ddof=1) * np.sqrt(252)
    assert result.metrics["sharpe"] == pytest.approx(expected, rel=ACCOUNT)


def test_rates_by_date_are_told_by_their_hash(simulated):
    dates = pd.DatetimeIndex(simulated.dates)
    rates = pd.Series(np.linspace(0.02, 0.05, len(dates)), dates)
    settings = {"period": PERIOD, "borrow": 0.0}
    series = run("sma-switch", simulated, interest=rates, **settings)
    mapping = run("sma-switch", simulated, interest={"cash": rates, "debit": 0.1}, **settings)
    told = series.settings["interest"]
    assert (told["first"], told["last"]) == ("2005-01-03", "2006-08-03")
    assert mapping.settings["interest"] == {"cash": told, "debit": 0.1}
    other = run("sma-switch", simulated, interest=rates + 0.001, **settings)
    assert other.settings["interest"]["sha256"] != told["sha256"]
    assert other.metrics["pnl"]["interest"] > series.metrics["pnl"]["interest"] > 0
    series.to_json()


def test_every_cost_adds_up(simulated):
    result = run(
        "sma-switch", simulated, period=PERIOD, per_share=0.005, min_fee=1, percent_fee=0.0003,
        slippage_bps=3, borrow=0.02, interest=0.04, fill="next_open",
    )  # fmt: skip
    pnl = result.metrics["pnl"]
    assert abs(pnl["residual"]) <= ACCOUNT * CASH
    assert pnl["total"] == pytest.approx(result.equity.iloc[-1] - CASH, abs=1e-6)
    assert pnl["commission"] == pytest.approx(-result.trades["commission"].sum(), rel=ACCOUNT)
    assert pnl["slippage"] == pytest.approx(-result.trades["slippage"].sum(), rel=ACCOUNT)
    assert all(pnl[name] < 0 for name in ("borrow", "commission", "slippage"))
    flows = ("price", "dividends", "borrow", "interest", "commission", "slippage")
    earned = result.daily[list(flows)].sum(axis=1)
    np.testing.assert_allclose(earned.iloc[1:], result.equity.diff().iloc[1:], atol=1e-5)

    trips = result.round_trips
    for column, part in (("gross", "price"), ("dividends", "dividends")):
        assert trips[column].sum() == pytest.approx(pnl[part], abs=ACCOUNT * CASH)
    for cost in ("commission", "slippage"):
        assert trips[cost].sum() == pytest.approx(-pnl[cost], abs=ACCOUNT * CASH)
    profit = trips["net"].sum() + pnl["borrow"] + pnl["interest"]
    assert profit == pytest.approx(pnl["total"], abs=ACCOUNT * CASH)
    assert not trips[["bars", "mae", "mfe"]].isna().any(axis=None)
    figures = json.loads(result.to_json())["trades"]
    assert figures == result.trade_figures
    # always long or short: a round trip for each switch, and the open one
    assert figures["count"] == result.metrics["switches"] == len(trips) - 1
    assert figures["positions"] == figures["count"]


@pytest.mark.parametrize("direction", ["trend", "reversion"])
def test_daily_rebalancing_is_the_product_of_weight_and_return(simulated, direction):
    result = run(
        "sma-switch", simulated, period=PERIOD, direction=direction, rebalance="daily",
        no_dividends=True,
    )  # fmt: skip
    close = simulated.frame()["close"]
    weights = result.decisions.set_index("date")["weight"].reindex(close.index).fillna(0.0)
    assert set(weights) == {-1.0, 0.0, 1.0}
    expected = CASH * (1 + weights.shift() * close.pct_change()).fillna(1.0).cumprod()
    np.testing.assert_allclose(result.equity, expected, rtol=ACCOUNT)
    assert result.metrics["pnl"]["dividends"] == 0.0
    assert "price only" in [badge.text for badge in result.badges]


@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
@pytest.mark.parametrize("direction", ["trend", "reversion"])
def test_fills_sized_at_the_fill_are_a_plain_ledgers(simulated, fill, direction):
    sides = sma_sides(simulated, PERIOD, reversion=direction == "reversion").to_numpy()
    price = simulated.open if fill == "next_open" else simulated.close
    wanted = sides if fill == "close" else np.concatenate(([0.0], sides[:-1]))
    cash, shares, side, expected = CASH, 0.0, 0.0, []
    for t in range(len(sides)):
        cash += shares * simulated.dividend[t]
        if wanted[t] != side:
            side, worth = wanted[t], cash + shares * price[t]
            cash, shares = worth - side * worth, side * worth / price[t]
        expected.append(cash + shares * simulated.close[t])
    result = run("sma-switch", simulated, period=PERIOD, direction=direction, fill=fill)
    assert result.metrics["switches"] > 20
    np.testing.assert_allclose(result.equity, expected, rtol=ACCOUNT)


@pytest.mark.parametrize(("every", "code"), [("week", "%G-%V"), ("month", "%Y-%m")])
def test_decisions_fall_on_last_sessions_only(simulated, every, code):
    result = run("sma-switch", simulated, period=PERIOD, every=every)
    days = pd.Series(pd.DatetimeIndex(simulated.dates))
    last = days.groupby(days.dt.strftime(code)).max().sort_values()
    assert last.iloc[-1] == pd.Timestamp("2006-08-03")  # a Thursday: neither week nor month is over
    expected = last[last >= days[PERIOD - 1]].iloc[:-1]
    assert list(result.decisions["date"]) == list(expected)
    assert set(result.trades["date"]) <= set(expected)


# -- published and measured figures, on real prices ------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "period", "points"),
    [
        ("trend", 8, -255.38),
        ("reversion", 8, 255.38),
        ("trend", 222, 131.58),
        ("trend", 200, 80.87),
    ],
)
def test_points_of_spy_filled_at_the_close(spy, direction, period, points):
    result = run(
        "sma-switch", spy, start="1993-01-29", end="2013-09-30", direction=direction,
        period=period, strips=False,
    )  # fmt: skip
    assert result.metrics["points"] == pytest.approx(points, abs=0.01)
    assert result.metrics["pnl"]["residual"] == pytest.approx(0.0, abs=ACCOUNT * CASH)


@pytest.mark.parametrize(("fill", "points"), [("next_open", 253.8), ("next_close", 319.4)])
def test_points_of_spy_filled_later(spy, fill, points):
    result = run("sma-switch", spy, direction="reversion", period=8, fill=fill, strips=False)
    assert result.metrics["points"] == pytest.approx(points, abs=0.05)


def test_the_mirrors_gain_is_185_times_that_of_adjusted_spy(spy):
    result = run("sma-switch", spy, direction="reversion", period=8, strips=False)
    gain = result.metrics["points"]
    assert gain / (spy.close[-1] - spy.adjusted_close[0]) == pytest.approx(1.85, abs=0.005)
    assert gain / (spy.close[-1] - spy.close[0]) == pytest.approx(2.06, abs=0.005)


def test_spy_with_its_inverse_adds_up(spy, sh):
    result = run(
        "sma-switch", [spy, sh], start="2006-06-21", direction="reversion", period=8,
        short_via="inverse", strips=False,
    )  # fmt: skip
    assert abs(result.metrics["pnl"]["residual"]) <= ACCOUNT * CASH
    assert result.metrics["synthetic"] is True
    assert "synthetic points" in [badge.text for badge in result.badges]
    assert set(result.trades["instrument"]) == {"SPY", "SH"}
    assert result.daily["net"].min() >= 0.0  # bought, never sold short
    sides = sma_sides(spy, 8, reversion=True)["2006-06-21":].to_numpy()
    moves = np.diff(spy.frame()["close"]["2006-06-21":])
    assert result.metrics["points"] == pytest.approx(float(sides[:-1] @ moves), abs=1e-6)


# -- runs that come to nothing ---------------------------------------------------------------------


def test_a_run_that_never_trades_says_so(tmp_path):
    tie = bars_of_closes(*[100.0] * 260)
    result = run("sma-switch", tie, period=20)
    assert result.trades.empty
    assert result.decisions.empty
    assert result.metrics["total_return"] == 0.0
    assert result.metrics["win_rate"] is None
    assert [badge.kind for badge in result.badges if badge.text == "no trades"] == ["bad"]
    write_run(result, tmp_path)
    page = (tmp_path / "tearsheet.html").read_text(encoding="utf-8")
    assert "The strategy never traded." in page
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_a_ruined_account_is_closed_and_stays_as_it_is(tmp_path):
    tripled = bars_of_closes(100, 99, 98, 300, 290, 310, 280, *range(281, 301))
    result = run("sma-switch", tripled, period=2)  # short at 99
    left = CASH * (1 - (300 - 99) / 99)
    assert result.metrics["ruined_on"] == "2024-01-11"
    assert result.metrics["total_return"] == pytest.approx(left / CASH - 1)
    assert result.metrics["total_return"] < -1
    assert result.metrics["cagr"] is None
    np.testing.assert_allclose(result.equity["2024-01-11":], left, rtol=1e-12)
    assert result.trades["date"].max() == pd.Timestamp("2024-01-11")
    assert result.trades["position"].iloc[-1] == 0.0
    assert [badge.text for badge in result.badges if badge.kind == "bad"] == ["ruined"]
    write_run(result, tmp_path)
    page = (tmp_path / "tearsheet.html").read_text(encoding="utf-8")
    assert "Equity fell to zero or below at the close of 2024-01-11." in page


def test_the_written_tables_are_the_results(simulated, tmp_path):
    result = run("sma-switch", simulated, period=PERIOD, percent_fee=0.0005)
    write_run(result, tmp_path / "new" / "folder")
    for name in ("daily", "trades", "round_trips", "decisions"):
        table = pd.read_parquet(tmp_path / "new" / "folder" / f"{name}.parquet")
        days_in = {"check_dtype": False, "check_index_type": False}  # Parquet: milliseconds
        pd.testing.assert_frame_equal(table, getattr(result, name), check_freq=False, **days_in)
    text = (tmp_path / "new" / "folder" / "run.json").read_text(encoding="utf-8")
    assert text == result.to_json()


def test_a_chosen_benchmark_is_the_one_compared_with(simulated):
    other = dataclasses.replace(simulated, name="OTHER", close=simulated.low, open=simulated.low)
    result = run(
        "sma-switch", [simulated, other], period=PERIOD, short_via="inverse", benchmark="OTHER"
    )
    assert result.benchmark_name == result.settings["benchmark"] == "OTHER"
    assert result.benchmark["points"] == pytest.approx(simulated.low[-1] - simulated.low[0])


@pytest.mark.parametrize(
    "given",
    [
        {"period": 8, "cash": 1000, "borrow": 0.25, "slippage_bps": 2, "seed": 5},
        {"period": 8, "cash": 1000.5, "min_fee": 1, "interest": {"cash": 0.25, "debit": 0.5}},
        {"params": {"period": 8}, "whole_shares": True, "max_gross": 1, "per_share": 0.5},
    ],
    ids=["numbers", "a mapping of rates", "parameters apart"],
)
def test_numpy_numbers_are_as_good_as_pythons(simulated, given):
    def of_numpy(value):
        if isinstance(value, dict):
            return {key: of_numpy(one) for key, one in value.items()}
        return {bool: np.bool_, int: np.int64, float: np.float32}[type(value)](value)

    assert (
        run("sma-switch", simulated, **of_numpy(given)).to_json()
        == run("sma-switch", simulated, **given).to_json()
    )


class Seeded(bt.Strategy):
    """A parameter of the name of a setting."""

    params = (("seed", 7),)

    def next(self):
        if len(self) == self.p.seed:
            self.buy()


def test_a_parameter_of_a_setting_s_name_is_not_passed_over(simulated):
    with pytest.raises(ParameterError, match=r"seed is a setting of the run and a parameter of .*"
                       r"Seeded: give the parameter in params=\{'seed': \.\.\.\}"):  # fmt: skip
        run(Seeded, simulated, seed=8, strips=False)
    for seed in (8, 9):
        told = run(Seeded, simulated, seed=3, params={"seed": seed}, fill="close", strips=False)
        assert told.trades["date"].iloc[0] == pd.Timestamp(simulated.dates[seed - 1])
        assert (told.params["seed"], told.settings["seed"]) == (seed, 3)


def test_numpy_numbers_out_of_range_are_told_as_pythons(simulated):
    with pytest.raises(BrokerError, match=r"slippage_bps must be >= 0 .*, got -2$"):
        run("sma-switch", simulated, slippage_bps=np.int64(-2))
    with pytest.raises(ParameterError, match=r"whole_shares is yes or no, got 1$"):
        run("sma-switch", simulated, whole_shares=np.int64(1))


def test_bars_one_by_one_give_the_same(simulated):
    ahead = run("sma-switch", simulated, period=8)
    after = run("sma-switch", simulated, period=8, preload=False)
    assert (ahead.loop["taken"], after.loop["taken"]) == ("fast", "stock")
    assert dataclasses.replace(after, loop=ahead.loop).to_json() == ahead.to_json()


class LevelledAtTheOpen(SmaSwitch):
    """Declares how it is to be filled."""

    params = (("fill", "next_open"), ("rebalance", "daily"), ("period", 8))


def test_what_a_strategy_declares_holds_unless_the_caller_says_otherwise(simulated):
    declared = run(LevelledAtTheOpen, simulated).settings
    assert (declared["fill"], declared["rebalance"]) == ("next_open", "daily")
    said = run(LevelledAtTheOpen, simulated, fill="close").settings
    assert (said["fill"], said["rebalance"]) == ("close", "daily")
