"""Statistics of returns against a benchmark: pure functions of two arrays of the same periods.

The conventions are those of `btplaybook.analyzers.statistics`: simple returns as fractions,
oldest first; NaN raises `ValueError`; a figure that does not exist is ``None``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .hac import Fitted, fitted
from .statistics import (
    ROUNDING,
    Returns,
    checked_returns,
    excess_returns,
    is_ruined,
    standard_deviation,
)

LIKELY = 2.0
"""Standard errors from 0 that an estimate seldom passes by chance."""


@dataclass(frozen=True)
class Beta:
    """The slope on the benchmark with its standard error.

    Attributes
    ----------
    beta, standard_error : float
        Per unit of the benchmark's return.
    lags : int
        Lags of the Newey-West estimator behind the standard error.
    """

    beta: float
    standard_error: float
    lags: int

    @property
    def away_from_zero(self) -> bool:
        """Whether it lies more than two standard errors from 0, and by more than rounding."""
        return abs(self.beta) > max(LIKELY * self.standard_error, ROUNDING)


@dataclass(frozen=True)
class Alpha:
    """Jensen's alpha per year with its standard error.

    Attributes
    ----------
    alpha, standard_error : float
        Fractions per year.
    lags : int
        Lags of the Newey-West estimator behind the standard error.
    """

    alpha: float
    standard_error: float
    lags: int

    @property
    def t_statistic(self) -> float | None:
        """Alpha in standard errors; None where the error is zero."""
        return self.alpha / self.standard_error if self.standard_error > 0 else None


def beta(returns: Returns, benchmark: Returns) -> float | None:
    """Slope of the returns on the benchmark's returns.

    Parameters
    ----------
    returns, benchmark : ndarray of shape (n_periods,)
        Simple returns of the same periods, oldest first.

    Returns
    -------
    float or None
        None for fewer than two returns or a benchmark that does not vary.

    Raises
    ------
    ValueError
        For arrays of different shape.
    """
    returns, benchmark = _paired(returns, benchmark)
    if returns.size < 2 or standard_deviation(benchmark) == 0.0:
        return None
    centred = benchmark - benchmark.mean()
    return float(centred @ returns / (centred @ centred))


def beta_with_error(returns: Returns, benchmark: Returns) -> Beta | None:
    """Slope of the returns on the benchmark's, as `beta` has it, with its standard error.

    The error is robust to heteroskedasticity and autocorrelation, with the lags of `jensen_alpha`.

    Parameters
    ----------
    returns, benchmark : ndarray of shape (n_periods,)
        Simple returns of the same periods, oldest first.

    Returns
    -------
    Beta or None
        None for fewer than three returns or a benchmark that does not vary.

    Raises
    ------
    ValueError
        For arrays of different shape.
    """
    returns, benchmark = _paired(returns, benchmark)
    if returns.size < 3 or standard_deviation(benchmark) == 0.0:
        return None
    line = _line(returns, benchmark)
    return Beta(float(line.coefficients[1]), float(line.errors[1]), line.lags)


def jensen_alpha(
    returns: Returns,
    benchmark: Returns,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
) -> Alpha | None:
    """Intercept of excess returns regressed on the benchmark's excess returns, per year.

    The standard error is robust to heteroskedasticity and autocorrelation (Newey-West, with
    ``floor(4 (n / 100) ** (2 / 9))`` lags).

    Parameters
    ----------
    returns, benchmark : ndarray of shape (n_periods,)
        Simple returns of the same periods, oldest first.
    periods_per_year : int
        Periods in a year; the periodic intercept is multiplied by it.
    risk_free_rate : float
        Fraction per year.

    Returns
    -------
    Alpha or None
        None for fewer than three returns, a benchmark that does not vary, or a ruined account.

    Raises
    ------
    ValueError
        For arrays of different shape.

    References
    ----------
    Jensen, M. C. (1968). The performance of mutual funds in the period 1945-1964. Journal of
    Finance 23(2), 389-416.
    Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and
    autocorrelation consistent covariance matrix. Econometrica 55(3), 703-708; lags: (1994).
    Automatic lag selection in covariance matrix estimation. Review of Economic Studies 61(4).
    """
    returns, benchmark = _paired(returns, benchmark)
    if returns.size < 3 or standard_deviation(benchmark) == 0.0 or is_ruined(returns):
        return None
    excess = excess_returns(returns, periods_per_year, risk_free_rate)
    market = excess_returns(benchmark, periods_per_year, risk_free_rate)
    line = _line(excess, market)
    return Alpha(
        alpha=float(line.coefficients[0]) * periods_per_year,
        standard_error=float(line.errors[0]) * periods_per_year,
        lags=line.lags,
    )


def information_ratio(returns: Returns, benchmark: Returns, periods_per_year: int) -> float | None:
    """Annualised mean active return (returns minus benchmark) over its standard deviation.

    Parameters
    ----------
    returns, benchmark : ndarray of shape (n_periods,)
        Simple returns of the same periods, oldest first.
    periods_per_year : int
        Periods in a year.

    Returns
    -------
    float or None
        None for fewer than two returns, a benchmark or an active return that does not vary, or a
        ruined account. Over a benchmark without risk the ratio is a Sharpe ratio, and is not
        stated twice.

    Raises
    ------
    ValueError
        For arrays of different shape.
    """
    returns, benchmark = _paired(returns, benchmark)
    if returns.size < 2 or standard_deviation(benchmark) == 0.0 or is_ruined(returns):
        return None
    active = returns - benchmark
    deviation = standard_deviation(active)
    if deviation == 0.0:
        return None
    return float(active.mean()) / deviation * math.sqrt(periods_per_year)


def treynor_ratio(
    returns: Returns,
    benchmark: Returns,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
) -> float | None:
    """Mean excess return per year over beta.

    Parameters
    ----------
    returns, benchmark : ndarray of shape (n_periods,)
        Simple returns of the same periods, oldest first.
    periods_per_year : int
        Periods in a year; the mean is arithmetic, as in the Sharpe ratio.
    risk_free_rate : float
        Fraction per year.

    Returns
    -------
    float or None
        Fraction per year; None for a ruined account, and where `beta_with_error` has no beta or one
        within two standard errors of 0: the ratio over such a beta is arbitrary.

    Raises
    ------
    ValueError
        For arrays of different shape.

    References
    ----------
    Treynor, J. L. (1965). How to rate management of investment funds. Harvard Business Review
    43(1), 63-75.
    """
    slope = beta_with_error(returns, benchmark)
    if slope is None or not slope.away_from_zero or is_ruined(returns):
        return None
    excess = excess_returns(returns, periods_per_year, risk_free_rate)
    return float(excess.mean()) * periods_per_year / slope.beta


def _line(y: Returns, x: Returns) -> Fitted:
    """Return the least-squares line of y on x: intercept, then slope."""
    return fitted(y, np.column_stack((np.ones(x.size), x)))


def _paired(returns: Returns, benchmark: Returns) -> tuple[Returns, Returns]:
    """Return both series, checked; reject different lengths."""
    returns, benchmark = checked_returns(returns), checked_returns(benchmark)
    if returns.shape != benchmark.shape:
        raise ValueError(
            f"benchmark must have as many returns as the strategy, {returns.size}, "
            f"got {benchmark.size}"
        )
    return returns, benchmark
