"""Sharpe ratios of one period, how far they may be off, and how probably they beat a benchmark."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...analyzers.statistics import standard_deviation
from ...feeds.arrays import Floats
from ..errors import SearchError
from .normal import normal_cdf
from .series import checked_series, checked_sets, deviations_of

FEWEST_PERIODS = 3
"""Two returns have no skewness, whatever they are: with fewer than three there are no moments."""


class Moments(NamedTuple):
    """What the error of a Sharpe ratio hangs on.

    Attributes
    ----------
    sharpe : float
        Mean over standard deviation (``ddof=1``) of one period's return: not annualised.
    skewness : float
        Third standardised moment of the sample; 0 for a normal law.
    kurtosis : float
        Fourth standardised moment of the sample, *not* excess; 3 for a normal law.
    n_periods : int
        Returns in the series.
    """

    sharpe: float
    skewness: float
    kurtosis: float
    n_periods: int


def moments(returns: Any) -> Moments | None:
    """Return the Sharpe ratio of one period and the moments that its error hangs on.

    Parameters
    ----------
    returns : ndarray of shape (n_days,)
        Per period, fractions, oldest first; for an excess, the differences themselves.

    Returns
    -------
    Moments or None
        None for fewer than three returns, and for returns that do not vary.

    Raises
    ------
    SearchError
        For a NaN or an infinity, or another shape.
    """
    series = checked_series(returns)
    if series.size < FEWEST_PERIODS:
        return None
    deviation = standard_deviation(series)
    if deviation == 0.0:
        return None
    centred = series - series.mean()
    squares = centred * centred
    variance = float(squares.mean())
    return Moments(
        sharpe=float(series.mean()) / deviation,
        skewness=float((squares * centred).mean()) / variance**1.5,
        kurtosis=float((squares * squares).mean()) / variance**2,
        n_periods=series.size,
    )


def sharpe_ratios(returns: Any) -> Floats:
    """Return the Sharpe ratio of one period of every set.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_sets)
        Per period, fractions, oldest first.

    Returns
    -------
    ndarray of shape (n_sets,)
        Mean over standard deviation (``ddof=1``); NaN for a set whose returns do not vary, such
        as one that never trades, and for all sets with fewer than two days.

    Raises
    ------
    SearchError
        For a NaN or an infinity, or another shape.
    """
    table = checked_sets(returns)
    found = np.full(table.shape[1], np.nan)
    if table.shape[0] < 2:
        return found
    deviations = deviations_of(table)
    np.divide(table.mean(axis=0), deviations, out=found, where=deviations > 0.0)
    return found


def sharpe_p_values(sharpes: Any, n_periods: int, one_sided: bool = False) -> Floats:
    """Return the p-value of every set's Sharpe ratio against 0, by Student's law.

    Parameters
    ----------
    sharpes : ndarray of shape (n_sets,)
        Sharpe ratios of one period, as `sharpe_ratios` gives them.
    n_periods : int
        Returns of each set, >= 2.
    one_sided : bool
        True: only a ratio above 0 counts against the null. False: one below 0, too.

    Returns
    -------
    ndarray of shape (n_sets,)
        In [0, 1]; 1.0 for a set without a ratio (NaN), which has found nothing.

    Raises
    ------
    SearchError
        For fewer than two periods.
    """
    from scipy.special import stdtr

    if n_periods < 2:
        raise SearchError(f"n_periods must be >= 2, got {n_periods}")
    t = np.asarray(sharpes, dtype=np.float64) * math.sqrt(n_periods)
    tails = stdtr(n_periods - 1, -t) if one_sided else 2.0 * stdtr(n_periods - 1, -np.abs(t))
    return np.where(np.isnan(t), 1.0, tails)


def standard_error(moments: Moments) -> float:
    """Return the standard error of the Sharpe ratio of one period.

    With skewness g3, kurtosis g4 and T returns that are independent in time it is
    ``sqrt((1 - g3 S + (g4 - 1) / 4 S**2) / (T - 1))``; for a normal law that is Lo's
    ``sqrt((1 + S**2 / 2) / (T - 1))``.

    Parameters
    ----------
    moments : Moments
        Of a series, or assumed.

    Returns
    -------
    float
        Per period. 0.0 only for returns of two values whose deviations happen to cancel.

    Raises
    ------
    SearchError
        For moments that no law has: see `checked_moments`.

    References
    ----------
    Lo, A. W. (2002). The statistics of Sharpe ratios. Financial Analysts Journal 58(4), 36-52,
    section on independent returns. Mertens, E. (2002). Comments on variance of the IID estimator
    in Lo (2002). Working paper. Bailey, D. H. and Lopez de Prado, M. (2012). The Sharpe ratio
    efficient frontier. Journal of Risk 15(2), 3-44, section 3; the divisor T - 1 is theirs.
    """
    sharpe, skewness, kurtosis, n_periods = checked_moments(moments)
    # Moments of one law obey g4 >= 1 + g3**2, so the bracket is never negative but for dust.
    bracket = max(0.0, 1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2)
    return math.sqrt(bracket / (n_periods - 1))


def checked_moments(moments: Moments) -> Moments:
    """Return moments that some law has.

    Raises
    ------
    SearchError
        For fewer than two periods, a number that is not finite, and a kurtosis below
        ``1 + skewness**2``: most often an excess kurtosis.
    """
    if not all(math.isfinite(value) for value in moments):
        raise SearchError(f"moments must be finite, got {moments}")
    if moments.n_periods < 2:
        raise SearchError(f"n_periods must be >= 2, got {moments.n_periods}")
    least = 1.0 + moments.skewness**2
    if moments.kurtosis < least * (1.0 - 1e-9):
        raise SearchError(
            f"kurtosis must be >= 1 + skewness**2 = {least:.6g}, got {moments.kurtosis:.6g}: "
            "give the kurtosis itself (3 for a normal law), not the excess"
        )
    return moments


def sharpe_z(moments: Moments, benchmark: float = 0.0) -> float | None:
    """Return by how many standard errors the Sharpe ratio exceeds a benchmark.

    Parameters
    ----------
    moments : Moments
        Of a series, or assumed.
    benchmark : float
        Sharpe ratio of one period.

    Returns
    -------
    float or None
        None where the standard error is 0.

    Raises
    ------
    SearchError
        For moments that no law has.
    """
    error = standard_error(moments)
    return None if error == 0.0 else (moments.sharpe - benchmark) / error


def probabilistic_sharpe_ratio(moments: Moments, benchmark: float = 0.0) -> float | None:
    """Return the confidence that the true Sharpe ratio exceeds a benchmark.

    One minus the p-value of the one-sided test, with the standard error of `standard_error`.

    Parameters
    ----------
    moments : Moments
        Of a series, or assumed.
    benchmark : float
        Sharpe ratio of one period.

    Returns
    -------
    float or None
        In [0, 1]; None where the standard error is 0.

    Raises
    ------
    SearchError
        For moments that no law has.

    References
    ----------
    Bailey, D. H. and Lopez de Prado, M. (2012). The Sharpe ratio efficient frontier. Journal of
    Risk 15(2), 3-44, section 3.
    """
    z = sharpe_z(moments, benchmark)
    return None if z is None else normal_cdf(z)
