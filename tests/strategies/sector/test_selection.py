"""The best names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as npst

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.selection import best

nan = np.nan
forecasts = npst.arrays(
    np.float64, 12, elements=some.one_of(some.just(nan), some.integers(-3, 3).map(float))
)


@pytest.mark.parametrize(
    ("forecast", "mask", "n", "chosen"),
    [
        pytest.param([1, 3, 2], [1, 1, 1], 2, [0, 1, 1], id="the two highest"),
        pytest.param([1, 3, 2], [1, 0, 1], 2, [1, 0, 1], id="only who can be"),
        pytest.param([2, 3, 2], [1, 1, 1], 2, [1, 1, 0], id="of equals the first"),
        pytest.param([nan, 3, -2], [1, 1, 1], 3, [0, 1, 1], id="never without a forecast"),
        pytest.param([-1, -3, -2], [1, 1, 1], 1, [1, 0, 0], id="all poor: the least poor"),
        pytest.param([nan, nan, nan], [1, 1, 1], 1, [0, 0, 0], id="none has one"),
        pytest.param([1, 2, 3], [1, 1, 1], 30, [1, 1, 1], id="fewer than n"),
    ],
)
def test_by_hand(forecast, mask, n, chosen):
    found = best(np.array(forecast, float), np.array(mask, bool), n)
    assert found.tolist() == [bool(flag) for flag in chosen]


@given(forecasts, npst.arrays(np.bool_, 12), some.integers(1, 14))
def test_laws(forecast, mask, n):
    """As many as there are up to n, none left out that is better, none without a forecast."""
    found = best(forecast, mask, n)
    known = mask & ~np.isnan(forecast)
    assert found.sum() == min(n, known.sum())
    assert not (found & ~known).any()
    left_out = forecast[known & ~found]
    if left_out.size and found.any():
        assert left_out.max() <= forecast[found].min()
    assert best(forecast, mask, n + 1)[found].all()


def test_refuses():
    with pytest.raises(StrategyError, match="n must be >= 1, got 0"):
        best(np.ones(2), np.ones(2, bool), 0)
