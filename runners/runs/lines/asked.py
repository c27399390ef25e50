"""What a strategy's `plot_lines` answers, checked, and laid on the dates of the feeds' bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
from backtrader.lineroot import LineRoot

from ....feeds.arrays import Dates
from ....feeds.quoting import did_you_mean, listed, shown
from ...errors import ParameterError
from .clocks import by_date, timed

Lines = dict[str, dict[str, pd.Series]]
"""Feed to label to values by date, oldest first, each date once."""

EXAMPLE = '{"SMA 20": self.sma}'


def lines_of(strategy: bt.Strategy, feeds: Mapping[str, Dates]) -> Lines:
    """Ask a strategy that has run for the lines to draw beside its prices.

    Parameters
    ----------
    strategy : Strategy
        Any; one without a method `plot_lines` has none.
    feeds : mapping of str to ndarray of shape (n_bars,)
        Name to the dates of the bars, oldest first, of each feed in the strategy's order.

    Returns
    -------
    Lines
        A line is dated as `clocks.timed` says. Feeds without lines are left out.

    Raises
    ------
    ParameterError
        `plot_lines` raised an error, or answered anything else than labels and lines; one line that
        names the strategy, the label, and what to return.
    """
    if not callable(getattr(type(strategy), "plot_lines", None)):
        return {}
    where = f"{type(strategy).__name__}: plot_lines()"
    try:
        answer = strategy.plot_lines()
    except (Exception, SystemExit) as error:
        raise ParameterError(
            f"{where} raised {type(error).__name__}: {' '.join(str(error).split())}"
        ) from error
    if not isinstance(answer, Mapping):
        raise ParameterError(
            f"{where} must return label to line, as {EXAMPLE}, got {shown(answer)}"
        )
    found: Lines = {name: {} for name in feeds}
    names = dict(zip(map(id, strategy.datas), feeds, strict=True))
    for feed, label, line in _each(answer, names, where):
        if not isinstance(label, str) or not label.strip():
            raise ParameterError(f"{where}: a label must be a text, got {shown(label)}")
        feed, values = _dated(line, feed, strategy, feeds, names, f"{where}: {shown(label)}")
        if label in found[feed]:
            raise ParameterError(f"{where}: {shown(label)} is there twice for {feed}")
        found[feed][label] = values
    return {feed: lines for feed, lines in found.items() if lines}


def laid(lines: Lines, bars: Mapping[str, Dates], first: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Lay lines on the bars of their feeds: at each bar the last value up to its date.

    Parameters
    ----------
    lines : Lines
        What `lines_of` returned.
    bars : mapping of str to ndarray of shape (n_bars,)
        Name to the dates of the bars, oldest first, of each feed.
    first : Timestamp
        Day on which the account opened; bars before it are left out.

    Returns
    -------
    dict of str to DataFrame
        Feed to a frame with a row for each bar and a column for each label. NaN before a line's
        first value, and where the value itself is NaN.
    """
    frames = {}
    for feed, by_label in lines.items():
        days = pd.DatetimeIndex(np.unique(bars[feed]), name="date")
        days = days[days >= first]
        frames[feed] = pd.DataFrame(
            {label: values.reindex(days, method="ffill") for label, values in by_label.items()},
            index=days,
        )
    return frames


def _each(
    answer: Mapping[Any, Any], names: Mapping[int, str], where: str
) -> Iterator[tuple[str | None, Any, Any]]:
    """Yield feed, label and line; the feed is None where the answer does not name it."""
    for key, value in answer.items():
        if not isinstance(value, Mapping):
            yield None, key, value
            continue
        feed = key if isinstance(key, str) else names.get(id(key))
        if feed not in names.values():
            known = listed(list(names.values()))
            near = did_you_mean(key, names.values()) if isinstance(key, str) else ""
            raise ParameterError(
                f"{where} names a feed {shown(key)}{near}; the feeds are {known}: return feed to "
                f"lines, as {{self.data: {EXAMPLE}}}"
            )
        for label, line in value.items():
            yield feed, label, line


def _dated(
    line: Any,
    feed: str | None,
    strategy: bt.Strategy,
    feeds: Mapping[str, Dates],
    names: Mapping[int, str],
    where: str,
) -> tuple[str, pd.Series]:
    """Return the feed that a line belongs to, and its values by date."""
    first = next(iter(feeds))
    if isinstance(line, LineRoot):
        clock, values = timed(line, strategy)
        if values.empty:
            raise ParameterError(
                f"{where} has no values: make the line in __init__(), before the run"
            )
        return feed or names.get(id(clock), first), values
    feed = feed or first
    numbers = _numbers(line, where)
    if isinstance(line, pd.Series) and not pd.api.types.is_numeric_dtype(line.index.dtype):
        return feed, by_date(numbers, _days(line.index, where))
    bars = feeds[feed]
    delivered = len(strategy.datas[list(feeds).index(feed)])  # fewer where a run is stopped early
    if len(numbers) not in (len(bars), delivered) or len(numbers) > len(bars):
        raise ParameterError(
            f"{where} has {len(numbers):,} values, and {feed} has {len(bars):,} bars: return a "
            "line, a Series by date, or a value for each bar (NaN where there is none)"
        )
    return feed, by_date(numbers, bars[: len(numbers)])


def _numbers(line: Any, where: str) -> Any:
    """Return the values of an array, a list or a Series as floats."""

    def refused() -> ParameterError:
        return ParameterError(
            f"{where} must be a line, an indicator, a Series by date or a list of numbers, one for "
            f"each bar, got {shown(line)}"
        )

    if isinstance(line, (str, bytes)):
        raise refused()
    try:
        given = line.to_numpy(float, na_value=np.nan) if isinstance(line, pd.Series) else line
        numbers = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise refused() from None
    if numbers.ndim != 1:
        raise refused()
    return numbers


def _days(index: pd.Index, where: str) -> pd.DatetimeIndex:
    """Return the dates of a Series, local ones where they have a time zone."""
    try:
        if isinstance(index, pd.PeriodIndex):
            index = index.to_timestamp(how="end")
        days = pd.DatetimeIndex(index).tz_localize(None).normalize()
    except (TypeError, ValueError):
        days = pd.DatetimeIndex([pd.NaT])
    if days.hasnans:
        raise ParameterError(
            f"{where}: the index of the Series must be dates, as pd.to_datetime makes them, got "
            f"an index of {index.dtype}"
        )
    return days
