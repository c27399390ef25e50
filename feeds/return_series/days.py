"""From the rows of a table to one return a day: order, rows of one day, spacing, calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arrays import Dates, Floats
from ..calendars import CalendarError, missing_bars, period_ends, sessions
from ..checks import LARGE_RETURN, on_dates
from ..tidy.calendar_fit import weekdays
from ..tidy.spacing import frequency_of

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Days:
    """Returns by day.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first, each once.
    returns : ndarray of float64, shape (n,)
        Simple returns as fractions; the first is NaN if the series begins with that day.
    levels : ndarray of float64, shape (n,), or None
        The account's value at the end of each day; None if the column holds returns.
    opens : float
        The account's value before the first day; 1.0 if the column holds returns.
    """

    dates: Dates
    returns: Floats
    levels: Floats | None
    opens: float = 1.0


def days_of_equity(dates: Dates, values: Floats) -> Days:
    """Return the returns of an account's values: the last value of each day counts.

    With several values on the first day the account opens with the first of them, on the day
    before.
    """
    begins = _begins(dates)
    levels = values[np.append(begins[1:], len(dates)) - 1]
    with np.errstate(divide="ignore", invalid="ignore"):  # after a value of 0 there is no return
        returns = np.append(np.nan, levels[1:] / levels[:-1] - 1.0)
    if len(begins) < len(dates) and (len(begins) == 1 or begins[1] > 1):
        returns[0] = levels[0] / values[0] - 1.0
    return Days(dates[begins], returns, levels, float(values[0]))


def days_of_returns(dates: Dates, values: Floats) -> Days:
    """Return the returns of each day, compounded over its rows; a first row of NaN opens it."""
    begins = _begins(dates)
    if len(begins) == len(dates):
        return Days(dates, values, None)
    growth = np.multiply.reduceat(1.0 + np.nan_to_num(values), begins)
    single = np.diff(np.append(begins, len(dates))) == 1
    return Days(dates[begins], np.where(single, values[begins], growth - 1.0), None)


def rows_a_day(dates: Dates) -> int:
    """Return the largest number of rows of one day."""
    return int(np.diff(np.append(_begins(dates), len(dates))).max())


def _begins(dates: Dates) -> npt.NDArray[np.intp]:
    return np.flatnonzero(np.append(True, dates[1:] != dates[:-1]))


def spacing(dates: Dates) -> tuple[str, Dates, list[str], list[str]]:
    """Tell whether days are days, weeks or months apart.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first, each once.

    Returns
    -------
    frequency : {"day", "week", "month"}
    kept : ndarray of datetime64[D]
        The dates, without a last one in the same week or month as the one before.
    faults, warnings : list of str
        A mixture of spacings; the last row left out.
    """
    frequency, faults = frequency_of(dates)
    if faults and frequency != "day" and not frequency_of(dates[:-1])[1]:
        left_out = (
            f"the last row, {dates[-1]}, left out: it lies in the same {frequency} as the one "
            "before"
        )
        return frequency, dates[:-1], [], [left_out]
    return frequency, dates, [fault.replace("bars", "rows") for fault in faults], []


def gaps(dates: Dates, calendar: str, frequency: str) -> list[str]:
    """Return a warning on sessions without a row, if there are any."""
    try:
        absent = missing_bars(calendar, dates, frequency)
    except CalendarError as error:
        return [f"sessions were not compared: {error}"]
    if not len(absent):
        return []
    what = f"{calendar} sessions" if frequency == "day" else f"{frequency}s"
    return [
        f"no row for {len(absent)} {what}: {on_dates(absent)}; yearly figures count the rows "
        "that are there"
    ]


def leaps(dates: Dates, returns: Floats) -> list[str]:
    """Return a warning on returns beyond 50 %, if there are any: money may have moved."""
    large = np.abs(returns) > LARGE_RETURN
    if not large.any():
        return []
    plural = "s" if large.sum() > 1 else ""
    return [
        f"{large.sum()} return{plural} beyond 50 %, on {on_dates(dates[large])}: a deposit or a "
        "withdrawal counts as one"
    ]


def day_before(first: np.datetime64, calendar: str, frequency: str) -> np.datetime64:
    """Return the day at whose close an account opens whose first return is of `first`.

    The session before, or the end of the week or month before.
    """
    if frequency == "month":
        return np.datetime64(first.astype("datetime64[M]").astype("datetime64[D]") - _DAY)
    if frequency == "week":
        return first - 7 * _DAY
    try:
        before = sessions(calendar, first - 14 * _DAY, first - _DAY)
        return np.datetime64(before[-1])
    except (CalendarError, IndexError):  # beyond what the calendar knows
        return np.datetime64(np.busday_offset(first, -1, roll="forward"))


def ends_of_begun(
    dates: Dates, calendar: str, frequency: str
) -> tuple[Dates, np.datetime64] | None:
    """Return the ends of the weeks or months, and that of the one before, if dates begin them.

    None if some week is dated on another day than Monday, or some month than its first.
    """
    if frequency == "week":
        return _ends_of_weeks(dates, calendar)
    if frequency != "month":
        return None
    months = dates.astype("datetime64[M]")
    if (dates != months.astype("datetime64[D]")).any():
        return None
    later = months + np.timedelta64(1, "M")
    ends = (later.astype("datetime64[D]") - _DAY).astype("datetime64[D]")
    return ends, np.datetime64(months[0].astype("datetime64[D]") - _DAY)


def _ends_of_weeks(dates: Dates, calendar: str) -> tuple[Dates, np.datetime64] | None:
    if (weekdays(dates) != 0).any():
        return None
    try:
        before, *ends = period_ends(calendar, np.append(dates[0] - 7 * _DAY, dates), "week")
    except CalendarError:  # beyond what the calendar knows
        return None
    return np.array(ends), before
