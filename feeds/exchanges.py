"""Sessions of the world's exchanges, worked out from the holidays in exchange_calendars.

A session is a day of the exchange's working week that is not one of its holidays. The package's own
lists of sessions are not read: they lack the holidays before 1970 and, under pandas 3, the weeks
of an exchange that once worked other days (Tel Aviv to 2026, Seoul's Saturdays to 1998).
What was worked out is kept for the next process, see `kept_files`.
"""

from __future__ import annotations

import difflib
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .arrays import Dates
from .kept_files import KeptFiles

#: Calendars that need no import of exchange_calendars, which takes 0.4 s.
NEW_YORK, ALWAYS = "XNYS", "24/7"

#: First and last day of the sessions of an exchange that states no bounds.
EARLIEST, LATEST = np.array(["1885-01-01", "2199-12-31"], dtype="datetime64[D]")

#: Day from which exchange_calendars itself applies an exchange's yearly holidays.
_RULED = np.datetime64("1970-01-01", "D")

#: Rules take 0.3 s to import and to apply, Seoul's 2 s.
_KEPT = KeptFiles("sessions", Path(__file__), "exchange_calendars", "pandas")

#: Every calendar can be built over these days, whatever its bounds.
_BUILT = ("2026-06-01", "2026-07-31")


class CalendarError(ValueError):
    """An unknown calendar or period, or dates that the calendar does not reach."""

    exit_code = 2


def check_calendar(calendar: str) -> str:
    """Return the name of a calendar; for an alias ("NYSE", "JPX") the name that it stands for.

    Parameters
    ----------
    calendar : str
        A name or alias of exchange_calendars, or "24/7".

    Returns
    -------
    str
        "XNYS", "XTKS", "24/7", ...

    Raises
    ------
    CalendarError
        For another name, with the nearest one.
    """
    return calendar if calendar in (NEW_YORK, ALWAYS) else _canonical(calendar)


@lru_cache(maxsize=256)
def _canonical(calendar: str) -> str:
    import exchange_calendars

    known = exchange_calendars.get_calendar_names(include_aliases=True)
    if calendar in known:
        return str(exchange_calendars.resolve_alias(calendar))
    spelled = {name.upper(): name for name in known}
    near = difflib.get_close_matches(str(calendar).upper(), spelled, n=1, cutoff=0.5)
    hint = f"; did you mean {spelled[near[0]]!r}?" if near else ""
    raise CalendarError(
        f"calendar must be 24/7, XNYS or another exchange of exchange_calendars "
        f"(XTKS Tokyo, XLON London, XHKG Hong Kong, ...), got {calendar!r}{hint}"
    )


def bounds(calendar: str) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and the last day over which an exchange's sessions are known."""
    days = _all_days(calendar)
    return days[0], days[1]


def exchange_sessions(calendar: str) -> Dates:
    """Return every session of an exchange within its bounds, oldest first; do not change it."""
    return _all_days(calendar)[2]


@lru_cache(maxsize=128)
def _all_days(calendar: str) -> tuple[np.datetime64, np.datetime64, Dates]:
    """Return an exchange's bounds and the sessions between them."""
    name = calendar.replace("/", "-")  # of "24/5"
    kept = _KEPT.read(name)
    if kept is not None:
        days = np.frombuffer(kept, "<i4").astype("datetime64[D]")
    else:
        with warnings.catch_warnings():
            # exchange_calendars reads time-zone-aware values in a way that pandas 4 will change.
            warnings.simplefilter("ignore", DeprecationWarning)
            rules = _rules(calendar)
            days = _worked_out(rules)
        if type(rules).__module__.startswith("exchange_calendars."):  # else the user's: may change
            _KEPT.write(name, days.astype("<i4").tobytes())
    known = days[2:]
    known.flags.writeable = False
    return days[0], days[1], known


def _worked_out(rules: Any) -> Dates:
    """Return an exchange's two bounds, then the sessions between them."""
    first, last = _day(rules.bound_min(), EARLIEST), _day(rules.bound_max(), LATEST)
    closed = _holidays(rules, first)
    days = np.arange(first, last + np.timedelta64(1, "D"))
    works = np.is_busday(days, weekmask=rules.weekmask)
    for since, until, weekmask in getattr(rules, "special_weekmasks", None) or ():
        span = (days >= _day(since, first)) & (days <= _day(until, last))
        works[span] = np.is_busday(days[span], weekmask=weekmask)
    known: Dates = days[works & ~np.isin(days, closed)]
    return np.concatenate([[first, last], known])


def _rules(calendar: str) -> Any:
    import exchange_calendars

    try:
        return exchange_calendars.get_calendar(calendar, start=_BUILT[0], end=_BUILT[1])
    except (NotImplementedError, ValueError, TypeError) as error:
        raise CalendarError(
            f"exchange_calendars {exchange_calendars.__version__} cannot state the sessions of "
            f"{calendar} ({error}): take another calendar"
        ) from error


def _holidays(rules: Any, first: np.datetime64) -> Dates:
    import pandas as pd

    closed = np.asarray(rules.day.holidays, dtype="datetime64[D]")
    if rules.regular_holidays is None or first >= _RULED:
        return closed
    before = rules.regular_holidays.holidays(pd.Timestamp(first), pd.Timestamp(_RULED))
    return np.concatenate([closed, np.asarray(before, dtype="datetime64[D]")])


def _day(stamp: Any, otherwise: np.datetime64) -> np.datetime64:
    return otherwise if stamp is None else np.datetime64(stamp, "D")
