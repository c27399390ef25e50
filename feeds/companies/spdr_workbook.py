"""State Street's daily holdings workbook, as its fund pages offer it."""

from __future__ import annotations

import datetime as dt
import re
from itertools import takewhile
from pathlib import Path

import pandas as pd

from ..errors import BarsError
from ..quoting import shown
from ..tables.files import shown_path
from ..tables.workbooks import first_sheet

_COLUMNS = ("Ticker", "Name", "Weight")
_AS_OF = re.compile(r"as of\s+(\d{1,2}-[a-z]{3}-\d{4})", re.IGNORECASE)


def read_spdr_workbook(path: str | Path) -> pd.DataFrame:
    """Read a workbook as the plain table of holdings that it holds.

    Above the table stand the fund's name, "Ticker Symbol:" and "Holdings:", with "As of
    12-Mar-2024" beside it; below it, after an empty row, the small print.

    Parameters
    ----------
    path : str or pathlib.Path
        An .xlsx file.

    Returns
    -------
    pandas.DataFrame
        Columns date, etf, ticker, name, weight (percent), as text; the index is named "row" and
        numbers the rows of the sheet.

    Raises
    ------
    RequestError
        For a file that is not there.
    BarsError
        For a file that is no workbook, one beyond a limit (see `first_sheet`), or one without the
        ticker symbol, the day or the table.
    """
    file = shown_path(path)
    rows = first_sheet(path)
    titled = [set(_COLUMNS) <= set(row) for row in rows]
    if not any(titled):
        raise BarsError(f"{file}: no table with Name, Ticker and Weight; is it a fund's holdings?")
    top = titled.index(True)
    head, body = rows[:top], list(takewhile(any, rows[top + 1 :]))
    first = top + 2  # rows of a sheet count from 1
    columns = {cell: column for column, cell in enumerate(rows[top])}
    return pd.DataFrame(
        {
            "date": _as_of(head, file).isoformat(),
            "etf": _beside(head, "ticker symbol", file),
            **{name.lower(): [row[columns[name]] for row in body] for name in _COLUMNS},
        },
        index=pd.RangeIndex(first, first + len(body), name="row"),
    )


def _as_of(head: list[list[str]], file: str) -> dt.date:
    written = _beside(head, "holdings", file)
    found = _AS_OF.search(written)
    try:
        if found:
            return dt.datetime.strptime(found[1].title(), "%d-%b-%Y").date()
    except ValueError:
        pass  # the 31st of a shorter month: named below like any other text
    raise BarsError(f"{file}: 'Holdings:' must say 'As of 12-Mar-2024', got {shown(written)}")


def _beside(head: list[list[str]], label: str, file: str) -> str:
    for row in head:
        if row[0].rstrip(":").casefold() == label and row[1]:
            return row[1]
    raise BarsError(f"{file}: no row '{label.title()}:' above the table of holdings")
