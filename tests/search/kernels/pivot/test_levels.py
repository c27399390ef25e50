"""Levels of biases and bands: exact to the last float, each rule once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.search.errors import SearchError
from btplaybook.search.kernels.pivot.levels import highest, levels_of
from btplaybook.search.kernels.pivot.space import published_space

SMALL = st.floats(-4, 4, allow_subnormal=True)
GRID = st.sampled_from([0.1 * k for k in range(-20, 21)] + [round(0.05 * k, 2) for k in range(20)])


@given(bias=SMALL | GRID, level=SMALL | GRID, strict=st.booleans())
def test_the_highest_score_is_the_last_that_holds(bias, level, strict):
    """At it the comparison of the rounded sum holds, at the next float no more."""
    found = float(highest(np.float64(bias), np.float64(level), strict=strict))
    after = float(np.nextafter(found, np.inf))

    def holds(score):
        return score + bias < level if strict else score + bias <= level

    assert holds(found)
    assert not holds(after)


def test_the_published_grid_has_one_rule_for_five_sets():
    """The pairs (h_L - c, h_L + h_S) counted in whole twentieths."""
    space = published_space()
    pairs = {
        (2 * long - bias, long + short)
        for bias in range(-20, 21)
        for long in range(11)
        for short in range(11)
    }
    levels = space.levels
    assert levels.long_level.size == len(pairs) == 1061
    assert levels.n_sets.sum() == space.sets_per_line == 4961
    np.testing.assert_array_equal(np.bincount(levels.rule_of_set), levels.n_sets)
    np.testing.assert_array_equal(levels.rule_of_set[levels.first_set], np.arange(1061))
    widths = levels.high - levels.low
    assert 0.0 < widths.max() < 1e-15


def test_exact_levels_leave_no_score_in_between():
    levels = published_space().exact_levels
    np.testing.assert_array_equal(levels.low, levels.high)
    assert levels.long_level.size > 1061


@pytest.mark.parametrize(
    "axes", [([], [0.0], [0.0]), ([0.0], [-0.1], [0.0]), ([np.nan], [0.0], [0.0])]
)
def test_refused(axes):
    with pytest.raises(SearchError, match=r"^(bias|band_long): finite numbers"):
        levels_of(*axes)
