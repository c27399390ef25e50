"""Feeds of different length: end the run with the shortest, and report feeds that begin late."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ....feeds.bars import Bars
from ....feeds.calendars import periods_between
from ...errors import ParameterError
from .. import registry
from ..labels.badge_texts import badge, named
from ..result import Badge
from ..settings import Settings
from ..traits import come_and_go

MANY = 5
"""Missing periods after which a feed counts as ended."""


def same_end(
    kind: registry.Strategy,
    tables: Sequence[Bars],
    settings: Settings,
    params: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[list[Bars], list[Badge]]:
    """Return the tables cut to their common last day, and the badges that say so.

    A feed that has ended cannot be traded and would be valued at an old price. If the settings give
    an end, such a feed is an error; otherwise the run ends with the feed that ends first.
    Feeds that may come and go (`traits.come_and_go`) need not reach it: the strategy sees to them.
    Where all of them have ended there is nothing left to choose from: the last of them counts too.

    Raises
    ------
    ParameterError
        A feed ends long before the window's end, or before the window begins.
    """
    free = come_and_go(kind, params, [table.name for table in tables])
    bound = [table for table in tables if table.name not in free]
    if not bound:
        return list(tables), []
    if comes_and_goes := [table for table in tables if table.name in free]:
        bound.append(max(comes_and_goes, key=_last))
    until = settings.end or max(_last(table) for table in tables)
    missed = {table.name: _missed(table, until) for table in bound}
    if not any(missed.values()):
        return list(tables), []
    ended = [table for table in bound if missed[table.name] > MANY]
    if not ended:
        short = [table for table in bound if missed[table.name]]
        since = ", ".join(
            f"{_all_of(free) if table.name in free else table.name} since {_last(table)}"
            for table in short[:MANY]
        )
        return list(tables), [badge("lacks last bars", instruments=since)]
    first = min(ended, key=_last)
    end = _last(first)
    if settings.start and end < settings.start:
        raise ParameterError(
            f"{first.name} has no bar in the window: it ends on {end}, before start "
            f"{settings.start}: leave it out, or move --start"
        )
    if settings.end:
        words = "sessions" if first.frequency == "day" else f"{first.frequency}s"
        raise ParameterError(
            f"{first.name} ends on {end}, {missed[first.name]} {words} before the "
            f"window's end, {settings.end}: set --end {end}, or leave it out"
        )
    longer = [table for table in tables if _last(table) > end]
    shorter = [table.between(None, end) if table in longer else table for table in tables]
    return shorter, [badge("ends with", first=first.name, instruments=named(longer))]


def _all_of(free: frozenset[str]) -> str:
    """Return what the last to end of the feeds that come and go stands for."""
    return next(iter(free)) if len(free) == 1 else f"any of the {len(free)} stocks"


def behind(before: Sequence[Bars], after: Sequence[Bars], lengths: Sequence[Badge]) -> list[str]:
    """Return what to tell those who act on the last bar of feeds that do not end together.

    Parameters
    ----------
    before, after : sequence of Bars
        The tables that `same_end` was given and returned.
    lengths : sequence of Badge
        What it said of them.

    Returns
    -------
    list of str
        Sentences; none of feeds that reach the last day.
    """
    as_of, newest = max(map(_last, after)), max(before, key=_last)
    missed = periods_between(newest.calendar, as_of, _last(newest), newest.frequency)
    if not missed:
        return [f"{each.why.rstrip('.')}; bring the bars up to date." for each in lengths]
    ended = [table for table in before if _last(table) <= as_of]
    goes_on = [table for table in before if _last(table) > as_of]
    words = ("session" if newest.frequency == "day" else newest.frequency) + "s" * (missed > 1)
    return [
        f"These orders are old: {named(ended)} {'has' if len(ended) == 1 else 'have'} no bar after "
        f"{as_of}, and {named(goes_on)} {'goes' if len(goes_on) == 1 else 'go'} on for {missed} "
        f"{words}, to {_last(newest)}. Bring the bars up to date, or leave out what has ended."
    ]


def late_badges(
    kind: registry.Strategy,
    tables: Sequence[Bars],
    opens: datetime.date,
    params: Mapping[str, Any] = MappingProxyType({}),
) -> list[Badge]:
    """Return the badge of feeds that begin after the account opened, if there are any."""
    free = come_and_go(kind, params, [table.name for table in tables])
    late = [each for each in tables if each.dates[0].item() > opens and each.name not in free]
    if not late:
        return []
    begin = ", ".join(f"{table.name} on {table.dates[0]}" for table in late[:MANY])
    more = f" and {len(late) - MANY} more" if len(late) > MANY else ""
    return [badge("begins late", instruments=begin + more)]


def _last(table: Bars) -> datetime.date:
    last: datetime.date = table.dates[-1].item()
    return last


def _missed(table: Bars, until: datetime.date) -> int:
    """Return how many bars a table lacks between its last bar and a day."""
    last = table.dates[-1].item()
    if until <= last:
        return 0
    return periods_between(table.calendar, last, until, table.frequency)
