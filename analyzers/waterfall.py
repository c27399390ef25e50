"""Profit and loss by origin, and what the parts leave unexplained."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .daily_account import FLOWS, daily_account, daily_account_of
from .ledger_analyzer import Book, LedgerAnalyzer, Sides


class Waterfall(LedgerAnalyzer):
    """The parts of the profit and loss, as `waterfall` returns them."""

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the parts."""
        return _of(book, daily_account_of(self.strategy, book))


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
    return _of(book, daily_account(book))


def _of(book: Book, daily: pd.DataFrame) -> dict[str, float]:
    parts = {name: math.fsum(daily[name].tolist()) for name in FLOWS}
    total = book.days[-1].equity - book.starting_cash
    return {**parts, "total": total, "residual": total - math.fsum(parts.values())}
