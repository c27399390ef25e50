"""The mean of a figure over dates whose labels overlap, with an error that allows for overlap."""

from __future__ import annotations

import math
from typing import NamedTuple

from ...feeds.arrays import Floats
from ...strategies.sector.newey_west import bandwidth, critical_value, newey_west

LEAST_SESSIONS = 126
"""Sessions that the labels must cover; fewer say nothing of an error."""

QUANTILE = 0.975
LEAST_FREEDOM, MOST_FREEDOM = 0.5, 1e9


class Estimate(NamedTuple):
    """A mean over dates; what is not known is NaN, and `reason` says why."""

    mean: float
    error: float
    """Standard error of the mean."""
    lower: float
    """Of the 95 % interval."""
    upper: float
    p_value: float
    """Two-sided, of a true mean of 0."""
    n_dates: int
    n_sessions: int
    """Sessions that the labels cover."""
    effective: float
    """Number of independent dates whose mean would have the same error."""
    lag: int
    """Lags of the Newey-West estimator, in sessions."""
    critical: float
    """Standard errors from the mean to either end of the interval."""
    reason: str
    """Empty where there is an error."""

    def scaled(self, factor: float) -> Estimate:
        """Return the same estimate in another unit; `factor` > 0."""
        mean, error, lower, upper = (factor * each for each in self[:4])
        return self._replace(mean=mean, error=error, lower=lower, upper=upper)


def mean_of_dates(by_date: Floats, by_session: Floats, horizon: int) -> Estimate:
    """Return the mean over dates of a figure, and its error from the sessions of the labels.

    Parameters
    ----------
    by_date : ndarray of shape (s,)
        The figure of each date, oldest first; no NaN.
    by_session : ndarray of shape (n,)
        What each session added to the sum over dates of figure less mean; its sum is 0.
    horizon : int
        Sessions of a label, >= 1.

    Returns
    -------
    Estimate
        All NaN for no date. Without an error for labels that cover fewer than 126 sessions or
        twice the horizon, and for a figure that never varies.

    Notes
    -----
    Labels of neighbouring dates share sessions, so that the dates' figures are correlated over the
    whole horizon, and a long-run variance of `by_date` has few independent values to be estimated
    from. Here each session's return comes once; what the sessions add hardly correlates, whatever
    the horizon (Hodrick's idea). What correlation is left is Newey-West's, with a bandwidth of
    1.3 sqrt(n) and fixed-b critical values, as in `strategies.sector.skill.pooled_regression`.

    The p-value is that of Student's t with as many degrees of freedom as give the fixed-b critical
    value at 5 %: it is below 0.05 where the interval excludes 0.

    References
    ----------
    Hodrick, R. J. (1992). Dividend yields and expected stock returns. Review of Financial Studies
    5(3), 357-386, standard errors 1B. Kiefer, N. M. and Vogelsang, T. J. (2005). A new asymptotic
    theory for heteroskedasticity-autocorrelation robust tests. Econometric Theory 21(6), 1130-1164.
    """
    n_dates, n_sessions = by_date.size, by_session.size
    if not n_dates:
        return unknown("no date has the figure")
    mean = float(by_date.mean())
    needed = max(LEAST_SESSIONS, 2 * horizon)
    if n_sessions < needed:
        reason = f"labels cover {n_sessions} sessions, {needed} are needed"
        return unknown(reason, mean, n_dates, n_sessions)
    width = bandwidth(n_sessions)
    critical = critical_value(width, n_sessions)
    total = float(newey_west(by_session[:, None], width)[0, 0])
    spread = float(by_date.var(ddof=1)) if n_dates > 1 else 0.0
    if not (total > 0.0 and spread > 0.0):
        return unknown("the figure is the same on all dates", mean, n_dates, n_sessions)
    error = math.sqrt(total) / n_dates
    return Estimate(
        mean,
        error,
        mean - critical * error,
        mean + critical * error,
        p_value(mean / error, critical),
        n_dates,
        n_sessions,
        spread / error**2,
        width - 1,
        critical,
        "",
    )


def unknown(reason: str, mean: float = math.nan, n_dates: int = 0, n_sessions: int = 0) -> Estimate:
    """Return an estimate without an error."""
    nan = math.nan
    return Estimate(mean, nan, nan, nan, nan, n_dates, n_sessions, nan, 0, nan, reason)


def p_value(t: float, critical: float) -> float:
    """Return the two-sided p-value of a t-ratio whose 5 % critical value is given.

    Parameters
    ----------
    t : float
        Mean over standard error.
    critical : float
        97.5 % quantile of the t-ratio under a true mean of 0, above 1.96.

    Returns
    -------
    float
        In (0, 1], of Student's t with the degrees of freedom that have this quantile.
    """
    from scipy.special import stdtr

    return float(2.0 * stdtr(degrees_of_freedom(critical), -abs(t)))


def degrees_of_freedom(critical: float) -> float:
    """Return the degrees of freedom of Student's t with a 97.5 % quantile, found by halving."""
    from scipy.special import stdtrit

    low, high = LEAST_FREEDOM, MOST_FREEDOM
    for _ in range(200):
        middle = math.sqrt(low * high)
        if float(stdtrit(middle, QUANTILE)) > critical:
            low = middle
        else:
            high = middle
    return high
