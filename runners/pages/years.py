"""Compounded returns of calendar years, of a strategy beside its benchmark."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from .daily_returns import yearly_returns
from .periods import held_from


class Year(NamedTuple):
    """The returns of one calendar year, which may be partial.

    Attributes
    ----------
    year : int
    strategy : float or None
        Fraction; None for a year in which no position was possible yet.
    benchmark : float or None
        Fraction; None without a benchmark.
    """

    year: int
    strategy: float | None
    benchmark: float | None


def years(
    returns: pd.Series, benchmark: pd.Series | None = None, begins: pd.Timestamp | None = None
) -> list[Year]:
    """Return the compounded return of every calendar year that holds a return, oldest first.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns as fractions, oldest first, no NaN.
    benchmark : Series of float, optional
        The benchmark's returns on the same dates.
    begins : Timestamp, optional
        Day of the first decision; before its close no position was possible. None: from the first
        return on.

    Raises
    ------
    ValueError
        The benchmark has other dates, or a return is NaN.
    """
    market = {}
    if benchmark is not None:
        if not benchmark.index.equals(returns.index):
            raise ValueError("the benchmark's dates are not those of the returns")
        market = yearly_returns(benchmark)
    held = set(pd.DatetimeIndex(held_from(returns, begins).index).year)
    return [
        Year(year, own if year in held else None, market.get(year))
        for year, own in yearly_returns(returns).items()
    ]
