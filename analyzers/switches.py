"""Switches: reversals of the position, from long to short or from short to long."""

from __future__ import annotations

import datetime
from typing import Any

from .ledger_analyzer import Book, LedgerAnalyzer, Sides, in_force


class Switches(LedgerAnalyzer):
    """``{"count", "dates"}``; None for several indexes."""

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the number of switches and the dates of their fills."""
        dates = None if sides is None else switch_dates(book, sides)
        return {"count": None if dates is None else len(dates), "dates": dates}


def switch_dates(book: Book, sides: Sides) -> list[datetime.date]:
    """Return the date of every reversal from long to short or back, oldest first.

    A reversal counts once, at the fill that takes the new side, also where the account was flat in
    between. The first entry, an exit, and an entry on the same side as before are no switches: a
    strategy that is only ever long or flat has none.
    """
    dates = []
    last = 0
    for aim, side in in_force(book.aims, sides):
        if side and side == -last:
            dates.append(aim.date)
        last = side or last
    return dates
