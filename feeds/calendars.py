"""Sessions of the calendar that bars keep, and the last session of a period.

The last session of a week or a month is known from the calendar, long before the data show that
the next period has begun. A decision that waits for the next bar comes one day late. A decision
that takes the newest bar of an unfinished month for the month's last looks ahead: in live trading
nobody knows that no bar follows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .arrays import Dates
from .conventions import FREQUENCIES, PERIODS
from .exchanges import ALWAYS, CalendarError, bounds, check_calendar, exchange_sessions

__all__ = [
    "CalendarError",
    "Dates",
    "check_calendar",
    "is_over",
    "last_of_period",
    "missing_bars",
    "period_ends",
    "period_number",
    "periods_between",
    "periods_per_year",
    "sessions",
    "strange_bars",
    "undecided",
]

Day = np.datetime64 | dt.date | str

#: Days after any day within which its period ends and the next one has a session: a quarter has
#: 92 days.
_AHEAD = np.timedelta64(110, "D")


def sessions(calendar: str, first: Day, last: Day) -> Dates:
    """List the days on which `calendar` trades, from `first` to `last`, both included.

    Parameters
    ----------
    calendar : str
        The calendar's name: "24/7", "XNYS", or another exchange of exchange_calendars ("XTKS").
    first, last : numpy.datetime64 or datetime.date or str
        Bounds. Nothing is listed when `last` is before `first`.

    Returns
    -------
    ndarray of datetime64[D], shape (n_sessions,)
        Session dates, oldest first.

    Raises
    ------
    CalendarError
        For an unknown calendar, or dates that the calendar does not reach: XNYS is known from
        1885 to 2199, Tokyo (XTKS) from 1997.
    """
    name = check_calendar(calendar)
    start, stop = np.array([first, last], dtype="datetime64[D]")
    if name == ALWAYS or stop < start:
        return np.arange(start, stop + np.timedelta64(1, "D"))
    _check_reach(name, start, stop)
    return _between(exchange_sessions(name), start, stop)


def last_of_period(
    calendar: str, dates: npt.ArrayLike, every: str, frequency: str = "day"
) -> npt.NDArray[np.bool_]:
    """Tell which bars end their day, ISO week, month or quarter of the year.

    A daily bar ends its period when its date is the period's last session. A weekly bar spans the
    ISO week of its date, whichever day of it the date is, and belongs to the month in which the
    week's last session falls: it ends the month when the next week's last session falls in a
    later one.

    Parameters
    ----------
    calendar : str
        The calendar that knows the sessions.
    dates : array_like of datetime64, shape (n,)
        Dates of the bars, oldest first.
    every : {"day", "week", "month", "quarter"}
        The period. Every bar ends a period that is not longer than the bar.
    frequency : {"day", "week", "month"}
        What a bar spans.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where the bar is the last of its period. The date of a daily bar that is no session
        is never the last, and a period whose last session has no bar has none. No answer depends
        on a later bar. In the week that an exchange's calendar breaks off, every weekday that it
        does not know counts as a session.

    Raises
    ------
    CalendarError
        For an unknown calendar, period or frequency, or dates that the calendar does not reach.
    """
    name = check_calendar(calendar)
    _check_word("every", every, PERIODS)
    _check_word("frequency", frequency, FREQUENCIES)
    days = np.asarray(dates, dtype="datetime64[D]")
    if PERIODS.index(every) <= PERIODS.index(frequency) or not len(days):
        return np.ones(len(days), dtype=np.bool_)
    ends = _period_ends(name, days[0], days[-1], every, frequency)
    return np.isin(period_number(days, frequency), period_number(ends, frequency))


def undecided(calendar: str, dates: npt.ArrayLike, every: str, frequency: str = "day") -> Dates:
    """List the periods without a decision because the bar of their last session is missing.

    Parameters
    ----------
    calendar, dates, every, frequency
        As for `last_of_period`.

    Returns
    -------
    ndarray of datetime64[D], shape (n_periods,)
        The last session of each period between the first and the last bar that ends without a
        bar; for weekly bars that of the period's last week. A last period that the bars leave
        unfinished does not count.

    Raises
    ------
    CalendarError
        As for `last_of_period`.
    """
    name = check_calendar(calendar)
    _check_word("every", every, PERIODS)
    _check_word("frequency", frequency, FREQUENCIES)
    days = np.asarray(dates, dtype="datetime64[D]")
    if PERIODS.index(every) <= PERIODS.index(frequency) or not len(days):
        return days[:0]
    ends = _period_ends(name, days[0], days[-1], every, frequency)
    return _without_bar(ends, days, frequency)


def missing_bars(calendar: str, dates: npt.ArrayLike, frequency: str = "day") -> Dates:
    """List the sessions, weeks or months between the first and the last bar that have no bar.

    Parameters
    ----------
    calendar, dates, frequency
        As for `last_of_period`.

    Returns
    -------
    ndarray of datetime64[D], shape (n_missing,)
        The last session of each.

    Raises
    ------
    CalendarError
        As for `last_of_period`.
    """
    days, ends = _bars_and_ends(calendar, dates, frequency)
    return _without_bar(ends, days, frequency) if len(days) else days


def strange_bars(calendar: str, dates: npt.ArrayLike, frequency: str = "day") -> Dates:
    """List the bars in whose day, week or month `calendar` has no session.

    Parameters, returned dates and errors are those of `missing_bars`.
    """
    days, ends = _bars_and_ends(calendar, dates, frequency)
    return days[~np.isin(period_number(days, frequency), period_number(ends, frequency))]


def is_over(calendar: str, day: Day, every: str) -> bool:
    """Tell whether a day is, or comes after, the last session of its week, month or quarter.

    Raises
    ------
    CalendarError
        For an unknown calendar or period, or a day that the calendar does not reach.
    """
    _check_word("every", every, PERIODS)
    (date,) = np.array([day], dtype="datetime64[D]")
    later = _sessions_around(check_calendar(calendar), date, date)
    later = later[later > date]
    return not (period_number(later, every) == period_number(date, every)).any()


def period_ends(calendar: str, dates: npt.ArrayLike, frequency: str) -> Dates:
    """Return the last session of the week or month of each date; the date where there is none.

    The dates of daily bars are returned as they are.

    Raises
    ------
    CalendarError
        For an unknown calendar, or dates that the calendar does not reach.
    """
    if frequency == "day":
        return np.asarray(dates, dtype="datetime64[D]")
    days, ends = _bars_and_ends(calendar, dates, frequency)
    if not len(days):
        return days
    numbers, known = period_number(days, frequency), period_number(ends, frequency)
    at = np.minimum(np.searchsorted(known, numbers), len(ends) - 1)
    found: Dates = np.where(known[at] == numbers, ends[at], days)
    return found


def periods_between(calendar: str, bar: Day, bound: Day, frequency: str = "day") -> int:
    """Count the bars that are missing between a table's first or last bar and a window's bound.

    Parameters
    ----------
    calendar : str
        The calendar that knows the sessions.
    bar : numpy.datetime64 or datetime.date or str
        Date of the table's first or last bar.
    bound : numpy.datetime64 or datetime.date or str
        First or last day of the window.
    frequency : {"day", "week", "month"}
        What a bar spans.

    Returns
    -------
    int
        Sessions, ISO weeks or months with a session that end between the two, the bound
        included, apart from the bar's own. A week in which the window ends counts only when the
        week ends by then.

    Raises
    ------
    CalendarError
        As for `last_of_period`.
    """
    name = check_calendar(calendar)
    _check_word("frequency", frequency, FREQUENCIES)
    own, limit = np.array([bar, bound], dtype="datetime64[D]")
    first, last = min(own, limit), max(own, limit)
    if frequency == "day":
        ends = sessions(name, first, last)
    else:
        ends = _period_ends(name, first, last, frequency, "day")
        ends = _between(ends, first, last)
    return int(np.count_nonzero(period_number(ends, frequency) != period_number(own, frequency)))


def periods_per_year(calendar: str, frequency: str = "day") -> int:
    """Return how many bars make a year: 12 months, 52 weeks, 365 days of 24/7, else 252."""
    _check_word("frequency", frequency, FREQUENCIES)
    return {"week": 52, "month": 12}.get(frequency) or (365 if calendar == ALWAYS else 252)


def period_number(days: npt.ArrayLike, every: str) -> npt.NDArray[np.int64]:
    """Number the days, ISO weeks, months or quarters that dates lie in, upwards in time."""
    dates = np.asarray(days, dtype="datetime64[D]")
    if every in ("month", "quarter"):
        months = dates.astype("datetime64[M]").astype(np.int64)
        return months if every == "month" else months // 3
    numbers = dates.astype(np.int64)
    # ISO weeks begin on Monday and 1970-01-01, day 0, was a Thursday.
    return (numbers + 3) // 7 if every == "week" else numbers


def _bars_and_ends(calendar: str, dates: npt.ArrayLike, frequency: str) -> tuple[Dates, Dates]:
    name = check_calendar(calendar)
    _check_word("frequency", frequency, FREQUENCIES)
    days = np.asarray(dates, dtype="datetime64[D]")
    return days, _period_ends(name, days[0], days[-1], frequency, "day") if len(days) else days


def _without_bar(ends: Dates, days: Dates, frequency: str) -> Dates:
    numbers, seen = period_number(ends, frequency), period_number(days, frequency)
    absent: Dates = ends[(numbers >= seen[0]) & (numbers <= seen[-1]) & ~np.isin(numbers, seen)]
    return absent


def _period_ends(
    calendar: str, first: np.datetime64, last: np.datetime64, every: str, frequency: str
) -> Dates:
    """Return the last session of each period of `every`, at least from `first` to `last`.

    For weekly bars, whose weeks straddle months, those weeks' last sessions.
    """
    known = _sessions_around(calendar, first, last)
    own = known if frequency == "day" else _last_of_each(known, frequency)
    return _last_of_each(own, every)


def _last_of_each(days: Dates, every: str) -> Dates:
    number = period_number(days, every)
    last: Dates = days[:-1][number[1:] != number[:-1]]
    return last


def _sessions_around(calendar: str, first: np.datetime64, last: np.datetime64) -> Dates:
    # The periods of the first and the last date are judged like the others: whole.
    early, late = first - _AHEAD, last + _AHEAD
    if calendar == ALWAYS:
        return np.arange(early, late)
    _check_reach(calendar, first, last)
    known = _between(exchange_sessions(calendar), early, late)
    beyond = np.arange(bounds(calendar)[1] + np.timedelta64(1, "D"), late)
    return np.concatenate([known, beyond[np.is_busday(beyond)]])


def _between(days: Dates, first: np.datetime64, last: np.datetime64) -> Dates:
    return days[np.searchsorted(days, first) : np.searchsorted(days, last, side="right")]


def _check_reach(calendar: str, first: np.datetime64, last: np.datetime64) -> None:
    earliest, latest = bounds(calendar)
    if first < earliest or last > latest:
        raise CalendarError(
            f"the {calendar} calendar is known from {earliest} to {latest}, "
            f"not from {first} to {last}: take bars within, or another calendar"
        )


def _check_word(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise CalendarError(f"{name} must be one of {', '.join(known)}, got {value!r}")
