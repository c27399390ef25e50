"""One checked series of returns: what a report is made of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..arrays import Dates, Floats
from ..calendars import check_calendar, periods_per_year
from ..checks import on_dates
from ..errors import BarsError, RequestError
from ..frames import as_date
from ..quoting import cut, did_you_mean, listed
from ..readers import name_of_file
from ..reading import PLAIN, Reading
from ..tables.files import existing_file, shown_path
from ..tables.spellings import plain_label
from ..tables.written_dates import read_dates
from ..tidy.calendar_fit import infer_calendar
from ..tidy.tidied import utc_weekends
from .days import (
    Days,
    day_before,
    days_of_equity,
    days_of_returns,
    ends_of_begun,
    gaps,
    leaps,
    rows_a_day,
    spacing,
)
from .kinds import KINDS, OF_A_BENCHMARK, REMEDY, Kind, kind_of
from .rows import Rows, in_order, rows_of, without_empty
from .written import Column, Written, refuse_pickle, written_in_file, written_in_frame

#: What a series without a name is called.
UNNAMED = "returns"

_BENCHMARKS = ("benchmark", "bench", "bm", "bmk", "market")


@dataclass(frozen=True, eq=False)
class ReturnSeries:
    """Returns of an account by day, week or month, oldest first; without trades, costs or fills.

    Attributes
    ----------
    name : str
        The account, as it is shown.
    opens : datetime64[D]
        Day at whose close the account opened: that of the first value of equity, or of a first
        return that is empty; else the session, week or month before the first return.
    dates : ndarray of datetime64[D], shape (n,)
        Days whose return counts, each once, n >= 1.
    returns : ndarray of float64, shape (n,)
        Simple returns as fractions; 0.0 after the account is ruined.
    equity : ndarray of float64, shape (n + 1,)
        The account's value on the opening day and on each date: as written, or growth of 1.
    benchmark : ReturnSeries or None
        Another column of the same table, on the same dates.
    kind : {"returns", "percent", "equity"}
        What was written.
    why : str
        What says so.
    column : str
        The column's label; empty without one.
    source, sha256 : str
        Path and hash of the file; "series" or "frame" and the hash of its rows.
    rows : int
        Rows that were read.
    first, last : datetime64[D]
        Dates of the first and the last of them.
    calendar, frequency : str
        As in `Bars`.
    ruined_on : datetime64[D] or None
        First day on which the account's value was 0 or below.
    reading : Reading
        How it was read.
    notes, warnings : tuple of str
        What was done; what may change figures.
    """

    name: str
    opens: np.datetime64
    dates: Dates
    returns: Floats
    equity: Floats
    benchmark: ReturnSeries | None
    kind: str
    why: str
    column: str
    source: str
    sha256: str
    rows: int
    first: np.datetime64
    last: np.datetime64
    calendar: str
    frequency: str
    ruined_on: np.datetime64 | None
    reading: Reading
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def periods_per_year(self) -> int:
        """Returns a year: 252 or 365 days, 52 weeks, 12 months."""
        return periods_per_year(self.calendar, self.frequency)

    def __len__(self) -> int:
        """Count the returns."""
        return len(self.dates)

    def frame(self) -> pd.DataFrame:
        """Return equity and return by date; the first row is the opening day, its return NaN."""
        index = pd.DatetimeIndex(np.append(self.opens, self.dates), name="date")
        returns = np.append(np.nan, self.returns)
        return pd.DataFrame({"equity": self.equity.copy(), "return": returns}, index=index)


def read_return_series(
    given: pd.Series | pd.DataFrame | str | Path,
    *,
    name: str | None = None,
    kind: str | None = None,
    column: str | None = None,
    beside: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    reading: Reading = PLAIN,
    remedy: str = REMEDY,
) -> ReturnSeries:
    """Read a series of returns or equity.

    Parameters
    ----------
    given : Series, DataFrame, str or Path
        The path of a text or Parquet file with a column of dates and one of numbers, with or
        without column names; or a Series or DataFrame with dates as index or in a column.
    name : str, optional
        The account; else the file's name, else the Series', else "returns".
    kind : {"returns", "percent", "equity"}, optional
        What the numbers are, those of a benchmark beside them too: fractions (0.01 is 1 %), per
        cent, or the account's value; None works it out for each, see `kind_of`.
    column : str, optional
        Which column to read if there are several. Of two, one of which is called benchmark, the
        other is read, and the benchmark beside it.
    beside : str, optional
        The benchmark that was asked for; the column of that name is read beside the account.
    start, end : str or date, optional
        First and last day whose return counts.
    reading : Reading
        Calendar, time zone, order of dates, decimal mark, and whether bad rows are left out.
    remedy : str
        What a message says to do if it cannot be told what the numbers are.

    Returns
    -------
    ReturnSeries
        Several rows of a day are compounded; empty cells at the ends are left out.

    Raises
    ------
    RequestError
        A column, or what it holds, must be named; the file is of no known kind; no return is left
        between start and end.
    BarsError
        With every fault of the rows: no number, no date, dates twice or out of order, a mixture of
        spacings, a first value of equity that is not positive.
    """
    if kind is not None and kind not in KINDS:
        raise RequestError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if isinstance(given, str | Path):
        refuse_pickle(given)
    called, source, sha256 = _identity(given, name)
    try:
        if isinstance(given, str | Path):
            written = written_in_file(given, reading.decimal)
        else:
            written = written_in_frame(given, reading.decimal)
        chosen, other, told = _chosen(written, column, beside)
        return _built(
            written, chosen, other, told, kind, start, end, reading, remedy,
            (called or chosen.label or UNNAMED, source, sha256),
        )  # fmt: skip
    except (RequestError, BarsError) as error:
        where = source if isinstance(given, str | Path) else called or UNNAMED
        if str(error).startswith(where):
            raise
        raise type(error)(cut(f"{where}: {error}")) from error


def _identity(given: pd.Series | pd.DataFrame | str | Path, name: str | None) -> tuple[str, ...]:
    """Return name, source and hash; an empty name if the column gives it."""
    if isinstance(given, str | Path):
        path = Path(given)
        try:
            with existing_file(path).open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise RequestError(f"{shown_path(path)}: cannot be read ({error.strerror})") from error
        return name or name_of_file(path), str(given), sha256
    if not isinstance(given, pd.Series | pd.DataFrame):
        raise RequestError(
            "returns must be a pandas Series or DataFrame with dates, or the path of a CSV or "
            f"Parquet file; got {type(given).__name__}"
        )
    content = pd.util.hash_pandas_object(given, index=True).to_numpy().tobytes()
    kind = "series" if isinstance(given, pd.Series) else "frame"
    return name or "", kind, hashlib.sha256(content).hexdigest()


def _chosen(
    written: Written, column: str | None, beside: str | None
) -> tuple[Column, Column | None, tuple[str, ...]]:
    """Return the column of the account and that of its benchmark, and what was chosen unasked."""
    columns = {each.label: each for each in written.columns}
    if len(columns) < len(written.columns):
        raise BarsError(f"two columns have one name: {listed([c.label for c in written.columns])}")
    other = columns.get(beside) if beside else None
    if column is not None:
        return _named(columns, column), other, ()
    rest = [each for each in written.columns if each is not other]
    if len(rest) == 1:
        return rest[0], other, ()
    marked = [each for each in rest if set(plain_label(each.label).split("_")) & {*_BENCHMARKS}]
    if other is None and len(rest) == 2 and len(marked) == 1:
        (mine,) = (each for each in rest if each is not marked[0])
        if beside is not None:
            return mine, None, (f"the column {marked[0].label} is not read",)
        return mine, marked[0], (f"the benchmark is the column {marked[0].label}",)
    labels = listed([each.label or "(no name)" for each in rest], 12)
    raise RequestError(f"{len(rest)} columns of numbers: {labels}; say which with --column NAME")


def _named(columns: dict[str, Column], label: str) -> Column:
    if label in columns:
        return columns[label]
    alike = [each for each in columns if each.casefold() == label.casefold()]
    if len(alike) == 1:
        return columns[alike[0]]
    near = did_you_mean(label, list(columns), or_known=True)
    raise RequestError(f"there is no column of numbers {label!r}{near}")


def _built(
    written: Written,
    chosen: Column,
    other: Column | None,
    told: tuple[str, ...],
    kind: str | None,
    start: str | dt.date | None,
    end: str | dt.date | None,
    reading: Reading,
    remedy: str,
    identity: tuple[str, str, str],
) -> ReturnSeries:
    when = read_dates(written.dates, reading.dates, reading.timezone)
    if when.fault:
        raise BarsError(when.fault)
    notes, warnings = [*written.notes, *when.notes, *told], list[str]()
    rows = rows_of(written, chosen, other, when, reading, warnings)
    rows = in_order(rows, notes)
    if end is not None:
        rows = rows.taken(rows.dates <= as_date(end, "end"))
    rows = without_empty(rows, chosen.label, reading, notes, warnings)
    distinct = np.unique(rows.dates)
    if len(distinct) < 2:
        raise BarsError(f"at least 2 days with a number are needed, found {len(distinct)}")
    frequency, kept, faults, more = spacing(distinct)
    warnings += more
    calendar = check_calendar(
        reading.calendar or (infer_calendar(kept) if frequency == "day" else "XNYS")
    )
    faults += utc_weekends(kept, calendar, when.zone, reading)
    if faults:
        raise BarsError("; ".join(faults))
    rows = rows.taken(rows.dates <= kept[-1])
    if (most := rows_a_day(rows.dates)) > 1:
        notes.append(f"up to {most} rows a day: made one return a day")
    periods = periods_per_year(calendar, frequency)
    stated = Kind(kind, "as stated") if kind else None
    is_one = stated or _kind(chosen, rows.values, periods, remedy)
    days = _days(is_one.kind, rows.dates, rows.values)
    series = _series(days, is_one, chosen, rows, calendar, frequency, start, reading, identity)
    warnings += gaps(np.append(series.opens, series.dates), calendar, frequency)
    warnings += leaps(series.dates, series.returns)
    if series.ruined_on is not None:
        notes.append(f"the account is worth nothing on {series.ruined_on}: flat from then on")
    beside = None
    if other is not None:
        is_other = stated or _kind(other, rows.beside, periods, OF_A_BENCHMARK)
        beside = _beside(other, is_other, rows, series, start, reading, identity)
    if is_one.kind != "equity" and (moved := ends_of_begun(series.dates, calendar, frequency)):
        dated = "on Mondays" if frequency == "week" else "on their first day"
        notes.append(f"{frequency}s are dated {dated}: each is taken for the {frequency} it begins")
        series = dataclasses.replace(series, dates=moved[0], opens=moved[1])
        beside = beside and dataclasses.replace(beside, dates=moved[0], opens=moved[1])
    return dataclasses.replace(
        series, benchmark=beside, notes=tuple(notes), warnings=tuple(warnings)
    )


def _kind(column: Column, values: Floats, periods: int, remedy: str) -> Kind:
    cells = column.cells.dropna().astype(str).str.strip()
    cells = cells[~cells.str.fullmatch(r"[-+]?[0.,]*")]
    signs = cells.str.contains("%", regex=False)
    if signs.any() and not signs.all():
        raise BarsError(
            f"{column.label or 'the column'} holds per cent signs on {signs.sum()} of {len(cells)} "
            "numbers: write them in one way"
        )
    said = bool(len(signs)) and bool(signs.all())
    return kind_of(values, column.label, per_cent=said, periods_per_year=periods, remedy=remedy)


def _days(kind: str, dates: Dates, values: Floats) -> Days:
    if kind == "equity":
        known = ~np.isnan(values)
        dates, values = dates[known], values[known]
        if not values[0] > 0:
            raise BarsError(f"equity of {dates[0]} is {values[0]:g}: the first must be above 0")
        return days_of_equity(dates, values)
    return days_of_returns(dates, values / 100.0 if kind == "percent" else values)


def _series(
    days: Days,
    kind: Kind,
    column: Column,
    rows: Rows,
    calendar: str,
    frequency: str,
    start: str | dt.date | None,
    reading: Reading,
    identity: tuple[str, str, str],
) -> ReturnSeries:
    """Return the series from `start` on, flat after a ruin."""
    first = 0 if start is None else int(np.searchsorted(days.dates, as_date(start, "start")))
    if first == 0 and np.isnan(days.returns[0]):
        first = 1
    if first >= len(days.dates):
        raise RequestError(f"no return from {start} on; the last is of {days.dates[-1]}")
    dates, returns = days.dates[first:], days.returns[first:].copy()
    opens = days.dates[first - 1] if first else day_before(dates[0], calendar, frequency)
    growth = np.append(1.0, np.cumprod(1.0 + returns))
    if days.levels is None:
        equity = growth
    else:
        equity = np.append(days.levels[first - 1] if first else days.opens, days.levels[first:])
    lost = np.flatnonzero(equity <= 0)
    if lost.size:
        equity[lost[0] :] = equity[lost[0]]
        returns[lost[0] :] = 0.0
    name, source, sha256 = identity
    return ReturnSeries(
        name=name,
        opens=opens,
        dates=dates,
        returns=returns,
        equity=equity,
        benchmark=None,
        kind=kind.kind,
        why=kind.why,
        column=column.label,
        source=source,
        sha256=sha256,
        rows=len(rows.dates),
        first=rows.dates[0],
        last=rows.dates[-1],
        calendar=calendar,
        frequency=frequency,
        ruined_on=dates[lost[0] - 1] if lost.size else None,
        reading=reading,
        notes=(),
        warnings=(),
    )


def _beside(
    column: Column,
    kind: Kind,
    rows: Rows,
    series: ReturnSeries,
    start: str | dt.date | None,
    reading: Reading,
    identity: tuple[str, str, str],
) -> ReturnSeries:
    """Return the benchmark's column on the dates of the series."""
    calendar, frequency = series.calendar, series.frequency
    days = _days(kind.kind, rows.dates, rows.beside)
    found = _series(days, kind, column, rows, calendar, frequency, start, reading, identity)
    absent = series.dates[~np.isin(series.dates, found.dates[~np.isnan(found.returns)])]
    if len(absent):
        raise BarsError(
            f"{column.label} has no return on {on_dates(absent)}: fill it, or set --start"
        )
    taken = np.isin(found.dates, series.dates)
    growth = np.append(1.0, np.cumprod(1.0 + found.returns[taken]))
    return dataclasses.replace(
        found,
        name=column.label,
        opens=series.opens,
        dates=found.dates[taken],
        returns=found.returns[taken],
        equity=growth,
    )
