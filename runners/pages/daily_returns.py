"""A run's daily returns and its benchmark's, and what is summed up of them by the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...analyzers import statistics

if TYPE_CHECKING:
    from ..runs.result import RunResult

CASH = "cash"
"""Name of the benchmark that is cash, with or without interest."""


def strategy_returns(result: RunResult) -> pd.Series:
    """Return the counted daily returns: the account's opening day has none.

    Of an account that ended at exactly zero there is no further return; it is taken as zero.
    """
    returns = result.daily["return"].iloc[1:]
    ruined = (returns <= -1.0).cummax()
    return returns.mask(ruined & returns.isna(), 0.0)


def benchmark_returns(result: RunResult) -> pd.Series | None:
    """Return the benchmark's daily returns; None where there is no benchmark."""
    if "benchmark_return" not in result.daily:
        return None
    returns = result.daily["benchmark_return"].iloc[1:]
    return None if returns.empty or returns.isna().any() else returns


def is_cash(name: str, returns: statistics.Returns) -> bool:
    """Return whether a benchmark is cash: by its name, or since its returns do not vary.

    Interest by the calendar varies, a weekend's is three days', without being a risk.
    """
    return name == CASH or (returns.size > 1 and statistics.standard_deviation(returns) == 0.0)


def yearly_returns(returns: pd.Series) -> dict[int, float]:
    """Compound the daily returns of each calendar year.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple daily returns, oldest first, no NaN.

    Returns
    -------
    dict of int to float
        Year to return as a fraction, oldest first; the first and last year may be partial.
    """
    years = pd.DatetimeIndex(returns.index).year
    return {
        int(year): statistics.total_return(returns[years == year].to_numpy(dtype=float))
        for year in years.unique()
    }


def switches_per_year(sign: pd.Series) -> dict[int, int]:
    """Count the reversals of the position's sign in each calendar year.

    Parameters
    ----------
    sign : Series of int, indexed by date
        Sign of the position at each close (-1, 0, 1), oldest first. Time spent flat does not
        reverse anything by itself, and the first entry is not a reversal.

    Returns
    -------
    dict of int to int
        Every year after the first date, on which the account only opens; oldest first, the years
        without a reversal too.
    """
    years = pd.DatetimeIndex(sign.index).year
    counts = dict.fromkeys((int(year) for year in years[1:].unique()), 0)
    held = sign.to_numpy() != 0
    signs, years = sign.to_numpy()[held], years[held]
    for year in years[1:][signs[1:] != signs[:-1]]:
        counts[int(year)] += 1
    return counts
