"""A backtrader line with the dates of its own bars: those of the feed that it ticks with."""

from __future__ import annotations

from typing import Any, NamedTuple

import backtrader as bt
import numpy as np
import pandas as pd
from backtrader.lineroot import LineMultiple

from ....feeds.arrays import Dates, Floats
from ....feeds.bars_feed import EPOCH


class Timed(NamedTuple):
    """A line's feed, and its values by date."""

    feed: Any
    """None where it cannot be told."""
    values: pd.Series


def timed(line: Any, strategy: bt.Strategy) -> Timed:
    """Return the feed and the values of a line, an indicator's first line, or a feed's close.

    Parameters
    ----------
    line : backtrader line, indicator or feed
        Of `strategy`.
    strategy : Strategy
        It has run.

    Returns
    -------
    Timed
        Values by date, oldest first, each date once (the last of a day's bars): the dates are
        those of the bars that the line was computed at, so that a weekly line has a value a week.
        NaN in the warm-up.
    """
    clock = _clock(line, strategy)
    single = line.lines[0] if isinstance(line, LineMultiple) else line
    values = np.array(single.array, dtype=float)
    stamps = np.array(clock.lines.datetime.array, dtype=float)
    if single.mode == single.QBuffer:  # `exactbars` keeps the newest values alone
        stamps = stamps[: len(clock)]
        bars = min(len(values), len(stamps))
        values, stamps = values[len(values) - bars :], stamps[len(stamps) - bars :]
    bars = min(len(values), len(stamps))
    values, stamps = values[:bars], stamps[:bars]
    dated = np.isfinite(stamps) & (stamps > 0.0)
    found = by_date(values[dated], _dates(stamps[dated], clock))
    return Timed(None if clock is strategy else clock, found)


def by_date(values: Floats, dates: Any) -> pd.Series:
    """Return values by date, oldest first; of one date the last counts, and NaN for infinity."""
    finite = np.where(np.isfinite(values), values, np.nan)
    series = pd.Series(finite, index=pd.DatetimeIndex(dates, name="date"))
    return series[~series.index.duplicated(keep="last")].sort_index()


def _clock(line: Any, strategy: bt.Strategy) -> Any:
    """Return the feed whose bars a line ticks with, or the strategy, which ticks with all feeds.

    Identities are compared: `==` of two lines is a line.
    """
    of_line = {id(each): data for data in strategy.datas for each in (data, *data.lines)}
    passed: set[int] = set()
    while line is not None and line is not strategy and id(line) not in passed:
        if id(line) in of_line:
            return of_line[id(line)]
        passed.add(id(line))
        if (clock := getattr(line, "_clock", None)) is not None:
            line = clock
        elif isinstance(line, LineMultiple):  # a single line, wrapped
            line = line.lines[0]
        else:
            line = getattr(line, "_owner", None)
    return strategy


def _dates(stamps: Floats, clock: Any) -> Dates:
    """Return the dates of backtrader's time stamps, in the feed's time zone."""
    zone = clock.lines.datetime._tz
    if zone is None:
        days: Dates = (np.floor(stamps).astype(np.int64) - EPOCH).astype("datetime64[D]")
        return days
    return np.array([bt.num2date(x, zone).date() for x in stamps], dtype="datetime64[D]")
