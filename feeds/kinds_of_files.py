"""Which reader reads which kind of file: the house's own, and those of installed packages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pandas as pd

from .entry_points import described, loaded, one_line, points_of
from .errors import BarsError, RequestError
from .quoting import cut
from .tables.files import existing_file, read_bytes, shown_path
from .tables.parquet import ParquetError, read_parquet
from .tables.text_tables import SUFFIXES as TEXT_SUFFIXES
from .tables.text_tables import text_table

#: Entry-point group of readers. The name of an entry point is a suffix, with or without its dot;
#: the value is a `Reader`.
GROUP = "btplaybook.readers"

Reader = Callable[[Path], pd.DataFrame]
"""Takes the path of a regular file and returns its table, a row a bar.

Columns are named and written as any vendor does it; see `Bars.from_frame`. The caller tidies and
checks the table, takes the instrument and the dates wanted, and does not keep the frame.
"""

_REMEDY = "mend the file or its reader, or write the table as .csv or .parquet"


def _text(file: Path) -> pd.DataFrame:
    content = read_bytes(file)
    try:
        table = text_table(content)
    except BarsError as error:
        raise BarsError(f"{file}: not a readable CSV file ({error})") from error
    table.frame.attrs["notes"] = table.notes
    return table.frame


def _parquet(file: Path) -> pd.DataFrame:
    try:
        return read_parquet(file)
    except ParquetError as error:
        raise BarsError(f"{file}: not a readable Parquet file ({error})") from error


#: The readers of the house by suffix. An installed package cannot replace them.
HOUSE: dict[str, Reader] = {
    ".csv": _text,
    ".csv.gz": _text,
    ".parquet": _parquet,
    **dict.fromkeys(TEXT_SUFFIXES[2:], _text),
}


def registered() -> dict[str, EntryPoint]:
    """Return the suffixes that installed packages read, each to its entry point.

    Returns
    -------
    dict of str to EntryPoint
        Suffixes in lower case, beginning with a dot, in alphabetical order; none of `HOUSE`. Of
        two distributions with one suffix, that whose name comes first counts.
    """
    found: dict[str, EntryPoint] = {}
    for point in points_of(GROUP):
        found.setdefault(f".{point.name.lower().removeprefix('.')}", point)
    return {suffix: found[suffix] for suffix in sorted(found) if suffix not in HOUSE}


def suffixes() -> tuple[str, ...]:
    """Return every suffix that bars are read from, the house's first."""
    return (*HOUSE, *registered())


def suffix_of(name: str) -> str | None:
    """Return the suffix of a file's name that decides its reader; None where nothing reads it.

    Parameters
    ----------
    name : str
        A file's name, or its path, in any case.

    Returns
    -------
    str or None
        In lower case. The longest suffix counts, and one of the house before any other.
    """
    return _longest(name, HOUSE) or _longest(name, registered())


def read_table(path: str | Path, reader: Reader | None = None) -> pd.DataFrame:
    """Read a file as the table that stands in it.

    Parameters
    ----------
    path : str or pathlib.Path
        A file.
    reader : callable, optional
        Reads the file, whatever its suffix is; None takes the reader of its suffix.

    Returns
    -------
    pandas.DataFrame
        Not yet tidied or checked.

    Raises
    ------
    RequestError
        For a path that names no regular file, a suffix that nothing reads, and a package whose
        reader cannot be imported or called.
    BarsError
        For a file that its reader cannot read, and for a reader that returns no table or one
        without rows; one line that names the file, the reader and what to do.
    """
    file = existing_file(path)
    if reader is not None:
        return _guests_table(file, reader, f"the reader {getattr(reader, '__name__', reader)}")
    suffix = suffix_of(file.name)
    if suffix is None:
        raise RequestError(
            f"{shown_path(file)}: bars are read from {', '.join(suffixes())}; a package can "
            f"register a reader of another kind under {GROUP}"
        )
    if suffix in HOUSE:
        return HOUSE[suffix](file)
    point = registered()[suffix]
    found = loaded(point)
    if not callable(found):
        raise RequestError(
            f"{shown_path(file)}: its reader, {described(point)}, is {type(found).__name__}, not "
            "a function that takes a path and returns a DataFrame"
        )
    return _guests_table(file, found, f"its reader, {described(point)},")


def _longest(name: str, known: Iterable[str]) -> str | None:
    return max((end for end in known if name.lower().endswith(end)), key=len, default=None)


def _guests_table(file: Path, reader: Callable[[Path], Any], called: str) -> pd.DataFrame:
    """Call a reader that is not the house's, and check what it returns."""
    try:
        table = reader(file)
    except (Exception, SystemExit) as error:  # whatever its author wrote
        fault = f"failed ({one_line(error)})"
    else:
        if isinstance(table, pd.DataFrame) and len(table):
            table = table.copy(deep=False)
            table.attrs = {}  # in which the house's readers speak to the tidying
            return table
        is_table = isinstance(table, pd.DataFrame)
        fault = "returned " + (
            "a table without rows" if is_table else f"{type(table).__name__}, not a DataFrame"
        )
    raise BarsError(cut(f"{shown_path(file)}: {called} {fault}: {_REMEDY}"))
