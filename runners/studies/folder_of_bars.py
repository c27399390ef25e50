"""A folder of bars: which file is whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ...feeds.kinds_of_files import registered
from ..errors import ParameterError

#: Of the files that bars are read from. A .txt in a folder may be a note or a licence.
SUFFIXES = (".csv", ".csv.gz", ".parquet")


def suffixes() -> tuple[str, ...]:
    """Return the suffixes of a folder's files of bars, those of installed readers last."""
    return (*SUFFIXES, *registered())


def files_in(folder: Path) -> list[Path]:
    """Return every file below a folder, sorted.

    Raises
    ------
    ParameterError
        It is no folder, or there is no file of bars in it.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise ParameterError(
            f"--data takes a folder of TICKER.csv or TICKER.parquet: {folder} {what}"
        )
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    known = suffixes()
    if not any(path.name.lower().endswith(known) for path in files):
        raise ParameterError(
            f"--data {folder}: no {', '.join(known)} file in it or below; leave --data out for "
            "the embedded sample"
        )
    return files


def by_ticker(files: Iterable[Path], tickers: Iterable[str]) -> Mapping[str, Path]:
    """Return the file of each ticker that has one.

    Parameters
    ----------
    files : iterable of Path
        As `files_in` returns them.
    tickers : iterable of str
        A file is a ticker's by its name without the suffix, in any case.

    Raises
    ------
    ParameterError
        Two files are one ticker's.
    """
    wanted = {ticker.lower(): ticker for ticker in tickers}
    found: dict[str, Path] = {}
    known = suffixes()
    for path in files:
        for suffix in known:
            name = path.name.lower()
            ticker = wanted.get(name[: -len(suffix)]) if name.endswith(suffix) else None
            if ticker is None:
                continue
            if ticker in found:
                raise ParameterError(
                    f"{ticker} stands twice in the data folder, {found[ticker]} and {path}: "
                    "remove one, or name a smaller folder"
                )
            found[ticker] = path
    return found
