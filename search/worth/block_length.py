"""The automatic block length of the stationary bootstrap, of one series and of many."""

from __future__ import annotations

import math

import numpy as np

from ...feeds.arrays import Floats
from ..errors import SearchError
from .trials import Trials, centred, checked_trials, evenly_spaced

FEWEST_DAYS = 16
"""Shorter series have fewer days than lags that the rule looks at."""

SAMPLED_SETS = 200


def block_length(series: Trials) -> float:
    """Return the mean block length that estimates the variance of a mean best.

    Parameters
    ----------
    series : ndarray of shape (n_days,)
        Returns per period, oldest first.

    Returns
    -------
    float
        In days, at least 1 (independent days) and at most ``ceil(min(3 sqrt(n), n / 3))``. It is 1
        for a constant series and for fewer than `FEWEST_DAYS` days.

    Raises
    ------
    SearchError
        A NaN, an infinity, no day, more than one series.

    Notes
    -----
    With autocovariances R(k), the flat-top window h(x) = min(1, 2 (1 - x)) and M twice the first
    lag from which K = max(5, log10 n) autocorrelations in a row are below 2 sqrt(log10(n) / n)::

        b = (2 G**2 / D)**(1/3) n**(1/3),    D = 2 s**2
        G = sum over |k| <= M of h(|k| / M) |k| R(k)
        s = sum over |k| <= M of h(|k| / M) R(k)

    As in Patton's published program and in ``arch.bootstrap.optimal_block_length``, with which it
    agrees to rounding, a lag's correlation is over the days that have the lag. arch itself is not
    imported here: it loads pandas, SciPy's statistics and statsmodels, which takes seconds.

    References
    ----------
    Politis, D. N. and White, H. (2004). Automatic block-length selection for the dependent
    bootstrap. Econometric Reviews 23(1), 53-70, section 3. Patton, A., Politis, D. N. and White, H.
    (2009). Correction. Econometric Reviews 28(4), 372-375.
    """
    if series.ndim != 1:
        raise SearchError(f"a block length is that of one series, got the shape {series.shape}")
    deviations, _, moves = centred(checked_trials(series[:, None]))
    n = deviations.shape[0]
    if n < FEWEST_DAYS or not moves[0]:
        return 1.0
    values = np.ascontiguousarray(deviations[:, 0])
    in_a_row = max(5, int(math.log10(n)))
    most_lags = math.ceil(math.sqrt(n)) + in_a_row
    covariances, correlations = _by_lag(values, most_lags)
    lags = _window(correlations, in_a_row, 2.0 * math.sqrt(math.log10(n) / n), most_lags)
    k = np.arange(1, lags + 1)
    weighted = 2.0 * np.minimum(1.0, 2.0 * (1.0 - k / lags)) * covariances[1 : lags + 1]
    curvature = float(np.sum(k * weighted))
    variance = float(covariances[0] + np.sum(weighted))
    longest = math.ceil(min(3.0 * math.sqrt(n), n / 3.0))
    if variance == 0.0:  # the means of such a series do not vary, whatever the blocks
        return float(longest)
    optimal = ((curvature / variance) ** 2 * n) ** (1.0 / 3.0)
    return float(min(max(optimal, 1.0), longest))


def common_block_length(returns: Trials) -> float:
    """Return one block length for many sets: the median of their own.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_sets)
        Returns per period, oldest first, a column a set.

    Returns
    -------
    float
        In days, at least 1. Of more than `SAMPLED_SETS` sets, as many evenly spaced ones are read.

    Raises
    ------
    SearchError
        As `block_length`.
    """
    columns = checked_trials(returns)
    sampled = evenly_spaced(columns.shape[1], SAMPLED_SETS)
    return float(np.median([block_length(columns[:, column]) for column in sampled]))


def _by_lag(values: Floats, most_lags: int) -> tuple[Floats, Floats]:
    """Return autocovariances and absolute autocorrelations of lags 0 to `most_lags`."""
    n = values.size
    squares = np.concatenate(([0.0], np.cumsum(values * values)))
    products = np.array([values[lag:] @ values[: n - lag] for lag in range(most_lags + 1)])
    beyond = np.arange(1, most_lags + 2)
    norms = np.sqrt((squares[-1] - squares[beyond]) * squares[n - beyond])
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = np.where(norms > 0.0, np.abs(products) / norms, 0.0)
    return products / n, correlations


def _window(correlations: Floats, in_a_row: int, bound: float, most_lags: int) -> int:
    """Return the lags that the flat-top window reads, M."""
    small = np.convolve(correlations[:most_lags] < bound, np.ones(in_a_row, dtype=int), "valid")
    first = np.flatnonzero(small == in_a_row)
    return min(2 * max(int(first[0]), 1), most_lags) if first.size else most_lags
