"""The calendar of a table of bars: the one whose sessions most of the bars fall on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..arrays import Dates
from ..calendars import CalendarError
from ..exchanges import ALWAYS, NEW_YORK, bounds, exchange_sessions

Mask = npt.NDArray[np.bool_]

#: Exchanges of which a table may be; of two that fit equally well the first is taken. The rules of
#: each take 0.1 s to apply, Seoul's 1 s: those that are asked for most stand first.
EXCHANGES = (
    "24/5", "XLON", "XTKS", "XHKG", "XPAR", "XETR", "XTSE", "XSHG", "XBOM", "XASX", "XSWX", "XTAI",
    "XSES", "XMIL", "XMAD", "XSTO", "XOSL", "XCSE", "XHEL", "BVMF", "XMEX", "XJSE", "XNZE", "XIDX",
    "XKLS", "XBKK", "XWAR", "XWBO", "XIST", "CMES", "XKRX",
)  # fmt: skip

#: Exchanges that trade, or traded, on Sundays.
SUNDAY_EXCHANGES = ("XSAU", "XTAE", "24/5")

#: Least share of the bars on a day of the week that counts as a trading day: half of 1/7.
SHARE = 0.5 / 7

#: Least number of bars on such a day of the week, however short the table.
HABIT = 4

#: Least number of bars on New York's holidays, and least share of all bars, from which on other
#: exchanges are tried.
DOUBTS, DOUBT_SHARE = 3, 0.005

#: How far beyond the bars the sessions are looked at that tell an exchange's days of the week.
_YEAR = np.timedelta64(366, "D")

#: Share of the days on which two exchanges differ that must speak for the other one.
AGREEMENT = 0.8

#: Misfit that ends the search, a day a year: no two exchanges with other holidays are so near.
CERTAIN = 0.004

#: Median days between bars above which they are weekly or longer.
DAILY = 4

_SATURDAY, _SUNDAY = 5, 6


def infer_calendar(dates: Dates) -> str:
    """Return the calendar that bars keep: "24/7", "XNYS", or that of another exchange.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Dates of the bars, oldest first.

    Returns
    -------
    str
        - "24/7" when Saturdays and Sundays each hold at least half of their even share of 1/7;
        - "XNYS" for weekly and monthly bars, for which the calendar sets no number of periods;
        - "XNYS" also unless at least 3 bars, and 0.5 % of all, lie on weekdays that are its
          holidays: missing bars alone, a few stray rows and short tables change nothing;
        - else, among thirty exchanges, the one with the fewest bars on days that are no session
          and sessions without a bar, when of the days on which it differs from New York at least
          80 % speak for it.

        A table with at least 4 Sundays in such a share, and no Saturdays, is Riyadh's, Tel
        Aviv's, or of currencies ("24/5"), whichever it fits best.
    """
    days = np.unique(np.asarray(dates, dtype="datetime64[D]"))
    if len(days) < 2 or np.median(np.diff(days).astype(np.int64)) > DAILY:
        return NEW_YORK
    counts = np.bincount(weekdays(days), minlength=7)
    often = counts >= SHARE * len(days)
    if often[_SATURDAY] and often[_SUNDAY]:
        return ALWAYS
    if often[_SUNDAY] and counts[_SUNDAY] >= HABIT:
        return min(SUNDAY_EXCHANGES, key=lambda name: _misfit(days, name))
    days = days[weekdays(days) < _SATURDAY]
    if not _doubtful(days):
        return NEW_YORK
    best, least = NEW_YORK, _misfit(days, NEW_YORK)
    for name in EXCHANGES:
        misfit = _misfit(days, name)
        if misfit >= least:
            continue
        agrees = _agreement(days, name)
        if len(agrees) and agrees.mean() >= AGREEMENT:
            best, least = name, misfit
            if misfit <= CERTAIN:
                break
    return best


def stray_days(dates: Dates, calendar: str) -> Mask:
    """Tell which daily bars lie on a day of the week on which the calendar never trades.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Dates of the bars.
    calendar : str
        The calendar that the bars keep.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for a Saturday or Sunday in a table of New York, a Friday in one of Riyadh. False
        where such days are a habit of the table: where at least four bars, and half of an even
        share, of the calendar year fall on that day of the week. False for all weekly and
        monthly bars, whose date is a label.

    Raises
    ------
    CalendarError
        For an unknown calendar.
    """
    days = np.asarray(dates, dtype="datetime64[D]")
    stray = np.zeros(len(days), dtype=np.bool_)
    steps = np.diff(np.unique(days)).astype(np.int64)
    if calendar == ALWAYS or not len(steps) or np.median(steps) > DAILY:
        return stray
    every = exchange_sessions(calendar)
    known = _within(every, days.min() - _YEAR, days.max() + _YEAR)
    known = known if len(known) else every  # all bars lie outside the calendar's bounds
    never = ~np.isin(np.arange(7), weekdays(known))
    years = days.astype("datetime64[Y]")
    for year in np.unique(years[never[weekdays(days)]]):
        of_year = years == year
        counts = np.bincount(weekdays(days[of_year]), minlength=7)
        rare = (counts < HABIT) | (counts < SHARE * counts.sum())
        stray |= of_year & (never & rare)[weekdays(days)]
    return stray


def weekdays(days: Dates) -> npt.NDArray[np.int64]:
    """Return the day of the week of each date, Monday 0 to Sunday 6."""
    return (np.asarray(days, dtype="datetime64[D]").astype(np.int64) + 3) % 7


def _doubtful(days: Dates) -> bool:
    known = exchange_sessions(NEW_YORK)
    first, last = bounds(NEW_YORK)
    strange = np.setdiff1d(_within(days, first, last), known, assume_unique=True)
    return len(strange) >= max(DOUBTS, DOUBT_SHARE * len(days))


def _misfit(days: Dates, calendar: str) -> float:
    """Return the share of days, among bars and sessions, on which the two differ; 1 at most."""
    seen, known = _overlap(days, calendar)
    either = np.union1d(seen, known)
    return len(np.setxor1d(seen, known, assume_unique=True)) / len(either) if len(either) else 1.0


def _agreement(days: Dates, calendar: str) -> Mask:
    """Tell for each day that is a session of New York or of the other alone which the bars fit.

    Empty where less than half of the bars lie within the calendar's bounds.
    """
    seen, known = _overlap(days, calendar)
    if len(seen) < len(days) / 2:
        return np.zeros(0, dtype=np.bool_)
    ours = _within(exchange_sessions(NEW_YORK), seen[0], seen[-1])
    differ = np.setxor1d(known, ours, assume_unique=True)
    agrees: Mask = np.isin(differ, seen) == np.isin(differ, known)
    return agrees


def _overlap(days: Dates, calendar: str) -> tuple[Dates, Dates]:
    """Return the bars within the calendar's bounds, and its sessions between them."""
    try:
        known = exchange_sessions(calendar)
    except CalendarError:  # a version of exchange_calendars that cannot build it
        return days[:0], days[:0]
    seen = _within(days, *bounds(calendar))
    return seen, _within(known, seen[0], seen[-1]) if len(seen) else known[:0]


def _within(days: Dates, first: np.datetime64, last: np.datetime64) -> Dates:
    return days[np.searchsorted(days, first) : np.searchsorted(days, last, side="right")]
