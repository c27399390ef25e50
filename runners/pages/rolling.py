"""Figures of the last half year, day by day: Sharpe ratio, volatility, beta."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..runs.labels.figures import FIGURES
from .daily_returns import benchmark_returns, is_cash, strategy_returns
from .svg.paths import Floats
from .timeline.charts import Line, TimeChart

if TYPE_CHECKING:
    from ..runs.result import RunResult

FEWEST = 20
"""Fewest returns in half a year; of monthly returns, half-year figures would be noise."""

HEIGHT = 120


def rolling_charts(result: RunResult) -> list[TimeChart]:
    """Return the charts of rolling half-year figures; none for months or a short window.

    The figures of a day are those of the returns up to and including it.
    """
    returns = strategy_returns(result).to_numpy(dtype=float)
    length = result.periods_per_year // 2
    if length < FEWEST or returns.size < 2 * length or not np.isfinite(returns).all():
        return []
    market = benchmark_returns(result)
    lines: dict[str, list[Line]] = {"sharpe": [], "volatility": [], "beta": []}
    if market is not None and not is_cash(result.benchmark_name, market.to_numpy(dtype=float)):
        held = market.to_numpy(dtype=float)
        _, volatility = rolling(held, length, result.periods_per_year)
        lines["volatility"].append(
            Line("benchmark-volatility", result.benchmark_title, "benchmark", _on_days(volatility))
        )
        beta = _on_days(rolling_beta(returns, held, length))
        lines["beta"].append(
            Line("rolling-beta", f"Beta to {result.benchmark_noun}", "accent", beta, width=1.2)
        )
    rate = float(result.settings.get("risk_free_rate") or 0.0)
    sharpe, volatility = rolling(returns, length, result.periods_per_year, rate)
    lines["sharpe"].append(
        Line("rolling-sharpe", FIGURES["sharpe"].label, "accent", _on_days(sharpe), width=1.2)
    )
    lines["volatility"].append(
        Line("strategy-volatility", result.title, "accent", _on_days(volatility), width=1.2)
    )
    charts = [
        TimeChart(
            "rolling-sharpe",
            "Sharpe ratio of the last half year",
            lines["sharpe"],
            HEIGHT,
            zero=True,
        ),
        TimeChart(
            "rolling-volatility",
            "Volatility of the last half year",
            lines["volatility"],
            HEIGHT,
            unit="%",
        ),
    ]
    if lines["beta"]:
        label = f"Beta of the last half year to {result.benchmark_noun}"
        charts.append(TimeChart("rolling-beta", label, lines["beta"], HEIGHT, zero=True))
    return charts


def rolling(
    returns: Floats, length: int, periods_per_year: int, risk_free_rate: float = 0.0
) -> tuple[Floats, Floats]:
    """Return the Sharpe ratio and the volatility per year of the last `length` returns.

    Parameters
    ----------
    returns : ndarray of shape (n,)
        Simple returns, oldest first, no NaN.
    length : int
        Returns in a window.
    periods_per_year : int
        Returns a year.
    risk_free_rate : float
        Per year.

    Returns
    -------
    ndarray, ndarray, each of shape (n,)
        NaN before the first whole window; the Sharpe ratio is NaN too where returns do not vary.
    """
    mean, deviation = _moments(returns, length)
    daily_rate = (1.0 + risk_free_rate) ** (1.0 / periods_per_year) - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        sharpe = np.where(
            deviation > 1e-12, (mean - daily_rate) / deviation * np.sqrt(periods_per_year), np.nan
        )
    volatility: Floats = deviation * np.sqrt(periods_per_year)
    return sharpe, volatility


def rolling_beta(returns: Floats, market: Floats, length: int) -> Floats:
    """Return the beta of the last `length` returns; NaN where the market does not vary."""
    windows = np.lib.stride_tricks.sliding_window_view
    ours, theirs = windows(returns, length), windows(market, length)
    theirs = theirs - theirs.mean(axis=1, keepdims=True)
    variance = (theirs**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        beta = np.where(variance > 1e-18, (ours * theirs).sum(axis=1) / variance, np.nan)
    return np.append(np.full(length - 1, np.nan), beta)


def _moments(returns: Floats, length: int) -> tuple[Floats, Floats]:
    window = np.lib.stride_tricks.sliding_window_view(returns, length)
    before = np.full(length - 1, np.nan)
    return (
        np.append(before, window.mean(axis=1)),
        np.append(before, window.std(axis=1, ddof=1)),
    )


def _on_days(figures: Floats) -> Floats:
    """Return figures for the opening day too, which has no return."""
    return np.append(np.nan, figures)
