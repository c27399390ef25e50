"""Reading a frame as vendors spell it: which column is what, which rows are wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .arrays import Dates, Floats
from .checks import Mask
from .errors import BarsError, RequestError
from .quoting import did_you_mean, listed
from .reading import PLAIN, Reading
from .tables.places import place, quoted
from .tables.spellings import COLUMNS, SPELLINGS, SPLIT_COLUMNS, column_name, column_names
from .tables.written_dates import read_dates
from .tables.written_numbers import decimal_mark, read_numbers
from .tickers import plain_ticker
from .tidy.splits import written_ratios

#: What a fund pays out: of both a holder gets the same.
PAID = ("dividend", "capital_gain")


@dataclass(frozen=True)
class Table:
    """Readable rows of one instrument, as they are written.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        In the order of the rows.
    columns : dict of str to ndarray of float64, shape (n,)
        open, high, low, close and volume; dividend and adj_close where they are there; without
        faults none of the prices is absent. A missing cell is NaN, and so is a volume that has
        no column.
    splits : dict of str to ndarray of float64, shape (n,)
        The columns that speak of splits; NaN where a cell is empty.
    of_many : bool
        Whether the table came from a frame of many instruments with shared dates.
    by_yfinance : bool
        Whether the labels are those of yfinance's `download`.
    zone : str or None
        The zone of the stamps, "UTC" or "local"; None for dates alone.
    notes, warnings : tuple of str
        What was done; what may change figures.
    """

    dates: Dates
    columns: dict[str, Floats]
    splits: dict[str, Floats] = field(default_factory=dict)
    of_many: bool = False
    by_yfinance: bool = False
    zone: str | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def taken(self, rows: npt.NDArray[np.intp]) -> Table:
        """Return the table of some rows, by their numbers."""
        return replace(
            self,
            dates=self.dates[rows],
            columns={name: values[rows] for name, values in self.columns.items()},
            splits={name: values[rows] for name, values in self.splits.items()},
        )


def read_frame(
    frame: pd.DataFrame,
    *,
    ticker: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    reading: Reading = PLAIN,
    counted_from: dt.date | None = None,
) -> tuple[Table | None, list[str]]:
    """Read the rows of one instrument from `start` to `end`, and list what cannot be read.

    Parameters
    ----------
    frame : pandas.DataFrame
        As for `Bars.from_frame`. An index named "line" numbers the lines of a file, for messages.
    ticker : str, optional
        Which instrument to take when there are several, in any case; BRK.B is BRK-B.
    start, end : str or datetime.date, optional
        First and last date wanted.
    dividends : bool
        False ignores cells of a dividend column that cannot be read.
    reading : Reading
        The order of dates, the zone, the decimal mark, and whether bad rows are left out.
    counted_from : datetime.date, optional
        Rows before it that cannot be read are left out, and listed.

    Returns
    -------
    table : Table or None
        The rows whose every cell can be read; None without any dates.
    faults : list of str
        Columns that are missing or there twice, cells that are no number, dates that are none.

    Raises
    ------
    RequestError
        For an unknown ticker, or none chosen among several; for dates that leave fewer than 2
        of the rows.
    """
    by_yfinance = {"price", "ticker"} == {str(name).lower() for name in frame.columns.names}
    of_many = frame.columns.nlevels > 1
    notes = tuple(frame.attrs.get("notes", ()))
    decimal, unclear = _decimal(frame, reading)
    try:
        frame = one_instrument(frame, ticker)
    except BarsError as error:
        return None, [str(error)]
    names = column_names(frame.columns)
    faults = [*_column_faults(names), *unclear]
    if unclear:
        return None, faults
    closes_only = not {"open", "high", "low"} & set(names)
    known = (*COLUMNS, "capital_gain", "adj_close", *SPLIT_COLUMNS)
    asked = [name for name in known if name in names]
    cells = {name: frame.iloc[:, names.index(name)] for name in asked}

    if "date" in names:
        written = frame.iloc[:, names.index("date")]
    elif not pd.api.types.is_numeric_dtype(frame.index):
        written = frame.index.to_series()
    else:  # row numbers
        spellings = ", ".join(SPELLINGS["date"][:6])
        found = listed(list(frame.columns)) or "none"
        return None, [
            f"no column date (accepted: {spellings}, ...) and no dates as index; columns: {found}",
            *faults,
        ]
    when = read_dates(written, reading.dates, reading.timezone)
    if when.fault:
        return None, [when.fault, *faults]
    days = when.days

    wanted = _wanted(days, start, end)
    readable = ~np.isnat(days)
    droppable = np.full(len(days), reading.drop_bad_rows)
    if counted_from is not None:
        droppable |= days < np.datetime64(counted_from, "D")
    warnings: list[str] = []

    def tell(words: str, cells: pd.Series, mask: Mask) -> None:
        for kind, rows in ((faults, mask & ~droppable), (warnings, mask & droppable)):
            if rows.any():
                left_out = f"{rows.sum()} row{'s' * int(rows.sum() > 1)} left out, "
                kind.append(f"{left_out * (kind is warnings)}{words}: {quoted(cells, rows)}")

    tell("no date (write it YYYY-MM-DD)", written, wanted & ~readable)
    numbers = {}
    for name, column in cells.items():
        values, text = _cells(name, column, decimal)
        if name not in PAID or dividends:
            tell(f"{name} is not a number", column, wanted & text)
            readable &= ~text
        numbers[name] = values
    if "capital_gain" in numbers:
        numbers["dividend"] = np.sum([numbers[name] for name in PAID if name in numbers], axis=0)
        if np.nansum(numbers["capital_gain"]):
            notes = (*notes, "capital gains that were paid out count as dividends")
    # The values of a row that is already a fault are not checked.
    rows = wanted & readable
    missing = np.full(len(days), np.nan)
    columns = {name: numbers[name] for name in (*COLUMNS, "adj_close") if name in numbers}
    if closes_only and "close" in columns:
        columns |= {name: columns["close"] for name in ("open", "high", "low")}
    columns.setdefault("volume", missing)
    table = Table(
        days,
        columns,
        {name: numbers[name] for name in SPLIT_COLUMNS if name in numbers},
        of_many,
        by_yfinance,
        when.zone,
        (*notes, *when.notes),
        tuple(warnings),
    )
    return table.taken(np.flatnonzero(rows)), faults


def _decimal(frame: pd.DataFrame, reading: Reading) -> tuple[str, list[str]]:
    """Return the decimal mark of a frame, and the fault that it cannot be told."""
    columns = (frame.iloc[:, place] for place in range(frame.shape[1]))
    try:
        return decimal_mark(columns, reading.decimal, frame.attrs.get("separator")), []
    except BarsError as error:
        return ".", [str(error)]


def _cells(name: str, column: pd.Series, decimal: str) -> tuple[Floats, Mask]:
    """Return the numbers of a column, and which of its cells are none."""
    read = read_numbers(column, decimal)
    if name not in SPLIT_COLUMNS or not read.wrong.any():
        return read.values, read.wrong
    ratios = np.where(read.wrong, written_ratios(column.tolist()), read.values)
    return ratios, read.wrong & np.isnan(ratios)


def one_instrument(frame: pd.DataFrame, ticker: str | None) -> pd.DataFrame:
    """Take one instrument's rows or columns, and drop the ticker.

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
    """Read one date that a user gave for `option`; RequestError where it is none.

    A date, or ISO text, as the settings of a run take it: the order of day and month in any other
    text is a guess.
    """
    try:
        return np.datetime64(dt.datetime.fromisoformat(str(value)).date(), "D")
    except ValueError as error:
        raise RequestError(f"{option} must be a date, YYYY-MM-DD, got {value!r}") from error


def _column_faults(names: list[str]) -> list[str]:
    needed = ("open", "high", "low", "close")
    missing = [name for name in needed if name not in names]
    if missing == ["open", "high", "low"]:
        missing = []  # closes alone
    unique = (*COLUMNS, "date", "capital_gain", "adj_close")
    faults = [f"two columns are {name}" for name in unique if names.count(name) > 1]
    if "close" in missing and "adj_close" in names:
        missing.remove("close")
        faults.append(
            "no column close, only an adjusted close: prices must not be dividend-adjusted, "
            "give the split-adjusted close and the dividends"
        )
    found = listed(names)
    faults += [
        f"no column {name} (accepted: {', '.join(SPELLINGS[name][:4])}); columns: {found}"
        for name in missing
    ]
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
    for spelled in (str.casefold, plain_ticker):  # the exact spelling comes first
        for known in tickers:
            if spelled(known) == spelled(ticker):
                return known
    raise RequestError(f"unknown ticker {ticker!r}{did_you_mean(ticker, tickers)}")
