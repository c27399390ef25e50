"""One cursor for all lines of one clock, so that a new bar moves one number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

import backtrader as bt
from backtrader.utils.date import num2date

from ....brokers.errors import RunStopped

LineBuffer, LineSeries = bt.linebuffer.LineBuffer, bt.lineseries.LineSeries


class Cursor:
    """Where a clock stands.

    Attributes
    ----------
    index : int
        Number of the newest bar, -1 before the first.
    """

    __slots__ = ("index",)

    def __init__(self) -> None:
        self.index = -1


class OnCursor:
    """What a line does differently while a cursor moves it; mixed into the line's own class."""

    array: Any
    _cursor: Cursor
    _tz: Any

    @property
    def idx(self) -> int:
        """The position of the newest entry in the array."""
        return self._cursor.index

    @idx.setter
    def idx(self, index: int) -> None:
        raise RunStopped(
            "the strategy moves a line by itself (advance, rewind, forward or home), which the "
            "fast loop cannot follow: run with --loop stock"
        )

    _idx = idx

    @property
    def lencount(self) -> int:
        """The number of entries so far."""
        return self._cursor.index + 1

    @lencount.setter
    def lencount(self, count: int) -> None:
        self.idx = count

    def __len__(self) -> int:
        return self._cursor.index + 1

    def __getitem__(self, ago: int) -> Any:
        return self.array[self._cursor.index + ago]

    def get(self, ago: int = 0, size: int = 1) -> Any:
        """Return `size` entries up to the one `ago` bars back, oldest first."""
        stop = self._cursor.index + ago + 1
        return self.array[stop - size : stop]

    def datetime(self, ago: int = 0, tz: Any = None, naive: bool = True) -> dt.datetime:
        """Return the entry as a date and time."""
        number = self.array[self._cursor.index + ago]
        zone = tz or self._tz
        if zone is not None or not naive:
            return num2date(number, tz=zone, naive=naive)  # type: ignore[no-any-return]
        if number % 1.0 == 0.0:
            return dt.datetime.fromordinal(int(number))
        return num2date(number)  # type: ignore[no-any-return]

    def date(self, ago: int = 0, tz: Any = None, naive: bool = True) -> dt.date:
        """Return the entry as a date."""
        number = self.array[self._cursor.index + ago]
        if number % 1.0 == 0.0 and tz is None and self._tz is None:
            return dt.date.fromordinal(int(number))
        return self.datetime(ago, tz, naive).date()

    def time(self, ago: int = 0, tz: Any = None, naive: bool = True) -> dt.time:
        """Return the entry as a time of day."""
        return self.datetime(ago, tz, naive).time()


@cache
def _with_cursor(kind: type) -> type:
    """Return a line class that reads a cursor; made without backtrader's registry of classes."""
    return type.__new__(
        type(kind), kind.__name__, (OnCursor, kind), {"__module__": kind.__module__}
    )


def put_on(lines: Iterable[Any], cursor: Cursor) -> None:
    """Let a cursor move lines, which are at their beginning."""
    for line in lines:
        line._cursor = cursor
        line.__class__ = _with_cursor(line.__class__)


def take_off(lines: Iterable[Any]) -> None:
    """Let lines stand where their cursor stands, and move by themselves again."""
    for line in lines:
        cursor = line.__dict__.pop("_cursor")
        line.__class__ = line.__class__.__bases__[1]
        line._idx = cursor.index
        line.lencount = cursor.index + 1


class FirstAtHand:
    """What an indicator does differently while cursors move: it finds its first line at once."""

    _first: Any

    def __getitem__(self, ago: int) -> Any:
        line = self._first
        return line.array[line._cursor.index + ago]


@cache
def _with_first_at_hand(kind: type) -> type:
    named = {"__module__": kind.__module__}
    return type.__new__(type(kind), kind.__name__, (FirstAtHand, kind), named)


def at_hand(indicators: Iterable[Any]) -> list[Any]:
    """Let indicators find their first line at once where it is on a cursor; return those."""
    found = []
    for each in indicators:
        if (
            isinstance(each, LineSeries)
            and type(each).__getitem__ is LineSeries.__getitem__
            and isinstance(each.lines[0], OnCursor)
        ):
            each._first = each.lines[0]
            each.__class__ = _with_first_at_hand(each.__class__)
            found.append(each)
    return found


def put_away(indicators: Iterable[Any]) -> None:
    """Let indicators look their first line up again."""
    for each in indicators:
        del each._first
        each.__class__ = each.__class__.__bases__[1]
