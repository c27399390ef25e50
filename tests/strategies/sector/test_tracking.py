"""The factors' own portfolio, and how far a basket is from it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as npst

from btplaybook.strategies.sector.tracking import LEAST_ROWS, factor_portfolio, tracking_error

nan = np.nan
composites = npst.arrays(np.float64, 8, elements=some.floats(-3.0, 3.0, width=32))


@pytest.mark.parametrize(
    ("composite", "mask", "weights"),
    [
        pytest.param([1, 3, -2], [1, 1, 1], [0.25, 0.75, 0.0], id="what is above 0"),
        pytest.param([1, 3, 2], [1, 0, 1], [1 / 3, 0.0, 2 / 3], id="only who can be chosen"),
        pytest.param([nan, 3, 1], [1, 1, 1], [0.0, 0.75, 0.25], id="NaN is nothing"),
    ],
)
def test_factor_portfolio(composite, mask, weights):
    found = factor_portfolio(np.array(composite, float), np.array(mask, bool))
    assert found == pytest.approx(weights, abs=1e-15)


@pytest.mark.parametrize(("composite", "mask"), [([-1, 0], [1, 1]), ([1, 1], [0, 0])], ids=str)
def test_a_portfolio_of_nobody_is_not_known(composite, mask):
    found = factor_portfolio(np.array(composite, float), np.array(mask, bool))
    assert np.isnan(found).all()
    assert math.isnan(tracking_error(np.array([0.5, 0.5]), found, np.zeros((100, 2))))


@given(composites, npst.arrays(np.bool_, 8), some.floats(0.1, 10.0))
def test_laws_of_the_portfolio(composite, mask, scale):
    """It sums to 1, is long only, and does not depend on the loadings' unit or on the order."""
    found = factor_portfolio(composite, mask)
    if np.isnan(found).any():
        assert not (mask & (composite > 0.0)).any()
        return
    assert found.sum() == pytest.approx(1.0, abs=1e-12)
    assert not found[~mask | (composite <= 0.0)].any()
    assert factor_portfolio(composite * scale, mask) == pytest.approx(found, abs=1e-9)
    assert factor_portfolio(composite[::-1], mask[::-1]) == pytest.approx(found[::-1], abs=1e-12)


def test_tracking_error_by_hand():
    """A difference of half of one name, which moves by 1 % up and down."""
    residuals = np.zeros((100, 2))
    residuals[:, 0] = np.tile([0.01, -0.01], 50)
    found = tracking_error(np.array([1.0, 0.0]), np.array([0.5, 0.5]), residuals)
    assert found == pytest.approx(0.005 * math.sqrt(100 / 99) * math.sqrt(252), rel=1e-12)


def test_tracking_error_is_the_root_of_the_active_variance():
    random = np.random.default_rng(0)
    residuals = random.normal(0.0, 0.01, (252, 10))
    weights, reference = random.dirichlet(np.ones(10), 2)
    active = weights - reference
    expected = math.sqrt(252 * active @ np.cov(residuals.T) @ active)
    assert tracking_error(weights, reference, residuals) == pytest.approx(expected, rel=1e-12)
    assert tracking_error(reference, weights, residuals) == pytest.approx(expected, rel=1e-12)
    assert tracking_error(weights, weights, residuals) == 0.0


def test_only_rows_known_of_what_differs_count():
    random = np.random.default_rng(0)
    residuals = random.normal(0.0, 0.01, (100, 3))
    weights, reference = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.5, 0.25])
    expected = tracking_error(weights, reference, residuals)
    residuals[:, 2] = nan  # held alike by both
    assert tracking_error(weights, reference, residuals) == expected
    residuals[: 100 - LEAST_ROWS, 0] = nan
    late = residuals[100 - LEAST_ROWS :]
    assert tracking_error(weights, reference, residuals) == tracking_error(weights, reference, late)
    residuals[100 - LEAST_ROWS, 1] = nan
    assert math.isnan(tracking_error(weights, reference, residuals))
