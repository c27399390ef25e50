"""Share of winning days, and the average win and loss."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from .daily_account import daily_account, daily_account_of
from .ledger_analyzer import Book, LedgerAnalyzer, Sides
from .statistics import win_loss


class DailyWinRate(LedgerAnalyzer):
    """``{"win_rate", "average_win", "average_loss"}`` over days with a position.

    A day without gain or loss counts as won, as in the source of the SMA switch.
    """

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return fractions; None where no day was won, or lost, or invested."""
        return _of(daily_account_of(self.strategy, book))


def daily_win_rate(book: Book) -> dict[str, float | None]:
    """Return what `DailyWinRate` does, from a ledger."""
    return _of(daily_account(book))


def _of(daily: pd.DataFrame) -> dict[str, float | None]:
    counted = daily.iloc[1:]
    return asdict(win_loss(counted["return"].to_numpy(), counted["invested"].to_numpy()))
