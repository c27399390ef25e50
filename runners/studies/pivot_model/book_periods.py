"""What a book, its members and their funds made over a period."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ....analyzers import statistics


class Figures(NamedTuple):
    """What an account made over a period, compounded."""

    a_year: float | None
    """Growth a year, a fraction."""
    volatility: float | None
    sharpe: float | None
    """Without a risk-free rate."""
    drawdown: float


class Period(NamedTuple):
    """One model of all funds over one period."""

    first: str
    last: str
    days: int
    members: dict[str, Figures]
    book: Figures
    held: Figures
    """All funds held, equally."""
    correlation: float
    """Mean of the pairs of members."""
    correlation_held: float
    """The same of the funds themselves."""
    all_long: float
    """Share of days on which all members are long."""


def period_of(
    returns: pd.DataFrame, sides: pd.DataFrame, market: pd.DataFrame, book: pd.Series, year: int
) -> Period:
    """Return the figures of one period.

    Parameters
    ----------
    returns, sides, market : DataFrame of shape (n_days, n_members)
        What each member gained, the side it held over the day, and what its fund gained; indexed by
        date, oldest first.
    book : Series of shape (n_days,)
        What the book gained.
    year : int
        Days in a year.
    """
    return Period(
        first=str(returns.index[0].date()),
        last=str(returns.index[-1].date()),
        days=len(returns),
        members={str(t): figures_of(own, year) for t, own in returns.items()},
        book=figures_of(book, year),
        held=figures_of(market.mean(axis=1), year),
        correlation=mean_correlation(returns),
        correlation_held=mean_correlation(market),
        all_long=float((sides > 0).all(axis=1).mean()),
    )


def figures_of(returns: pd.Series, year: int) -> Figures:
    """Return growth, volatility, Sharpe ratio and drawdown of daily returns."""
    values = returns.to_numpy(dtype=np.float64)
    return Figures(
        statistics.cagr(values, year),
        statistics.volatility(values, year),
        statistics.sharpe_ratio(values, year),
        statistics.max_drawdown(values),
    )


def mean_correlation(returns: pd.DataFrame) -> float:
    """Return the mean of the correlations of all pairs of columns, those that exist."""
    matrix = returns.corr().to_numpy()
    pairs = matrix[np.triu_indices_from(matrix, 1)]
    pairs = pairs[np.isfinite(pairs)]
    return float(pairs.mean()) if pairs.size else float("nan")
