"""Triggers: a close just above and just below one gives the two sides that were announced.

Laws, on 500 random days of simulated prices for each rule, without a run:

1. A close 1e-9 above a trigger has the side that is announced above it, and one 1e-9 below it the
   other.
2. Any close within 20 % has the side of the range that it lies in: no trigger is missed.
"""

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from btplaybook.feeds.bars import Bars
from btplaybook.runners.runs.next.regions import around, nearest_changes, regions
from btplaybook.runners.runs.next.triggers import FINE, AppendedRule
from btplaybook.strategies import rule_answer
from btplaybook.strategies.rule_line import RuleCall
from btplaybook.strategies.rules.sign_rule import STATIONARY, sign_positions, sign_triggers
from btplaybook.strategies.rules.sma_switch import sma_side, sma_trigger

DAYS = 500
CLOSE = 1e-9
TICKS = 0.01

Floats = NDArray[np.float64]


def walk(seed: int) -> SimpleNamespace:
    """Return 900 days of prices in ticks, with a dividend every 60 days."""
    rng = np.random.default_rng(seed)
    close = np.maximum(np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.015, 900))), 2), TICKS)
    dividend = np.where(np.arange(900) % 60 == 59, 0.4, 0.0)
    return SimpleNamespace(close=close, dividend=dividend)


def sma_oracle(close: Floats, period: int, reversion: bool) -> float:
    """Return the side of the newest close, walking back over ties."""
    for end in range(close.size, period - 1, -1):
        window = close[end - period : end]
        distance = window[-1] - window.mean()
        if abs(distance) > 1e-12 * window.mean():
            return float(np.sign(distance)) * (-1.0 if reversion else 1.0)
    return 0.0


def sign_oracle(close: Floats, dividend: Floats, arguments: tuple[Any, ...]) -> float:
    """Return the newest position of a sign rule, from pandas-like sums."""
    delay, window, memory, estimated, fallback, _ = arguments
    returns = (close[1:] + dividend[1:]) / close[:-1] - 1.0
    returns[np.abs(returns) <= 1e-12] = 0.0
    sums = np.convolve(returns, np.ones(window), "valid")
    z = sums[: sums.size - delay]  # z[-1] belongs to the newest bar
    z = np.where(np.abs(z) <= 1e-12, 0.0, z)
    if not z[-1] < 0:
        return 1.0
    if not estimated:
        return 1.0 - STATIONARY
    below = int((z[-memory - 1 : -1] < 0).sum())
    falls = int((returns[-memory:] < 0).sum())
    return float(np.sign(1.0 - fallback)) if not below else float(np.sign(below - 2 * falls))


SIGN_RULES = {
    "s1 d=0": (0, 1, 0, False, STATIONARY, False),
    "s1 d=1": (1, 1, 0, False, STATIONARY, False),
    "s2 d=0 M=5": (0, 5, 0, False, STATIONARY, False),
    "s2 d=0 M=21": (0, 21, 0, False, STATIONARY, False),
    "s3 d=0 R=5": (0, 1, 5, True, 2.0, False),
    "s3 d=2 R=4": (2, 1, 4, True, 1.0, False),
    "s4 d=0 M=5 R=5": (0, 5, 5, True, 2.0, False),
    "s4 d=1 M=5 R=6": (1, 5, 6, True, 0.0, False),
}


def hold_laws(
    table: SimpleNamespace,
    oracle: Callable[[Floats, Floats], float],
    points_of: Callable[[Floats, Floats, Callable[[float], Any]], Any],
    call: RuleCall,
    seed: int,
) -> int:
    """Check both laws on random days, and return how many triggers there were."""
    rng = np.random.default_rng(seed)
    seen = 0
    for t in rng.integers(60, table.close.size, DAYS):
        close, dividend = table.close[:t], table.dividend[:t]
        now = float(close[-1])
        nothing = np.append(dividend, 0.0)

        def asked(price: float, before: Floats = close) -> float:
            return oracle(np.append(before, price), nothing)  # noqa: B023

        stub: Any = SimpleNamespace(close=close, dividend=dividend, open=close, high=close,
                                    low=close, volume=close)  # fmt: skip
        announced = AppendedRule(call, stub).position
        points = points_of(close, dividend, announced)
        found = around(regions(points, now, announced), now, announced(now))
        for low, high in itertools.pairwise(found):
            assert low.high is not None
            assert low.high == high.low
            assert asked(low.high * (1.0 - CLOSE)) == low.answer
            assert asked(low.high * (1.0 + CLOSE)) == high.answer
            assert low.answer != high.answer
            seen += 1
        price = now * rng.uniform(0.8, 1.2)
        inside = [region for region in found if region.holds(price)]
        assert not inside or asked(price) == inside[0].answer
    return seen


@pytest.mark.parametrize("reversion", [False, True])
@pytest.mark.parametrize("period", [2, 8, 50])
def test_sma_switch(period: int, reversion: bool) -> None:
    """The mean of the n - 1 closes before divides the two sides, each day."""
    table = walk(period)
    seen = hold_laws(
        table,
        lambda close, _: sma_oracle(close, period, reversion),
        lambda close, _, __: [sma_trigger(close, period)],
        RuleCall(sma_side, (period, reversion), bars_needed=period),
        seed=period,
    )
    assert seen == DAYS


@pytest.mark.parametrize("arguments", SIGN_RULES.values(), ids=SIGN_RULES)
def test_sign_rules(arguments: tuple[Any, ...]) -> None:
    """z = 0 and, where g is estimated, a return of 0 are all prices at which a side changes."""
    delay, window, _, estimated, *_ = arguments
    seen = hold_laws(
        walk(3),
        lambda close, dividend: sign_oracle(close, dividend, arguments),
        lambda close, dividend, _: sign_triggers(close, dividend, delay, window, estimated),
        RuleCall(sign_positions, arguments, ("close", "dividend")),
        seed=7,
    )
    if not estimated:
        assert seen == (DAYS if delay == 0 else 0)
    else:
        assert seen > 0


def test_bisected() -> None:
    """A guest's rule without a closed form is searched, and its triggers hold to 1e-9 x 2."""
    call = RuleCall(sma_side, (8, True), bars_needed=8)
    rng = np.random.default_rng(1)
    table = walk(5)
    for t in rng.integers(60, table.close.size, DAYS):
        close = table.close[:t]
        stub: Any = SimpleNamespace(close=close, open=close, high=close, low=close,
                                    volume=close, dividend=close)  # fmt: skip
        rule = AppendedRule(call, stub)
        now = float(close[-1])
        found = nearest_changes(rule.position, now, FINE)
        expected = close[-7:].mean()
        if abs(expected / now - 1.0) < 0.2:
            assert found == [pytest.approx(expected, rel=CLOSE)]
            sides = [sma_oracle(np.append(close, found[0] * (1.0 + e)), 8, True) for e in
                     (-2 * CLOSE, 2 * CLOSE)]  # fmt: skip
            assert sides == [1.0, -1.0]


def test_one_close_is_its_own_average() -> None:
    """A period of 1 never decides, and an average of more bars than there are has no trigger."""
    assert np.isnan(sma_trigger(np.array([1.0, 2.0]), 1))
    assert np.isnan(sma_trigger(np.array([1.0, 2.0]), 4))
    assert sma_trigger(np.array([9.0, 1.0, 2.0]), 3) == 1.5


def test_assumed_bar_of_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule of highs and lows reads the same bar as a run would; it is left uncompiled here."""
    monkeypatch.setattr(rule_answer, "compiled", lambda rule: rule)
    bars = Bars("A", np.arange("2024-01-01", "2024-01-04", dtype="datetime64[D]"),
                *(np.full(3, x) for x in (10.0, 11.0, 9.0, 10.0)), np.ones(3), np.zeros(3),
                calendar="24/7")  # fmt: skip
    rule = AppendedRule(RuleCall(spread_of_bar, (), ("open", "high", "low", "close")), bars)
    assert [rule.position(price) for price in (8.0, 10.0, 12.0)] == [2.0, 0.0, 2.0]


def spread_of_bar(open_: Floats, high: Floats, low: Floats, close: Floats) -> Floats:
    """Return high less low where the bar opens at the close before it, else -1."""
    spread = high - low
    spread[1:] = np.where(open_[1:] == close[:-1], spread[1:], -1.0)
    return spread


def test_regions_and_neighbours() -> None:
    """Equal neighbours are one range; a price on a border belongs to the range of its answer."""

    def stepped(price: float) -> str:
        return "low" if price < 90 else "mid" if price < 110 else "high"

    found = regions([90.0, 100.0, 110.0, -5.0], 100.0, stepped)
    assert [(each.low, each.high, each.answer) for each in found] == [
        (None, 90.0, "low"), (90.0, 110.0, "mid"), (110.0, None, "high"),
    ]  # fmt: skip
    assert [each.answer for each in around(found, 110.0, "high")] == ["mid", "high"]
    assert [each.answer for each in around(found, 110.0, "mid")] == ["low", "mid", "high"]
    assert found[1].nearest(80.0) == 90.0
    assert found[2].nearest(100.0) == 110.0
