"""Statistics of a series of periodic returns: pure functions of arrays.

Conventions, the same in every function:

- ``returns`` holds simple returns per period as fractions (0.01 is 1 %), oldest first, no NaN:
  a NaN or an infinity raises `ValueError`, because a gap that is dropped in silence moves every
  figure. An empty array is legal.
- Rates (``risk_free_rate``) are fractions per year and are brought to one period geometrically.
- A figure that does not exist is ``None``, never NaN, infinity or 7e16: too few returns, no
  variance, or an account that is ruined (a period's return of -1 or worse), for which growth and
  ratios of reward to risk mean nothing.
- Ratios of reward to risk are annualised by the square root of ``periods_per_year``; standard
  deviations have ``ddof=1``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Returns = NDArray[np.float64]

ROUNDING = 1e-13
"""Spread of returns that rounding alone explains, per unit of the largest return (or of 1)."""


@dataclass(frozen=True)
class WinLoss:
    """How often a period was won, and by how much; periods without a position do not count.

    Attributes
    ----------
    win_rate : float or None
        Share of periods with a return >= 0, to `ROUNDING`; None without any period.
    average_win, average_loss : float or None
        Mean return of the winning (>= 0) and of the losing (< 0) periods; None without any.
    """

    win_rate: float | None
    average_win: float | None
    average_loss: float | None


def total_return(returns: Returns) -> float:
    """Compounded return of the whole series, a fraction; 0.0 for an empty one.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.

    Returns
    -------
    float
        ``prod(1 + r) - 1``. An account that is ruined stays at what was left after the first
        return of -1 or worse: -1, or below it.
    """
    growth = 1.0 + checked_returns(returns)
    ruined = np.flatnonzero(growth <= 0.0)
    if ruined.size:
        growth = growth[: ruined[0] + 1]
    return float(np.prod(growth)) - 1.0


def cagr(returns: Returns, periods_per_year: int) -> float | None:
    """Compound annual growth rate, ``wealth ** (periods_per_year / n) - 1``.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    periods_per_year : int
        252 for exchange days, 365 for calendar days, 52 for weeks, 12 for months.

    Returns
    -------
    float or None
        Fraction per year; None for an empty series, a ruined account, or a rate beyond floats.
    """
    returns = checked_returns(returns)
    if returns.size == 0 or is_ruined(returns):
        return None
    log_growth = float(np.log1p(returns).sum()) * periods_per_year / returns.size
    try:
        return math.expm1(log_growth)
    except OverflowError:
        return None


def volatility(returns: Returns, periods_per_year: int) -> float | None:
    """Annualised standard deviation (``ddof=1``).

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    periods_per_year : int
        Periods in a year.

    Returns
    -------
    float or None
        Fraction per square root of a year; 0.0 for a constant series, None for fewer than two.
    """
    returns = checked_returns(returns)
    if returns.size < 2:
        return None
    return standard_deviation(returns) * math.sqrt(periods_per_year)


def sharpe_ratio(
    returns: Returns, periods_per_year: int, risk_free_rate: float = 0.0
) -> float | None:
    """Annualised mean excess return over its standard deviation (``ddof=1``).

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    periods_per_year : int
        Periods in a year.
    risk_free_rate : float
        Fraction per year.

    Returns
    -------
    float or None
        None for fewer than two returns, no variance, or a ruined account.

    References
    ----------
    Sharpe, W. F. (1994). The Sharpe ratio. Journal of Portfolio Management 21(1), 49-58.
    """
    if is_ruined(returns):
        return None
    excess = excess_returns(returns, periods_per_year, risk_free_rate)
    periodic = _periodic_sharpe(excess)
    return None if periodic is None else periodic * math.sqrt(periods_per_year)


def sharpe_band(
    returns: Returns,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
    confidence: float = 0.95,
) -> tuple[float, float] | None:
    """Two-sided confidence band of the annualised Sharpe ratio.

    The standard error of the ratio S of one period allows for skewness g3 and kurtosis g4 (3 for
    a normal law): ``sqrt((1 - g3 S + (g4 - 1) / 4 S**2) / (n - 1))``. Returns are taken as
    uncorrelated in time.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    periods_per_year : int
        Periods in a year.
    risk_free_rate : float
        Fraction per year.
    confidence : float
        Coverage of the band, in (0, 1).

    Returns
    -------
    tuple of (float, float) or None
        Lower and upper end, annualised; None where the ratio is.

    Raises
    ------
    ValueError
        For a confidence outside (0, 1).

    References
    ----------
    Mertens, E. (2002). Comments on variance of the IID estimator in Lo (2002). Working paper.
    Opdyke, J. D. (2007). Comparing Sharpe ratios: so where are the p-values? Journal of Asset
    Management 8(5), 308-336. The divisor n - 1 is that of Bailey, D. H. and Lopez de Prado, M.
    (2012). The Sharpe ratio efficient frontier. Journal of Risk 15(2), 3-44.
    """
    _check_confidence(confidence)
    excess = excess_returns(returns, periods_per_year, risk_free_rate)
    periodic = _periodic_sharpe(excess)
    if periodic is None or is_ruined(returns):
        return None
    centred = excess - excess.mean()
    squares = centred * centred  # multiplied out: NumPy's power takes eighty times as long
    variance = float(np.mean(squares))
    skewness = float(np.mean(squares * centred)) / variance**1.5
    kurtosis = float(np.mean(squares * squares)) / variance**2
    # Moments of one sample obey g4 >= 1 + g3**2, so the bracket is never negative but for dust.
    bracket = max(0.0, 1.0 - skewness * periodic + (kurtosis - 1.0) / 4.0 * periodic**2)
    error = math.sqrt(bracket / (excess.size - 1))
    reach = NormalDist().inv_cdf(0.5 + confidence / 2.0) * error
    scale = math.sqrt(periods_per_year)
    return (periodic - reach) * scale, (periodic + reach) * scale


def sortino_ratio(
    returns: Returns, periods_per_year: int, risk_free_rate: float = 0.0
) -> float | None:
    """Annualised mean excess return over its downside deviation.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    periods_per_year : int
        Periods in a year.
    risk_free_rate : float
        Fraction per year; also the target below which a return counts as downside.

    Returns
    -------
    float or None
        The downside deviation is the root mean square of the negative excess returns over *all*
        n periods. None for fewer than two returns, no downside, or a ruined account.

    References
    ----------
    Sortino, F. A. and Price, L. N. (1994). Performance measurement in a downside risk framework.
    Journal of Investing 3(3), 59-64.
    """
    excess = excess_returns(returns, periods_per_year, risk_free_rate)
    if excess.size < 2 or is_ruined(returns):
        return None
    downside = math.sqrt(float(np.mean(np.minimum(excess, 0.0) ** 2)))
    if downside <= _rounding(excess):
        return None
    return float(excess.mean()) / downside * math.sqrt(periods_per_year)


def max_drawdown(returns: Returns) -> float:
    """Deepest fall of wealth below its highest value so far, the start included.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.

    Returns
    -------
    float
        Fraction in [-1, 0]; 0.0 for an empty series, -1.0 for a ruined account.
    """
    returns = checked_returns(returns)
    if is_ruined(returns):
        return -1.0
    log_wealth = np.concatenate(([0.0], np.cumsum(np.log1p(returns))))
    fall = float(np.min(log_wealth - np.maximum.accumulate(log_wealth)))
    return math.expm1(fall)


def win_loss(returns: Returns, has_position: NDArray[np.bool_]) -> WinLoss:
    """Share of winning periods among those with a position; zero counts as a win.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    has_position : ndarray of bool, shape (n_periods,)
        Whether a position was at work in the period.

    Returns
    -------
    WinLoss
        The averages are over the same winning and losing periods as the rate. A loss that rounding
        alone explains is none, so that equal accounts have equal rates however they were summed.

    Raises
    ------
    ValueError
        For arrays of different shape.
    """
    returns = checked_returns(returns)
    if returns.shape != np.shape(has_position):
        raise ValueError(
            f"has_position must have the shape of returns, {returns.shape}, "
            f"got {np.shape(has_position)}"
        )
    held = returns[np.asarray(has_position, dtype=bool)]
    lost = held < -ROUNDING  # a day without a change may come out a rounding below zero
    wins, losses = held[~lost], held[lost]
    return WinLoss(
        win_rate=wins.size / held.size if held.size else None,
        average_win=float(wins.mean()) if wins.size else None,
        average_loss=float(losses.mean()) if losses.size else None,
    )


def value_at_risk(returns: Returns, confidence: float = 0.95) -> float | None:
    """Historical value at risk of one period: the empirical quantile, linearly interpolated.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    confidence : float
        In (0, 1): 0.95 is the return that 5 % of the periods fell below.

    Returns
    -------
    float or None
        A return, so a loss is negative; None for fewer than two returns.

    Raises
    ------
    ValueError
        For a confidence outside (0, 1).
    """
    _check_confidence(confidence)
    returns = checked_returns(returns)
    if returns.size < 2:
        return None
    return float(np.quantile(returns, 1.0 - confidence))


def expected_shortfall(returns: Returns, confidence: float = 0.95) -> float | None:
    """Mean return of the periods at or below the historical value at risk.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.
    confidence : float
        In (0, 1), as in `value_at_risk`.

    Returns
    -------
    float or None
        A return, so a loss is negative; None for fewer than two returns.

    Raises
    ------
    ValueError
        For a confidence outside (0, 1).
    """
    threshold = value_at_risk(returns, confidence)
    if threshold is None:
        return None
    tail = returns[returns <= threshold]
    # Interpolating between equal returns can land one rounding below the smallest of them.
    return float(tail.mean()) if tail.size else float(returns.min())


def recovery_factor(returns: Returns) -> float | None:
    """Compounded total return over the size of the deepest drawdown.

    Parameters
    ----------
    returns : ndarray of shape (n_periods,)
        Simple returns, oldest first.

    Returns
    -------
    float or None
        None without a drawdown, or for a ruined account.
    """
    returns = checked_returns(returns)
    fall = max_drawdown(returns)
    if abs(fall) <= ROUNDING or is_ruined(returns):
        return None
    return total_return(returns) / abs(fall)


def checked_returns(returns: Returns) -> Returns:
    """Return ``returns`` as a float array; reject what is not one-dimensional and finite.

    Raises
    ------
    ValueError
        For another shape, or a NaN or infinity, with its index.
    """
    array = np.asarray(returns, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"returns must be one-dimensional, got shape {array.shape}")
    finite = np.isfinite(array)
    if not finite.all():
        bad = int(finite.argmin())
        raise ValueError(f"returns must be finite, got {array[bad]} at index {bad}")
    return array


def _check_confidence(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")


def excess_returns(returns: Returns, periods_per_year: int, risk_free_rate: float) -> Returns:
    """Return the returns over the risk-free rate of one period.

    Raises
    ------
    ValueError
        For a rate of -1 per year or less.
    """
    if not risk_free_rate > -1.0:
        raise ValueError(f"risk_free_rate must be above -1 per year, got {risk_free_rate}")
    periodic = math.expm1(math.log1p(risk_free_rate) / periods_per_year)
    excess: Returns = checked_returns(returns) - periodic
    return excess


def _periodic_sharpe(excess: Returns) -> float | None:
    """Return mean over standard deviation for one period, or None."""
    if excess.size < 2:
        return None
    deviation = standard_deviation(excess)
    return float(excess.mean()) / deviation if deviation > 0.0 else None


def standard_deviation(values: Returns) -> float:
    """Return the standard deviation (``ddof=1``); what rounding alone explains is 0.0."""
    deviation = float(values.std(ddof=1))
    return deviation if deviation > _rounding(values) else 0.0


def _rounding(values: Returns) -> float:
    return ROUNDING * max(1.0, float(np.abs(values).max()))


def is_ruined(returns: Returns) -> bool:
    """Return whether any period lost everything or more."""
    return bool((np.asarray(returns) <= -1.0).any())
