"""Tables in text files: where the column names stand, what separates cells, which lines count."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from ..errors import BarsError
from .date_patterns import stamp, written_date
from .decoded import decoded
from .spellings import SPELLINGS, SPLIT_COLUMNS, column_name, column_names

#: Endings of files that hold such tables.
SUFFIXES = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz", ".tab", ".tab.gz")

#: Columns of a table; a frame of a thousand tickers has six thousand.
MOST_COLUMNS = 10_000

SEPARATORS = (",", ";", "\t", "|")

#: Lines among which the column names are looked for.
_LOOKED_AT = 100

_ROWS_AT_ONCE = 50_000
_OF_BARS = {*SPELLINGS, *SPLIT_COLUMNS}
_LETTER = re.compile(r"[^\W\d_]")
_SHOWN = 80

#: First cells of the lines that pandas writes for two levels of columns.
_OF_FIELDS, _OF_TICKERS = ("price", "attributes", ""), ("ticker", "tickers", "symbols", "")

Cells = list[str]
Known = Callable[[Sequence[str]], int]


@dataclass(frozen=True, eq=False)
class TextTable:
    """What a text file holds.

    Attributes
    ----------
    frame : pandas.DataFrame
        Every cell as text, without blanks around it; NaN where it is empty. Lines without any
        cell are left out. The index is named "line", and numbers the lines of the file. Two
        levels of columns where pandas wrote two. ``frame.attrs["separator"]`` is `separator`.
    separator : str
        What stands between two cells.
    notes : tuple of str
        Which lines were left out.
    """

    frame: pd.DataFrame
    separator: str
    notes: tuple[str, ...]


def known_of_bars(labels: Sequence[str]) -> int:
    """Count the columns of a table of bars that labels name."""
    words = [label for label in labels if _LETTER.search(label)]
    return len({*column_names(words)} & _OF_BARS)


def known_of(spellings: Mapping[str, Sequence[str]]) -> Known:
    """Return what counts the columns of another table: our names, and other spellings of each."""
    accepted = {each for name, others in spellings.items() for each in (name, *others)}
    return lambda labels: len({column_name(label) for label in labels} & accepted)


def text_table(content: bytes, known: Known = known_of_bars, *, bars: bool = True) -> TextTable:
    """Read the table of a text file.

    The line of column names is the one that names most known columns, and the separator the one
    with which it does. Lines above it are skipped, and so is the same line further down, where
    files were pasted together.

    Parameters
    ----------
    content : bytes
        The file.
    known : callable, optional
        Counts how many of a line's cells name columns that are wanted.
    bars : bool
        A table of bars: at least one known column is needed, and short lines at the end
        without a date are skipped. Else the first line is taken where none is known.

    Returns
    -------
    TextTable
        The cells.

    Raises
    ------
    BarsError
        No text, no line, no line of column names, a row with more cells than there are columns,
        or a quotation mark that is never closed. The message names the line, not the file.
    """
    text = decoded(content)
    lines = list(islice(io.StringIO(text, newline=""), _LOOKED_AT))
    written = [place for place, line in enumerate(lines) if line.strip()]
    if not written:
        raise BarsError("the file is empty")
    header, separator = _header(lines, written, known, bars)
    levels, first, top = _levels(lines, written, header, separator) if bars else ([], 0, 0)
    notes = []
    if above := sum(place < (top if levels else header) for place in written):
        notes.append(f"{_count(above)} above the column names {_was(above)} skipped")
    names = levels[first] if levels else _cells(lines[header], separator)
    if len(names) > MOST_COLUMNS:
        raise BarsError(f"{len(names):,} columns; at most {MOST_COLUMNS:,} are read")
    body = _body(text, max(header, top + 1) if levels else header, separator)
    frame, repeated = _frame(body, names)
    if repeated:
        places = ", ".join(map(str, repeated[:3])) + (", ..." if len(repeated) > 3 else "")
        words = f"{_count(len(repeated))} of column names further down {_was(len(repeated))}"
        notes.append(f"{words} skipped (line {places})")
    if levels:
        frame = _with_two_levels(frame, levels, first)
    elif bars:
        frame = _dated(frame)
        frame, below = _without_footer(frame)
        if below:
            notes.append(f"{_count(below)} below the last bar {_was(below)} skipped")
    frame.attrs["separator"] = separator
    return TextTable(frame, separator, tuple(notes))


def _header(lines: list[str], written: list[int], known: Known, bars: bool) -> tuple[int, str]:
    """Return the place of the line of column names, and the separator."""
    best, found = (0, 0), (written[0], ",")
    for place in written:
        if place != written[0] and not _LETTER.search(lines[place]):
            continue  # a row of numbers names no column
        for separator in SEPARATORS:
            cells = _cells(lines[place], separator)
            score = (known(cells), len(cells))
            if score[0] > best[0] or (score > best and place == found[0]):
                best, found = score, (place, separator)
    if best[0] > 1:
        return found
    first = lines[written[0]]
    by_cells = max(SEPARATORS, key=lambda separator: len(_cells(first, separator)))
    values = (written_date(cell) or stamp(cell) for cell in _cells(first, by_cells))
    if bars and (not best[0] or found[0] != written[0] or any(values)):
        raise BarsError(_no_header(first, known))
    return written[0], by_cells


def _no_header(line: str, known: Known) -> str:
    text = line.strip()
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    words = f"no line of column names found; the first line is {shown!r}"
    for mark in (" ", ":", "^", "~"):
        if known(text.split(mark)) > 1:
            accepted = "comma, semicolon, tab or |"
            return f"{words}; the separator looks like {mark!r}, write a {accepted}"
    return words


def _cells(line: str, separator: str) -> Cells:
    rows = csv.reader([line.strip("\r\n")], delimiter=separator, skipinitialspace=True)
    try:
        return [cell.strip() for cell in next(rows, [])]
    except csv.Error:
        return []


def _levels(
    lines: list[str], written: list[int], header: int, separator: str
) -> tuple[list[Cells], int, int]:
    """Return the two lines of a table with two levels of columns, which of them has the fields
    and the place of the upper one; nothing where there is one level.
    """  # noqa: D205
    nothing: tuple[list[Cells], int, int] = ([], 0, 0)
    fields = _cells(lines[header], separator)
    for top in (header - 1, header):
        if top not in written or top + 1 not in written:
            continue
        pair = [_cells(lines[place], separator) for place in (top, top + 1)]
        tickers = pair[1 - (header - top)]
        named = fields[0].lower(), tickers[0].lower()
        if named[0] not in _OF_FIELDS or named[1] not in _OF_TICKERS:
            continue
        below = _cells(lines[top + 2], separator) if top + 2 in written else [""]
        of_index = column_name(below[0]) == "date" and not any(below[1:])
        if len(tickers) == len(fields) and (all(named) or of_index):
            return pair, header - top, top
    return nothing


def _body(text: str, header: int, separator: str) -> Iterator[tuple[int, Cells]]:
    """Go through the rows below the column names: the line where each begins, and its cells."""
    stream = io.StringIO(text, newline="")
    for _ in range(header + 1):
        stream.readline()
    rows = csv.reader(stream, delimiter=separator, skipinitialspace=True, strict=True)
    begun = 0
    try:
        for row in rows:
            yield header + 2 + begun, row
            begun = rows.line_num
    except csv.Error as error:
        raise BarsError(f"line {header + 2 + begun}: quotation marks do not match ({error})") from (
            error
        )


def _frame(body: Iterator[tuple[int, Cells]], names: Cells) -> tuple[pd.DataFrame, list[int]]:
    """Return the cells, and the lines that repeat the column names."""
    width = len(names)
    label = [name or None for name in names]
    chunks, places, repeated = [], [], []
    while chunk := list(islice(body, _ROWS_AT_ONCE)):
        rows = []
        for place, row in chunk:
            cells = [cell.strip() or None for cell in row]
            if not any(cells):
                continue
            if len(cells) != width:
                if any(cells[width:]):
                    raise BarsError(_too_many(place, len(cells), width))
                cells = (cells + [None] * (width - len(cells)))[:width]
            if cells == label:
                repeated.append(place)
                continue
            places.append(place)
            rows.append(cells)
        chunks.append(pd.DataFrame(rows, columns=range(width), dtype="str"))
    empty = pd.DataFrame(columns=range(width), dtype="str")
    frame = pd.concat(chunks) if chunks else empty
    frame = frame.set_axis(names, axis=1).set_axis(pd.Index(places, name="line", dtype=int))
    unnamed = [not name and frame.iloc[:, place].isna().all() for place, name in enumerate(names)]
    return frame.loc[:, ~np.array(unnamed, dtype=np.bool_)], repeated


def _too_many(place: int, cells: int, width: int) -> str:
    return (
        f"line {place} has {cells} cells, and there are {width} columns (a cell that holds the "
        "separator, as 1,234 between commas, needs quotation marks)"
    )


def _with_two_levels(frame: pd.DataFrame, levels: list[Cells], first: int) -> pd.DataFrame:
    # pandas writes a line of fields and one of tickers, in either order, each with its name in
    # the first cell, then a line with the index's name alone.
    labels = [["date" if place == first else "", *cells[1:]] for place, cells in enumerate(levels)]
    frame = frame.iloc[:, : len(labels[0])].set_axis(pd.MultiIndex.from_arrays(labels), axis=1)
    if {cells[0].lower() for cells in levels} == {"price", "ticker"}:  # yfinance's words
        frame.columns = frame.columns.set_names([cells[0] for cells in levels])
    named = frame.iloc[:, 0].astype(object).map(column_name) == "date"
    return frame[~named.to_numpy(dtype=np.bool_)]


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    labels = list(frame.columns)
    if labels and not labels[0] and "date" not in column_names(labels):
        frame = frame.set_axis(["date", *labels[1:]], axis=1)  # an index written without a name
    return frame


def _without_footer(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Cut off lines at the end that hold few cells and no date, and count them."""
    names = column_names(frame.columns)
    date = names.index("date") if "date" in names else 0
    stop = len(frame)
    while stop and _is_footer(frame.iloc[stop - 1].tolist(), date):
        stop -= 1
    return frame.iloc[:stop], len(frame) - stop


def _is_footer(cells: list[Any], date: int) -> bool:
    filled = [str(cell) for cell in cells if not pd.isna(cell)]
    begins = filled[0] if pd.isna(cells[date]) else str(cells[date])
    # A date that is cut off, or wrong, begins with a digit: it is a fault of the row.
    return (
        len(filled) <= len(cells) // 3
        and not re.match(r"[+\-]?\d", begins)
        and not (written_date(begins))
    )


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"


def _was(lines: int) -> str:
    return "was" if lines == 1 else "were"
