"""The figures that follow from a series of daily returns and from nothing else."""

from __future__ import annotations

from typing import Any

from . import statistics


def return_figures(
    returns: statistics.Returns, periods_per_year: int, risk_free_rate: float
) -> dict[str, Any]:
    """Return the part of a metrics table that follows from daily returns alone.

    Parameters
    ----------
    returns : ndarray of shape (n_days,)
        Simple daily returns that count, oldest first; no NaN. Empty is legal.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free_rate : float
        Per year.

    Returns
    -------
    dict
        ``total_return``, ``cagr``, ``volatility``, ``sharpe``, ``sharpe_band`` (a list of two),
        ``sortino`` and ``max_drawdown``, all fractions; None where a figure does not exist.

    Raises
    ------
    ValueError
        A return that is NaN or infinite, with its index.
    """
    band = statistics.sharpe_band(returns, periods_per_year, risk_free_rate)
    return {
        "total_return": statistics.total_return(returns),
        "cagr": statistics.cagr(returns, periods_per_year),
        "volatility": statistics.volatility(returns, periods_per_year),
        "sharpe": statistics.sharpe_ratio(returns, periods_per_year, risk_free_rate),
        "sharpe_band": None if band is None else list(band),
        "sortino": statistics.sortino_ratio(returns, periods_per_year, risk_free_rate),
        "max_drawdown": statistics.max_drawdown(returns),
    }
