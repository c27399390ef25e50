"""Bars from files: text such as .csv, .tsv and .txt, also as .gz, and .parquet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from .bars import Bars, BarsError
from .errors import RequestError
from .reading import PLAIN, Reading
from .tables.files import existing_file, read_bytes, shown_path
from .tables.parquet import ParquetError, read_parquet
from .tables.text_tables import SUFFIXES as TEXT_SUFFIXES
from .tables.text_tables import text_table

SUFFIXES = (".csv", ".csv.gz", ".parquet", *TEXT_SUFFIXES[2:])


def read_bars(
    path: str | Path,
    *,
    name: str | None = None,
    ticker: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    calendar: str | None = None,
    reading: Reading = PLAIN,
    counted_from: dt.date | None = None,
) -> Bars:
    """Read and check the daily bars of one instrument.

    Parameters
    ----------
    path : str or pathlib.Path
        A .parquet file, or text: .csv, .txt, .tsv or .tab, each also with .gz, with the columns
        that `Bars.from_frame` takes; also a CSV that was written from yfinance's frame with two
        levels of columns. The separator, the encoding, the decimal mark and the way in which
        dates are written are found in the file; see `text_table`, `decimal_mark`, `read_dates`.
    name : str, optional
        The instrument; else the ticker in capitals, else the file's name without its suffix.
    ticker : str, optional
        Which instrument to take, in any case, when the file holds several.
    start, end : str or datetime.date, optional
        First and last date wanted; rows outside are cut off before anything is checked.
    dividends : bool
        False ignores the dividend column; the bars are then `price_only`.
    calendar : str, optional
        None takes the one of `reading`; without that it is worked out, see
        `calendar_fit.infer_calendar`.
    reading : Reading
        What the file does not say itself.
    counted_from : datetime.date, optional
        First day whose return counts: faulty rows before it are left out, and listed.

    Returns
    -------
    Bars
        `source` is the file's name, without its folder.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind, an unknown ticker, or dates that leave
        fewer than 2 bars.
    BarsError
        For a file that cannot be read, and with every fault of the rows wanted; a cell is named
        by its line.
    """
    file = Path(path)
    suffix = _suffix(file)
    frame = _frame(file, suffix)
    try:
        return Bars.from_frame(
            frame,
            name or name_of_file(file, ticker),
            source=file.name,
            calendar=calendar,
            reading=reading,
            dividends=dividends,
            ticker=ticker,
            start=start,
            end=end,
            counted_from=counted_from,
        )
    except RequestError as error:
        raise RequestError(f"{file}: {error}") from error


def name_of_file(file: Path, ticker: str | None = None) -> str:
    """Return the name of a file's bars: the ticker in capitals, else the file's without suffix."""
    endings = [end for end in SUFFIXES if file.name.lower().endswith(end)]
    own = file.name[: -len(max(endings, key=len))] if endings else file.name
    return ticker.upper() if ticker else own


def _suffix(file: Path) -> str:
    existing_file(file)
    for suffix in SUFFIXES:
        if file.name.lower().endswith(suffix):
            return suffix
    raise RequestError(f"{shown_path(file)}: bars are read from {', '.join(SUFFIXES)}")


def _frame(file: Path, suffix: str) -> pd.DataFrame:
    if suffix == ".parquet":
        try:
            return read_parquet(existing_file(file))
        except ParquetError as error:
            raise BarsError(f"{file}: not a readable Parquet file ({error})") from error
    content = read_bytes(file)
    try:
        table = text_table(content)
    except BarsError as error:
        raise BarsError(f"{file}: not a readable CSV file ({error})") from error
    table.frame.attrs["notes"] = table.notes
    return table.frame
