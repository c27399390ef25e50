"""A whole test of a factor: its figures, its JSON, and one line for what cannot be tested."""

import doctest
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.resampled import resampled
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.factor_tests import parameters
from btplaybook.runners.factor_tests import run as run_module
from btplaybook.runners.factor_tests.factor import FactorStopped
from btplaybook.runners.factor_tests.run import run_factor_test
from btplaybook.runners.runs import registry
from btplaybook.runners.trials.ledger import TrialLedger
from btplaybook.strategies import sector_long_short
from btplaybook.strategies.errors import StrategyError


@pytest.fixture
def ledger(tmp_path):
    return TrialLedger(tmp_path / "ledger")


@pytest.fixture
def test_of(sector, ledger):
    def run(factor="momentum", bars=sector.bars, inputs=sector.inputs, **given):
        return run_factor_test(factor, bars, inputs=inputs, ledger=ledger, **given)

    return run


def test_its_json_has_all_parts(tested):
    plain = json.loads(tested.to_json())
    assert plain["schema"] == 1
    assert plain["factor"]["name"] == "momentum"
    assert {*plain["horizons"]} == {"30", "60"} == {*plain["turnover"]} == {*plain["quantiles"]}
    assert len(plain["quantiles"]["30"]) == 5
    assert len(plain["data"]) == 46
    assert plain["settings"]["params"]["min_history"] == 253
    assert {one["kind"] for one in plain["baskets"]} >= {"capitalisation", "beta"}
    assert plain["baskets_unknown"]["sector"] == "all are of one: Health Care"
    assert [one["horizon"] for one in plain["trials"]] == ["30", "60"]
    ic, dates = plain["horizons"]["30"]["ic"], plain["series"]["30"]["ic"]
    assert ic["n_dates"] == len(dates["dates"]) == len(dates["values"])
    assert ic["mean"] == pytest.approx(np.mean(dates["values"]), rel=1e-9)
    assert ic["lower"] < ic["mean"] < ic["upper"]


def test_equal_arguments_give_equal_bytes_but_for_the_trials(tested, test_of):
    again = test_of(cost_bps=5.0)
    assert again.to_json() == tested.to_json()


def last_quarter(seen):
    return seen.residuals[-63:].sum(axis=0)


def test_an_independent_computation_finds_the_same(market, test_of):
    """The whole way in pandas, from closes to coefficients and spreads, without any floor."""
    whole = [bars for bars in market.bars if len(bars) == len(market.etf)]
    close = pd.DataFrame({b.name: pd.Series(b.close, b.dates) for b in whole})
    cash = pd.DataFrame({b.name: pd.Series(b.dividend, b.dates) for b in whole})
    returns = (close + cash) / close.shift() - 1
    fund = returns.pop("SECTOR")
    windows = returns.rolling(252, min_periods=126)
    beta = windows.cov(fund).div(fund.rolling(252, min_periods=126).var(), axis=0)
    residual = returns - beta.shift().mul(fund, axis=0)
    dates = residual.index[255::5]
    factor = residual.rolling(63).sum().loc[dates].dropna()
    ahead = residual.rolling(30).sum().shift(-30).loc[factor.index].dropna()
    ranks, came = factor.loc[ahead.index].rank(axis=1), ahead.rank(axis=1)
    ics = ranks.corrwith(came, axis=1)
    share = ranks.sub(0.5).div(ranks.shape[1])
    spread = ahead[share > 0.8].mean(axis=1) - ahead[share < 0.2].mean(axis=1)

    floors = {"min_price": 0.0, "min_dollar_volume": 0.0}
    found = test_of(last_quarter, whole, {}, params=floors, horizons=[30]).horizons[30]
    assert len(whole) > 25
    assert found.information.ics == pytest.approx(ics.to_numpy(), abs=1e-9)
    assert found.quantiles.by_date == pytest.approx(spread.to_numpy(), abs=1e-9)
    assert found.information.mean.mean == pytest.approx(ics.mean(), abs=1e-9)


def test_a_look_into_the_future_has_a_red_badge(sector, tested, test_of):
    closes = {bars.name: dict(zip(bars.dates, bars.close, strict=True)) for bars in sector.bars}
    days = sector.bars[0].dates

    def next_month(seen):
        later = days[min(np.searchsorted(days, seen.day) + 21, len(days) - 1)]
        known = [(closes[one].get(later), closes[one].get(seen.day)) for one in seen.tickers]
        return [a / b - 1.0 if a and b else np.nan for a, b in known]

    for factor, sign in (
        (next_month, ""),
        (lambda seen: [-x for x in next_month(seen)], "\N{MINUS SIGN}"),
    ):
        first = test_of(factor, horizons=[21, 120]).badges[0]
        assert first.kind == "bad"
        assert first.text.startswith(f"mean IC {sign}0.")
        assert "over 21 sessions, is seldom anything but a look into the future" in first.why
    assert not any(one.text.startswith("mean IC") for one in tested.badges)


def test_costs_take_what_is_traded(tested):
    for found in tested.horizons.values():
        gross, traded = found.quantiles.spread.mean, found.turnover.traded
        assert found.net(5.0) == pytest.approx(gross - 5e-4 * traded, rel=1e-12)
        if gross > 0.0:
            assert found.net(found.break_even_bp) == pytest.approx(0.0, abs=1e-12)
        else:
            assert np.isnan(found.break_even_bp)


def test_the_reversed_factor_has_the_reversed_figures(tested, test_of):
    from btplaybook.strategies.sector.factors import momentum

    def reverse(seen):
        return -momentum(seen)

    here = test_of(reverse)
    for horizon, there in tested.horizons.items():
        found = here.horizons[horizon]
        assert found.information.mean.mean == pytest.approx(-there.information.mean.mean, rel=1e-9)
        assert found.quantiles.spread.mean == pytest.approx(-there.quantiles.spread.mean, rel=1e-9)
        assert found.turnover.top >= 0.0
    assert here.persistence.correlation == pytest.approx(
        tested.persistence.correlation, rel=1e-9, nan_ok=True
    )


def late(seen):
    """Know nothing of the first year."""
    return seen.raw_price * (1.0 if seen.day > np.datetime64("2007-01-31") else np.nan)


def test_the_window_is_that_of_the_dates_that_count(sector, test_of, ledger):
    fund, *stocks = sector.bars
    renamed = [fund, replace(stocks[0], name="XLE"), *stocks[1:]]
    found = test_of(late, renamed, {}, horizons=[30])
    plain, ics = found.plain(), found.plain()["series"]["30"]["ic"]["dates"]
    assert ics[0] > "2007-01-31"
    assert plain["window"] == {"first": ics[0], "last": ics[-1], "dates": len(ics)}
    assert plain["universe"]["cross_sections"] > len(ics)
    (entry,) = ledger.entries()
    assert (entry.first, entry.last) == (ics[0], ics[-1])
    assert "funds among the stocks: XLE" in [one.text for one in found.badges]
    assert not any("funds among" in one.text for one in test_of(late, inputs={}).badges)


def test_a_window_has_cross_sections_from_the_day_before_it(sector, test_of):
    start = str(sector.bars[0].dates[401])
    found = test_of(start=start, horizons=[30], step=1)
    assert found.window[0] == str(sector.bars[0].dates[400])
    assert found.settings["start"] == start


def test_the_ledger_counts_every_factor_on_these_bars(test_of, ledger):
    first = test_of("momentum")
    second = test_of("value")
    tests = second.tried.tests
    assert [(one.factor, one.horizon, one.own) for one in tests] == [
        ("momentum", "30", False),
        ("momentum", "60", False),
        ("value", "30", True),
        ("value", "60", True),
    ]
    assert second.tried.factors == 2
    p = sorted(one.p_value for one in tests)
    least = min(one.bh for one in tests)
    assert least == pytest.approx(min(4 * p[k] / (k + 1) for k in range(4)), rel=1e-12)
    assert all(one.p_value <= one.bh <= one.by for one in tests)
    assert len(test_of("momentum").tried.tests) == 4  # a repetition adds nothing
    assert first.tried.tests[0].p_value == tests[0].p_value
    assert [entry.command for entry in ledger.entries()] == ["factor-test"] * 2


def test_a_ledger_that_cannot_be_read_costs_no_result(test_of, ledger):
    ledger.folder.mkdir(parents=True)
    (ledger.folder / "trials.jsonl").write_text("{\n")
    said = []
    found = test_of(say=said.append)
    assert found.tried is None
    assert "the factors that were tested are not counted" in said[0]
    assert json.loads(found.to_json())["trials"] is None


def test_progress_names_its_parts(test_of):
    told = []
    test_of(progress=told.append)
    assert [*dict.fromkeys(stage.name for stage in told)] == [
        "measuring the factor",
        "measuring the decay",
        "measuring baskets",
    ]
    shares = [stage.share for stage in told if stage.share is not None]
    assert shares == sorted(shares)


def nothing(seen):
    return np.full(len(seen.tickers), np.nan)


def alike(seen):
    return np.ones(len(seen.tickers))


def of_three(seen):
    return np.where(np.arange(len(seen.tickers)) < 3, seen.raw_price, np.nan)


def stopped(seen):
    raise KeyError("vix")


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"factor": nothing}, ParameterError, "test_run:nothing' is NaN for all stocks on all"),
        ({"factor": alike}, ParameterError, "test_run:alike' is the same for all stocks on every"),
        ({"factor": of_three}, ParameterError, "is known for at most 3 stocks, on 2006-01-06, and"),
        ({"factor": stopped}, FactorStopped, "test_run:stopped on 2006-01-06"),
        ({"factor": "size"}, ParameterError, "there is no factor 'size'"),
        ({"horizons": []}, ParameterError, "give at least one horizon"),
        ({"horizons": [0]}, ParameterError, "horizon must be a whole number from 1 to 1,260, got"),
        (
            {"horizons": [600]},
            ParameterError,
            "horizon 600: after the first cross-section, 2006-01",
        ),
        ({"step": 0}, ParameterError, "step must be a whole number from 1 to 1,260, got 0"),
        ({"quantiles": 1}, ParameterError, "quantiles must be a whole number from 2 to 20, got 1"),
        ({"cost_bps": -1.0}, ParameterError, "cost_bps must be >= 0"),
        ({"cost_bps": "5"}, ParameterError, "basis points, a number, got '5'"),
        ({"cost_bps": True}, ParameterError, "basis points, a number, got True"),
        ({"step": 900}, ParameterError, "at a step of 900 sessions: give earlier bars or a sm"),
        ({"step": 700}, ParameterError, "give more bars, or a step smaller than 700"),
        ({"params": {"names": 20}}, ParameterError, "a factor's test has no parameter 'names'"),
        ({"params": {"min_prise": 1}}, ParameterError, "did you mean 'min_price'"),
        ({"params": {"min_price": -1.0}}, StrategyError, "min_price must be in [0, 1e+09]"),
        ({"params": {"min_price": 1e6}}, ParameterError, "no stock could be chosen on any date"),
        (
            {"params": {"country": "US"}, "inputs": {}},
            StrategyError,
            "give --securities FILE with a column country",
        ),
        (
            {"params": {"etf": "SECTR"}, "inputs": {}},
            ParameterError,
            "etf 'SECTR' is no table of bars",
        ),
        ({"params": {"min_history": 5000}}, ParameterError, "none is left to test on"),
        ({"start": "1999-01-04"}, ParameterError, "outside SECTOR's bars"),
    ],
)
def test_what_cannot_be_tested_says_why_in_one_line(test_of, given, error, words):
    with pytest.raises(error) as raised:
        test_of(**given)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code in (2, 5)


@pytest.mark.parametrize("stocks", [0, 1, 9])
def test_few_stocks_cannot_be_ranked(sector, test_of, stocks):
    with pytest.raises(ParameterError, match=f"there are {stocks}, and 10 are needed"):
        test_of(bars=sector.bars[: 1 + stocks], inputs={})


def test_without_inputs_what_is_not_known_is_told(sector, test_of):
    found = test_of(inputs={})
    assert {one.kind for one in found.baskets.found} == {"beta"}
    assert found.baskets.unknown["sector"].endswith("give --securities")
    assert found.baskets.unknown["capitalisation"].endswith("give --fundamentals")


def test_the_example_in_the_docstring():
    failed, tried = doctest.testmod(run_module)
    assert (failed, tried > 0) == (0, True)


def test_horizons_and_step_are_those_of_the_books_equation():
    assert (parameters.HORIZONS, parameters.STEP) == (
        sector_long_short.HORIZONS,
        sector_long_short.STEP,
    )
    assert {*parameters.PARAMETERS} <= {*registry.parameters(registry.resolve("sector-long-short"))}


def test_weekly_bars_are_refused(sector):
    """All windows count sessions; of weeks they would be years."""
    weeks = [resampled(bars, "week") for bars in sector.bars]
    with pytest.raises(StrategyError, match=r"has bars of a week each, .* count sessions"):
        run_factor_test("momentum", weeks, inputs=sector.inputs)
