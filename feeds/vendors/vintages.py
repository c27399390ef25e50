"""One instrument's downloaded history on disk: the current version, and those it has replaced.

A folder for each ticker holds `manifest.json` and one Parquet file a version, named by the day it
was fetched and its hash. Replacing the manifest is the one step that changes what is current, and
it comes last: a process that is stopped before that step leaves the old version, and one that is
stopped after it the new version. A file whose hash is not the manifest's is reported as damaged.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

MANIFEST = "manifest.json"
SCHEMA = 1

#: Seconds to wait for another process; each of its fetches takes the vendor's time at most.
PATIENCE = 60.0

#: Times to read again when another process has replaced a version between two steps of reading.
READINGS = 5


class CacheError(RuntimeError):
    """The cache's folder cannot be used: not writable, full, or held by another process."""

    exit_code = 2


class DamagedError(ValueError):
    """What is on disk is not what was written."""

    exit_code = 4


@dataclass(frozen=True)
class Version:
    """One line of a manifest: a Parquet file and what it holds.

    Attributes
    ----------
    file, sha256 : str
        Name beside the manifest, and hash of its bytes.
    fetched : str
        Date at the exchange on which the vendor was last asked, YYYY-MM-DD.
    rows : int
        Bars.
    first, last : str
        Dates of the first and the last bar.
    scaled_through : str
        Splits up to this date are in the prices, volumes and dividends.
    why : str
        Why it was replaced: "restated", "split"; empty for the current one.
    """

    file: str
    sha256: str
    fetched: str
    rows: int
    first: str
    last: str
    scaled_through: str
    why: str = ""


@dataclass(frozen=True, eq=False)
class Held:
    """The current version of a history, what is known of its instrument, and the older versions.

    Attributes
    ----------
    history : pandas.DataFrame
        As it was written.
    current : Version
        Its line of the manifest.
    about : dict
        currency, kind and timezone.
    older : tuple of Version
        What it has replaced, oldest first.
    """

    history: pd.DataFrame
    current: Version
    about: dict[str, str]
    older: tuple[Version, ...] = ()


class Vintages:
    """The versions of one ticker in a cache folder.

    Parameters
    ----------
    cache : pathlib.Path
        Folder of all tickers; made when something is written.
    ticker : str
        Must be fit to be the name of a folder: this class does not check it.
    """

    def __init__(self, cache: Path, ticker: str) -> None:
        self.cache = cache
        self.ticker = ticker
        self.folder = cache / ticker

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the cache for this process; the system unlocks it when the process ends.

        All tickers share the lock, so that a vendor that limits requests gets one at a time.

        Raises
        ------
        CacheError
            When the folder cannot be made or written, or another process keeps it for a minute.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.cache / ".lock")
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=PATIENCE)
        except Timeout as error:
            raise CacheError(
                f"{self.cache}: another process has held this cache for {PATIENCE:g} s"
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def read(self) -> Held | None:
        """Read the current version; None when there is none. Needs no lock.

        Raises
        ------
        DamagedError
            When the manifest or the file that it names is not what was written.
        """
        for _ in range(READINGS):
            if not (self.folder / MANIFEST).exists():
                return None
            with suppress(FileNotFoundError):
                return self._read()
        raise DamagedError(f"{self.folder}: the file that {MANIFEST} names is not there")

    def _read(self) -> Held:
        manifest = self.folder / MANIFEST
        content = manifest.read_bytes()
        try:
            lines = json.loads(content)
            current = Version(**lines["current"])
            older = tuple(Version(**line) for line in lines["older"])
            about = {str(key): str(value) for key, value in lines["about"].items()}
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise DamagedError(f"{manifest}: not a manifest of this version") from error
        return Held(self.load(current), current, about, older)

    def load(self, version: Version) -> pd.DataFrame:
        """Return the table of a version, current or older.

        Raises
        ------
        DamagedError
            When the file has not the version's hash.
        FileNotFoundError
            When it is not there.
        """
        file = self.folder / version.file
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != version.sha256:
            raise DamagedError(f"{file}: changed since it was written")
        return pd.read_parquet(io.BytesIO(content))

    def write(
        self,
        history: pd.DataFrame,
        *,
        fetched: str,
        scaled_through: str,
        about: dict[str, str],
        before: Held | None,
        why: str = "",
    ) -> Held:
        """Make a table the current version. Needs the lock.

        Parameters
        ----------
        history : pandas.DataFrame
            Index of dates, oldest first, at least one row.
        fetched, scaled_through, about
            As in `Version` and `Held`.
        before : Held or None
            The version that `read` gave; None after damage or at the first time.
        why : str
            "restated" or "split" keeps `before` among the older versions; empty removes it, for
            the new one holds all its rows.

        Returns
        -------
        Held
            What a `read` now gives.

        Raises
        ------
        CacheError
            When the folder cannot be written. The current version is then still `before`.
        """
        older = before.older if before else self._survivors()
        if before and before.history.equals(history):
            file, sha256 = before.current.file, before.current.sha256
            content = None
        else:
            content = _parquet(history)
            sha256 = hashlib.sha256(content).hexdigest()
            file = f"{fetched}.{sha256[:16]}.parquet"
            if before and why:
                older = (*older, Version(**{**asdict(before.current), "why": why}))
        current = Version(
            file=file,
            sha256=sha256,
            fetched=fetched,
            rows=len(history),
            first=str(history.index[0].date()),
            last=str(history.index[-1].date()),
            scaled_through=scaled_through,
        )
        lines = {
            "schema": SCHEMA,
            "ticker": self.ticker,
            "about": about,
            "current": asdict(current),
            "older": [asdict(version) for version in older],
        }
        try:
            self.folder.mkdir(exist_ok=True)
            if content is not None:
                write_whole(self.folder / file, content)
            write_whole(self.folder / MANIFEST, (json.dumps(lines, indent=2) + "\n").encode())
        except OSError as error:
            raise self._unwritable(error) from error
        if before and before.current.file not in {file, *(version.file for version in older)}:
            with suppress(OSError):  # an unused file that cannot be deleted does no harm
                (self.folder / before.current.file).unlink()
        return Held(history, current, about, older)

    def _survivors(self) -> tuple[Version, ...]:
        """Return every undamaged version in the folder, for use where the manifest is damaged."""
        found = []
        for file in sorted(self.folder.glob("*.parquet")):
            content = file.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            fetched, _, mark = file.name.removesuffix(".parquet").partition(".")
            if sha256[:16] == mark:
                dates = pd.read_parquet(io.BytesIO(content)).index
                first, last = str(dates[0].date()), str(dates[-1].date())
                found.append(
                    Version(file.name, sha256, fetched, len(dates), first, last, fetched, "found")
                )
        return tuple(found)

    def _unwritable(self, error: OSError) -> CacheError:
        return CacheError(
            f"{self.cache}: the cache cannot be written ({error.strerror or error}); "
            "name another folder for it"
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at every moment, power cuts included, it is the old one or the new one.

    Two processes must not write the same file at once: what is unfinished has a fixed name, so
    that what a killed process left is overwritten by the next.
    """
    unfinished = path.with_name("unfinished.tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _parquet(history: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    history.to_parquet(buffer)
    return buffer.getvalue()
