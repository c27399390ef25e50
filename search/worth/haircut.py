"""The haircut Sharpe ratio: what is left of a ratio once its p-value pays for many tests."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..errors import SearchError
from .multiple_testing import benjamini_yekutieli, bonferroni, holm


class Cut(NamedTuple):
    """A Sharpe ratio after one adjustment.

    Attributes
    ----------
    p_value : float
        Two-sided, adjusted for the number of tests.
    sharpe : float
        Annual Sharpe ratio whose single test has that p-value; 0.0 where it is 1.
    haircut : float
        Share of the ratio that is cut off, in [0, 1].
    """

    p_value: float
    sharpe: float
    haircut: float


class Haircut(NamedTuple):
    """A Sharpe ratio and what three adjustments leave of it.

    Attributes
    ----------
    sharpe : float
        Annual, corrected for autocorrelation.
    p_value : float
        Two-sided, of a single test.
    bonferroni : Cut or None
        By the number of tests alone. None together with a `reason`.
    holm, bhy : Cut or None
        By the p-values of the other tests: chance of any false discovery, share of false ones
        (Benjamini, Hochberg and Yekutieli). None without those p-values, or with a `reason`.
    reason : str or None
        Why nothing is cut; None where something is.
    """

    sharpe: float
    p_value: float
    bonferroni: Cut | None = None
    holm: Cut | None = None
    bhy: Cut | None = None
    reason: str | None = None


def haircut_sharpe_ratio(
    annual_sharpe: float,
    n_periods: int,
    periods_per_year: int,
    n_tests: float,
    other_p_values: Any = None,
    autocorrelation: float = 0.0,
) -> Haircut:
    """Return the Sharpe ratio that is left after adjusting its p-value for many tests.

    The ratio becomes a t-statistic, that a two-sided p-value by Student's law with n - 1 degrees
    of freedom, that is adjusted, and the way goes back.

    Parameters
    ----------
    annual_sharpe : float
        Annualised by the square root of `periods_per_year`.
    n_periods : int
        Returns behind it, >= 2.
    periods_per_year : int
        >= 1.
    n_tests : float
        Of Bonferroni's adjustment, >= 1; an effective number may be no integer.
    other_p_values : ndarray of shape (n_others,), optional
        Two-sided p-values of the other tests, without this one: `sharpe_p_values` of the other
        sets. For Holm's adjustment and that of Benjamini, Hochberg and Yekutieli.
    autocorrelation : float
        Of returns with those of the period before, in (-1, 1).

    Returns
    -------
    Haircut
        With a `reason` and nothing cut for a Sharpe ratio of 0 or less.

    Raises
    ------
    SearchError
        For a number outside its range.

    Notes
    -----
    The published program draws the other tests' p-values from a model of published factors, and
    reports medians; here they are those of the search. It counts whole months of 30 days and 12 of
    them a year, also for daily returns; here every period counts. Among the Benjamini-Yekutieli
    p-values it leaves the largest unadjusted; here all are.

    References
    ----------
    Harvey, C. R. and Liu, Y. (2015). Backtesting. Journal of Portfolio Management 42(1), 13-28,
    and their program Haircut_SR. Lo, A. W. (2002). The statistics of Sharpe ratios. Financial
    Analysts Journal 58(4), 36-52, section on returns with autocorrelation of first order.
    """
    from scipy.special import stdtr

    if not math.isfinite(annual_sharpe):
        raise SearchError(f"annual_sharpe must be finite, got {annual_sharpe}")
    for name, value, least in (
        ("n_periods", n_periods, 2), ("periods_per_year", periods_per_year, 1)
    ):  # fmt: skip
        if value < least:
            raise SearchError(f"{name} must be >= {least}, got {value}")
    sharpe = annual_sharpe * autocorrelation_factor(autocorrelation, periods_per_year)
    years = n_periods / periods_per_year
    p_value = float(2.0 * stdtr(n_periods - 1, -abs(sharpe) * math.sqrt(years)))
    if sharpe <= 0.0:
        return Haircut(sharpe, p_value, reason="a Sharpe ratio of 0 or less has nothing to cut")

    def cut(adjusted: float) -> Cut:
        return _cut(sharpe, p_value, adjusted, n_periods, years)

    found = Haircut(sharpe, p_value, cut(bonferroni(p_value, n_tests)))
    if other_p_values is None:
        return found
    tests = np.append(np.asarray(other_p_values, dtype=np.float64), p_value)
    return found._replace(
        holm=cut(float(holm(tests)[-1])), bhy=cut(float(benjamini_yekutieli(tests)[-1]))
    )


def _cut(sharpe: float, single: float, adjusted: float, n_periods: int, years: float) -> Cut:
    """Return the ratio whose single test has an adjusted p-value."""
    from scipy.special import stdtrit

    if adjusted <= single:  # one test, or a p-value too small for a float
        return Cut(adjusted, sharpe, 0.0)
    left = max(0.0, -float(stdtrit(n_periods - 1, adjusted / 2.0)) / math.sqrt(years))
    return Cut(adjusted, left, 1.0 - left / sharpe)


def autocorrelation_factor(autocorrelation: float, periods_per_year: int) -> float:
    """Return by what autocorrelation multiplies an annual Sharpe ratio.

    For returns whose autocorrelations are the powers of rho, and q periods a year:
    ``(1 + 2 rho / (1 - rho) (1 - (1 - rho**q) / (q (1 - rho))))**-0.5``.

    Parameters
    ----------
    autocorrelation : float
        rho, in (-1, 1).
    periods_per_year : int
        q >= 1.

    Returns
    -------
    float
        Below 1 for a positive autocorrelation; 1.0 for none, and for one period a year.

    Raises
    ------
    SearchError
        For an autocorrelation outside (-1, 1) or fewer periods than one.

    References
    ----------
    Lo, A. W. (2002). The statistics of Sharpe ratios. Financial Analysts Journal 58(4), 36-52,
    section on returns with autocorrelation of first order.
    """
    rho, q = autocorrelation, periods_per_year
    if not -1.0 < rho < 1.0:
        raise SearchError(f"autocorrelation must be in (-1, 1), got {rho}")
    if q < 1:
        raise SearchError(f"periods_per_year must be >= 1, got {q}")
    variance = 1.0 + 2.0 * rho / (1.0 - rho) * (1.0 - (1.0 - rho**q) / (q * (1.0 - rho)))
    return 1.0 / math.sqrt(variance)
