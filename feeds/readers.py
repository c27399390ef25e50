"""Bars from files: .csv, .csv.gz and .parquet."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import itertools
import zlib
from pathlib import Path

import pandas as pd

from .bars import Bars, BarsError
from .frames import RequestError, column_name

SUFFIXES = (".csv", ".csv.gz", ".parquet")


def read_bars(
    path: str | Path,
    *,
    name: str | None = None,
    ticker: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    calendar: str | None = None,
) -> Bars:
    """Read and check the daily bars of one instrument.

    Parameters
    ----------
    path : str or pathlib.Path
        A .csv, .csv.gz or .parquet file with the columns that `Bars.from_frame` takes; also a CSV
        that was written from yfinance's frame with two levels of columns. Dates are written
        YYYY-MM-DD, YYYY/MM/DD, YYYYMMDD or month/day/year, all in the same way.
    name : str, optional
        The instrument; else the ticker in capitals, else the file's name without its suffix.
    ticker : str, optional
        Which instrument to take, in any case, when the file holds several.
    start, end : str or datetime.date, optional
        First and last date wanted; rows outside are cut off before anything is checked.
    dividends : bool
        False ignores the dividend column; the bars are then `price_only`.
    calendar : {"XNYS", "24/7"}, optional
        None takes 24/7 when any bar falls on a weekend, else XNYS.

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
    frame = _read_parquet(file) if suffix == ".parquet" else _read_csv(file)
    try:
        return Bars.from_frame(
            frame,
            name or (ticker.upper() if ticker else file.name[: -len(suffix)]),
            source=file.name,
            calendar=calendar,
            dividends=dividends,
            ticker=ticker,
            start=start,
            end=end,
        )
    except RequestError as error:
        raise RequestError(f"{file}: {error}") from error


def _suffix(file: Path) -> str:
    if file.is_dir():
        raise RequestError(f"{file} is a folder; name a file: {', '.join(SUFFIXES)}")
    if not file.exists():
        raise RequestError(f"{file}: no such file")
    for suffix in SUFFIXES:
        if file.name.lower().endswith(suffix):
            return suffix
    raise RequestError(f"{file}: bars are read from {', '.join(SUFFIXES)}")


def _read_parquet(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:  # pyarrow's errors are of both kinds
        raise BarsError(f"{file}: not a readable Parquet file ({_first_line(error)})") from error


def _read_csv(file: Path) -> pd.DataFrame:
    try:
        text = _read_text(file)
        header = list(itertools.islice(csv.reader(io.StringIO(text)), 2))
        two_levels = sorted(cells[0].lower() for cells in header if cells) == ["price", "ticker"]
        frame = pd.read_csv(
            io.StringIO(text),
            header=None if two_levels else 0,
            skiprows=2 if two_levels else 0,
            index_col=False,
            # Both keep what was written: the numbers of the lines, and every digit of a price.
            skip_blank_lines=False,
            dtype=str,
        )
    except (OSError, EOFError, zlib.error, csv.Error, ValueError) as error:
        # ValueError: bytes that are no text, and pandas' errors for an empty or ragged table.
        raise BarsError(f"{file}: not a readable CSV file ({_first_line(error)})") from error
    first_line = 3 if two_levels else 2
    frame.index = pd.RangeIndex(first_line, first_line + len(frame), name="line")
    if two_levels:
        return _with_two_levels(frame, header)
    if "date" not in map(column_name, frame.columns) and frame.columns[0] == "Unnamed: 0":
        frame = frame.rename(columns={"Unnamed: 0": "date"})  # an index written without a name
    return frame.dropna(how="all")


def _with_two_levels(frame: pd.DataFrame, header: list[list[str]]) -> pd.DataFrame:
    # yfinance's frame, written: a line of fields and one of tickers, in either order, each with
    # its name in the first cell, then a line with the index's name alone.
    levels = [["date" if cells[0].lower() == "price" else "", *cells[1:]] for cells in header]
    frame = frame.set_axis(pd.MultiIndex.from_arrays(levels), axis=1)
    named = frame.index[frame.iloc[:, 0].astype(str).map(column_name) == "date"]
    return frame.drop(index=named).dropna(how="all")


def _read_text(file: Path) -> str:
    content = file.read_bytes()
    if file.name.lower().endswith(".gz"):
        content = gzip.decompress(content)
    return content.decode("utf-8-sig")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__
