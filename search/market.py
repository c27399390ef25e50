"""Bars of several instruments as arrays on one calendar."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..feeds.arrays import Floats
from ..feeds.bars import Bars
from .errors import LedgerDomainError

SHOWN = 3
"""Most instruments that a message names."""


@dataclass(frozen=True, eq=False)
class Market:
    """Prices and dividends from the account's opening day on.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (n_bars,)
        Sessions, oldest first; the account opens at the close of the first.
    opens, closes, dividends : ndarray of shape (n_bars, n_feeds)
        Account currency per share. Before its first bar an instrument has the values of that bar
        and cannot be held.
    first_bars : ndarray of int, shape (n_feeds,)
        Row of each instrument's first bar.
    names : tuple of str
        The instruments' names, for messages; empty where none were given.
    """

    dates: NDArray[np.datetime64]
    opens: Floats
    closes: Floats
    dividends: Floats
    first_bars: NDArray[np.intp]
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, tables: Sequence[Bars], opens_on: datetime.date) -> Market:
        """Return the market of tables that share a calendar from `opens_on` on.

        Parameters
        ----------
        tables : sequence of Bars
            One for each feed, in the strategy's order.
        opens_on : date
            Day at whose close the account opens; older bars are left out.

        Raises
        ------
        LedgerDomainError
            A table has a gap, or ends before another does. One that begins later is no obstacle.
        """
        first = np.datetime64(opens_on, "D")
        days = [table.dates[table.dates >= first] for table in tables]
        longest = max(days, key=len)
        for table, own in zip(tables, days, strict=True):
            if not own.size or not np.array_equal(own, longest[longest.size - own.size :]):
                others = [other.name for other in tables if other is not table]
                more = len(others) - SHOWN
                names = ", ".join(others[:SHOWN]) + (f" and {more} others" if more > 0 else "")
                raise LedgerDomainError(
                    f"{table.name} has no bar on some day that {names} trade on, and orders for it "
                    "wait there"
                )

        def columns(name: str) -> Floats:
            filled = []
            for table, own in zip(tables, days, strict=True):
                values: Floats = getattr(table, name)[len(table) - own.size :]
                before = np.full(longest.size - own.size, values[0])
                filled.append(np.concatenate([before, values]))
            return np.ascontiguousarray(np.column_stack(filled))

        return cls(
            longest,
            columns("open"),
            columns("close"),
            columns("dividend"),
            np.array([longest.size - own.size for own in days]),
            tuple(table.name for table in tables),
        )

    def name_of(self, column: int) -> str:
        """Return the name of a column's instrument, or "feed 0" and so on where none was given."""
        return self.names[column] if self.names else f"feed {column}"
