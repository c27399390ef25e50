"""What an account of several instruments holds after its last close, and what each has made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .borrow_fees import borrow_fees
from .ledger_analyzer import Book
from .round_trips import DUST

COLUMNS: dict[str, type | str] = {
    "instrument": "str",
    "side": int,
    "shares": float,
    "price": float,
    "value": float,
    "weight": float,
    "entry_price": float,
    "since": "datetime64[ms]",
    "days": int,
    "profit": float,
}
"""Columns of the holdings, with their types."""


def holdings(book: Book, trips: pd.DataFrame) -> pd.DataFrame:
    """Return what is held after the last close, the largest weights first.

    Parameters
    ----------
    book : Book
        The ledger.
    trips : DataFrame
        Its round trips, open ones too, as `round_trips` returns them; their dates may be those of
        the sessions in which the orders filled.

    Returns
    -------
    DataFrame
        One row per instrument with an open position, with the columns

        - ``instrument``; ``side``: +1 long, -1 short; ``shares``: signed;
        - ``price``: the last close; ``value``: shares x price, signed; ``weight``: value over the
          account's value, NaN if that is not above 0. The weights and the cash over the account's
          value sum to 1;
        - ``entry_price``: average price paid for the shares still held, slippage included; matched
          first in, first out;
        - ``since``: day of the fill that opened the position from flat, or from the other side;
          ``days``: calendar days from it to the last close;
        - ``profit``: of the position since that day, account currency: the price changes and
          dividends of all shares that it held, sold ones too, less commission, slippage and borrow
          fees. Interest on cash belongs to no position.

        Equal weights stand in the order of the names.
    """
    last = book.days[-1]
    column = {name: k for k, name in enumerate(book.instruments)}
    fees = borrow_fees(book)
    dates = np.array([day.date for day in book.days], dtype="datetime64[D]")
    opened = opening_fills(book.fills)
    still_open = trips.loc[trips["open"], "position"].unique()
    rows = []
    for _, position in trips[trips["position"].isin(still_open)].groupby("position"):
        name, side = position["instrument"].iloc[0], position["side"].iloc[0]
        since, left = position["entry_date"].min(), position[position["open"]]
        charged = fees[dates > np.datetime64(opened[name].date, "D"), column[name]]
        shares, price = last.holdings[column[name]], last.closes[column[name]]
        rows.append(
            (
                name,
                side,
                shares,
                price,
                shares * price,
                shares * price / last.equity if last.equity > 0.0 else np.nan,
                np.average(left["entry_price"], weights=left["size"]),
                since,
                (pd.Timestamp(last.date) - since).days,
                position["net"].sum() + charged.sum(),
            )
        )
    rows.sort(key=lambda row: (-abs(row[4]), row[0]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def opening_fills(fills: Iterable[Any]) -> dict[str, Any]:
    """Return for each instrument the fill that brought it to its last side; rounding is no side."""
    found: dict[str, tuple[int, Any]] = {}
    for fill in fills:
        rounding = DUST * max(abs(fill.size), abs(fill.position - fill.size))
        side = (fill.position > rounding) - (fill.position < -rounding)
        if found.get(fill.instrument, (0,))[0] != side:
            found[fill.instrument] = (side, fill)
    return {name: fill for name, (_, fill) in found.items()}
