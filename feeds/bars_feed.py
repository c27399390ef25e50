"""A backtrader feed that fills its line buffers from arrays at once."""

from __future__ import annotations

import datetime as dt
from array import array
from typing import Any

import backtrader as bt
import numpy as np

from .bars import Bars
from .calendars import last_of_period
from .errors import BarsError
from .open_to_open import close_of
from .tables.spellings import COLUMNS

EPOCH = dt.date(1970, 1, 1).toordinal()
"""Day number of 1970-01-01 in backtrader's dates, which count from 0001-01-01."""


class BarsFeed(bt.feed.DataBase):
    """Bars for `cerebro.adddata`, with a line `dividend` beside the usual ones.

    Delivers what `backtrader.feeds.PandasData` delivers for the same frame: a bar at midnight of
    its date, `openinterest` NaN. When cerebro preloads, each line's buffer is filled in one go;
    with `preload=False`, filters or resampling the bars come row by row. The feed may be run
    again, and travels to the processes of `optstrategy`.

    Parameters
    ----------
    bars : Bars
        The table; `dataname` may hold it instead. Its name is the feed's unless one is given.
    fromdate, todate : datetime.date or datetime.datetime, optional
        First and last date delivered.

    Raises
    ------
    TypeError
        When no bars are given.
    BarsError
        When a run starts: the bars pay dividends, and the broker has no true `pays_dividends`.
    """

    lines: Any = ("dividend",)  # a tuple of names here, line buffers in an instance
    params = (("bars", None),)  # the Bars to deliver

    def __init__(self) -> None:
        """Take the bars and their name."""
        super().__init__()
        bars = self.p.dataname if self.p.bars is None else self.p.bars
        if not isinstance(bars, Bars):
            raise TypeError(f"BarsFeed needs bars=Bars(...), got {type(bars).__name__}")
        self.bars = bars
        self._name = self.p.name or bars.name
        days = bars.dates.astype(np.int64).astype(np.float64) + EPOCH
        self._columns = [days, *(getattr(bars, name) for name in COLUMNS)]
        self._row = 0

    @property
    def volume(self) -> bt.linebuffer.LineBuffer:
        """The line of volumes.

        Raises
        ------
        BarsError
            The bars have no volume, so that no rule can be made of it. Filters, such as those of
            `resampledata`, sum up NaN instead.
        """
        if not (self.bars.volume_known or self._filters):
            raise BarsError(
                f"{self.bars.name} has no volume: this strategy reads it, and needs bars with a "
                "column volume"
            )
        return self.lines.volume

    @property
    def calendar(self) -> str:
        """The calendar of the bars: "XNYS", "24/7" or another exchange."""
        return self.bars.calendar

    @property
    def frequency(self) -> str:
        """What a bar spans: "day", "week" or "month"."""
        return self.bars.frequency

    @property
    def ends_at(self) -> str:
        """Which price of a session a bar's close is: "close", or "open" of `open_to_open`."""
        return close_of(self.bars.origin.notes)

    def period_end(self, every: str) -> frozenset[dt.date]:
        """Dates of the bars that are the last of their period; see `calendars.last_of_period`.

        Parameters
        ----------
        every : {"day", "week", "month", "quarter"}
            The period.

        Returns
        -------
        frozenset of datetime.date
            Dates known from the calendar; a period that the bars leave unfinished has none.

        Raises
        ------
        CalendarError
            For another period, or dates that the calendar does not reach.
        """
        bars = self.bars
        ends = last_of_period(bars.calendar, bars.dates, every, bars.frequency)
        return frozenset(bars.dates[ends].tolist())

    def start(self) -> None:
        """Begin at the first row, also when the feed is run again."""
        super().start()
        self._row = 0

    def _start(self) -> None:
        super()._start()
        self._check_broker()  # here the first and last date are known

    def _check_broker(self) -> None:
        """Refuse a broker that would drop the dividends; one that pays them says so."""
        cerebro = getattr(self, "_env", None)
        if cerebro is None or getattr(cerebro.broker, "pays_dividends", False):
            return
        days, *_, dividends = self._columns
        inside = (days >= self.fromdate) & (days <= self.todate)
        if n_lost := np.count_nonzero(dividends[inside]):
            raise BarsError(
                f"{self.bars.name}: {n_lost} dividend{'s' if n_lost > 1 else ''} would be lost, as "
                "the cerebro's broker pays none: set cerebro.broker = OrderBroker() (from "
                "btplaybook.brokers.order_broker) or PlaybookBroker(), or feed "
                "bars.without_dividends()"
            )

    def preload(self) -> None:
        """Fill the lines at once; row by row when a filter or a buffer must see each bar."""
        if not self._takes_all():
            super().preload()
            return
        days = self._columns[0]
        first = np.searchsorted(days, self.fromdate)
        stop = np.searchsorted(days, self.todate, side="right")
        missing = array("d", [np.nan]) * int(stop - first)
        known = {
            id(line): array("d", values[first:stop].tobytes())
            for line, values in zip(self._targets(), self._columns, strict=True)
        }
        for line in self.lines.itersize():
            # cerebro's `lookahead` adds NaN after the last bar; the bars go before it.
            line.array = known.get(id(line), missing) + line.array
        self._row = len(self.bars)  # nothing is left for _load
        self.home()

    def _takes_all(self) -> bool:
        seen_by_others = self._filters or self._tzinput or self._barstack or self._barstash
        return (
            not seen_by_others
            and type(self)._load is BarsFeed._load  # a subclass may add to each row
            and all(
                isinstance(line.array, array) and not line.bindings
                for line in self.lines.itersize()
            )
        )

    def _load(self) -> bool:
        if self._row >= len(self.bars):
            return False
        for line, values in zip(self._targets(), self._columns, strict=True):
            line[0] = values.item(self._row)
        self._row += 1
        return True

    def _targets(self) -> list[bt.linebuffer.LineBuffer]:
        return [getattr(self.lines, name) for name in ("datetime", *COLUMNS)]
