"""From premiums to forecasts: by hand, and their laws.

Laws: the equation is linear in the loadings; on the score it knows the order of the names alone;
recent weights are >= 0, sum to 1 and know no scale.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.forecast import (
    expected_residual_return,
    premiums,
    recent_weights,
    score_loadings,
)
from btplaybook.strategies.sector.score import score_1_to_100
from btplaybook.strategies.sector.skill import pooled_regression

NAN = math.nan


def estimate(*coefficients):
    """Return what a regression found, with these coefficients."""
    nothing = pooled_regression(
        np.zeros((1, 3, len(coefficients))), np.zeros((2, 3)), np.array([0]), horizon=1
    )
    return nothing._replace(coefficients=np.array(coefficients))


@pytest.mark.parametrize(
    ("pooled", "premium"),
    [
        ([estimate(0.04, -0.02), estimate(0.02, 0.04)], [0.03, 0.01]),
        ([estimate(0.04, -0.02), estimate(NAN, NAN)], [0.04, -0.02]),
        ([estimate(NAN, 0.02), estimate(NAN, 0.04)], [NAN, 0.03]),
        ([estimate(0.05)], [0.05]),
    ],
    ids=["two horizons", "one is too long yet", "a factor is never known", "one horizon"],
)
def test_premiums(pooled, premium):
    np.testing.assert_allclose(premiums(pooled), premium, rtol=1e-14)


def test_premiums_of_nothing():
    with pytest.raises(ValueError, match="one horizon at least"):
        premiums([])


@pytest.mark.parametrize(
    ("premium", "expected"),
    [
        ([0.04, 0.02], [0.08, -0.03, 0.02, NAN]),
        ([0.04, NAN], [0.04, -0.04, NAN, NAN]),
        ([NAN, NAN], [NAN] * 4),
        ([0.0, 0.0], [0.0, 0.0, 0.0, NAN]),
    ],
)
def test_the_equation_by_hand(premium, expected):
    loadings = np.array([[1.0, 2.0], [-1.0, 0.5], [NAN, 1.0], [NAN, NAN]])
    found = expected_residual_return(loadings, np.array(premium))
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@given(seed=st.integers(0, 99))
def test_the_equation_is_linear(seed):
    rng = np.random.default_rng(seed)
    x, z, premium = rng.standard_normal((5, 3)), rng.standard_normal((5, 3)), rng.random(3)
    both = expected_residual_return(x + 2.0 * z, premium)
    apart = [expected_residual_return(one, premium) for one in (x, z)]
    np.testing.assert_allclose(both, apart[0] + 2.0 * apart[1], atol=1e-12)
    np.testing.assert_allclose(expected_residual_return(np.stack([x, z]), premium), apart)


def test_the_equation_on_the_score():
    value = np.array([[3.0, 1.0, 2.0, NAN]])
    loading = score_loadings(score_1_to_100(value))
    assert loading.shape == (1, 4, 1)
    z = math.sqrt(1.5)
    np.testing.assert_allclose(loading[0, :, 0], [z, -z, 0.0, NAN], atol=1e-15)
    stretched = score_loadings(score_1_to_100(np.exp(value)))
    np.testing.assert_array_equal(stretched, loading)


@pytest.mark.parametrize(
    ("ics", "half_life", "weights"),
    [
        pytest.param([[0.1, 0.3]], 1, [0.25, 0.75], id="one date"),
        # (0.5 x 0.3 + 0) / 1.5 = 0.1 and (0 + 0.3) / 1.5 = 0.2
        pytest.param([[0.3, 0.0], [0.0, 0.3]], 1, [1 / 3, 2 / 3], id="the newest counts double"),
        pytest.param([[NAN, 0.0], [0.2, 0.3]], 1, [0.5, 0.5], id="a date without IC"),
        pytest.param([[0.1, -0.3]], 5, [1.0, 0.0], id="one lost"),
        pytest.param([[-0.1, -0.3]], 5, [0.5, 0.5], id="all lost"),
        pytest.param([[NAN, 0.2]], 5, [0.0, 1.0], id="one not known"),
        pytest.param([[NAN, NAN]], 5, [0.5, 0.5], id="none known"),
        pytest.param(np.empty((0, 2)), 5, [0.5, 0.5], id="no date"),
    ],
)
def test_recent_weights_by_hand(ics, half_life, weights):
    np.testing.assert_allclose(recent_weights(np.array(ics), half_life), weights, rtol=1e-12)


@given(seed=st.integers(0, 99), scale=st.floats(0.1, 5.0))
def test_recent_weights_are_weights(seed, scale):
    ics = np.random.default_rng(seed).uniform(-0.5, 0.5, (20, 3))
    found = recent_weights(ics, 6.0)
    assert (found >= 0.0).all()
    assert found.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(recent_weights(ics * scale, 6.0), found, rtol=1e-9)


@pytest.mark.parametrize("half_life", [0.0, -1.0, NAN])
def test_a_half_life_out_of_range(half_life):
    with pytest.raises(StrategyError, match="half_life must be > 0 dates"):
        recent_weights(np.zeros((2, 2)), half_life)
