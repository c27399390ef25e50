"""Whether feeds deliver the same bars as others do."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from ..base.computed_once import Same


def tables_of(feeds: Iterable[Any]) -> tuple[Hashable, ...] | None:
    """Return what the bars of feeds are made of: equal for feeds that deliver equal bars.

    None where a feed is not made of one table `bars`, or a filter or a resampling changes its bars.
    """
    tables = []
    for data in feeds:
        bars = getattr(data, "bars", None)
        if bars is None or getattr(data, "_filters", None):
            return None
        window = (data.p.fromdate, data.p.todate, data.p.sessionstart, data.p.sessionend)
        tables.append((type(data), data._name, Same(bars), *window, data.p.timeframe))
    return tuple(tables)
