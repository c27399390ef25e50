"""The session after the last bar: its date, its bar at an assumed close, and when periods end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np

from .bars import Bars
from .calendars import Dates, last_of_period, period_number, sessions
from .exchanges import ALWAYS, CalendarError, bounds

_AHEAD = np.timedelta64(100, "D")
"""Days within which two months end and one quarter, after any day."""


def next_dates(bars: Bars) -> Dates:
    """Return the dates of the bars that follow the last one, for 100 days, from the calendar.

    Parameters
    ----------
    bars : Bars
        Daily, weekly or monthly bars.

    Returns
    -------
    ndarray of datetime64[D], shape (n,)
        Sessions after the last bar, oldest first; of weekly and monthly bars the last session of
        each later week or month. n >= 1.

    Raises
    ------
    CalendarError
        The calendar knows no session after the last bar.
    """
    last = bars.dates[-1]
    days = _sessions_after(bars.calendar, last)
    if bars.frequency != "day" and len(days):
        numbers = period_number(days, bars.frequency)
        ends = np.append(numbers[1:] != numbers[:-1], False)
        days = days[ends & (numbers > period_number(last, bars.frequency))]
    if not len(days):
        raise CalendarError(
            f"the {bars.calendar} calendar knows no session after {bars.name}'s last bar, {last}"
        )
    return days


def _sessions_after(calendar: str, last: Any) -> Dates:
    """Return the sessions of 100 days after a day, oldest first, as far as the calendar goes."""
    until = last + _AHEAD
    if calendar != ALWAYS:
        until = min(until, bounds(calendar)[1])
    return sessions(calendar, last + np.timedelta64(1, "D"), until)


def next_date(bars: Bars) -> dt.date:
    """Return the date of the bar that follows the last one; raises the error of `next_dates`."""
    first: dt.date = next_dates(bars)[0].item()
    return first


def next_session(bars: Bars, after: dt.date) -> dt.date:
    """Return the first session of the bars' exchange after a day; of weekly bars too.

    Raises
    ------
    CalendarError
        The calendar knows no later session.
    """
    days = _sessions_after(bars.calendar, np.datetime64(after, "D"))
    if not len(days):
        raise CalendarError(f"the {bars.calendar} calendar knows no session after {after}")
    found: dt.date = days[0].item()
    return found


def next_deciding_date(bars: Bars, every: str) -> dt.date:
    """Return the first date after the last bar that ends its day, week, month or quarter."""
    days = next_dates(bars)
    ends = last_of_period(bars.calendar, days, every, bars.frequency)
    first: dt.date = days[ends][0].item()
    return first


def with_close(bars: Bars, day: dt.date, close: float) -> Bars:
    """Return the bars with one more bar, which closes at an assumed price.

    Parameters
    ----------
    bars : Bars
        The bars so far.
    day : datetime.date
        Date of the bar, after the last one.
    close : float
        Its close, > 0, account currency.

    Returns
    -------
    Bars
        The bar opens at the last close and trades between the two prices; its volume is the last
        bar's, and it pays no dividend.
    """
    opens = bars.close[-1]
    newest = {
        "open": opens,
        "high": max(opens, close),
        "low": min(opens, close),
        "close": close,
        "volume": bars.volume[-1],
        "dividend": 0.0,
    }
    columns: dict[str, Any] = {
        name: np.append(getattr(bars, name), value) for name, value in newest.items()
    }
    return replace(bars, dates=np.append(bars.dates, np.datetime64(day, "D")), **columns)
