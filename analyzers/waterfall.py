"""Profit and loss by origin, and what the parts leave unexplained."""

from __future__ import annotations

import math
from typing import Any

from .daily_account import FLOWS, daily_account
from .ledger_analyzer import Book, LedgerAnalyzer, Sides


class Waterfall(LedgerAnalyzer):
    """The parts of the profit and loss, as `waterfall` returns them."""

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the parts."""
        return waterfall(book)


def waterfall(book: Book) -> dict[str, float]:
    """Return profit and loss by origin, in account currency; costs are negative.

    Returns
    -------
    dict
        ``price``, ``dividends``, ``borrow``, ``interest``, ``commission``, ``slippage``; ``total``
        is the change of equity since the account opened; ``residual`` is what the parts leave
        unexplained. The parts come from holdings, prices and rates and the total from cash, so a
        residual that is not zero is a fault in the accounting.
    """
    daily = daily_account(book)
    parts = {name: math.fsum(daily[name]) for name in FLOWS}
    total = book.days[-1].equity - book.starting_cash
    return {**parts, "total": total, "residual": total - math.fsum(parts.values())}
