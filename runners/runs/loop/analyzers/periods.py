"""The periods of time that backtrader's time frame analyzers count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import backtrader as bt
import numpy as np

from ..bulk import DAY_OF_EPOCH

TimeFrame = bt.TimeFrame
MONDAY = 3
"""Days from the Monday before 1970-01-01 to that day."""

_NUMBERS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    TimeFrame.Days: lambda days: days,
    TimeFrame.Weeks: lambda days: (days + MONDAY) // 7,
    TimeFrame.Months: lambda days: days.astype("datetime64[D]").astype("datetime64[M]"),
    TimeFrame.Years: lambda days: days.astype("datetime64[D]").astype("datetime64[Y]"),
}


class Periods(NamedTuple):
    """The periods of a run, oldest first."""

    starts: np.ndarray
    """Number of the first bar of each, shape (n_periods,)."""
    keys: list[Any]
    """Dates by which an analyzer's figures are stored."""
    compared: list[tuple[Any, Any]]
    """What tells a period from the next, and its key, of the last two periods."""

    @property
    def ends(self) -> np.ndarray:
        """Number of the last bar of each period but the newest, shape (n_periods - 1,)."""
        return self.starts[1:] - 1

    def leave(self, analyzer: Any) -> None:
        """Leave an analyzer as it stands after the last bar."""
        before = [(analyzer.dtcmp, analyzer.dtkey), *self.compared][-2:]
        if self.compared:
            (analyzer.dtcmp1, analyzer.dtkey1), (analyzer.dtcmp, analyzer.dtkey) = before


def periods_of(analyzer: Any, moments: np.ndarray, line: Any) -> Periods:
    """Return the periods that a time frame analyzer tells apart.

    Parameters
    ----------
    analyzer : TimeFrameAnalyzerBase
        Started, and told of no bar yet.
    moments : ndarray of shape (n_bars,)
        backtrader's dates of the bars, ascending.
    line : line
        The strategy's dates, which know their time zone.
    """
    if not len(moments):
        return Periods(np.array([], dtype=np.int64), [], [])
    frame = analyzer.timeframe
    if frame == TimeFrame.NoTimeFrame:
        both = (bt.analyzer.MAXINT, dt.datetime.max)
        return Periods(np.array([0]), [both[1]], [both])
    whole = moments.astype(np.int64)
    if frame not in _NUMBERS or line._tz is not None or (whole != moments).any() or whole[0] < 400:
        return _one_by_one(analyzer, [line.datetime(bar) for bar in range(-len(moments) + 1, 1)])
    numbers = _NUMBERS[frame](whole - DAY_OF_EPOCH)
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    dates = [*map(dt.datetime.fromordinal, whole[starts].tolist())]
    compared = [analyzer._get_dt_cmpkey(date) for date in dates[-2:]]
    if frame == TimeFrame.Days:
        return Periods(starts, dates, compared)
    return Periods(starts, [analyzer._get_dt_cmpkey(date)[1] for date in dates], compared)


def _one_by_one(analyzer: Any, dates: list[dt.datetime]) -> Periods:
    newest, starts, found = analyzer.dtcmp, [], []
    for bar, date in enumerate(dates):
        both = analyzer._get_dt_cmpkey(date)
        if newest is None or both[0] > newest:
            newest = both[0]
            starts.append(bar)
            found.append(both)
    return Periods(np.array(starts, dtype=np.int64), [key for _, key in found], found[-2:])
