"""Residual returns and labels: by hand, and that no label is known before its last session.

Laws: a stock that is beta times the market has no residual; labels before t - horizon do not know
what comes after t.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.residuals import labels, residual_returns, trailing_sums

NAN = math.nan


def test_residuals_by_hand():
    returns = np.array([[0.01, NAN], [0.02, 0.03], [-0.01, 0.01]])
    market = np.array([0.05, 0.01, -0.02])
    betas = np.array([[2.0, NAN], [0.5, 1.5], [9.0, 9.0]])
    found = residual_returns(returns, market, betas)
    # 0.02 - 2 x 0.01; -0.01 + 0.5 x 0.02 and 0.01 + 1.5 x 0.02: the beta of the day before
    np.testing.assert_allclose(found, [[NAN, NAN], [0.0, NAN], [0.0, 0.04]], atol=1e-17)


def test_a_stock_that_is_its_beta_has_no_residual():
    market = np.random.default_rng(0).standard_normal(50)
    betas = np.broadcast_to([0.5, 1.0, 2.0], (50, 3))
    found = residual_returns(betas * market[:, None], market, betas)
    assert np.isnan(found[0]).all()
    np.testing.assert_array_equal(found[1:], 0.0)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="do not fit"):
        residual_returns(np.zeros((3, 2)), np.zeros(3), np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("horizon", "ahead"),
    [
        (1, [2.0, 4.0, 8.0, NAN, 32.0, NAN]),
        (2, [6.0, 12.0, NAN, NAN, NAN, NAN]),
        (3, [14.0, NAN, NAN, NAN, NAN, NAN]),
        (6, [NAN] * 6),
        (7, [NAN] * 6),
    ],
)
def test_labels_by_hand(horizon, ahead):
    residuals = np.array([1.0, 2.0, 4.0, 8.0, NAN, 32.0])
    np.testing.assert_array_equal(labels(residuals[:, None], horizon)[:, 0], ahead)


@given(seed=st.integers(0, 99), horizon=st.integers(1, 12), t=st.integers(0, 39))
def test_a_label_is_known_when_its_last_session_is(seed, horizon, t):
    rng = np.random.default_rng(seed)
    residuals = rng.standard_normal((40, 3)) * 0.01
    whole, part = labels(residuals, horizon), labels(residuals[: t + 1], horizon)
    ended = np.arange(40) + horizon <= t
    np.testing.assert_array_equal(part, np.where(ended[: t + 1, None], whole[: t + 1], NAN))
    other = residuals.copy()
    other[t + 1 :] = 5.0
    np.testing.assert_array_equal(labels(other, horizon)[ended], whole[ended])
    for s in np.flatnonzero(ended):
        expected = residuals[s + 1 : s + horizon + 1].sum(axis=0)
        np.testing.assert_allclose(whole[s], expected, rtol=1e-9, atol=1e-15)


def test_a_horizon_of_no_session():
    with pytest.raises(StrategyError, match="horizon must be >= 1, got 0"):
        labels(np.zeros((3, 2)), 0)


def test_trailing_sums_wait_for_a_whole_window():
    x = np.array([1.0, NAN, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(trailing_sums(x, 2), [NAN, NAN, NAN, 5.0, 7.0])
    np.testing.assert_array_equal(trailing_sums(x, 6), [NAN] * 5)
