"""The account day by day: what it was worth, what it earned and from where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .ledger_analyzer import Book, LedgerAnalyzer, Sides

FLOWS = ("price", "dividends", "borrow", "interest", "commission", "slippage")
"""The parts of a day's profit and loss; costs are negative."""


_KEPT = "_daily_account"
"""Attribute of a strategy with its book and the table of it."""


class DailyAccount(LedgerAnalyzer):
    """``{"daily": DataFrame}``, as `daily_account` returns it."""

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the table."""
        return {"daily": daily_account_of(self.strategy, book)}


def daily_account_of(strategy: Any, book: Book) -> pd.DataFrame:
    """Return `daily_account` of a strategy that has run, made once for all its analyzers."""
    known: tuple[Book, pd.DataFrame] | None = vars(strategy).get(_KEPT)
    if known is None or known[0] is not book:
        known = book, daily_account(book)
        vars(strategy)[_KEPT] = known
    return known[1]


def daily_account(book: Book) -> pd.DataFrame:
    """Return one row a day, the day on which the account opened first.

    Returns
    -------
    DataFrame
        Index ``date``, oldest first, with the columns

        - ``equity``, ``cash``: after the last fill of the close, in account currency;
        - ``return``: simple return of the account. NaN on the opening day, whose costs count in
          the first return; 0 after ruin;
        - ``gross``, ``net``: sum of absolute and of signed position values over equity; 0 after
          ruin;
        - ``invested``: whether anything was held at some time of the day before its close;
        - ``price``, ``dividends``, ``borrow``, ``interest``, ``commission``, ``slippage``: the
          day's profit and loss in account currency. ``price`` is worked out from holdings and
          market prices alone, never from cash.
    """
    days = book.days
    index = pd.DatetimeIndex([day.date for day in days], name="date")
    held = np.array([day.holdings for day in days], dtype=float).reshape(len(days), -1)
    closes = np.nan_to_num([day.closes for day in days]).reshape(held.shape)
    equity = np.array([day.equity for day in days], dtype=float)

    ever = (held != 0).any(axis=0)  # so that what was never held changes no rounding
    worth = held[:, ever] * closes[:, ever]
    price = np.zeros(len(days))
    price[1:] = (held[:-1, ever] * np.diff(closes[:, ever], axis=0)).sum(axis=1)
    invested = np.zeros(len(days), dtype=bool)
    invested[1:] = (held[:-1] != 0).any(axis=1)
    commission, slippage = np.zeros(len(days)), np.zeros(len(days))
    row = {day.date: t for t, day in enumerate(days)}
    column = {name: k for k, name in enumerate(book.instruments)}
    for fill in book.fills:
        t = row[fill.date]
        price[t] += fill.size * (closes[t, column[fill.instrument]] - fill.reference)
        commission[t] -= fill.commission
        slippage[t] -= fill.slippage
        invested[t] |= fill.moment != "close" and fill.position != 0

    solvent = equity > 0
    scale = np.where(solvent, equity, np.inf)
    return pd.DataFrame(
        {
            "equity": equity,
            "cash": [day.cash for day in days],
            "return": _returns(equity, book.starting_cash),
            "gross": np.abs(worth).sum(axis=1) / scale,
            "net": worth.sum(axis=1) / scale,
            "invested": invested,
            "price": price,
            "dividends": [day.dividends for day in days],
            "borrow": [day.borrow for day in days],
            "interest": [day.interest for day in days],
            "commission": commission,
            "slippage": slippage,
        },
        index=index,
    )


def _returns(equity: np.ndarray, starting_cash: float) -> np.ndarray:
    base = np.concatenate(([np.nan], [starting_cash], equity[1:-1]))[: len(equity)]
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = equity / base - 1.0
    ruined = np.flatnonzero(equity <= 0)
    if ruined.size:
        returns[ruined[0] + 1 :] = 0.0
    return returns
