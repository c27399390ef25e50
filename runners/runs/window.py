"""Determine which bars a run reads and which of its days count."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...feeds.bars import Bars
from ...feeds.calendars import periods_between
from ...feeds.quoting import shown
from ...feeds.reading import PLAIN, Reading
from ..errors import ParameterError
from .bars.any_bars import AnyBars, tables_from
from .book.whole_panels import PANEL
from .settings import Settings
from .traits import come_and_go


def tables_of(bars: AnyBars, settings: Settings, reading: Reading = PLAIN) -> list[Bars]:
    """Return the bars up to the window's end; each table has its own name.

    Raises
    ------
    ParameterError
        There are no bars, two tables have the same name, bars of different frequency are mixed, or
        the window reaches beyond the first table's bars.
    """
    tables = tables_from(
        bars,
        end=settings.end,
        dividends=not settings.no_dividends,
        reading=reading,
        counted_from=settings.start,
    )
    if not tables:
        raise ParameterError("no bars were given")
    if len({table.frequency for table in tables}) > 1:
        spans = ", ".join(f"{table.name} of a {table.frequency}" for table in tables)
        raise ParameterError(f"the tables' bars span different times: {spans}: resample them")
    _check_names(tables)
    first = tables[0]
    _check_window(first, settings)
    if settings.end:
        tables = [table.between(None, settings.end) for table in tables]
    if settings.no_dividends:
        tables = [table.without_dividends() for table in tables]
    return tables


def _check_names(tables: Sequence[Bars]) -> None:
    """Raise for two tables of one name; say which they are and where they are from."""
    places: dict[str, list[int]] = {}
    for place, table in enumerate(tables):
        places.setdefault(table.name, []).append(place)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    if not twice:
        return
    name, found = next(iter(twice.items()))
    where = [f"table {place + 1} ({_from(tables[place])})" for place in found]
    more = f" (and {len(twice) - 1} more names)" if len(twice) > 1 else ""
    of_a_panel = any(tables[place].source.startswith(PANEL) for place in found)
    todo = "take it out of the panel" if of_a_panel else "leave one of them out"
    raise ParameterError(
        f"every table of bars needs a name of its own, and {shown(name)} is that of "
        f"{' and '.join(where)}{more}: {todo}, or name one otherwise, --bars NAME=FILE"
    )


def _from(table: Bars) -> str:
    """Return where a table is from, in words."""
    file = table.source.removesuffix(f"#{table.name}")
    return f"the panel {file.removeprefix(PANEL)}" if file.startswith(PANEL) else file


def in_order(kind: Any, tables: list[Bars], params: Mapping[str, Any]) -> list[Bars]:
    """Return tables in the order in which a strategy gets them.

    It is the given one, except for a strategy with a true `earliest_first`: there the table that
    begins first comes first, so that the order of a book's members does not move its opening day;
    feeds that may come and go stand behind the others.
    """
    if not getattr(kind, "earliest_first", False):
        return tables
    free = come_and_go(kind, params, [table.name for table in tables])
    return sorted(tables, key=lambda table: (table.name in free, table.dates[0]))


def _check_window(bars: Bars, settings: Settings) -> None:
    """Raise if the window reaches beyond the bars; it is never shortened silently."""
    first, last = _date(bars.dates[0]), _date(bars.dates[-1])
    if settings.start and settings.start > last:
        raise ParameterError(f"start {settings.start} lies after {bars.name}'s last bar, {last}")
    words = "sessions" if bars.frequency == "day" else f"{bars.frequency}s"
    bounds = []
    if settings.start and settings.start < first:
        bounds.append(("start", settings.start, first))
    if settings.end and settings.end > last:
        bounds.append(("end", settings.end, last))
    for option, asked, edge in bounds:
        missed = periods_between(bars.calendar, edge, asked, bars.frequency)
        if missed:
            raise ParameterError(
                f"{option} {asked} lies {missed} {words} outside {bars.name}'s bars, which run "
                f"from {first} to {last}: move --{option} or leave it out"
            )


def periods_per_year(tables: Sequence[Bars]) -> int:
    """Return the number of returns per year with which a run's figures are annualised.

    The account is valued on each day on which any table has a bar: 365 times a year if one of them
    trades every day.
    """
    return max(table.periods_per_year for table in tables)


def opening_day(tables: Sequence[Bars], settings: Settings) -> datetime.date:
    """Return the day at whose close the account opens: the last one before the window's start.

    It is not earlier than the first table's first bar.
    """
    days = np.unique(np.concatenate([table.dates for table in tables]))
    first = tables[0].dates[0]  # the account cannot open before its first bar
    if settings.start is None:
        return _date(first)
    before = days[days < np.datetime64(settings.start, "D")]
    opens = max(before[-1], first) if len(before) else first
    if len(days[days > opens]) < 1:
        raise ParameterError(f"no bar is left after start {settings.start}")
    return _date(opens)


def _date(day: np.datetime64) -> datetime.date:
    return datetime.date.fromisoformat(str(day))
