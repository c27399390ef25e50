"""Least squares with Newey-West standard errors: residuals may be correlated in time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..feeds.arrays import Floats


class Fitted(NamedTuple):
    """Coefficients and their Newey-West standard errors, each of shape (k,)."""

    coefficients: Floats
    errors: Floats
    lags: int


def fitted(values: Floats, design: Floats, least_lags: int = 0) -> Fitted:
    """Return the least-squares coefficients of values on the columns of a design.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Oldest first, finite.
    design : ndarray of shape (n, k)
        The regressors of the same rows, of full rank; a column of ones for an intercept.
    least_lags : int
        Smallest number of lags of the Newey-West estimator, >= 0.

    Returns
    -------
    Fitted
        The estimator has `automatic_lags` of n, or `least_lags` where that is more, and at most
        n - 1.

    References
    ----------
    Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and
    autocorrelation consistent covariance matrix. Econometrica 55(3), 703-708; lags: (1994).
    Automatic lag selection in covariance matrix estimation. Review of Economic Studies 61(4).
    """
    # Written out, since importing statsmodels takes longer than drawing a page; the tests hold it
    # to statsmodels.
    lags = min(max(automatic_lags(values.size), least_lags), values.size - 1)
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ values
    scores = design * (values - design @ coefficients)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        middle += (1.0 - lag / (lags + 1.0)) * (crossed + crossed.T)
    outer = inverse @ inverse.T  # the inverse of design' design
    variances = np.diag(outer @ middle @ outer)
    return Fitted(coefficients, np.sqrt(np.maximum(variances, 0.0)), lags)


def automatic_lags(n: int) -> int:
    """Return Newey and West's number of lags for n values, ``floor(4 (n / 100) ** (2 / 9))``."""
    lags: float = 4.0 * (n / 100.0) ** (2.0 / 9.0)
    return math.floor(lags)
