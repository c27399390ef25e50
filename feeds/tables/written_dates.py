"""Columns of dates as people and programs write them: one way for all, and the days they mean."""

from __future__ import annotations

import math
import re
import zoneinfo
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ..arrays import Dates
from ..checks import Mask
from ..errors import BarsError, RequestError
from ..quoting import did_you_mean
from .date_patterns import Stamp, Written, stamp, written_date
from .places import quoted_first
from .written_numbers import NOTHING

_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_MOST_DIGITS = {"s": 10, "ms": 13, "us": 16, "ns": 19}
_UNIT_NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
_UTC = ("UTC", "UTC+00:00", "Etc/UTC", "GMT", "Etc/GMT")
_DAY = 86_400
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_DAY = np.datetime64("NaT", "D")
_ZONELESS = "dates are written without a zone: they are taken as they stand"


@dataclass(frozen=True)
class WrittenDates:
    """A column of dates.

    Attributes
    ----------
    days : ndarray of datetime64[D], shape (n,)
        NaT where there is none, or one that is not written as most are; all NaT with a fault.
    zone : {"UTC", "local"}, optional
        What the stamps say of their zone: Unix stamps and those with Z or +00:00 are in UTC,
        others with a zone in a local time. None where they say nothing.
    fault : str, optional
        Why the column as a whole cannot be read.
    notes : tuple of str
        What was decided on the way.
    """

    days: Dates
    zone: str | None = None
    fault: str | None = None
    notes: tuple[str, ...] = ()


def days_of(written: pd.Series) -> Dates:
    """Return the days of `read_dates`, shape (n,); BarsError where the column cannot be read."""
    read = read_dates(written)
    if read.fault:
        raise BarsError(read.fault)
    return read.days


def read_dates(
    written: pd.Series, order: str | None = None, timezone: str | None = None
) -> WrittenDates:
    """Read a column of dates, which are all to be written in one way.

    Parameters
    ----------
    written : pandas.Series of shape (n,)
        Times or periods of pandas, dates of Python, or text or numbers: 2020-01-31 (also with
        slashes, dots, or a time behind), 20200131, 31/01/2020 or 01/31/2020, Jan 31, 2020 or
        31-Jan-20, and Unix stamps in seconds, milli-, micro- or nanoseconds. The way in which
        most cells are written is taken for all of them.
    order : {"dmy", "mdy"}, optional
        Whether 02/03/2020 begins with the day or the month; None finds a field above 12.
    timezone : str, optional
        IANA name of a zone: the date there counts. None takes the date that is written, and for
        Unix stamps the one in UTC.

    Returns
    -------
    WrittenDates
        The days. A two-digit year up to 49 is of this century.

    Raises
    ------
    RequestError
        For an unknown time zone.
    """
    zone = None if timezone is None else _zone_named(timezone)
    if isinstance(written.dtype, pd.PeriodDtype):  # nothing of it is known before its last day
        written = written.dt.to_timestamp(how="end")
    if pd.api.types.is_datetime64_any_dtype(written):
        return _of_times(written, zone)
    text = _as_text(written)
    codes, distinct = pd.factorize(text)
    if not len(distinct):
        return WrittenDates(np.full(len(written), _NO_DAY))
    read = _of_text(list(distinct), _Rows(text, codes), order, zone)
    days = np.append(read.days, _NO_DAY)[codes]  # a missing cell has code -1: the last
    return WrittenDates(days, read.zone, read.fault, read.notes)


@cache
def _zone_named(name: str) -> zoneinfo.ZoneInfo:
    known = zoneinfo.available_timezones()
    if name not in known:
        near = did_you_mean(str(name), sorted(known))
        raise RequestError(f"unknown time zone {name!r} (IANA names, as Asia/Tokyo){near}")
    return zoneinfo.ZoneInfo(name)


def _of_times(written: pd.Series, zone: zoneinfo.ZoneInfo | None) -> WrittenDates:
    if written.dt.tz is None:
        days = np.asarray(written, dtype="datetime64[D]")
        return WrittenDates(days, notes=() if zone is None else (_ZONELESS,))
    said = "UTC" if str(written.dt.tz) in _UTC else "local"
    there = written if zone is None else written.dt.tz_convert(zone)
    days = np.asarray(there.dt.tz_localize(None), dtype="datetime64[D]")
    return WrittenDates(days, said, notes=_taken_in(zone))


class _Rows:
    """Which rows hold a distinct cell, for messages."""

    def __init__(self, text: pd.Series, codes: Any) -> None:
        self.text, self.codes = text, codes

    def first(self, mask: Mask) -> str:
        """Quote the first row whose distinct cell is in a mask."""
        return quoted_first(self.text, np.append(mask, False)[self.codes])

    def count(self, n: int) -> list[int]:
        """Count the rows of each distinct cell."""
        counts: list[int] = np.bincount(self.codes[self.codes >= 0], minlength=n).tolist()
        return counts


def _as_text(written: pd.Series) -> pd.Series:
    """Return cells as text, whole numbers without a point; None where there is nothing."""
    cells = [_text(cell) for cell in written.astype(object)]
    nothing = written.isna().to_numpy()
    kept = [
        None if gone or cell.lower() in NOTHING else cell
        for cell, gone in zip(cells, nothing, strict=True)
    ]
    return pd.Series(kept, index=written.index, dtype=object)


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return f"{cell:.0f}"
    try:
        return str(cell).strip()
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return "a huge number"


def _of_text(
    cells: Sequence[str], rows: _Rows, order: str | None, zone: zoneinfo.ZoneInfo | None
) -> WrittenDates:
    if all(map(_ISO.fullmatch, cells)):
        return _of_iso(cells, zone)
    found = [written_date(cell) or stamp(cell) for cell in cells]
    counts: Counter[str] = Counter()
    for each, n in zip(found, rows.count(len(cells)), strict=True):
        if isinstance(each, Written) or (each is not None and each.unit):
            counts[each.way] += n
    if not counts:
        return WrittenDates(np.full(len(cells), _NO_DAY))
    way = counts.most_common(1)[0][0]
    if way.startswith("stamp"):
        return _of_stamps([stamp(cell) for cell in cells], way.split()[1], zone)
    return _of_parts(found, way, rows, order, zone)


def _of_iso(cells: Sequence[str], zone: zoneinfo.ZoneInfo | None) -> WrittenDates:
    """Return at once what `_of_parts` returns for 2020-01-31, as most files are written."""
    number = np.array([int(cell.replace("-", "")) for cell in cells])
    everywhere = np.ones(len(number), dtype=np.bool_)
    days = _civil(number // 10_000, number // 100 % 100, number % 100, everywhere)
    return WrittenDates(days, notes=() if zone is None else (_ZONELESS,))


def _of_stamps(
    found: Sequence[Stamp | None], unit: str, zone: zoneinfo.ZoneInfo | None
) -> WrittenDates:
    seconds = [_seconds_of(each, unit) for each in found]
    days = _days_in(np.array(seconds, dtype="object"), zone)
    note = f"dates are Unix stamps in {_UNIT_NAMES[unit]}"
    return WrittenDates(days, "UTC", notes=(note, *_taken_in(zone)))


def _seconds_of(found: Stamp | None, unit: str) -> int | None:
    if found is None or len(str(abs(found.number))) > _MOST_DIGITS[unit]:
        return None
    # 20200102 among stamps is a day that strayed there, not a moment of August 1970, unless it
    # is a whole quarter of an hour.
    text = str(found.number)
    strayed = len(text) == 8 and text[:2] in ("19", "20")
    if strayed and found.number % (900 * _PER_SECOND[unit]):
        return None
    return found.number // _PER_SECOND[unit]


def _of_parts(
    found: Sequence[Written | Stamp | None],
    way: str,
    rows: _Rows,
    order: str | None,
    zone: zoneinfo.ZoneInfo | None,
) -> WrittenDates:
    fits = np.array([isinstance(each, Written) and each.way == way for each in found])
    absent = (0, 0, 0, 0, math.nan)
    parts = np.array(
        [each[1:] if fit and each else absent for each, fit in zip(found, fits, strict=True)],
        dtype=np.float64,
    )
    year, month, day = parts[:, :3].astype(np.int64).T
    notes: tuple[str, ...] = ()
    if way.startswith("year last"):
        day_first, month_first = fits & (month > 12), fits & (day > 12)
        if order is None and day_first.any() == month_first.any():
            return _fault(len(found), _unclear(rows, fits, day_first, month_first))
        if order == "dmy" or (order is None and day_first.any()):
            month, day = day, month
        if order is None:
            which, shown = ("day", day_first) if day_first.any() else ("month", month_first)
            notes = (f"dates begin with the {which}, as {rows.first(shown)}",)
    days = _civil(year, month, day, fits)
    offset = parts[:, 4]
    zoned = fits & ~np.isnan(offset)
    said = None
    if zoned.any():
        said = "local" if (offset[zoned] != 0).any() else "UTC"
    if zone is not None and not zoned.any():
        return WrittenDates(days, notes=(*notes, _ZONELESS))
    if zone is not None:
        if np.isinf(offset[zoned]).any():
            shown_zone = rows.first(zoned & np.isinf(offset))
            words = f"timezone {zone}: {shown_zone} names a zone without its offset from UTC"
            return _fault(len(found), words)
        known = zoned & ~np.isnat(days)
        seconds = np.full(len(days), None, dtype=object)
        utc = days[known].astype(np.int64) * _DAY + parts[known, 3] - offset[known] * 60
        seconds[known] = utc.astype(np.int64)
        days = _days_in(seconds, zone)
    return WrittenDates(days, said, notes=(*notes, *_taken_in(zone)))


def _unclear(rows: _Rows, fits: Mask, day_first: Mask, month_first: Mask) -> str:
    ask = "say which with --dates dmy or --dates mdy"
    if day_first.any():
        return (
            f"some dates begin with the day ({rows.first(day_first)}), some with the month "
            f"({rows.first(month_first)}): write them in one way, or {ask}"
        )
    return f"{rows.first(fits)} may begin with the day or the month, as may all dates: {ask}"


def _civil(year: Any, month: Any, day: Any, fits: Mask) -> Dates:
    """Return days of the calendar; NaT where there is no such day, and where it does not fit."""
    whole = fits & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(whole, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(whole, day - 1, 0)
    days[~whole | (days.astype("datetime64[M]") != months)] = _NO_DAY
    return days


def _days_in(seconds: Any, zone: zoneinfo.ZoneInfo | None) -> Dates:
    """Return the days, in a zone or in UTC, of seconds since 1970; None is NaT."""
    known = np.array([each is not None for each in seconds], dtype=np.bool_)
    days = np.full(len(seconds), _NO_DAY)
    counts = seconds[known].astype(np.int64)
    if zone is None:
        days[known] = (counts // _DAY).astype("datetime64[D]")
    else:
        times = pd.DatetimeIndex(counts.astype("datetime64[s]"), tz="UTC").tz_convert(zone)
        days[known] = times.tz_localize(None).to_numpy().astype("datetime64[D]")
    return days


def _taken_in(zone: zoneinfo.ZoneInfo | None) -> tuple[str, ...]:
    return () if zone is None else (f"dates are taken in {zone.key}",)


def _fault(n: int, words: str) -> WrittenDates:
    return WrittenDates(np.full(n, _NO_DAY), fault=words)
