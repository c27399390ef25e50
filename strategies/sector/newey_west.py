"""Newey-West sums of a series of scores, and how many standard errors make an interval."""

from __future__ import annotations

import math

from ...feeds.arrays import Floats


def bandwidth(n_days: int) -> int:
    """Return the Bartlett bandwidth for a series: 1.3 sqrt(n), rounded up, at most n.

    Covariances of lags below the bandwidth count. It is wider than the usual n^(1/3): with its own
    critical values, the size of a test is much nearer to the nominal one, at a small loss of power.

    References
    ----------
    Lazarus, E., Lewis, D. J., Stock, J. H. and Watson, M. W. (2018). HAR inference: recommendations
    for practice. Journal of Business & Economic Statistics 36(4), 541-559, equation 3.
    """
    return min(n_days, math.ceil(1.3 * math.sqrt(n_days)))


def newey_west(scores: Floats, width: int) -> Floats:
    """Return the long-run covariance of the *sum* of the scores.

    Parameters
    ----------
    scores : ndarray of shape (n, k)
        Oldest first, of mean 0, no NaN.
    width : int
        Bandwidth: lag j < width weighs 1 - j / width. 1: no lag counts.

    Returns
    -------
    ndarray of shape (k, k)
        S_0 + sum over j of (1 - j / width) (S_j + S_j'), S_j = sum over t of s_t s_{t-j}'. Positive
        semi-definite.

    References
    ----------
    Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and
    autocorrelation consistent covariance matrix. Econometrica 55(3), 703-708.
    """
    total: Floats = scores.T @ scores
    for lag in range(1, min(width, scores.shape[0])):
        lagged = scores[lag:].T @ scores[:-lag]
        total = total + (1.0 - lag / width) * (lagged + lagged.T)
    return total


def critical_value(width: int, n_days: int) -> float:
    """Return how many Newey-West standard errors the 95 % interval extends to either side.

    The normal quantile 1.96 treats the standard error as known. Fixed-b asymptotics hold the ratio
    b = width / n constant as the sample grows, and take the quantile of the t-ratio's limit
    distribution.

    Parameters
    ----------
    width, n_days : int
        Bandwidth and length of the series, 1 <= width <= n_days.

    Returns
    -------
    float
        1.9600 + 2.9694 b + 0.4160 b^2 - 0.5324 b^3, the 97.5 % quantile for Bartlett's kernel.

    References
    ----------
    Kiefer, N. M. and Vogelsang, T. J. (2005). A new asymptotic theory for
    heteroskedasticity-autocorrelation robust tests. Econometric Theory 21(6), 1130-1164, table 1.
    """
    b = width / n_days
    return 1.9600 + 2.9694 * b + 0.4160 * b**2 - 0.5324 * b**3
