"""The session in which an order of a bar was filled: the bar's date is not always its day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Dates
from .bars import Bars
from .calendars import CalendarError, period_number, sessions
from .open_to_open import CLOSE, OPEN, runs_open_to_open

DURING = "during"
"""Moment of a limit or stop order that was filled inside its bar."""

_LONGEST = np.timedelta64(31, "D")
"""Days of a month, the longest bar."""


def dated_by_session(bars: Bars) -> bool:
    """Return whether `fill_days` leaves all dates and moments of an instrument as they are."""
    return bars.frequency == "day" and not runs_open_to_open(bars)


def fill_days(bars: Bars, dates: npt.ArrayLike, moments: Sequence[Any]) -> tuple[Dates, list[Any]]:
    """Return in which session fills took place, and at which moment of it.

    Parameters
    ----------
    bars : Bars
        The instrument's bars, daily, weekly, monthly or from open to open.
    dates : array_like of datetime64, shape (n,)
        Dates of the bars that filled; NaT stays NaT.
    moments : sequence of length n
        Moment of each in its bar: "open", "close" or "during"; other values stay.

    Returns
    -------
    dates : ndarray of datetime64[D], shape (n,)
        Of bars from open to open: the bar of date t opens at the close of the session before, where
        its orders at the open fill, and so does what fills during it, but for a price that only
        the open of t reached. Of weekly and monthly bars: an order at the open fills in the
        period's first session; the day of what fills during the bar is not known, and stays the
        bar's date. Else the bar's date.
    moments : list of length n
        "open" and "close" of that session; of bars from open to open they change places.
    """
    days, told = np.asarray(dates, dtype="datetime64[D]"), list(moments)
    at_open, during = (np.array([each == word for each in told]) for word in (OPEN, DURING))
    if runs_open_to_open(bars):
        places = np.searchsorted(bars.dates, days)
        before = bars.dates[np.maximum(places - 1, 0)]
        other = {OPEN: CLOSE, CLOSE: OPEN}
        earlier = (at_open | during) & ~np.isnat(days)
        return np.where(earlier, before, days), [other.get(each, each) for each in told]
    if bars.frequency == "day" or not at_open.any():
        return days, told
    return np.where(at_open, _first_sessions(bars, days), days), told


def _first_sessions(bars: Bars, days: Dates) -> Dates:
    """Return the first session of each day's week or month; the day where none is known."""
    known = days[~np.isnat(days)]
    if not len(known):
        return days
    try:
        listed = sessions(bars.calendar, known.min() - _LONGEST, known.max())
    except CalendarError:
        return days
    numbers, own = period_number(listed, bars.frequency), period_number(days, bars.frequency)
    places = np.searchsorted(numbers, own)
    found: Dates = days.copy()
    inside = places < len(listed)
    inside[inside] = numbers[places[inside]] == own[inside]
    found[inside] = np.minimum(listed[places[inside]], days[inside])
    return found
