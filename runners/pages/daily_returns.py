"""Daily returns of a run and its benchmark, and yearly figures computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...analyzers import statistics

if TYPE_CHECKING:
    from ..runs.result import RunResult

CASH = "cash"
"""Name of the benchmark that holds cash, with or without interest."""


def strategy_returns(result: RunResult) -> pd.Series:
    """Return the daily returns that count; the opening day has none.

    After the account's value has fallen to exactly zero, returns are undefined and taken as zero.
    """
    returns = result.daily["return"].iloc[1:]
    ruined = (returns <= -1.0).cummax()
    return returns.mask(ruined & returns.isna(), 0.0)


def benchmark_returns(result: RunResult) -> pd.Series | None:
    """Return the benchmark's daily returns; None if there is no benchmark."""
    if "benchmark_return" not in result.daily:
        return None
    returns = result.daily["benchmark_return"].iloc[1:]
    return None if returns.empty or returns.isna().any() else returns


def is_cash(name: str, returns: statistics.Returns) -> bool:
    """Return whether a benchmark is cash: by its name, or because its returns do not vary.

    The interest on cash does vary (a weekend earns three days), but that is no risk.
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
        Year to number of reversals, oldest first, for every year after the first date, on which the
        account only opens; years without a reversal have 0.
    """
    years = pd.DatetimeIndex(sign.index).year
    counts = dict.fromkeys((int(year) for year in years[1:].unique()), 0)
    held = sign.to_numpy() != 0
    signs, years = sign.to_numpy()[held], years[held]
    for year in years[1:][signs[1:] != signs[:-1]]:
        counts[int(year)] += 1
    return counts
