"""The day on which a weekly or monthly bar is known: the last session of its week or month."""

from __future__ import annotations

import numpy as np

from ..arrays import Dates
from ..calendars import CalendarError, period_ends
from .calendar_fit import weekdays

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

#: Days by which most bars of a table must move for it to be told: 31 January may be a Sunday.
TOLD = 2


def when_known(dates: Dates, calendar: str, frequency: str, latest: np.datetime64) -> Dates:
    """Return the days on whose close bars are known, whatever day of their period is written.

    Some vendors date a week on its Monday and a month on its first day, others on the last. Of two
    such tables side by side one would know the other's future.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        As they are written, one bar a period.
    calendar : str
        Whose sessions count.
    frequency : {"day", "week", "month"}
        What a bar spans; days stay as they are.
    latest : datetime64[D]
        The bar of a period that ends later keeps its date: it is not over.

    Returns
    -------
    ndarray of datetime64[D], shape (n,)
        The last session of each ISO week or month; beyond what the calendar knows, as written.
    """
    try:
        ends = period_ends(calendar, dates, frequency)
    except CalendarError:
        return dates
    return np.where(ends > np.maximum(dates, latest), dates, ends)


def told_of_dates(dates: Dates, known_on: Dates, frequency: str) -> list[str]:
    """Return the note that most bars are dated on another day than they are known on."""
    moved = np.abs((known_on - dates).astype(np.int64)) >= TOLD
    if not moved.mean() > 0.5:
        return []
    usual = int(np.bincount(weekdays(dates[moved]), minlength=7).argmax())
    if frequency == "week" and usual == 6:
        return ["weekly bars are dated on Sundays: each is taken for the week that ends there"]
    where = _WEEKDAYS[usual] if frequency == "week" else "an earlier day"
    return [
        f"{frequency}ly bars are dated on {where}: each counts on the last session of its "
        f"{frequency}, at whose close it is known"
    ]
