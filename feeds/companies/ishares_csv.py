"""iShares' holdings file, as its fund pages offer it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from itertools import islice, takewhile

import pandas as pd

from ..errors import BarsError
from ..quoting import shown

AS_OF = "fund holdings as of"
_LOOKED_AT = 40
"""Lines among which the day and the column names stand."""

_COLUMNS = {
    "ticker": "ticker",
    "name": "name",
    "asset class": "asset_class",
    "weight (%)": "weight",
}

#: What may separate cells, and which cells must then be quoted; spreadsheets write the latter two.
_WHAT = {",": "numbers with commas", ";": "cells with semicolons", "\t": "cells with tabs"}

_DAYS = ("%b %d, %Y", "%B %d, %Y", "%d/%b/%Y", "%d-%b-%Y", "%d %b %Y", "%Y-%m-%d",
         "%d.%m.%Y")  # fmt: skip

#: How the page names the file: IYE_holdings.csv; a browser may put more behind it.
_FILE = re.compile(r"([A-Z][A-Z0-9]{1,5})_holdings\b.*")

#: The fund's file writes classes of shares without a mark between.
_CLASSES = {
    "BFA": "BF-A", "BFB": "BF-B", "BRKA": "BRK-A", "BRKB": "BRK-B", "CWENA": "CWEN-A",
    "GEFB": "GEF-B", "HEIA": "HEI-A", "LENB": "LEN-B", "MOGA": "MOG-A", "UHALB": "UHAL-B",
}  # fmt: skip


def is_ishares_csv(text: str) -> bool:
    """Return whether a text is such a file: the day stands above its table."""
    lines = islice(io.StringIO(text), _LOOKED_AT)
    return any(line.lstrip('\ufeff" \t').casefold().startswith(AS_OF) for line in lines)


def fund_of_file(stem: str) -> str:
    """Return the fund that a file is named after; empty where it names none."""
    found = _FILE.fullmatch(stem)
    return found[1] if found else ""


def ishares_table(text: str, file: str, etf: str) -> pd.DataFrame:
    """Return the plain table of holdings in a file.

    Above the table stand the fund's name (not in every country), "Fund Holdings as of" with the
    day, and in files of some years the inception date, the shares outstanding and the parts in
    stocks, bonds, cash and others. The table ends at an empty line, at one without as many cells,
    or where "Fund Holdings as of" stands again, above the holdings of the fund's own funds; behind
    it is the small print.

    Parameters
    ----------
    text : str
        The file.
    file : str
        Its name, for messages.
    etf : str
        Ticker of the fund; the file does not tell it.

    Returns
    -------
    pandas.DataFrame
        Columns date, etf, ticker, name, asset_class, weight (percent), as text; the index is named
        "line" and numbers the lines of the file. ``frame.attrs["separator"]`` is what separates
        the file's cells: a comma, a semicolon or a tab. "-" for a weight that is not stated is 0.
        A class of shares is written with its dash: BRK-B for BRKB.

    Raises
    ------
    BarsError
        The file has no day, as for one on which nothing was published, or no table with Ticker,
        Asset Class and Weight (%); a line has more cells than the header; or holdings follow a line
        that is none.
    """
    rows, separator = _rows(text, file)
    head = list(takewhile(lambda row: not _is_header(row[1]), rows))
    header = rows[len(head)][1]
    places = {
        _COLUMNS[key]: n for n, each in enumerate(header) if (key := each.casefold()) in _COLUMNS
    }
    body = list(takewhile(lambda row: _is_holding(row[1], places), rows[len(head) + 1 :]))
    _check_whole(body, rows[len(head) + 1 + len(body) :], header, places, file, separator)
    columns = {name: [row[place] for _, row in body] for name, place in places.items()}
    columns["ticker"] = [_CLASSES.get(each.upper(), each) for each in columns["ticker"]]
    columns["weight"] = ["0" if each == "-" else each for each in columns["weight"]]
    day = _day([row for _, row in head], file).isoformat()
    index = pd.Index([number for number, _ in body], name="line", dtype="int64")
    frame = pd.DataFrame({"date": day, "etf": etf, **columns}, index=index)
    frame.attrs["separator"] = separator
    return frame


def _check_whole(
    body: list[tuple[int, list[str]]],
    rest: list[tuple[int, list[str]]],
    header: list[str],
    places: dict[str, int],
    file: str,
    separator: str,
) -> None:
    """Raise for lines whose cells have shifted, and for holdings behind the table's end."""
    for number, row in body:
        if any(row[len(header) :]):
            raise BarsError(
                f"{file}: line {number} has {len(row)} cells and the header {len(header)}: put "
                f"{_WHAT[separator]} in quotes"
            )
    own = takewhile(lambda row: not (row[1] and row[1][0].casefold().startswith(AS_OF)), rest)
    for number, row in own:
        if _is_holding(row, places) and _is_number(row[places["weight"]]):
            raise BarsError(
                f"{file}: line {rest[0][0]} is no holding and line {number} is one: take out what "
                "stands between the holdings"
            )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _rows(text: str, file: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Return each line's number and cells, without blanks and marks around them.

    Behind them stands what separates the cells: the mark that makes a header of one of the lines.
    """
    for separator in _WHAT:
        reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
        rows = [(number, [cell.strip() for cell in row]) for number, row in _numbered(reader)]
        if any(_is_header(row) for _, row in rows):
            return rows, separator
    raise BarsError(f"{file}: no table with Ticker, Asset Class and Weight (%)")


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    before = 0
    for row in reader:
        yield before + 1, row
        before = reader.line_num  # type: ignore[attr-defined]  # a row may span lines


def _is_header(row: list[str]) -> bool:
    return {"ticker", "asset class", "weight (%)"} <= {cell.casefold() for cell in row}


def _is_holding(row: list[str], places: dict[str, int]) -> bool:
    if len(row) <= max(places.values()) or not any(row):
        return False
    return not row[0].casefold().startswith(AS_OF)


def _day(head: list[list[str]], file: str) -> dt.date:
    written = next((row for row in head if row and row[0].casefold().startswith(AS_OF)), [AS_OF])
    text = ", ".join(cell for cell in written[1:] if cell)
    for pattern in _DAYS:
        try:
            return dt.datetime.strptime(text.title(), pattern).date()
        except ValueError:
            continue
    raise BarsError(
        f"{file}: 'Fund Holdings as of' must name a day, as Mar 12, 2024, got {shown(text)}; of a "
        "day without holdings there is an empty file"
    )
