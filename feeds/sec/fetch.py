"""Download companies' facts from the SEC into a folder that `read_facts` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from ..errors import BarsError, RequestError, SourceError
from ..quoting import shown
from ..tables.files import shown_path
from ..vendors.vintages import CacheError
from .ciks import LARGEST_CIK, OF_THE_SEC, table_of_ciks
from .client import NotThere, SecClient
from .facts import company_facts_of, file_of

#: Names of files that stand for no company.
TICKERS = OF_THE_SEC


class FetchedFile(NamedTuple):
    """What became of one file.

    Attributes
    ----------
    file : str
        Its name in the folder.
    state : {"new", "changed", "unchanged", "kept", "failed"}
        "unchanged" was asked for and is as it was; "kept" was not asked for.
    size : int
        Bytes of it in the folder, 0 where it is not there.
    reason : str
        Why it failed, else empty.
    exit_code : int
        0, or that of the failure.
    """

    file: str
    state: str
    size: int
    reason: str = ""
    exit_code: int = 0

    def words(self) -> str:
        """Return a line for people."""
        if self.reason:
            return f"{self.file}: {self.reason}"
        return f"{self.file}: {self.state}, {self.size:,} bytes"


class FactsFetch:
    """A folder of facts that is being filled.

    Once the SEC is not reachable or refuses it is not asked for the files that follow.

    Parameters
    ----------
    folder : str or pathlib.Path
        Made where it is not there.
    client : SecClient
        What sends the requests.
    refresh : bool
        Ask for files that are there, too; the SEC sends those that have changed.

    Raises
    ------
    CacheError
        When the folder cannot be written.
    """

    def __init__(self, folder: str | Path, client: SecClient, *, refresh: bool = False) -> None:
        self.folder, self.client, self.refresh = Path(folder), client, refresh
        self._silent = ""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def company(self, cik: int) -> FetchedFile:
        """Fetch the facts of a company."""
        name = file_of(cik)
        return self._file(name, f"{self.client.data}/api/xbrl/companyfacts/{name}")

    def tickers(self) -> FetchedFile:
        """Fetch the SEC's table of tickers."""
        return self._file(TICKERS, f"{self.client.files}/files/{TICKERS}")

    def _file(self, name: str, url: str) -> FetchedFile:
        place = self.folder / name
        there = place.is_file()
        if there and not self.refresh:
            return FetchedFile(name, "kept", place.stat().st_size)
        try:
            if self._silent:
                raise SourceError(self._silent)
            answer = self.client.get(url, known=place.stat().st_mtime if there else None)
            if answer is None:
                return FetchedFile(name, "unchanged", place.stat().st_size)
            _check(name, answer.content)
        except NotThere as error:
            return self._failed(name, place, str(error), error.exit_code)
        except SourceError as error:
            if not self._silent:
                self._silent = f"not asked for, as {error}"
            return self._failed(name, place, str(error), error.exit_code)
        except BarsError as error:
            why = f"the SEC's answer cannot be used ({error})"
            return self._failed(name, place, why, SourceError.exit_code)
        same = there and place.read_bytes() == answer.content
        self._write(place, answer.content, answer.changed)
        state = "unchanged" if same else "changed" if there else "new"
        return FetchedFile(name, state, len(answer.content))

    def _failed(self, name: str, place: Path, why: str, code: int) -> FetchedFile:
        if not place.is_file():
            return FetchedFile(name, "failed", 0, why, code)
        return FetchedFile(name, "failed", place.stat().st_size, f"{why}; the kept one stays", code)

    def _write(self, place: Path, content: bytes, changed: float | None) -> None:
        """Write a file so that at every moment it is the old one or the new one."""
        unfinished = None
        try:
            with NamedTemporaryFile(dir=self.folder, suffix=".tmp", delete=False) as file:
                unfinished = Path(file.name)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.chmod(0o644)
            if changed is not None:
                os.utime(unfinished, (changed, changed))
            os.replace(unfinished, place)
        except OSError as error:
            if unfinished is not None:
                with suppress(OSError):
                    unfinished.unlink()
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> CacheError:
        return CacheError(
            f"{shown_path(self.folder)}: cannot be written ({error.strerror or error}); "
            "name another folder with --out"
        )


def ciks_asked(ciks: Iterable[str], securities: Sequence[str | Path] = ()) -> list[int]:
    """Return the numbers of companies, each once, in the order in which they are named.

    Parameters
    ----------
    ciks : iterable of str
        Numbers; leading zeros and "CIK" before them are allowed.
    securities : sequence of str or pathlib.Path
        Tables with a column cik, all of whose companies are asked for.

    Raises
    ------
    RequestError
        For a text that is no such number, and where no company is left.
    BarsError
        For a table that cannot be read or has no such column.
    """
    found = [_cik(text) for text in ciks]
    for table in securities:
        found += sorted(set(table_of_ciks(table, required=True).values()))
    if not found:
        raise RequestError("name companies: --cik 320193, or --securities FILE with a column cik")
    return list(dict.fromkeys(found))


def _cik(text: str) -> int:
    digits = text.strip().upper().removeprefix("CIK")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:20]) <= LARGEST_CIK):
        raise RequestError(
            f"--cik takes the SEC's number of a company, as 320193, got {shown(text)}; "
            "https://www.sec.gov/files/company_tickers.json lists them by ticker"
        )
    return int(digits)


def _check(name: str, content: bytes) -> None:
    """Raise BarsError for a content that is not what a file of this name holds."""
    if name != TICKERS:
        company_facts_of(content, name)
        return
    try:
        whole = json.loads(content)
        first = next(iter(whole.values() if isinstance(whole, dict) else whole))
        if {"ticker", "cik_str"} <= set(first):
            return
    except (ValueError, RecursionError, TypeError, StopIteration):
        pass
    raise BarsError(f"{name}: no table of tickers")
