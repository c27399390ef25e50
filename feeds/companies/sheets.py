"""Tables that are not bars: files of text and numbers, read with every fault named by its line."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd

from ..arrays import Dates, Floats
from ..checks import Mask
from ..errors import BarsError, RequestError
from ..frames import Day, as_day
from ..quoting import cut, shown
from ..tables.cells import LONGEST_TEXT, text_of
from ..tables.files import existing_file, read_bytes, shown_path
from ..tables.parquet import ParquetError, read_parquet
from ..tables.places import place
from ..tables.spellings import column_name
from ..tables.text_tables import SUFFIXES as TEXT_SUFFIXES
from ..tables.text_tables import Known, text_table
from ..tables.written_dates import read_dates
from ..tables.written_numbers import NOTHING, decimal_mark, read_numbers

SUFFIXES = (".csv", ".csv.gz", ".parquet", *TEXT_SUFFIXES[2:])

#: What stands for no value in a column of dates or numbers, in any case. A ticker may be NA.
_SHOWN_FAULTS, _SHOWN_CELLS = 20, 3

#: Earliest date of a table of a company or a fund.
EARLIEST = np.datetime64("1900-01-01", "D")

#: Days that a lag or an age may have: a hundred years.
MOST_DAYS = 36_525

#: A badge: "info", "warn" or "bad"; its text; why it matters.
Badge = tuple[str, str, str]


class Sheet:
    """Columns of a table, read one by one; the faults met on the way are raised together.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table; an index named "line" or "row" numbers the rows, for messages.
    source : str
        Where the table came from, in words; every fault begins with it.
    spellings : mapping of str to sequence of str
        Our names of columns, and other spellings accepted for each. Case does not count, and
        blanks and dashes are underscores.
    today : datetime64, datetime.date or str, optional
        The day on which the table is read; None asks the clock.

    Attributes
    ----------
    faults : list of str
        What is wrong so far; a reader adds its own.

    Raises
    ------
    BarsError
        When two columns have one name.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        source: str,
        spellings: Mapping[str, Sequence[str]],
        today: Day | None = None,
    ) -> None:
        """Name the columns."""
        self.frame, self.source, self.spellings = frame, source, spellings
        self.today = as_day(dt.date.today() if today is None else today)
        self.faults: list[str] = []
        ours = {other: name for name, others in spellings.items() for other in others}
        self._names = [
            ours.get(spelled, spelled) for spelled in (column_name(each) for each in frame.columns)
        ]
        for name in spellings:
            if self._names.count(name) > 1:
                self.faults.append(f"two columns are {name}")
        self.check()

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.frame)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a column of this name."""
        return name in self._names

    def require(self, *names: str) -> None:
        """Raise BarsError with every one of these columns that is missing."""
        for name in names:
            if name not in self:
                accepted = ", ".join((name, *self.spellings.get(name, ())))
                self.faults.append(f"no column {name} (accepted: {accepted})")
        self.check()

    def text(self, name: str, *, required: bool = True) -> list[str]:
        """Return the cells of a column without blanks around them; an empty string for none.

        A cell that is neither text nor a whole number, holds control characters, or is longer than
        500 characters is a fault.
        """
        column = self.column(name).astype(object)
        missing = column.isna().to_numpy(dtype=np.bool_)
        cells = ["" if gone else text_of(cell) for cell, gone in zip(column, missing, strict=True)]
        words = f"{name} is no text of up to {LONGEST_TEXT} characters"
        self.wrong(words, column, [cell is None for cell in cells])
        if required:
            self.fault(f"{name} is missing", [cell == "" for cell in cells])
        return [cell or "" for cell in cells]

    def dates(self, name: str, *, required: bool = True, past: bool = False) -> Dates:
        """Return a column of dates, shape (n,); NaT where a cell is empty.

        A date before 1900 is a fault, and with `past` also a date after tomorrow. Tomorrow is
        allowed, because in zones further east it is that day already.
        """
        column = _as_written(self.column(name))
        read = read_dates(column)
        days, empty = read.days, self._empty(column)
        if read.fault:
            self.faults.append(f"{name}: {read.fault}")
        else:
            wrong = np.isnat(days) & ~empty
            self.wrong(f"{name} is no date (write it YYYY-MM-DD)", column, wrong)
        self.wrong(f"{name} is before {EARLIEST}", column, days < EARLIEST)
        if past:
            words = f"{name} is after today ({self.today})"
            self.wrong(words, column, days > self.today + np.timedelta64(1, "D"))
        if required:
            self.fault(f"{name} is missing", empty)
        return days

    def numbers(self, name: str, *, most: float, unit: str, required: bool = False) -> Floats:
        """Return a column of numbers, shape (n,); NaN where a cell is empty.

        One beyond -`most` to `most`, which stands in a `unit` for messages, is a fault.
        """
        column = self.column(name)
        read = read_numbers(column, self.decimal)
        values = read.values
        empty = np.isnan(values) & ~read.wrong
        self.wrong(f"{name} is not a number", column, read.wrong | np.isinf(values))
        if required:
            self.fault(f"{name} is missing", empty)
        beyond = np.isfinite(values) & (np.abs(values) > most)
        self.wrong(f"{name} is beyond {most:,.0f} {unit}", column, beyond)
        return values

    def wrong(self, words: str, column: pd.Series, mask: Mask | Sequence[bool]) -> None:
        """Note a fault, the first cells that have it and where they stand, if there are any."""
        rows = np.flatnonzero(mask)
        if len(rows):
            cells = [f"{_quoted(column.iloc[row])} in {self.place(row)}" for row in rows[:3]]
            more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
            self.faults.append(f"{words}: {', '.join(cells)}{more}")

    def fault(self, words: str, mask: Mask | Sequence[bool]) -> None:
        """Note a fault and the rows where it stands, if there are any."""
        rows = np.flatnonzero(mask)
        if len(rows):
            shown = ", ".join(self.place(row) for row in rows[:3])
            more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
            self.faults.append(f"{words} in {shown}{more}")

    def place(self, row: int) -> str:
        """Say where a row stands: "line 7"."""
        return place(self.frame.index, row)

    def check(self) -> None:
        """Raise BarsError with every fault noted so far."""
        if self.faults:
            raise BarsError(fault_lines(self.source, self.faults))

    def column(self, name: str) -> pd.Series:
        """Return a column as it is written."""
        return self.frame.iloc[:, self._names.index(name)]

    @cached_property
    def decimal(self) -> str:
        """The decimal mark of the table, see `decimal_mark`; BarsError where it cannot be told."""
        columns = (self.frame.iloc[:, place] for place in range(self.frame.shape[1]))
        try:
            return decimal_mark(columns, separator=self.frame.attrs.get("separator"))
        except BarsError as error:
            why = str(error).partition(";")[0]
            words = f"{why}; write numbers without separators of thousands"
            raise BarsError(fault_lines(self.source, [*self.faults, words])) from error

    def _empty(self, column: pd.Series) -> Mask:
        missing = column.isna().to_numpy(dtype=np.bool_)
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
            return missing
        nothing = column.astype(str).str.strip().str.lower().isin(NOTHING)
        empty: Mask = missing | nothing.to_numpy(dtype=np.bool_)
        return empty


def check_days(option: str, value: object, *, least: int = 0) -> None:
    """Raise RequestError unless an option is a whole number of days, up to a hundred years."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not (whole and least <= value <= MOST_DAYS):  # type: ignore[operator]
        raise RequestError(
            f"{option} must be a whole number of days from {least} to {MOST_DAYS:,}, "
            f"got {shown(value)}"
        )


def fault_lines(source: str, faults: Sequence[str]) -> str:
    """Write faults a line each, the first 20 of them, each after its source."""
    lines = [cut(f"{source}: {fault}") for fault in faults[:_SHOWN_FAULTS]]
    if len(faults) > _SHOWN_FAULTS:
        lines.append(f"{source}: and {len(faults) - _SHOWN_FAULTS} more faults")
    return "\n".join(lines)


def with_rows(frame: pd.DataFrame, source: str | Path) -> pd.DataFrame:
    """Return a table of a file; raise BarsError for one that names columns and holds nothing."""
    if not len(frame):
        raise BarsError(f"{shown_path(source)}: the table has no rows")
    return frame


def read_table(path: str | Path, what: str, known: Known | None = None) -> pd.DataFrame:
    """Read a file's table as it is written.

    Parameters
    ----------
    path : str or pathlib.Path
        A .parquet file, or text: .csv, .txt, .tsv or .tab, each also with .gz.
    what : str
        What the file is to hold, for messages: "holdings".
    known : callable, optional
        Finds the line of column names in text, see `text_table`; None takes the first line.

    Returns
    -------
    pandas.DataFrame
        A text's cells are text, an empty one is NaN; lines without any cell are left out. The
        index is named "line" for a text and "row" for Parquet, and numbers them in the file.

    Raises
    ------
    RequestError
        For a file that is not there, or of another kind.
    BarsError
        For a file that cannot be read.
    """
    file = existing_file(path)
    if not file.name.lower().endswith(SUFFIXES):
        raise RequestError(f"{shown_path(file)}: {what} are read from {', '.join(SUFFIXES)}")
    parquet = file.name.lower().endswith(".parquet")
    content = b"" if parquet else read_bytes(file)
    try:
        if not parquet:
            return text_table(content, known or (lambda _: 0), bars=False).frame
        frame = read_parquet(file)
        if not isinstance(frame.index, pd.RangeIndex):
            frame = frame.reset_index()
        return frame.set_axis(pd.RangeIndex(1, len(frame) + 1, name="row"))
    except (BarsError, ParquetError) as error:
        raise BarsError(f"{file}: not a readable table of {what} ({error})") from error


def sha256_of(rows: Iterable[Sequence[object]]) -> str:
    """Return the SHA-256, in hex, of rows: a line each, cells as Python writes them, tabs between.

    Equal tables have equal hashes on every machine; -0.0 counts as 0.0.
    """
    digest = hashlib.sha256()
    for row in rows:
        cells = (repr(cell + 0.0) if isinstance(cell, float) else str(cell) for cell in row)
        digest.update(("\t".join(cells) + "\n").encode())
    return digest.hexdigest()


def _as_written(column: pd.Series) -> pd.Series:
    """Return a column whose every cell Python can write: a list or a huge number as a short text.

    Times, numbers and texts stay as they are.
    """
    if column.dtype.kind != "O" or isinstance(column.dtype, pd.PeriodDtype):
        return column
    plain = (str, dt.date, np.datetime64, float)
    cells = [
        cell if cell is None or cell is pd.NA or isinstance(cell, plain) else shown(cell)
        for cell in column.astype(object)
    ]
    return pd.Series(cells, index=column.index, dtype=object)


def _quoted(cell: object) -> str:
    try:
        return shown(str(cell))
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return shown(cell)
