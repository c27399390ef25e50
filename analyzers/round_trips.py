"""Round trips: which shares were bought and sold again, matched first in, first out."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .excursions import Prices, excursions

TEXT = pd.StringDtype(na_value=np.nan)

DUST = 1e-12
"""Shares, per share of the position or of the order, that are rounding and no position."""

FIELDS: dict[str, type | str] = {
    "instrument": "str",
    "position": int,
    "side": int,
    "size": float,
    "entry_date": "datetime64[ms]",
    "entry_moment": "str",
    "entry_price": float,
    "exit_date": "datetime64[ms]",
    "exit_moment": "str",
    "exit_price": float,
    "gross": float,
    "dividends": float,
    "commission": float,
    "slippage": float,
    "open": bool,
}
"""Columns of a round trip that the ledger alone gives, with their types."""

COLUMNS = (
    "instrument", "position", "side", "size", "entry_date", "entry_moment", "entry_price",
    "exit_date", "exit_moment", "exit_price", "bars", "days", "gross", "dividends", "commission",
    "slippage", "net", "return", "mae", "mfe", "open",
)  # fmt: skip
"""All columns, in their order."""


class Traded(Protocol):
    """What is read of a ledger; the broker's satisfies it by shape."""

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments, in the order of a day's closes."""

    @property
    def days(self) -> Sequence[Any]:
        """The account after each close; the last one's date and closes are read."""

    @property
    def fills(self) -> Sequence[Any]:
        """Every fill, oldest first."""

    @property
    def ex_dates(self) -> Sequence[Any]:
        """Every ex-date of an instrument, oldest first."""


def round_trips(book: Traded, bars: Iterable[Prices] = ()) -> pd.DataFrame:
    """Return one row for each piece of a position that one order opened and one order closed.

    Orders are matched first in, first out, for each instrument by itself: an order that reduces a
    position closes its oldest shares. So a position that was opened by two orders and closed by one
    gives two rows, one that was opened by one and closed by two as well, and an order that turns a
    position from long to short closes all of it and opens a new one. What is still held gives rows
    too, marked at its last close.

    Parameters
    ----------
    book : Ledger
        The ledger, or any object of its shape.
    bars : iterable of Prices
        The bars of the instruments, by their names. Without an instrument's bars its rows have no
        `bars`, `mae` and `mfe`.

    Returns
    -------
    DataFrame
        In the order of the entries, then of the exits, with the columns

        - ``instrument``; ``position``: number of the position, from flat to flat or to the flip,
          counted from 1 over all instruments; ``side``: +1 long, -1 short; ``size``: shares, > 0;
        - ``entry_date``, ``entry_moment``, ``entry_price`` and the same for the exit: as in the
          fills, prices paid. Of an open row ``exit_date`` is NaT, ``exit_moment`` missing, and
          ``exit_price`` the last close;
        - ``bars``: bars of the instrument from entry to exit, 0 within one bar; ``days``: calendar
          days. Of an open row up to the last bar;
        - ``gross``: profit in account currency at the market's prices; ``dividends``: of the
          ex-dates while it was held, negative for a short; ``commission``, ``slippage``: costs of
          entry and exit, an order's cost shared by its shares; ``net`` = gross + dividends -
          commission - slippage; borrow and interest belong to the account;
        - ``return``: net over the price paid for the shares;
        - ``mae``, ``mfe``: as `excursions` returns them;
        - ``open``: whether it was still held after the last close.

        The rows' net profits, borrow and interest sum to the account's profit, and gross,
        dividends, commission and slippage each to their part in `waterfall`.
    """
    of = _matched(book)
    bars_held, mae, mfe = excursions(of, bars)
    net = of["gross"] + of["dividends"] - of["commission"] - of["slippage"]
    paid = of["size"] * of["entry_price"]
    until = of["exit_date"]
    if book.days:
        last = np.datetime64(book.days[-1].date, "ms")
        until = np.where(np.isnat(until), last, until)
    more = {
        "bars": bars_held,
        "days": ((until - of["entry_date"]) // np.timedelta64(1, "D")).astype(int),
        "net": net,
        "return": np.divide(net, paid, out=np.full(len(net), np.nan), where=paid != 0),
        "mae": mae,
        "mfe": mfe,
    }
    columns: dict[str, Any] = of | more
    columns |= {
        name: pd.array(of[name], dtype=TEXT) for name, kind in FIELDS.items() if kind == "str"
    }
    return pd.DataFrame({name: columns[name] for name in COLUMNS})


@dataclass(slots=True)
class _Lot:
    """Shares that one order opened and that are still held."""

    fill: Any
    number: int
    """Place of the order among all."""
    size: float
    dividends: float = 0.0
    """Cash per share since the entry, for a long position."""


@dataclass(slots=True)
class _Held:
    """What is held of an instrument."""

    ex_dates: deque[Any]
    side: int = 0
    size: float = 0.0
    position: int = 0
    lots: deque[_Lot] = field(default_factory=deque)

    def receive(self, until: Any = None) -> None:
        """Book the dividends up to a day, before its orders; without a day all of them."""
        while self.ex_dates and (until is None or self.ex_dates[0].date <= until):
            dividend = self.ex_dates.popleft().dividend
            for lot in self.lots:
                lot.dividends += dividend

    def taken(self, size: float) -> Iterator[tuple[_Lot, float]]:
        """Remove so many shares, the oldest first; yield each lot with its shares that left."""
        dust = DUST * self.size
        while self.lots:
            lot = self.lots[0]
            if lot.size > size + dust:
                yield lot, size
                lot.size -= size
                return
            yield lot, lot.size
            self.lots.popleft()
            size -= lot.size
            if size <= dust:
                return


def _matched(book: Traded) -> dict[str, NDArray[Any]]:
    """Return the columns of the round trips that the ledger alone gives; text as objects."""
    ex_dates: dict[str, deque[Any]] = defaultdict(deque)
    for event in book.ex_dates:
        ex_dates[event.instrument].append(event)
    accounts = {name: _Held(ex_dates[name]) for name in book.instruments}
    rows: list[tuple[int, tuple[Any, ...]]] = []
    positions = 0
    for number, fill in enumerate(book.fills):
        held = accounts[fill.instrument]
        held.receive(fill.date)
        size, after = abs(fill.size), abs(fill.position)
        side = 1 if fill.size > 0 else -1
        if after <= DUST * max(size, held.size):
            after = 0.0
        if held.lots and side != held.side:
            reduced = after and (fill.position > 0) == (held.side > 0)
            for lot, shares in held.taken(size if reduced else np.inf):
                rows.append((lot.number, _row(held, lot, shares, fill)))
            size = 0.0 if reduced else after
        if size and after:
            if not held.lots:
                positions += 1
                held.side, held.position = side, positions
            held.lots.append(_Lot(fill, number, size))
        held.size = after
    marks = dict(zip(book.instruments, book.days[-1].closes, strict=True)) if book.days else {}
    for name, held in accounts.items():
        held.receive()
        rows += [(lot.number, _open_row(held, lot, marks[name])) for lot in held.lots]
    rows.sort(key=lambda row: row[0])
    columns = zip(*(row for _, row in rows), strict=True) if rows else ((),) * len(FIELDS)
    return {
        name: np.array(column, dtype=object if kind == "str" else kind)
        for (name, kind), column in zip(FIELDS.items(), columns, strict=True)
    }


def _row(held: _Held, lot: _Lot, shares: float, leaving: Any) -> tuple[Any, ...]:
    entry = lot.fill
    of_entry, of_exit = shares / abs(entry.size), shares / abs(leaving.size)
    return (
        *_entry(held, lot, shares),
        leaving.date,
        leaving.moment,
        leaving.price,
        held.side * shares * (leaving.reference - entry.reference),
        held.side * shares * lot.dividends + 0.0,
        of_entry * entry.commission + of_exit * leaving.commission,
        of_entry * entry.slippage + of_exit * leaving.slippage,
        False,
    )


def _open_row(held: _Held, lot: _Lot, mark: float) -> tuple[Any, ...]:
    entry = lot.fill
    of_entry = lot.size / abs(entry.size)
    return (
        *_entry(held, lot, lot.size),
        None,
        None,
        mark,
        held.side * lot.size * (mark - entry.reference),
        held.side * lot.size * lot.dividends + 0.0,
        of_entry * entry.commission,
        of_entry * entry.slippage,
        True,
    )


def _entry(held: _Held, lot: _Lot, shares: float) -> tuple[Any, ...]:
    fill = lot.fill
    return (
        fill.instrument, held.position, held.side, shares, fill.date, fill.moment, fill.price,
    )  # fmt: skip
