"""Newey-West sums and fixed-b critical values: by hand, against statsmodels and a simulation."""

import numpy as np
import pytest
from statsmodels.stats.sandwich_covariance import S_hac_simple

from btplaybook.strategies.sector.newey_west import bandwidth, critical_value, newey_west


def test_by_hand():
    # 1 + 4 + 9 - 2 x 1/2 x (2 + 6) = 6, with lag 2: weights 2/3 and 1/3, products -8 and 3
    scores = np.array([[1.0], [-2.0], [3.0]])
    assert newey_west(scores, 1)[0, 0] == 14.0
    assert newey_west(scores, 2)[0, 0] == pytest.approx(6.0)
    assert newey_west(scores, 3)[0, 0] == pytest.approx(14 - 2 * 8 * 2 / 3 + 2 * 3 / 3)


@pytest.mark.parametrize("width", [1, 2, 7, 40, 60])
def test_it_is_statsmodels(width):
    scores = np.random.default_rng(width).standard_normal((60, 3)).cumsum(axis=0)
    scores -= scores.mean(axis=0)
    found = newey_west(scores, width)
    np.testing.assert_allclose(found, S_hac_simple(scores, nlags=width - 1), rtol=1e-9, atol=1e-8)
    assert np.linalg.eigvalsh(found).min() > -1e-8


def test_wider_than_the_series():
    scores = np.array([[1.0], [-1.0]])
    assert newey_west(scores, 4)[0, 0] == pytest.approx(2.0 - 2 * 0.75)


@pytest.mark.parametrize(
    ("n_days", "width"), [(0, 0), (1, 1), (2, 2), (100, 13), (400, 26), (401, 27), (756, 36)]
)
def test_bandwidth(n_days, width):
    assert bandwidth(n_days) == width


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 1.0])
def test_critical_values_are_the_simulated_quantiles(share):
    n_days, n_series = 400, 20_000
    width = round(share * n_days)
    draws = np.random.default_rng(7).standard_normal((n_series, n_days))
    sums = draws.sum(axis=1)
    partial = np.cumsum(draws - draws.mean(axis=1, keepdims=True), axis=1)
    # Bartlett's sum in partial sums of scores that add up to 0
    overlap = (partial[:, width:] * partial[:, : n_days - width]).sum(axis=1)
    variance = 2.0 * ((partial**2).sum(axis=1) - overlap) / width
    demeaned = draws[0] - draws[0].mean()
    assert variance[0] == pytest.approx(newey_west(demeaned[:, None], width)[0, 0], rel=1e-9)
    quantile = np.quantile(np.abs(sums) / np.sqrt(variance), 0.95)
    assert critical_value(width, n_days) == pytest.approx(quantile, rel=0.025)


def test_a_known_standard_error_has_the_normal_quantile():
    assert critical_value(1, 10**9) == pytest.approx(1.96, abs=1e-6)
