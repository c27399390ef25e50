"""A screen of one rule is the bar-by-bar run of it: every day's equity and every figure."""

import datetime

import numpy as np
import pytest

from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.run import run
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.ledger import Terms
from btplaybook.search.screen import Screen
from btplaybook.strategies.rule_line import RuleCall
from btplaybook.strategies.sma_switch import SmaSwitch

N_BARS = 260
DIRECTIONS = ("trend", "reversion")
FILLS = ("close", "next_open", "next_close")


@pytest.fixture(scope="module")
def bars():
    """Simulated bars without dividends, as a study screens them."""
    whole = sample("simulated")
    return whole.between(None, whole.dates[N_BARS - 1].item()).without_dividends()


def sma(period, direction="trend"):
    return SmaSwitch.rule_call({"period": period, "direction": direction})


def assert_is_the_run(screen, params, **settings):
    """Screen a set and run it bar by bar: the same account and the same figures."""
    call = SmaSwitch.rule_call(params)
    ran = run("sma-switch", screen.bars, params=params, strips=False, **settings)
    account = screen.account(call)
    np.testing.assert_array_equal(ran.equity.index.to_numpy("datetime64[D]"), screen.market.dates)
    scale = max(1e6, float(ran.equity.abs().max()))
    np.testing.assert_allclose(account.equity, ran.equity, rtol=1e-9, atol=1e-9 * scale)
    found = screen.figures(call)
    assert [*found] == [*ran.metrics]
    for name, value in ran.metrics.items():
        if isinstance(value, float | list):
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
        elif name != "pnl":
            assert found[name] == value, name
    for origin, value in ran.metrics["pnl"].items():
        assert found["pnl"][origin] == pytest.approx(value, rel=1e-9, abs=1e-9 * scale), origin
    return found


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_screen_is_the_run(bars, direction, fill):
    screen = Screen.of(bars, bars.dates[0].item(), Terms(fill=fill))
    found = [
        assert_is_the_run(screen, {"period": period, "direction": direction}, fill=fill)
        for period in (2, 8, 37, 200)
    ]
    assert len({one["points"] for one in found}) == len(found)
    assert all(one["switches"] for one in found[:3])


@pytest.mark.parametrize("rebalance", ["on_change", "daily"])
@pytest.mark.parametrize("every", ["day", "week", "month", "quarter"])
def test_it_decides_and_rebalances_as_the_run_does(bars, every, rebalance):
    settings = {"every": every, "rebalance": rebalance}
    screen = Screen.of(bars, bars.dates[0].item(), Terms(fill="next_open"), **settings)
    assert_is_the_run(screen, {"period": 8, "direction": "reversion"}, fill="next_open", **settings)


def test_bars_before_the_opening_day_warm_the_rule_up(bars):
    opens = bars.dates[100].item()
    start = bars.dates[101].item()
    warm = Screen.of(bars, opens, Terms())
    found = assert_is_the_run(warm, {"period": 60, "direction": "trend"}, start=start)
    assert warm.market.dates[0] == bars.dates[100]
    assert abs(warm.targets(sma(60))[0, 0]) == 1.0
    # Without those bars the rule has nothing to go by on the opening day.
    cold = Screen.of(bars.between(opens), opens, Terms())
    assert cold.targets(sma(60))[0, 0] == 0.0
    assert cold.figures(sma(60))["points"] != found["points"]


def test_targets_are_the_rules_positions_and_zero_before_its_first_decision(bars):
    screen = Screen.of(bars, bars.dates[0].item(), Terms())
    targets = screen.targets(sma(8))
    close = bars.close
    means = np.convolve(close, np.full(8, 1 / 8), "valid")
    assert targets.shape == (N_BARS, 1)
    assert not targets[:7].any()
    clear = np.abs(close[7:] - means) > 1e-9
    np.testing.assert_array_equal(
        targets[7:, 0][clear], np.where(close[7:] > means, 1.0, -1.0)[clear]
    )
    np.testing.assert_array_equal(screen.targets(sma(8, "reversion")), -targets)


def test_a_rule_that_never_decides_gains_nothing(bars):
    screen = Screen.of(bars, bars.dates[0].item(), Terms())
    found = screen.figures(sma(N_BARS + 1))
    assert (found["points"], found["total_return"], found["switches"]) == (0.0, 0.0, 0)
    assert found["win_rate"] is None


def silent(close, first, hole):
    """Long from bar `first` on, and without a position at bar `hole`."""
    positions = np.ones(close.size)
    positions[:first] = np.nan
    positions[hole] = np.nan
    return positions


@pytest.mark.parametrize("hole", [6, 100, N_BARS - 1])
def test_a_rule_that_falls_silent_is_refused(bars, hole):
    screen = Screen.of(bars, bars.dates[0].item(), Terms())
    with pytest.raises(LedgerDomainError) as refused:
        screen.targets(RuleCall(silent, (5, hole)))
    words = str(refused.value)
    assert f"silent(5, {hole}): no position at {bars.dates[hole]}" in words
    assert "after its first decision" in words
    assert refused.value.exit_code == 2


def test_silence_before_the_first_decision_is_none(bars):
    screen = Screen.of(bars, bars.dates[0].item(), Terms())
    np.testing.assert_array_equal(
        screen.targets(RuleCall(silent, (5, 2)))[:, 0], np.arange(N_BARS) >= 5
    )


def test_a_target_is_ordered_when_it_changes_or_every_day(bars):
    opens = bars.dates[0].item()
    targets = Screen.of(bars, opens, Terms()).targets(sma(8))
    on_change = Screen.of(bars, opens, Terms()).due(targets)[:, 0]
    changed = np.flatnonzero(np.diff(targets[:, 0])) + 1
    np.testing.assert_array_equal(np.flatnonzero(on_change), changed)
    daily = Screen.of(bars, opens, Terms(), rebalance="daily").due(targets)[:, 0]
    assert daily[7:].all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"every": "year"}, "every must be one of day, week, month, quarter, got 'year'"),
        ({"rebalance": "never"}, "rebalance must be one of on_change, daily, got 'never'"),
    ],
    ids=["every", "rebalance"],
)
def test_unknown_settings_are_refused(bars, settings, words):
    with pytest.raises(LedgerDomainError, match=words):
        Screen.of(bars, bars.dates[0].item(), Terms(), **settings)


def test_sampled_periods_on_real_prices(realdata):
    bars = read_bars(realdata / "etf" / "SPY.csv", start="2006-06-01", end="2009-12-31")
    bars = bars.without_dividends()
    start = datetime.date(2007, 9, 4)
    opens = bars.dates[bars.dates < np.datetime64(start)][-1].item()
    random = np.random.default_rng(20)
    periods = np.sort(random.choice(np.arange(2, 301), 20, replace=False)).tolist()
    for place, period in enumerate(periods):
        fill, direction = FILLS[place % 3], DIRECTIONS[place % 2]
        screen = Screen.of(bars, opens, Terms(fill=fill))
        found = assert_is_the_run(
            screen, {"period": period, "direction": direction}, fill=fill, start=start
        )
        assert found["points"] != 0.0
