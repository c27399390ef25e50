"""Least squares with standard errors that allow for what follows itself in time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats


class Fitted(NamedTuple):
    """Coefficients and their Newey-West standard errors, each of shape (k,)."""

    coefficients: Floats
    errors: Floats
    lags: int


def fitted(values: Floats, design: Floats, least_lags: int = 0) -> Fitted:
    """Regress values on the columns of a design.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Oldest first, finite.
    design : ndarray of shape (n, k)
        The same rows, of full rank.
    least_lags : int
        Lags that count at least.

    Returns
    -------
    Fitted
        With ``floor(4 (n / 100) ** (2 / 9))`` lags, or `least_lags` where that is more, and at most
        n - 1.

    References
    ----------
    Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and
    autocorrelation consistent covariance matrix. Econometrica 55(3), 703-708; lags: (1994).
    Automatic lag selection in covariance matrix estimation. Review of Economic Studies 61(4).
    """
    from statsmodels.regression.linear_model import OLS

    automatic = math.floor(4.0 * (values.size / 100.0) ** (2.0 / 9.0))
    lags = min(max(automatic, least_lags), values.size - 1)
    fit = OLS(values, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    return Fitted(np.asarray(fit.params), np.asarray(fit.bse), lags)
