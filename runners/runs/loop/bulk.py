"""Load the table of a `bt.feeds.PandasData` at once instead of cell by cell."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import backtrader as bt
import numpy as np
from backtrader.utils.date import date2num

PandasData = bt.feeds.PandasData
DataBase = bt.feed.AbstractDataBase

DAY_OF_EPOCH = 719_163
"""Day number of 1970-01-01 in backtrader's dates."""


@contextmanager
def loaded_at_once(feeds: Iterable[Any]) -> Iterator[None]:
    """Let those feeds whose rows nobody looks at be loaded at once, for the length of a run."""
    bulk = [feed for feed in feeds if _rows_are_its_own(feed)]
    for feed in bulk:
        feed.preload = partial(_preload, feed)
    try:
        yield
    finally:
        for feed in bulk:
            del feed.preload


def _rows_are_its_own(feed: Any) -> bool:
    """Return whether a feed is loaded by the code of `PandasData` alone."""
    kind = type(feed)
    return (
        isinstance(feed, PandasData)
        and kind._load is PandasData._load
        and kind.start is PandasData.start
        and all(
            getattr(kind, name) is getattr(DataBase, name)
            for name in ("preload", "load", "_last", "forward", "home", "date2num")
        )
    )


def _preload(feed: Any) -> None:
    """Fill the lines of a started feed."""
    columns = None if _each_row_is_looked_at(feed) else _columns_of(feed)
    if columns is None:
        type(feed).preload(feed)
        return
    moments = columns["datetime"]
    late = np.flatnonzero(moments > feed.todate)
    stop = int(late[0]) if late.size else len(moments)  # nothing is read after a row past the end
    kept = np.flatnonzero(moments[:stop] >= feed.fromdate)
    missing = array("d", [np.nan]) * len(kept)
    for name in feed.getlinealiases():
        line = getattr(feed.lines, name)
        values = columns.get(name)
        bars = missing if values is None else array("d", values[kept].tobytes())
        line.array = bars + line.array  # room for `lookahead` stays behind the bars
    feed._idx = len(moments)
    feed.home()


def _each_row_is_looked_at(feed: Any) -> bool:
    return bool(
        feed._filters
        or feed._ffilters
        or feed._tzinput
        or feed._barstack
        or feed._barstash
        or any(line.bindings or not isinstance(line.array, array) for line in feed.lines)
    )


def _columns_of(feed: Any) -> dict[str, Any] | None:
    """Return the table's columns as floats by the names of lines, or None if one is not numeric."""
    frame = feed.p.dataname
    places = feed._colmapping
    moments = _moments(
        frame.index if places["datetime"] is None else frame.iloc[:, places["datetime"]]
    )
    if moments is None or np.isnan(moments).any():
        return None
    columns = {"datetime": moments}
    for name in feed.getlinealiases():
        place = places[name]
        if name == "datetime" or place is None:
            continue
        column = frame.iloc[:, place]
        if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "iuf":
            return None
        columns[name] = np.ascontiguousarray(column.to_numpy(dtype=np.float64))
    return columns


def _moments(stamps: Any) -> Any:
    """Return time stamps as backtrader's dates, or None if they are something else."""
    if getattr(stamps.dtype, "kind", "O") != "M":
        return None
    if getattr(stamps, "tz", None) is None and getattr(stamps.dtype, "tz", None) is None:
        days = stamps.to_numpy().astype("datetime64[ns]")
        whole = days.astype("datetime64[D]")
        if (whole == days).all():
            return whole.astype(np.int64).astype(np.float64) + DAY_OF_EPOCH
    return np.array([date2num(stamp.to_pydatetime()) for stamp in stamps], dtype=np.float64)
