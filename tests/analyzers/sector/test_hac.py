"""Least squares with Newey-West errors, against the sums written out."""

import numpy as np
import pytest

from btplaybook.analyzers.sector.hac import fitted


def newey_west(values, design, lags):
    inverse = np.linalg.inv(design.T @ design)
    slopes = inverse @ design.T @ values
    scores = design * (values - design @ slopes)[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (crossed + crossed.T)
    return slopes, np.sqrt(np.diag(inverse @ meat @ inverse))


@pytest.mark.parametrize(
    ("n", "least", "lags"),
    [
        pytest.param(100, 0, 4, id="automatic"),
        pytest.param(100, 9, 9, id="more were asked for"),
        pytest.param(5, 30, 4, id="no more than there are"),
    ],
)
def test_it_is_newey_and_wests(n, least, lags):
    rng = np.random.default_rng(5)
    x = rng.normal(size=n)
    values = 0.5 * x + np.convolve(rng.normal(size=n + 2), np.ones(3), "valid")
    design = np.column_stack((np.ones(n), x))
    fit = fitted(values, design, least)
    slopes, errors = newey_west(values, design, lags)
    assert fit.lags == lags
    assert fit.coefficients == pytest.approx(slopes, rel=1e-9)
    assert fit.errors == pytest.approx(errors, rel=1e-9)
