"""Reading a frame as vendors spell it: which column is what, which rows are wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .calendars import Dates
from .checks import Floats, on_dates
from .errors import BarsError
from .errors import RequestError as RequestError
from .places import place as place
from .places import quoted as quoted
from .reading import PLAIN, Reading
from .spellings import COLUMNS as COLUMNS
from .spellings import SPELLINGS, column_names
from .spellings import column_name as column_name
from .spellings import did_you_mean as did_you_mean
from .tickers import plain_ticker
from .written_dates import read_dates
from .written_numbers import decimal_mark, read_numbers


@dataclass(frozen=True)
class Table:
    """Readable rows of one instrument: dates (n,) and the columns that came, each (n,).

    The columns are split-adjusted; `split_factor` (n,) is raw price / split-adjusted price, None
    where the frame did not say it.
    """

    dates: Dates
    columns: dict[str, Floats]
    split_factor: Floats | None = None


def read_frame(
    frame: pd.DataFrame,
    *,
    ticker: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    reading: Reading = PLAIN,
) -> tuple[Table | None, list[str]]:
    """Read the rows of one instrument from `start` to `end`, and list what cannot be read.

    A column `split_factor` says that prices are raw, and by what they are to be divided: prices
    and dividends come out divided by it, the volume multiplied.

    Parameters
    ----------
    frame : pandas.DataFrame
        As for `Bars.from_frame`. An index named "line" numbers the lines of a file, for messages.
    ticker : str, optional
        Which instrument to take when there are several, in any case; BRK.B is BRK-B.
    start, end : str or datetime.date, optional
        First and last date wanted.
    dividends : bool
        False leaves a dividend column unread.
    reading : Reading
        The order of dates, their time zone and the decimal mark, where the user says them. The
        whole frame decides on the decimal mark otherwise, not the instrument's rows alone.

    Returns
    -------
    table : Table or None
        The rows whose every cell can be read, a missing cell is NaN; None without any dates.
    faults : list of str
        Columns that are missing or there twice, cells that are no number, dates that are none,
        split factors that are missing or not positive.

    Raises
    ------
    RequestError
        For an unknown ticker, or none chosen among several; for dates that leave fewer than 2
        of the rows.
    """
    decimal, unclear = _decimal(frame, reading)
    try:
        frame = one_instrument(frame, ticker)
    except BarsError as error:
        return None, [str(error)]
    names = column_names(frame.columns)
    faults = [*_column_faults(names), *unclear]
    asked = (*(COLUMNS if dividends else COLUMNS[:-1]), "split_factor")
    cells = {name: frame.iloc[:, names.index(name)] for name in asked if name in names}

    if "date" in names:
        written = frame.iloc[:, names.index("date")]
    elif not pd.api.types.is_numeric_dtype(frame.index):
        written = frame.index.to_series()
    else:  # row numbers
        spellings = ", ".join(SPELLINGS["date"])
        return None, [f"no column date (accepted: {spellings}) and no dates as index", *faults]
    dates = read_dates(written, reading.dates, reading.timezone)
    if dates.fault:
        return None, [dates.fault, *faults]
    days = dates.days

    wanted = _wanted(days, start, end)
    readable = ~np.isnat(days)
    if (undated := wanted & ~readable).any():
        faults.append(f"no date (write it YYYY-MM-DD): {quoted(written, undated)}")
    numbers = {}
    for name, column in cells.items():
        read = read_numbers(column, decimal)
        if (wanted & read.wrong).any():
            faults.append(f"{name} is not a number: {quoted(column, wanted & read.wrong)}")
        readable &= ~read.wrong
        numbers[name] = read.values
    # A row that is named already takes no part in the checks of values.
    rows = wanted & readable
    table = Table(days[rows], {name: values[rows] for name, values in numbers.items()})
    if "split_factor" not in numbers:
        return table, faults
    return _split_adjusted(table, faults)


def _decimal(frame: pd.DataFrame, reading: Reading) -> tuple[str, list[str]]:
    """Return the decimal mark of a frame, and the fault that it cannot be told."""
    columns = (frame.iloc[:, place] for place in range(frame.shape[1]))
    try:
        return decimal_mark(columns, reading.decimal, frame.attrs.get("separator")), []
    except BarsError as error:
        return ".", [str(error)]


def _split_adjusted(raw: Table, faults: list[str]) -> tuple[Table, list[str]]:
    columns = dict(raw.columns)
    factor = columns.pop("split_factor")
    unknown, wrong = ~np.isfinite(factor), factor <= 0
    for fault, mask in (("missing or not finite", unknown), ("not positive", wrong)):
        if mask.any():
            faults.append(f"split_factor is {fault} on {on_dates(raw.dates[mask])}")
    kept = ~(unknown | wrong)
    factor = factor[kept]
    adjusted = {
        name: values[kept] * factor if name == "volume" else values[kept] / factor
        for name, values in columns.items()
    }
    return Table(raw.dates[kept], adjusted, factor), faults


def one_instrument(frame: pd.DataFrame, ticker: str | None) -> pd.DataFrame:
    """Take one instrument's rows or columns, without mention of the ticker.

    Parameters
    ----------
    frame : pandas.DataFrame
        With a ticker column, or with two levels of columns, or of one instrument.
    ticker : str, optional
        The instrument, in any case; may be left out when there is only one. BRK.B is BRK-B.

    Returns
    -------
    pandas.DataFrame
        One level of columns, none of them the ticker.

    Raises
    ------
    RequestError
        When there are several and none is chosen, or the one chosen is not there.
    BarsError
        When some rows have no ticker: they may be of any instrument.
    """
    if frame.columns.nlevels > 1:
        levels = range(frame.columns.nlevels)
        fields = max(levels, key=lambda level: _fields_in(frame.columns.get_level_values(level)))
        others = [level for level in levels if level != fields]
        tickers = frame.columns.get_level_values(others[0]).astype(str)
        names = frame.columns.get_level_values(fields)
        # A date column moved out of the index has no ticker: it belongs to every instrument.
        dated = np.array([column_name(name) == "date" for name in names])
        chosen = _choose(tickers[~dated].unique().tolist(), ticker)
        kept = np.flatnonzero(dated | np.asarray(tickers == chosen))
        return frame.iloc[:, kept].set_axis(names[kept], axis=1)
    return _rows_of(frame, ticker)


def _rows_of(frame: pd.DataFrame, ticker: str | None) -> pd.DataFrame:
    names = column_names(frame.columns)
    if "ticker" not in names:
        if ticker is not None:
            raise RequestError(f"no ticker column to look for {ticker!r} in")
        return frame
    column = frame.iloc[:, names.index("ticker")]
    missing = column.isna().to_numpy()
    if missing.all() and ticker is None:  # a column that nobody filled
        return frame.iloc[:, [place for place, name in enumerate(names) if name != "ticker"]]
    if missing.any():
        rows = np.flatnonzero(missing)
        shown = ", ".join(place(frame.index, row) for row in rows[:3])
        more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
        raise BarsError(f"ticker is missing in {shown}{more}")
    column = column.astype(str)
    chosen = _choose(column.unique().tolist(), ticker)
    return frame[(column == chosen).to_numpy()].drop(columns=frame.columns[names.index("ticker")])


#: A day, as a caller may write it.
Day = np.datetime64 | dt.date | str


def as_day(day: Day) -> np.datetime64:
    """Return a day that a caller wrote as a datetime64[D]; ValueError where it is none."""
    written: Any = np.asarray(day, dtype="datetime64[D]")[()]
    return np.datetime64(written)


def as_date(value: str | dt.date, option: str) -> np.datetime64:
    """Read one date that a user gave for `option`; RequestError where it is none."""
    try:
        return np.datetime64(pd.Timestamp(value).date(), "D")
    except (ValueError, TypeError) as error:
        raise RequestError(f"{option} must be a date, YYYY-MM-DD, got {value!r}") from error


def _column_faults(names: list[str]) -> list[str]:
    missing = [name for name in COLUMNS[:-1] if name not in names]
    unique = (*COLUMNS, "date", "split_factor")
    faults = [f"two columns are {name}" for name in unique if names.count(name) > 1]
    if "close" in missing and "adj_close" in names:
        missing.remove("close")
        faults.append(
            "no column close, only an adjusted close: prices must not be dividend-adjusted, "
            "give the split-adjusted close and the dividends"
        )
    faults += [f"no column {name} (accepted: {', '.join(SPELLINGS[name])})" for name in missing]
    return faults


def _wanted(
    days: Dates, start: str | dt.date | None, end: str | dt.date | None
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    # A row without a date may lie in the window: it is kept, and named.
    wanted = np.ones(len(days), dtype=np.bool_)
    if start is not None:
        wanted &= ~(days < as_date(start, "start"))
    if end is not None:
        wanted &= ~(days > as_date(end, "end"))
    dated = days[~np.isnat(days)]
    if wanted.sum() < 2 <= len(dated):
        raise RequestError(
            f"{wanted.sum()} bars from {start or 'the first'} to {end or 'the last'}, at least 2 "
            f"are needed; there are bars from {dated.min()} to {dated.max()}"
        )
    return wanted


def _fields_in(labels: pd.Index) -> int:
    return len(set(column_names(labels)) & set(SPELLINGS))


def _choose(tickers: list[str], ticker: str | None) -> str:
    if ticker is None:
        if len(tickers) == 1:
            return tickers[0]
        shown = ", ".join(sorted(tickers)[:10]) + (", ..." if len(tickers) > 10 else "")
        raise RequestError(f"{len(tickers)} instruments, choose one with ticker: {shown}")
    for spelled in (str.casefold, plain_ticker):  # a name that is written so comes first
        for known in tickers:
            if spelled(known) == spelled(ticker):
                return known
    raise RequestError(f"unknown ticker {ticker!r}{did_you_mean(ticker, tickers)}")
