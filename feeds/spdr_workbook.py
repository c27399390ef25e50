"""State Street's daily holdings workbook, as its fund pages offer it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from .bars import BarsError
from .files import existing_file

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
        For a file that is no workbook, or one without the ticker symbol, the day or the table.
    """
    file = existing_file(path)
    try:
        cells = pd.read_excel(file, header=None, dtype=object, engine="openpyxl")
    except (BadZipFile, OSError, KeyError, ValueError) as error:
        raise BarsError(f"{file}: not a readable workbook ({error})") from error
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    text = cells.map(lambda cell: "" if pd.isna(cell) else str(cell).strip())

    titled = [{"Name", "Ticker", "Weight"} <= set(row) for row in text.to_numpy().tolist()]
    if not any(titled):
        raise BarsError(f"{file}: no table with Name, Ticker and Weight; is it a fund's holdings?")
    top = titled.index(True)
    head, body = text.iloc[:top], text.iloc[top + 1 :]
    empty = (body == "").all(axis=1).to_numpy()
    if empty.any():
        body = body.iloc[: int(empty.argmax())]
    columns = {cell: column for column, cell in text.iloc[top].items()}
    return pd.DataFrame(
        {
            "date": _as_of(head, file).isoformat(),
            "etf": _beside(head, "ticker symbol", file),
            "ticker": body[columns["Ticker"]],
            "name": body[columns["Name"]],
            "weight": body[columns["Weight"]],
        }
    )


def _as_of(head: pd.DataFrame, file: Path) -> dt.date:
    written = _beside(head, "holdings", file)
    found = _AS_OF.search(written)
    try:
        if found:
            return dt.datetime.strptime(found[1].title(), "%d-%b-%Y").date()
    except ValueError:
        pass  # the 31st of a shorter month: named below like any other text
    raise BarsError(f"{file}: 'Holdings:' must say 'As of 12-Mar-2024', got {written!r}")


def _beside(head: pd.DataFrame, label: str, file: Path) -> str:
    for _, row in head.iterrows():
        if row.iloc[0].rstrip(":").casefold() == label and len(row) > 1 and row.iloc[1]:
            return str(row.iloc[1])
    raise BarsError(f"{file}: no row '{label.title()}:' above the table of holdings")
