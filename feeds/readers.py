"""Bars from files: text (.csv, .tsv, .txt, also as .gz), .parquet, and what packages read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from .bars import Bars
from .errors import RequestError
from .kinds_of_files import Reader, read_table, suffix_of
from .reading import PLAIN, Reading


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
    reader: Reader | None = None,
) -> Bars:
    """Read and check the daily bars of one instrument.

    Parameters
    ----------
    path : str or pathlib.Path
        A .parquet file, or text: .csv, .txt, .tsv or .tab, each also with .gz, with the columns
        that `Bars.from_frame` takes; also a CSV that was written from yfinance's frame with two
        levels of columns. The separator, the encoding, the decimal mark and the way in which
        dates are written are found in the file; see `text_table`, `decimal_mark`, `read_dates`.
        A file with another suffix is read by an installed package that registers a reader of it;
        see `kinds_of_files`.
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
    reader : callable, optional
        Takes the path and returns the file's table as a DataFrame, with columns as for
        `Bars.from_frame`. It reads the file whatever its suffix is.

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
    frame = read_table(file, reader)
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
    if ticker:
        return ticker.upper()
    return file.name[: -len(suffix_of(file.name) or file.suffix) or None]
