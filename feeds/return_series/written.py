"""Tables of dates and numbers: which column holds the dates, and which ones hold numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import BarsError, RequestError
from ..kinds_of_files import read_table, suffix_of
from ..quoting import listed
from ..tables.date_patterns import stamp, written_date
from ..tables.decoded import decoded
from ..tables.files import read_bytes, shown_path
from ..tables.spellings import column_names
from ..tables.text_tables import SEPARATORS, SUFFIXES, text_table
from ..tables.written_numbers import decimal_mark, read_numbers

#: Lines among which the first row is looked for.
_LOOKED_AT = 100

#: Rows of a column that tell whether it holds dates.
_TRIED = 20

#: Share of a column's cells from which on it holds text, not numbers with faults.
_TEXT = 0.5

_UNNAMED = re.compile(r"(?:unnamed: ?\d+|index|level_\d+)?", re.IGNORECASE)

_PICKLES = (".pkl", ".pickle", ".p")


@dataclass(frozen=True, eq=False)
class Column:
    """A column of numbers: its label, its cells as they are written, and the decimal mark."""

    label: str
    cells: pd.Series
    decimal: str


@dataclass(frozen=True, eq=False)
class Written:
    """A table as it is written.

    Attributes
    ----------
    dates : Series
        The cells of the dates; an index named "line" numbers the lines of a file.
    columns : tuple of Column
        The columns of numbers, in their order.
    notes : tuple of str
        What was left out.
    """

    dates: pd.Series
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()


def written_in_file(path: str | Path, decimal: str | None = None) -> Written:
    """Read the table of a file: text as `feeds.readers` reads it, with or without column names.

    Raises
    ------
    RequestError
        The file does not exist, or nothing reads its kind.
    BarsError
        The file holds no row that begins with a date, or no column of numbers.
    """
    file = Path(path)
    if suffix_of(file.name) not in SUFFIXES:
        return written_in_frame(read_table(file), decimal)
    return written_in_frame(_frame_of_text(read_bytes(file)), decimal)


def refuse_pickle(path: str | Path) -> None:
    """Raise RequestError for a pickle, since reading one executes what it holds."""
    if Path(path).name.lower().endswith(_PICKLES):
        raise RequestError(
            f"{shown_path(path)}: a pickle is not read, since reading one executes what it holds; "
            "write it as CSV or Parquet: pandas.read_pickle(FILE).to_csv('returns.csv')"
        )


def written_in_frame(frame: pd.DataFrame | pd.Series, decimal: str | None = None) -> Written:
    """Return the dates and the columns of numbers of a frame or Series.

    The dates are the column with such a name, else the index, else the first column of dates. Row
    numbers without a name, empty columns and columns of text are left out.

    Raises
    ------
    BarsError
        There are no dates or no numbers, the columns have two levels, or the decimal mark cannot be
        told.
    """
    notes: tuple[str, ...] = tuple(frame.attrs.get("notes", ()))
    separator = frame.attrs.get("separator")
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("" if frame.name is None else frame.name)
    if frame.columns.nlevels > 1 or frame.index.nlevels > 1:
        raise BarsError("two levels of columns or of the index: give one column of numbers by date")
    dates, rest = _dates_and_rest(frame)
    filled = [(label, cells) for label, cells in rest if cells.notna().any()]
    mark = decimal_mark([cells for _, cells in filled], decimal, separator)
    columns, texts = [], []
    for label, cells in filled:
        if _UNNAMED.fullmatch(label) and _are_row_numbers(cells, mark):
            continue
        wrong = read_numbers(cells, mark).wrong.sum() / cells.notna().sum()
        if wrong > _TEXT:
            texts.append(label)
        else:
            columns.append(Column(label, cells, mark))
    if not columns:
        found = listed([label for label, _ in rest]) or "none"
        raise BarsError(f"no column of numbers beside the dates; columns: {found}")
    if texts:
        notes += (f"columns of text left out: {listed(texts, 6)}",)
    return Written(dates, tuple(columns), notes)


def _dates_and_rest(frame: pd.DataFrame) -> tuple[pd.Series, list[tuple[str, pd.Series]]]:
    columns = [(_label(name), frame.iloc[:, n]) for n, name in enumerate(frame.columns)]
    names = column_names(frame.columns)
    if "date" in names:
        place = names.index("date")
    elif not pd.api.types.is_numeric_dtype(frame.index) and _are_dates(frame.index.to_series()):
        return frame.index.to_series(), columns
    else:
        found = [n for n, (_, cells) in enumerate(columns) if _are_dates(cells)]
        if not found:
            shown = listed([label for label, _ in columns]) or "none"
            raise BarsError(f"no column of dates and no dates as index; columns: {shown}")
        place = found[0]
    return columns[place][1], columns[:place] + columns[place + 1 :]


def _label(name: Hashable) -> str:
    return "" if name is None or name != name else str(name)


def _are_dates(cells: pd.Series) -> bool:
    """Tell whether most of the first cells are dates."""
    if pd.api.types.is_datetime64_any_dtype(cells) or isinstance(cells.dtype, pd.PeriodDtype):
        return True
    some = cells.dropna().iloc[:_TRIED]
    return sum(_is_date(str(cell).strip()) for cell in some) > len(some) / 2


def _is_date(cell: str) -> bool:
    if written_date(cell) is not None:
        return True
    number = stamp(cell)
    return number is not None and number.unit is not None and "." not in cell


def _are_row_numbers(cells: pd.Series, decimal: str) -> bool:
    values = read_numbers(cells, decimal).values
    return len(values) > 1 and any(
        np.array_equal(values, np.arange(first, first + len(values))) for first in (0, 1)
    )


def _frame_of_text(content: bytes) -> pd.DataFrame:
    """Return the cells of a text file whose column names are the line above the first date."""
    text = decoded(content)
    lines = list(islice(io.StringIO(text, newline=""), _LOOKED_AT))
    if not any(line.strip() for line in lines):
        raise BarsError("the file is empty")
    row, separator, place = _first_row(lines)
    cells = _cells(lines[row], separator)
    above = [n for n in range(row) if lines[n].strip()]
    header = _cells(lines[above[-1]], separator) if above else []
    named = len(header) == len(cells) and not any(map(_is_number, header[:place] + header[place:]))
    if named:
        top, names = above[-1], header
    else:
        top, names = row, ["" for _ in cells]
    if "date" not in column_names(names):
        names[place] = "date"
    first = io.StringIO()
    csv.writer(first, delimiter=separator, lineterminator="\n").writerow(names)
    body = "".join(lines[top + named :]) + text[sum(map(len, lines)) :]
    table = text_table(
        (first.getvalue() + body).encode(), lambda labels: 2 * (list(labels) == names), bars=False
    )
    frame, notes = table.frame, list(table.notes)
    frame.index = pd.Index(frame.index + top + named - 1, name="line")
    skipped = len(above) - named
    if skipped:
        plural = "s" if skipped > 1 else ""
        notes.insert(0, f"{skipped} line{plural} above the table skipped")
    frame.attrs |= {"separator": separator, "notes": tuple(notes)}
    return frame


def _first_row(lines: list[str]) -> tuple[int, str, int]:
    """Return the line of the first row, what separates its cells, and the place of its date."""
    for row, line in enumerate(lines):
        for separator in SEPARATORS:
            cells = _cells(line, separator)
            if len(cells) < 2:
                continue
            place = next((n for n, cell in enumerate(cells) if written_date(cell)), None)
            if place is None:
                place = next((n for n, cell in enumerate(cells[:1]) if _is_date(cell)), None)
            if place is not None:
                return row, separator, place
    first = next(line.strip() for line in lines if line.strip())
    raise BarsError(
        f"no row with a date and a number in the first {len(lines)} lines; the first line is "
        f"{first[:80]!r}; write date,value with a comma, semicolon, tab or | between"
    )


def _cells(line: str, separator: str) -> list[str]:
    rows: Any = csv.reader([line.strip("\r\n")], delimiter=separator, skipinitialspace=True)
    try:
        return [cell.strip() for cell in next(rows, [])]
    except csv.Error:
        return []


def _is_number(cell: str) -> bool:
    """Tell whether a cell is written with a decimal mark: no label is, though "0" may be one."""
    return re.fullmatch(r"[+\-]?\d*[.,]\d+(?:[eE][+\-]?\d+)?%?", cell) is not None
