"""Find the files of bars in a folder, and the ticker of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ...feeds.kinds_of_files import registered
from ..errors import ParameterError

#: Suffixes of files of bars. A .txt file is not one of them: it may be a note or a licence.
SUFFIXES = (".csv", ".csv.gz", ".parquet")


def suffixes() -> tuple[str, ...]:
    """Return the suffixes of files of bars; those of installed readers come last."""
    return (*SUFFIXES, *registered())


def files_in(folder: Path) -> list[Path]:
    """Return every file in a folder and its subfolders, sorted.

    Raises
    ------
    ParameterError
        The path is no folder, or the folder holds no file of bars.
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
        The result of `files_in`.
    tickers : iterable of str
        Tickers. A file belongs to a ticker if its name without the suffix is the ticker, in upper
        or lower case.

    Raises
    ------
    ParameterError
        Two files belong to the same ticker.
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
