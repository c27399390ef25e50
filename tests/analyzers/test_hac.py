"""Least squares with Newey-West errors, against the sums written out."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.sandwich_covariance import S_hac_simple

from btplaybook.analyzers.hac import automatic_lags, fitted


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
        pytest.param(10, 0, 2, id="automatic for 10"),
        pytest.param(100, 0, 4, id="automatic for 100"),
        pytest.param(600, 0, 5, id="automatic for 600"),
        pytest.param(2600, 0, 8, id="automatic for 2600"),
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
    theirs = OLS(values, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    assert fit.coefficients == pytest.approx(theirs.params, rel=1e-9)
    assert fit.errors == pytest.approx(theirs.bse, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "lags"),
    [
        # the k-th lag comes with the first n above 100 (k / 4) ** 4.5
        pytest.param(4, 1, id="100 / 2 ** 4.5 is 4.42 for 2 lags"),
        pytest.param(5, 2, id="and 5 values have them"),
        pytest.param(99, 3, id="below 100"),
        pytest.param(100, 4, id="100"),
        pytest.param(272, 4, id="100 x 1.25 ** 4.5 is 272.97"),
        pytest.param(273, 5, id="first with 5"),
        pytest.param(2262, 7, id="100 x 2 ** 4.5 is 2262.7"),
        pytest.param(2263, 8, id="first with 8"),
    ],
)
def test_automatic_lags_by_hand(n, lags):
    assert automatic_lags(n) == lags


@pytest.mark.parametrize("n", [10, 100, 600, 2600])
def test_a_mean_is_judged_as_statsmodels_would(n):
    lags = automatic_lags(n)
    values = np.convolve(np.random.default_rng(n).normal(size=n + 9), np.ones(10), "valid")
    fit = fitted(values, np.ones((n, 1)))
    scores = (values - values.mean())[:, None]
    assert fit.errors[0] == pytest.approx(np.sqrt(S_hac_simple(scores, nlags=lags)[0, 0]) / n)
    for other in {lags - 1, lags + 1}:
        error = np.sqrt(S_hac_simple(scores, nlags=other)[0, 0]) / n
        assert fit.errors[0] != pytest.approx(error)
