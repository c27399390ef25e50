"""Sums of a score line's rules against sides that the rule itself decides."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.analyzers.statistics import ROUNDING
from btplaybook.feeds.readers import read_bars
from btplaybook.search.errors import SearchError
from btplaybook.search.kernels.pivot.line_sums import LineSums, layout_of
from btplaybook.search.kernels.pivot.scores import Forces
from btplaybook.search.kernels.pivot.space import Line, PivotSpace, published_space
from btplaybook.strategies.rule_answer import compiled
from btplaybook.strategies.rules.pivot import SEEN, pivot_side

SPACE = PivotSpace(
    slow=(8, 13),
    fast=(1, 3),
    span=(5, 20),
    regime=(-0.5, 0.0, 1.0),
    angle=(0.0, 30.0, 45.0, 90.0),
    bias=(-0.3, -0.1, 0.0, 0.1, 0.30000000000000004, 0.3),
    band_long=(0.0, 0.1, 0.2, 0.5),
    band_short=(0.0, 0.1, 0.2, 0.5),
)


def ahead_of(close):
    points = np.append(np.diff(close), 0.0)
    return np.vstack([points, points / close])


def decided(close, parameters):
    order = ("slow", "fast", "span", "angle", "regime", "bias", "band_long", "band_short")
    seen = np.empty((close.size + 1, SEEN))
    return compiled(pivot_side)(close, False, *(parameters[k] for k in order), 0, 0.0, seen)


def measured(sides, weights, first, end):
    """Return gains, switches, losing and idle bars, one bar after the other."""
    held = sides[first : end + 1]
    turns = sum(a * b == -1 for a, b in pairwise(held))
    gained = held[:-1] * weights[:, first:end]
    return gained.sum(axis=1), [turns, (gained[1] < -ROUNDING).sum(), (held[:-1] == 0.0).sum()]


def assert_sums_are_the_rules(close, space, line, sets, first, ends):
    weights = ahead_of(close)
    layout = layout_of(weights, weights[1], first, ends)
    found = LineSums(Forces(close), layout, space)(line)
    for number in sets:
        sides = decided(close, space.parameters(line, number))
        rule = found.levels.rule_of_set[number]
        for place, end in enumerate(ends):
            gains, counts = measured(sides, weights, first, end)
            assert found.counts[place, :, rule].tolist() == counts
            scale = np.abs(weights[:, first:end]).sum(axis=1)
            np.testing.assert_array_less(
                np.abs(found.gains[place, :, rule] - gains), 1e-14 * scale + 1e-300
            )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(20, 300),
    tick=st.sampled_from([0.0, 0.01, 1.0, 2.0]),
    line=st.sampled_from(SPACE.lines),
    cuts=st.sets(st.floats(0.0, 1.0), min_size=2, max_size=5),
)
def test_sums_are_those_of_the_rule(seed, n_bars, tick, line, cuts):
    """Coarse ticks put scores on levels; early first decisions find pairs without a side."""
    rng = np.random.default_rng(seed)
    close = 20.0 + tick * np.abs(rng.integers(-2, 3, n_bars).cumsum())
    first, *ends = sorted({int(cut * (n_bars - 1)) for cut in cuts})
    if not ends:
        first, ends = 0, [n_bars - 1]
    sets = rng.integers(0, SPACE.sets_per_line, 12)
    assert_sums_are_the_rules(close, SPACE, line, sets, first, ends)


def test_scores_between_two_roundings_are_told_apart():
    """Prices that do not move put the score of the stretch on 0: biases beside a band decide."""
    close = np.repeat(20.0 + np.abs(np.random.default_rng(3).integers(-2, 3, 60).cumsum()), 3)
    bias = (0.1 + 0.2, 0.3, -0.3, -(0.1 + 0.2))
    space = replace(SPACE, bias=bias, band_long=(0.3, 0.1 + 0.2), band_short=(0.3, 0.1 + 0.2))
    line = Line(8, 1, 5, 0.0, 90.0)
    layout = layout_of(ahead_of(close), ahead_of(close)[1], 10, [close.size - 1])
    exact = LineSums(Forces(close), layout, space)(line).levels
    assert exact.long_level.size > space.levels.long_level.size
    assert_sums_are_the_rules(close, space, line, range(16), 10, [close.size - 1])


def test_on_real_prices(realdata):
    bars = read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")
    space = published_space()
    rng = np.random.default_rng(1)
    first = int(np.searchsorted(bars.dates, np.datetime64("1993-12-31")))
    for k in rng.integers(0, len(space.lines), 5):
        sets = rng.integers(0, space.sets_per_line, 20)
        ends = [first + 700, bars.close.size - 1]
        assert_sums_are_the_rules(bars.close, space, space.lines[k], sets, first, ends)


@pytest.mark.parametrize(
    ("first", "ends", "words"),
    [(5, [5], "ends"), (0, [20], "ends"), (-1, [5], "ends"), (0, [9, 4], "ends"), (0, [], "ends")],
)
def test_ends_are_checked(first, ends, words):
    weights = np.ones(20)
    with pytest.raises(SearchError, match=words):
        layout_of(weights, weights, first, ends)


def test_gains_are_checked():
    weights = np.ones(20)
    weights[7] = np.nan
    with pytest.raises(SearchError, match="not finite"):
        layout_of(weights, weights, 3, [9])
    assert layout_of(weights, np.ones(20), 8, [19]).ends.tolist() == [0]
