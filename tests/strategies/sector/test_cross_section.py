"""Ranks over a session's stocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as npst
from scipy.stats import rankdata

from btplaybook.strategies.sector.cross_section import average_ranks

TABLES = npst.arrays(
    np.float64,
    npst.array_shapes(min_dims=1, max_dims=3, max_side=9),
    elements=some.one_of(some.sampled_from([-1.0, -0.0, 0.0, 1.0, np.nan]), some.floats(-1e9, 1e9)),
)


@given(TABLES)
def test_ranks_are_those_of_scipy(x):
    np.testing.assert_array_equal(
        average_ranks(x), rankdata(x, axis=-1, nan_policy="omit").reshape(x.shape)
    )


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4)])
def test_nothing_has_no_ranks(shape):
    assert average_ranks(np.empty(shape)).shape == shape
