"""Find weeks, months and quarters of a run without a decision because their last bar is missing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from ....feeds.arrays import Dates
from ....feeds.bars import Bars
from ....feeds.calendars import last_of_period, period_number, undecided
from ....feeds.checks import on_dates
from ..labels.badge_texts import badge
from ..labels.formats import counted
from ..result import Badge


def undecided_periods(
    tables: Sequence[Bars], every: str, opens: datetime.date | str | None = None
) -> Dates:
    """List the periods of a run that have no bar on which a decision could be made.

    Parameters
    ----------
    tables : sequence of Bars
        The bars of each feed, up to the window's end. A period has a decision if any feed has a bar
        on its last session.
    every : {"day", "week", "month", "quarter"}
        How often the strategy decides.
    opens : datetime.date or str, optional
        Day on which the account opened; earlier periods do not count.

    Returns
    -------
    ndarray of datetime64[D], shape (n_periods,)
        The last session of each such period, oldest first. An unfinished period at the end of the
        bars does not count. Empty if `every` is "day".
    """
    missed, decided = [], []
    for table in tables:
        rule = table.calendar, table.dates, every, table.frequency
        missed.append(undecided(*rule))
        decided.append(period_number(table.dates[last_of_period(*rule)], every))
    ends = np.unique(np.concatenate(missed))
    ends = ends[~np.isin(period_number(ends, every), np.concatenate(decided))]
    if opens is not None:
        ends = ends[ends >= np.datetime64(opens, "D")]
    _, first = np.unique(period_number(ends, every), return_index=True)
    found: Dates = ends[first]
    return found


def undecided_badges(
    tables: Sequence[Bars], every: str, opens: datetime.date | str | None = None
) -> list[Badge]:
    """Return a badge that counts the periods without a decision; empty if there are none."""
    ends = undecided_periods(tables, every, opens)
    if not len(ends):
        return []
    count = counted(len(ends), every)
    return [badge("without a decision", count=count, every=every, days=on_dates(ends))]
