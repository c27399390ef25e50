"""Ex-post best, median trial, walk-forward, and buying and holding, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...analyzers.return_figures import return_figures
from ...search.found import Found
from ..runs.result import RunResult
from .median import median_set

OF_RETURNS = ("total_return", "cagr", "volatility", "sharpe", "max_drawdown")
PER_YEAR = "excess_per_year"
SHOWN = (*OF_RETURNS, PER_YEAR)
"""Figures of each; `excess_per_year` is its growth rate less that of holding on the same days."""

BEST, MEDIAN, WALK_FORWARD, HELD = "best", "median", "walk_forward", "held"


class Compared(NamedTuple):
    """One of the four."""

    name: str
    """`BEST`, `MEDIAN`, `WALK_FORWARD` or `HELD`."""
    first: str | None
    """First day that counts, ISO date; None where it does not exist."""
    last: str | None
    figures: dict[str, float | None]
    """`SHOWN`; None for a figure that does not exist."""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {"name": self.name, "first": self.first, "last": self.last, **self.figures}


def compared(
    found: Found,
    best: RunResult | None,
    held: pd.Series,
    returns: Callable[[Found, int], pd.Series | None],
    forward: RunResult | None,
    periods_per_year: int,
    risk_free_rate: float,
) -> list[Compared]:
    """Return the four, on the days of the walk-forward where there is one.

    Parameters
    ----------
    found : Found
        The search over the whole window: best and median are chosen on all of its days.
    best : RunResult or None
        Run of its best set.
    held : Series
        Daily returns of buying and holding, from the search's opening day on, the first NaN.
    returns : callable
        Tells the daily returns of a set. Where it has none, the median trial's figures are those
        of the search, over all of its days.
    forward : RunResult or None
        The account of the walk-forward.
    periods_per_year : int
    risk_free_rate : float
        Per year.
    """
    whole = held.iloc[1:]
    days = pd.DatetimeIndex(whole.index if forward is None else forward.returns.index)
    beside = whole.loc[days[0] : days[-1]] if len(days) else whole

    def of(name: str, series: pd.Series | None) -> Compared:
        if series is None or not len(days):
            return _absent(name)
        own = series.loc[days[0] : days[-1]]
        figures = _figures(own, periods_per_year, risk_free_rate)
        rate, theirs = figures["cagr"], _figures(beside, periods_per_year, risk_free_rate)["cagr"]
        figures[PER_YEAR] = None if rate is None or theirs is None else rate - theirs
        return Compared(name, str(own.index[0].date()), str(own.index[-1].date()), figures)

    return [
        of(BEST, None if best is None else best.returns),
        _median(found, returns, whole, of),
        of(WALK_FORWARD, None if forward is None else forward.returns),
        of(HELD, whole),
    ]


def _median(
    found: Found,
    returns: Callable[[Found, int], pd.Series | None],
    whole: pd.Series,
    of: Callable[[str, pd.Series], Compared],
) -> Compared:
    index = median_set(found)
    if index is None:
        return _absent(MEDIAN)
    daily = returns(found, index)
    if daily is not None:
        return of(MEDIAN, daily)
    assert found.rows is not None
    rows = found.rows()
    row = rows[rows["index"] == index].iloc[0]
    figures = {name: float(row[name]) if np.isfinite(row[name]) else None for name in SHOWN}
    first, last = (str(whole.index[place].date()) for place in (0, -1))
    return Compared(MEDIAN, first, last, figures)


def _absent(name: str) -> Compared:
    return Compared(name, None, None, dict.fromkeys(SHOWN))


def _figures(
    returns: pd.Series, periods_per_year: int, risk_free_rate: float
) -> dict[str, float | None]:
    """Return `OF_RETURNS`; None for each after a ruin, when returns do not exist."""
    values = returns.to_numpy(np.float64)
    if not values.size or not np.isfinite(values).all():
        return dict.fromkeys(OF_RETURNS)
    figures = return_figures(values, periods_per_year, risk_free_rate)
    return {name: figures[name] for name in OF_RETURNS}
