"""Sessions of the two calendars that daily bars keep, and the last session of a period.

The last session of a week or a month is known from the calendar, long before the data show that
the next period has begun: a decision that waits for the next bar comes one day late, and one that
takes the newest bar of an unfinished month for its end trades on a date nobody could have known.
"""

from __future__ import annotations

import datetime as dt
import warnings
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Dates = npt.NDArray[np.datetime64]

#: Periods a year of each calendar: New York Stock Exchange sessions, and every day of the week.
PERIODS_PER_YEAR = {"XNYS": 252, "24/7": 365}

PERIODS = ("day", "week", "month")

#: Years over which exchange_calendars states the holidays of the New York Stock Exchange.
FIRST_YEAR, LAST_YEAR = 1885, 2199


class CalendarError(ValueError):
    """An unknown calendar or period, or dates that the calendar does not reach."""

    exit_code = 2


def sessions(
    calendar: str,
    first: np.datetime64 | dt.date | str,
    last: np.datetime64 | dt.date | str,
) -> Dates:
    """List the days on which `calendar` trades, from `first` to `last`, both included.

    Parameters
    ----------
    calendar : {"XNYS", "24/7"}
        The calendar's name.
    first, last : numpy.datetime64 or datetime.date or str
        Bounds. Nothing is listed when `last` is before `first`.

    Returns
    -------
    ndarray of datetime64[D], shape (n_sessions,)
        Session dates, oldest first.

    Raises
    ------
    CalendarError
        For an unknown calendar, or XNYS dates outside 1885 to 2199.
    """
    check_calendar(calendar)
    start, stop = np.array([first, last], dtype="datetime64[D]")
    if calendar == "24/7" or stop < start:
        return np.arange(start, stop + np.timedelta64(1, "D"))
    years = [int(str(bound)[:4]) for bound in (start, stop)]
    if years[0] < FIRST_YEAR or years[1] > LAST_YEAR:
        raise CalendarError(
            f"the {calendar} calendar is known from {FIRST_YEAR} to {LAST_YEAR}, "
            f"not from {start} to {stop}"
        )
    known = _new_york_sessions(years[0] // 10 * 10, years[1] // 10 * 10 + 9)
    return known[np.searchsorted(known, start) : np.searchsorted(known, stop, side="right")]


def last_of_period(calendar: str, dates: npt.ArrayLike, every: str) -> npt.NDArray[np.bool_]:
    """Tell which dates are the last exchange session of their day, ISO week or month.

    Parameters
    ----------
    calendar : {"XNYS", "24/7"}
        The calendar that knows the sessions.
    dates : array_like of datetime64, shape (n,)
        Dates, oldest first.
    every : {"day", "week", "month"}
        The period. For "day" every date is the last of its own.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where the date is the last session of its period. The date of a bar that is no
        session is never the last, and a period whose last session has no bar has none.

    Raises
    ------
    CalendarError
        For an unknown calendar or period, or dates that the calendar does not reach.
    """
    check_calendar(calendar)
    if every not in PERIODS:
        raise CalendarError(f"every must be one of {', '.join(PERIODS)}, got {every!r}")
    days = np.asarray(dates, dtype="datetime64[D]")
    if every == "day" or not len(days):
        return np.ones(len(days), dtype=np.bool_)
    # Forty days more hold a session of the next period: the last date is judged like the others.
    known = sessions(calendar, days[0], days[-1] + np.timedelta64(40, "D"))
    period = _month(known) if every == "month" else _iso_week(known)
    return np.isin(days, known[:-1][period[1:] != period[:-1]])


def periods_per_year(calendar: str, frequency: str = "day") -> int:
    """Return how many bars of a calendar and frequency make a year: 252 or 365, 52, 12."""
    return {"week": 52, "month": 12}.get(frequency) or PERIODS_PER_YEAR[calendar]


def check_calendar(calendar: str) -> None:
    """Raise CalendarError unless `calendar` is a calendar's name."""
    if calendar not in PERIODS_PER_YEAR:
        known = ", ".join(PERIODS_PER_YEAR)
        raise CalendarError(f"calendar must be one of {known}, got {calendar!r}")


def _month(days: Dates) -> npt.NDArray[np.int64]:
    return days.astype("datetime64[M]").astype(np.int64)


def _iso_week(days: Dates) -> npt.NDArray[np.int64]:
    # ISO weeks begin on Monday and 1970-01-01, day 0, was a Thursday.
    return (days.astype(np.int64) + 3) // 7


@lru_cache(maxsize=8)
def _new_york_sessions(first_year: int, last_year: int) -> Dates:
    import exchange_calendars  # 0.4 s: only who asks for sessions pays

    with warnings.catch_warnings():
        # exchange_calendars reads time-zone-aware values in a way that pandas 4 will change.
        warnings.filterwarnings("ignore", "Series.values returning", DeprecationWarning)
        calendar = exchange_calendars.get_calendar(
            "XNYS",
            start=f"{max(first_year, FIRST_YEAR)}-01-01",
            end=f"{min(last_year, LAST_YEAR)}-12-31",
        )
    known: Dates = calendar.sessions.to_numpy().astype("datetime64[D]")
    known.flags.writeable = False
    return known
