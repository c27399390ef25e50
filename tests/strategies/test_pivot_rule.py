"""The pivot rule against its formulas in pandas, and the price at which its score is a level."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from btplaybook.feeds.samples import sample
from btplaybook.strategies.rules.pivot import LEAST_PAIRS, pivot_days, pivot_side

NAMES = ("estimated", "slow", "fast", "span", "angle", "regime", "bias", "band_long", "band_short",
         "window", "penalty")  # fmt: skip
CASES = {
    "fixed": (False, 100, 5, 40, 60.0, 0.5, 0.02, 0.1, 0.2, 0, 20.0),
    "trend": (False, 60, 1, 10, 0.0, -0.5, 0.0, 0.0, 0.0, 0, 20.0),
    "reversion": (False, 30, 3, 320, 90.0, 1.5, -0.3, 0.0, 0.5, 0, 20.0),
    "estimated": (True, 100, 5, 40, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 20.0),
    "window": (True, 50, 3, 20, 0.0, 0.0, 0.01, 0.01, 0.02, 120, 20.0),
    "no-penalty": (True, 50, 3, 20, 0.0, 0.0, 0.0, 0.0, 0.0, 60, 0.0),
}
bars = sample("sp500", end="2002-12-31")


def scale(k):
    """Standard deviation of P - A(k) in steps of a random walk, from its own weights."""
    # The newest step counts in all k differences, the next one in k - 1 of them, and so on.
    return math.sqrt(sum(((k - age) / k) ** 2 for age in range(k)))


def by_pandas(
    close, estimated, slow, fast, span, angle, regime, bias, long, short, window, penalty
):
    """Return sides and scores by the formulas, from whole series and a solver for each day."""
    price = pd.Series(close)
    change = price.pct_change()
    spread = np.sqrt((change**2).ewm(span=span, adjust=True).mean())
    usual = np.sqrt((change**2).ewm(span=500, adjust=True).mean())
    unit = (spread * price).shift()

    def force(k):
        return (price - price.rolling(k).mean().shift()) / (scale(k) * unit)

    trend, stretch = force(slow), force(fast)
    if estimated:
        outcome = change / spread.shift()
        known = np.column_stack([np.ones(len(price)), trend, stretch])
        score = pd.Series(np.nan, price.index)
        for t in range(len(price)):
            pairs = np.arange(slow, t - 1)
            if len(pairs) < max(LEAST_PAIRS, window):
                continue
            pairs = pairs[-window:] if window else pairs
            x, y = known[pairs], outcome.to_numpy()[pairs + 1]
            strengths = np.linalg.solve(x.T @ x + penalty * np.diag([0.0, 1.0, 1.0]), x.T @ y)
            moved = strengths[1] / scale(slow) + strengths[2] / scale(fast)
            if abs(moved) >= 1e-3 * math.hypot(*strengths[1:]):
                score[t] = known[t] @ strengths + bias
    else:
        phi = math.radians(angle)
        weigh = (spread / usual).shift() ** regime
        score = math.cos(phi) * trend - math.sin(phi) * weigh * stretch + bias
    sides, side = [], 0.0
    for each in score:
        side = 1.0 if each > long else -1.0 if each < -short else side
        sides.append(side)
    return np.array(sides), score.to_numpy()


def slow_and_pairs(estimated, slow, *others):
    """Return the number of the first bar that may have a score."""
    return slow + 1 + max(LEAST_PAIRS, others[-2]) if estimated else slow


def test_the_scale_is_that_of_a_random_walk():
    for k in (1, 2, 7, 100):
        steps = np.random.default_rng(k).standard_normal((200_000 // k + 2000, k))
        walk = np.concatenate([np.zeros((len(steps), 1)), steps.cumsum(axis=1)], axis=1)
        away = walk[:, -1] - walk[:, :-1].mean(axis=1)
        exact = math.sqrt((k + 1) * (2 * k + 1) / (6 * k))
        assert scale(k) == pytest.approx(exact)
        assert away.std() == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize("case", CASES)
def test_sides_and_scores_are_those_of_the_formulas(case):
    close = np.array(bars.close)
    sides, score = by_pandas(close, *CASES[case])
    days = pivot_days(close, *CASES[case])
    assert np.array_equal(pivot_side(close, *CASES[case]), sides)
    waits = slow_and_pairs(*CASES[case])
    assert np.array_equal(days.no_pivot[waits:-1], np.isnan(score[waits:]))
    assert days.no_pivot.mean() < 0.01
    assert np.allclose(days.score[:-1], score, rtol=0.0, atol=1e-12, equal_nan=True)
    assert {-1.0, 1.0} <= set(sides)


prices = st.lists(st.floats(-0.06, 0.06), min_size=90, max_size=160).map(
    lambda steps: 100.0 * np.cumprod(1.0 + np.array(steps))
)
parameters = st.tuples(
    st.booleans(), st.integers(6, 20), st.integers(1, 5), st.integers(1, 60), st.floats(0.0, 90.0),
    st.floats(-1.0, 1.5), st.floats(-1.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.sampled_from([0, 60]), st.floats(0.1, 50.0),
)  # fmt: skip


@given(prices, parameters, st.integers(70, 150))
def test_at_a_pivot_the_score_is_its_level(close, chosen, day):
    given = dict(zip(NAMES, chosen, strict=True))
    day = min(day, close.size - 1)
    days = pivot_days(close[:day], *chosen)
    levels = {"to_long": given["band_long"], "to_short": -given["band_short"]}
    for name, level in levels.items():
        pivot = float(getattr(days, name)[-1])
        assume(pivot > 0.0 and abs(pivot - close[day - 1]) < 1e3 * days.move[-1])
        at_pivot = pivot_days(np.append(close[:day], pivot), *chosen)
        assert at_pivot.score[-2] == pytest.approx(level, abs=1e-9)
        # Beyond it the side is the new one, short of it the old.
        up = days.slope[-1] > 0.0
        beyond = 1e-6 if (name == "to_long") == up else -1e-6
        sides = [
            pivot_side(np.append(close[:day], pivot * (1.0 + step)), *chosen)[-1]
            for step in (beyond, -beyond)
        ]
        before = pivot_side(close[:day], *chosen)[-1]
        new = 1.0 if name == "to_long" else -1.0
        assert sides[0] == new
        if before == -new and given["band_long"] + given["band_short"] > 1e-3:
            assert sides[1] == before


@given(prices, parameters, st.integers(1, 160))
def test_no_entry_reads_a_later_close(close, chosen, day):
    day = min(day, close.size)
    other = close.copy()
    other[day:] *= 1.5
    assert np.array_equal(pivot_side(close, *chosen)[:day], pivot_side(other, *chosen)[:day])
    whole, cut = pivot_days(close, *chosen), pivot_days(close[:day], *chosen)
    for name in ("intercept", "slope", "to_long", "to_short", "move", "no_pivot"):
        known, found = getattr(cut, name), getattr(whole, name)[: day + 1]
        assert np.array_equal(known, found, equal_nan=known.dtype == float)


def test_a_price_that_does_not_move_the_score_has_no_pivot_and_keeps_the_side():
    # cos(phi) / q(M) = sin(phi) / q(m): trend and stretch cancel in a price.
    q = [math.sqrt((k + 1) * (2 * k + 1) / (6 * k)) for k in (40, 5)]
    angle = math.degrees(math.atan2(q[1], q[0]))
    chosen = (False, 40, 5, 20, angle, 0.0, 0.0, 0.0, 0.0, 0, 20.0)
    close = np.array(bars.close[:200])
    days = pivot_days(close, *chosen)
    assert days.no_pivot[40:].all()
    assert np.isnan(days.to_long).all()
    assert not pivot_side(close, *chosen).any()


def test_after_bars_that_do_not_move_there_is_no_pivot_until_they_do():
    close = np.concatenate([np.full(30, 50.0), [51.0, 50.0, 52.0, 49.0]])
    chosen = (False, 10, 2, 5, 80.0, 0.5, 0.0, 0.0, 0.0, 0, 20.0)
    days = pivot_days(close, *chosen)
    assert days.no_pivot[10:31].all()
    assert not days.no_pivot[31:].any()
    assert np.isfinite(days.to_long[31:]).all()
    sides = pivot_side(close, *chosen)
    assert not sides[:31].any()
    assert sides[31:].all()


def test_a_window_forgets_what_is_older():
    close = np.array(bars.close[:500])
    chosen = (True, 20, 2, 10, 0.0, 0.0, 0.0, 0.0, 0.0, 100, 20.0)
    other = close.copy()
    other[:200] *= 0.5  # the level of old prices: the volatility keeps a trace of the jump alone
    changed = abs(pivot_days(close, *chosen).score - pivot_days(other, *chosen).score)
    assert np.nanmax(changed[450:500]) < 1e-9
    assert np.nanmax(changed[202:300]) > 1e-3
