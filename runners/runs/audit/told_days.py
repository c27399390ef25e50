"""How far an audit is: its runs, out of how many, and the day that one has reached."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from ....feeds.bars import Bars
from ..stages import Days, Progress, days_of, inside

WHOLE = "on all bars"
"""Part of an audit: the run that the others are compared with."""

ONE_BY_ONE = "with bars one by one"
"""Part of an audit: one run, which takes several times as long as the others."""

FUTURES = "with other futures"
"""Part of an audit: runs up to the days that it cuts at."""

PER_CUT, PER_OPEN = 3, 2
"""Futures of each cut, and other closes of each open."""


def told_days(
    progress: Progress | None,
    tables: Sequence[Bars],
    cuts: Sequence[datetime.date],
    opens: Sequence[datetime.date],
) -> Iterator[Days | None]:
    """Yield what tells the days of each run that is compared with the whole one, in their order.

    Parameters
    ----------
    progress : callable or None
        Called with a `Stage` for each day; None: nobody is told.
    tables : sequence of Bars
        The bars of the whole run.
    cuts, opens : sequence of date
        Days that the audit cuts at, and days of which it changes the close. Each run ends there, so
        that it counts by its length: the share is that of all days that are to be run through.
    """
    yield days_of(progress, ONE_BY_ONE, tables)
    ends = [day for day in cuts for _ in range(PER_CUT)]
    ends += [day for day in opens for _ in range(PER_OPEN)]
    first = min(table.dates[0] for table in tables).item()
    lengths = [max((day - first).days, 1) for day in ends]
    total, before = sum(lengths), 0
    for number, length in enumerate(lengths, 1):
        at = f"run {number} of {len(ends)}"
        step = inside(progress, FUTURES, at, before / total, (before + length) / total)
        yield days_of(step, "", tables, days=length)
        before += length
