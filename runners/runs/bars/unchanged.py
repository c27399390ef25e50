"""Hold what a run traded on against its bars: a strategy can write to the lines of its feeds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....brokers.errors import RunStopped
from ....brokers.ledger import Ledger
from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....feeds.tables.spellings import COLUMNS

TOLERANCE = 1e-6
"""By which a high or low of bars may miss their open and close, as a fraction."""


def check_unchanged(tables: Sequence[Bars], datas: Iterable[Any], ledger: Ledger) -> None:
    """Raise if a feed, the account's prices or its dividends differ from the bars.

    Parameters
    ----------
    tables : sequence of Bars
        The bars of each feed.
    datas : iterable of feeds
        The feeds after the run, in the same order.
    ledger : Ledger
        The ledger after the run. It also shows a value that was written, traded on and restored.

    Raises
    ------
    RunStopped
        Naming date, feed and both values.
    """
    found: list[Fault] = []
    days = _Days.of(ledger)
    for place, (table, data) in enumerate(zip(tables, datas, strict=True)):
        found += (*_lines(table, data), *_account(table, place, days, ledger))
    if found:
        day, name, what, got, expected = min(found, key=lambda fault: fault[0])
        raise RunStopped(
            f"{day}: the {what} of {name} was {got:.10g} in the run and is {expected:.10g} in its "
            "bars: the strategy writes to its feed; keep values of your own in attributes"
        )


Fault = tuple[datetime.date, str, str, float, float]
"""Date, feed, what, the value in the run, the value in the bars."""


def _lines(table: Bars, data: Any) -> Iterator[Fault]:
    """Yield the first value of each line that differs from the bars."""
    for name in COLUMNS:
        kept = np.asarray(getattr(data.lines, name).array, dtype=np.float64)
        n = min(len(kept), len(table))
        yield from _first(table, name, np.arange(n), kept[:n], getattr(table, name)[:n])


class _Days(NamedTuple):
    """The account's days as arrays: dates (n,), opens and closes (n, m)."""

    dates: Dates
    opens: Floats
    closes: Floats

    @classmethod
    def of(cls, ledger: Ledger) -> _Days:
        days = ledger.days
        return cls(
            pd.DatetimeIndex([day.date for day in days]).to_numpy("datetime64[D]"),
            np.array([day.opens for day in days]),
            np.array([day.closes for day in days]),
        )


def _account(table: Bars, place: int, days: _Days, ledger: Ledger) -> Iterator[Fault]:
    """Yield the first of each price and dividend of the account that differs from the bars."""
    rows = _rows(table, days.dates)
    known = rows >= 0
    for name, values in (("open", days.opens), ("close", days.closes)):
        expected = getattr(table, name)[rows[known]]
        yield from _first(table, name, rows[known], values[known, place], expected)
    paid = [one for one in ledger.ex_dates if one.instrument == table.name]
    rows = _rows(table, [one.date for one in paid])
    dividends = np.array([one.dividend for one in paid], dtype=np.float64)
    yield from _first(table, "dividend", rows, dividends, table.dividend[rows])
    inside = [
        fill for fill in ledger.fills if fill.instrument == table.name and fill.moment == "during"
    ]
    rows = _rows(table, [fill.date for fill in inside])
    prices = np.array([fill.reference for fill in inside], dtype=np.float64)
    for name, bound, beyond in (
        ("high", table.high[rows], prices > table.high[rows] * (1 + TOLERANCE)),
        ("low", table.low[rows], prices < table.low[rows] * (1 - TOLERANCE)),
    ):
        yield from _first(table, name, rows, np.where(beyond, prices, bound), bound)


def _rows(
    table: Bars, days: Sequence[datetime.date] | Dates
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the row of the newest bar on each day; -1 before the first."""
    dates = np.array(days, dtype="datetime64[D]")
    return np.searchsorted(table.dates, dates, side="right").astype(np.int64) - 1


def _first(
    table: Bars, what: str, rows: np.ndarray[Any, Any], got: Floats, expected: Floats
) -> Iterator[Fault]:
    """Yield the first place at which two arrays differ, NaN being equal to NaN."""
    if np.array_equal(got, expected, equal_nan=True):
        return
    at = int(((got != expected) & ~(np.isnan(got) & np.isnan(expected))).argmax())
    yield table.dates[rows[at]].item(), table.name, what, float(got[at]), float(expected[at])
