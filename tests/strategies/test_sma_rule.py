"""Laws of the side of a moving average, and an oracle in pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from btplaybook.strategies.rules.sma_switch import moving_average, sma_side

closes_ = npst.arrays(
    np.float64, st.integers(1, 60), elements=st.integers(1, 400).map(lambda cents: cents / 100)
)
periods = st.integers(1, 12)


@pytest.mark.parametrize(
    ("closes", "period", "sides"),
    [
        pytest.param([1, 2, 3], 2, [0, 1, 1], id="rising"),
        pytest.param([3, 2, 1], 2, [0, -1, -1], id="falling"),
        pytest.param([1, 2, 1.5, 1.5], 2, [0, 1, -1, -1], id="a tie keeps the side"),
        pytest.param([5, 5, 5], 2, [0, 0, 0], id="a tie before any side is flat"),
        pytest.param([1, 2, 3], 1, [0, 0, 0], id="its own average is a tie"),
        pytest.param([1, 2], 3, [0, 0], id="too few bars"),
        pytest.param([1, 2], 10**9, [0, 0], id="far too few bars"),
        pytest.param([0.1, 0.2, 0.3, 0.2], 3, [0, 0, 1, -1], id="0.7/3 is above 0.2"),
    ],
)
def test_by_hand(closes, period, sides):
    closes = np.array(closes, float)
    assert sma_side(closes, period, False).tolist() == sides
    assert sma_side(closes, period, True).tolist() == [-side for side in sides]


@given(closes_, periods)
def test_the_average_is_that_of_pandas_and_has_a_value_where_the_rule_has(closes, period):
    average = moving_average(closes, period)
    exact = pd.Series(closes).rolling(period).apply(lambda window: window.mean(), raw=True)
    np.testing.assert_allclose(average, exact, rtol=1e-12)
    decided = np.flatnonzero(sma_side(closes, period, False))
    assert not np.isnan(average[decided]).any()


@given(closes_, periods)
def test_pandas_agrees(closes, period):
    series = pd.Series(closes)
    average = series.rolling(period).apply(lambda window: window.sum() / period, raw=True)
    apart = (series - average).where((series - average).abs() > 1e-11)
    expected = np.sign(apart).ffill().fillna(0.0)
    assert sma_side(closes, period, False).tolist() == expected.tolist()


@given(closes_, periods, st.integers(-8, 8))
def test_the_scale_of_prices_does_not_matter(closes, period, power):
    scaled = sma_side(closes * 2.0**power, period, False)
    assert scaled.tolist() == sma_side(closes, period, False).tolist()


@given(closes_, periods)
def test_upside_down_prices_turn_every_side(closes, period):
    mirrored = 10.0 - closes
    assert sma_side(mirrored, period, False).tolist() == sma_side(closes, period, True).tolist()


@given(closes_, periods, st.data())
def test_the_past_does_not_know_the_future(closes, period, data):
    cut = data.draw(st.integers(0, closes.size))
    whole = sma_side(closes, period, False)
    assert sma_side(closes[:cut], period, False).tolist() == whole[:cut].tolist()


@pytest.mark.parametrize("cents", [1, 1000, 43950, 999999])
def test_a_constant_price_is_always_a_tie(cents):
    closes = np.full(500, cents / 100)
    for period in (3, 7, 200, 300):
        assert not sma_side(closes, period, False).any()
