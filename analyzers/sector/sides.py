"""Profit and loss of a sector book by side: the long stocks, and the hedge in the fund."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..ledger_analyzer import Book
from .neutrality import ledger_dates

SIDES = ("long", "hedge")
PARTS = ("price", "dividends", "costs")


def pnl_by_side(book: Book, fund: str) -> pd.DataFrame:
    """Return the profit and loss of each day, split between the stocks and the fund.

    Parameters
    ----------
    book : Book
        The ledger.
    fund : str
        Name of the fund; everything else is the long book.

    Returns
    -------
    DataFrame
        Index ``date``, one row a day of the account, in account currency, costs negative:

        - ``long_price``, ``long_dividends``, ``long_costs``, and the same of the ``hedge``; costs
          are commission and slippage, and a short fund pays its dividends;
        - ``borrow`` and ``interest`` of the account as a whole;
        - ``total``: the change of the account's value, on the first day since it had its cash;
        - ``residual``: what the other columns leave unexplained of it.
    """
    dates = ledger_dates(book)
    parts = _by_instrument(book)
    own = np.array([name == fund for name in book.instruments])
    # So that what was never held changes no rounding.
    ever = np.any([(part != 0.0).any(axis=0) for part in parts.values()], axis=0)
    table = pd.DataFrame(index=dates)
    for side, members in zip(SIDES, (~own, own), strict=True):
        for part in PARTS:
            table[f"{side}_{part}"] = parts[part][:, members & ever].sum(axis=1)
    table["borrow"] = [day.borrow for day in book.days]
    table["interest"] = [day.interest for day in book.days]
    explained = table.sum(axis=1)
    table["total"] = np.diff([book.starting_cash, *(day.equity for day in book.days)])
    table["residual"] = table["total"] - explained
    return table


def totals(table: pd.DataFrame) -> dict[str, float]:
    """Return the sum of each column of `pnl_by_side`."""
    return {str(name): math.fsum(table[name]) for name in table}


def _by_instrument(book: Book) -> dict[str, np.ndarray]:
    """Return each of `PARTS`, of shape (n_days, n_instruments); none of it comes from cash."""
    held = np.array([day.holdings for day in book.days], dtype=float)
    closes = np.nan_to_num(np.array([day.closes for day in book.days], dtype=float))
    price, dividends, costs = np.zeros((3, *held.shape))
    price[1:] = held[:-1] * np.diff(closes, axis=0)
    row = {day.date: t for t, day in enumerate(book.days)}
    column = {name: k for k, name in enumerate(book.instruments)}
    for fill in book.fills:
        at = row[fill.date], column[fill.instrument]
        price[at] += fill.size * (closes[at] - fill.reference)
        costs[at] -= fill.commission + fill.slippage
    for ex_date in book.ex_dates:
        dividends[row[ex_date.date], column[ex_date.instrument]] += ex_date.held * ex_date.dividend
    return {"price": price, "dividends": dividends, "costs": costs}
