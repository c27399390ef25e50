"""Profit and loss by instrument and side: where a book of several names made and lost its money."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from .borrow_fees import borrow_fees
from .ledger_analyzer import Book

PARTS = ("price", "dividends", "borrow", "commission", "slippage")
"""The parts of an instrument's profit; costs are negative. Interest belongs to the account."""

LONG, SHORT, HEDGE = "long", "short", "hedge"


class Attribution(NamedTuple):
    """The profit of a whole account, split.

    Each table has the columns of `PARTS`, ``total``, their sum, and ``share``: the fraction of the
    account's profit, NaN where the account made none. Amounts are in account currency.
    """

    by_name: pd.DataFrame
    """One row per instrument that was ever held, the largest total first; index ``instrument``."""
    by_side: pd.DataFrame
    """Rows ``long``, ``short`` and, where an instrument is a hedge, ``hedge``; index ``side``."""
    interest: float
    """On cash and on the proceeds of shorts."""
    total: float
    """Change of the account's value since it opened, deposits not counted."""
    residual: float
    """What the instruments and the interest leave unexplained of the total."""


def attribution(
    book: Book, trips: pd.DataFrame, hedges: Collection[str] = (), total: float | None = None
) -> Attribution:
    """Split an account's profit by instrument, and by side.

    Parameters
    ----------
    book : Book
        The ledger.
    trips : DataFrame
        Its round trips, open ones too, as `round_trips` returns them. They say on which side shares
        were held: an order that turns a position belongs to both sides, by its shares.
    hedges : collection of str
        Instruments that hedge the others: a side of their own, whether long or short.
    total : float, optional
        The account's profit; default: the change of its value.

    Returns
    -------
    Attribution
        The instruments' totals and the interest add up to the profit, and so do those of the sides.
        A residual beyond rounding is a fault in the accounting.
    """
    if total is None:
        total = book.days[-1].equity - book.starting_cash
    profit = _by_position(book, trips)
    hedge = profit["instrument"].isin(list(hedges))
    profit["side"] = np.where(hedge, HEDGE, np.where(profit["side"] > 0, LONG, SHORT))
    interest = math.fsum(day.interest for day in book.days)
    sides = (LONG, SHORT, HEDGE) if hedge.any() else (LONG, SHORT)
    by_name = _summed(profit, "instrument").sort_values("total", ascending=False, kind="stable")
    by_side = _summed(profit, "side").reindex(sides, fill_value=0.0)
    by_name, by_side = (
        table.assign(share=table["total"] / total if total > 0.0 else np.nan)
        for table in (by_name, by_side)
    )
    return Attribution(
        by_name,
        by_side,
        interest,
        total,
        total - interest - math.fsum(by_name["total"]),
    )


def _by_position(book: Book, trips: pd.DataFrame) -> pd.DataFrame:
    """Return rows of instrument, side and `PARTS`: one for each round trip, then for each short."""
    traded = pd.DataFrame(
        {
            "instrument": trips["instrument"],
            "side": trips["side"],
            "price": trips["gross"],
            "dividends": trips["dividends"],
            "commission": -trips["commission"],
            "slippage": -trips["slippage"],
        }
    )
    fees = borrow_fees(book).sum(axis=0)
    lent = [(name, -1, fee) for name, fee in zip(book.instruments, fees, strict=True) if fee]
    borrowed = pd.DataFrame(lent, columns=["instrument", "side", "borrow"])
    if borrowed.empty:
        return traded.assign(borrow=0.0)
    return pd.concat([traded, borrowed], ignore_index=True).fillna(dict.fromkeys(PARTS, 0.0))


def _summed(profit: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the sums of `PARTS` by a column, in order of its values, and their total."""
    found = profit.groupby(by)[list(PARTS)].agg(math.fsum).astype(float) + 0.0  # no -0.0
    return found.assign(total=[math.fsum(row) for row in found.to_numpy()])
