"""A feed that holds no bar that is still to come."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

import backtrader as bt
import numpy as np

from ....feeds.arrays import Floats
from ....feeds.bars import Bars
from ....feeds.bars_feed import EPOCH, BarsFeed
from ....feeds.calendars import last_of_period
from ....feeds.errors import BarsError
from ....feeds.exchanges import ALWAYS, bounds
from ....feeds.tables.spellings import COLUMNS

AHEAD = np.timedelta64(366, "D")
"""How far the days of `period_end` reach past the last bar, so that they do not tell its date."""


class BarsSoFar(BarsFeed):
    """Deliver bars row by row, and show only those delivered wherever the feed is looked at.

    `bars`, `p.bars`, `p.dataname` and `_columns` end at the newest bar; before the first one they
    are empty. A bar that backtrader loads too early and puts back leaves no trace in the lines.
    Run it once, with ``Cerebro(preload=False, runonce=False)``.
    """

    def __init__(self) -> None:
        """Take the bars, and hide what is to come."""
        whole = self.p.dataname if self.p.bars is None else self.p.bars
        given = "dataname" if self.p.bars is None else "bars"
        self._given = given
        super().__init__()
        self._put_back: Sequence[float] | None = None
        self._newest: Sequence[float] | None = None
        self._volume_known = whole.volume_known
        self._period_end = _period_ends(whole)
        delattr(self.p, given)
        shown = {given: property(lambda _: self.bars)}
        self.p.__class__ = type(type(self.p).__name__, (type(self.p),), shown)

    @property
    def bars(self) -> Bars:
        """The bars delivered so far."""
        return self._so_far()

    @bars.setter
    def bars(self, whole: Bars) -> None:
        self._so_far = _growing(whole, self.__len__)

    @property
    def _dataname(self) -> Bars | None:
        return self.bars if self._given == "dataname" else None

    @_dataname.setter
    def _dataname(self, whole: Bars) -> None:
        """Keep nothing: backtrader sets it to the table before the feed is made."""

    @property
    def _columns(self) -> list[Floats]:
        so_far = self.bars
        days = so_far.dates.astype(np.int64).astype(np.float64) + EPOCH
        return [days, *(getattr(so_far, name) for name in COLUMNS)]

    @_columns.setter
    def _columns(self, whole: list[Floats]) -> None:
        self._rows = zip(*(column.tolist() for column in whole), strict=True)

    @property
    def volume(self) -> bt.linebuffer.LineBuffer:
        """The line of volumes; raises BarsError where none is known."""
        if not self._volume_known:
            raise BarsError(f"{self._name} has no volume")
        return self.lines.volume

    def period_end(self, every: str) -> frozenset[datetime.date]:
        """Dates that the calendar calls the last of a period; they do not tell which bars come."""
        return self._period_end(every)

    def rewind(self, size: int = 1) -> None:
        """Put back a bar that was loaded before its day, and forget it."""
        self._put_back = self._newest
        self.backwards(size, force=True)

    def _load(self) -> bool:
        row = self._put_back or next(self._rows, None)
        self._put_back, self._newest = None, row
        if row is None:
            return False
        for line, value in zip(self._targets(), row, strict=True):
            line[0] = value
        return True


def _growing(whole: Bars, length: Callable[[], int]) -> Callable[[], Bars]:
    """Return a function that returns as many of the first bars as there are by now."""
    newest = [first_bars(whole, 0)]

    def so_far() -> Bars:
        if len(newest[0]) != length():
            newest[0] = first_bars(whole, length())
        return newest[0]

    return so_far


def first_bars(whole: Bars, number: int) -> Bars:
    """Return the first bars of a table; unlike a table of its own it may have none."""
    state = whole.__getstate__()
    state |= {name: state[name][:number] for name in ("dates", *COLUMNS)}
    part = Bars.__new__(Bars)
    part.__setstate__(state)
    return part


def _period_ends(whole: Bars) -> Callable[[str], frozenset[datetime.date]]:
    """Return a `period_end` that knows the calendar alone: neither which bars come, nor the last.

    Its days are all those whose bar would be the last of its period.
    """
    first, last = whole.dates[0], whole.dates[-1] + AHEAD
    calendar, frequency = whole.calendar, whole.frequency
    if calendar != ALWAYS:
        last = min(last, bounds(calendar)[1])
    days = np.arange(first, last)

    def period_end(every: str) -> frozenset[datetime.date]:
        ends = last_of_period(calendar, days, every, frequency)
        return frozenset(days[ends].tolist())

    return period_end
