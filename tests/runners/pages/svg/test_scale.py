"""Scales hold every value that is drawn, and no value outside is given a place by a logarithm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.pages.svg.scale import Scale, across, upright

VALUE = st.floats(-1e9, 1e9)
VALUES = st.lists(VALUE, min_size=1, max_size=20)


@given(VALUES)
def test_all_values_lie_on_the_axes(values):
    for scale in (across(values), upright(values)):
        shares = scale.shares(np.array(values))
        assert ((shares >= -1e-12) & (shares <= 1 + 1e-12)).all()
        assert scale.high > scale.low


@given(st.lists(VALUE.filter(lambda value: not 0 < value < 1e-200), min_size=1, max_size=20))
def test_a_logarithmic_axis_holds_what_is_positive(values):
    scale = upright(values, log=True)
    shares = scale.shares(np.array(values))
    positive = np.array(values) > 0
    assert np.isfinite(shares).tolist() == positive.tolist()
    assert ((shares[positive] >= 0) & (shares[positive] <= 1)).all()
    assert 0 < scale.low < scale.high


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(0, 1))
def test_equal_distances_are_equal_differences(low, wide, share):
    scale = Scale(low, low + wide)
    assert scale.share(low + share * wide) == pytest.approx(share, abs=1e-6)


@given(st.floats(1e-6, 1e6), st.floats(1.001, 1e6), st.floats(0, 1))
def test_equal_distances_of_a_logarithm_are_equal_ratios(low, ratio, share):
    scale = Scale(low, low * ratio, log=True)
    assert scale.share(low * ratio**share) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("value", [0.0, 1.0, -7.0, 1e9])
def test_a_single_value_stands_in_the_middle(value, log):
    if log and value <= 0:
        value = 0.5
    assert upright([value], log=log).share(value) == pytest.approx(0.5, abs=1e-3)
    assert across([value]).share(value) == 0.5
    rounded = value * (1 + 1e-13)
    assert upright([value, rounded], log=log).share(value) == pytest.approx(0.5, abs=1e-3)


def test_an_axis_without_values_is_an_axis():
    assert across([]) == Scale(0.0, 1.0)
    assert upright([], log=True).low < 1.0 < upright([], log=True).high
