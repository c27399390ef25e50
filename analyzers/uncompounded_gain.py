"""Gain of the signals without compounding, for one share and for one unit of money."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .ledger_analyzer import Book, LedgerAnalyzer, Sides, in_force


class UncompoundedGain(LedgerAnalyzer):
    """``{"points", "percent", "synthetic", "daily"}``; the figures are None for several indexes."""

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the sums and the table that they are the sums of."""
        if sides is None:
            return {"points": None, "percent": None, "synthetic": False, "daily": None}
        daily = uncompounded_gain(book, sides)
        return {
            "points": math.fsum(daily["points"]),
            "percent": math.fsum(daily["percent"]),
            "synthetic": len(sides) > 1,
            "daily": daily,
        }


def uncompounded_gain(book: Book, sides: Sides) -> pd.DataFrame:
    """Return the gain of each day without compounding, from prices alone.

    Between two fills the gain is the side of the target times the change of the index's price.
    Costs, dividends, sizes and ruin do not enter: this measures the signals.

    Parameters
    ----------
    book : Book
        The ledger.
    sides : dict of str to int
        The index first, and its inverse as -1; where there is one, all prices are the index's and
        the figure is synthetic.

    Returns
    -------
    DataFrame
        Index ``date``, oldest first; ``points`` for one share, ``percent`` for one unit of money
        at the previous close (a fraction), and ``side`` in force after the close (-1, 0, 1).

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Performance
    Graphs".
    """
    index = next(iter(sides))
    column = book.instruments.index(index)
    by_date: dict[Any, list[tuple[Any, int]]] = {}
    for aim, side_after in in_force(book.aims, sides):
        by_date.setdefault(aim.date, []).append((aim, side_after))

    rows = []
    side, mark = 0, math.nan
    for day in book.days:
        base, points = mark, 0.0
        for aim, side_after in by_date.get(day.date, ()):
            price = aim.reference
            if aim.instrument != index:
                price = (day.opens if aim.moment == "open" else day.closes)[column]
            points += side * (price - mark) if side else 0.0
            base = price if math.isnan(base) else base
            side, mark = side_after, price
        close = day.closes[column]
        points += side * (close - mark) if side else 0.0
        mark = close
        rows.append((points, points / base if points else 0.0, side))
    dates = pd.DatetimeIndex([day.date for day in book.days], name="date")
    return pd.DataFrame(rows, columns=["points", "percent", "side"], index=dates)
