"""A folder that a search resumes from; a process killed at any moment leaves it whole.

manifest.json     what the results hang on; another search is refused
progress.npz      the reduction of all finished chunks, and their numbers
rows/*.parquet    every set's row, a file a chunk, up to a million sets
result.json       what came out, once all is evaluated
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .errors import SearchStopped, StoreError
from .reduction import Indices, Reduction, Rows

MANIFEST, PROGRESS, ROWS, RESULT, LOCK = (
    "manifest.json", "progress.npz", "rows", "result.json", ".lock",
)  # fmt: skip
SHARE = 20
"""Write progress when this many times as long has passed as the last write took."""
ABSENT = "(absent)"


class Store:
    """An open store; `opened` makes one.

    Attributes
    ----------
    folder : Path
    finished : set of int
        Numbers of the chunks that `progress.npz` or this process has.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.finished: set[int] = set()
        self._due = 0.0
        self._unwritten = False

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, manifest: Mapping[str, Any]) -> Iterator[Store]:
        """Open a folder for one search, made where needed, and keep others out.

        Parameters
        ----------
        folder : Path
        manifest : mapping
            All that the results hang on, as JSON takes it. Of several differences the first in
            this order is told: put what a user sets before what follows from it.

        Raises
        ------
        StoreError
            Another process is writing there, or it holds another search: the line names what
            differs.
        SearchStopped
            The folder cannot be written.
        """
        from filelock import FileLock, Timeout

        with _speaking(folder):
            (folder / ROWS).mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / LOCK)
        try:
            with _speaking(folder):
                lock.acquire(timeout=0)
        except Timeout:
            raise StoreError(f"{folder}: another search is writing there") from None
        try:
            store = cls(folder)
            store._check(json.loads(json.dumps(manifest)))
            yield store
        finally:
            lock.release()

    def load(self, reduction: Reduction) -> None:
        """Restore the reduction from the folder; a new store leaves it as it is.

        Raises
        ------
        StoreError
            A file is damaged, or rows of finished chunks are gone.
        """
        path = self.folder / PROGRESS
        if not path.exists():
            return
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
                arrays = dict(file)
            finished = arrays.pop("finished")
            keeps_rows = bool(arrays.pop("keeps_rows"))
            reduction.restore(arrays)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
            raise StoreError(f"{path} is damaged ({error}): delete it to begin anew") from error
        self.finished = {
            number for first, last in finished.tolist() for number in range(first, last + 1)
        }
        if keeps_rows:
            for number in sorted(self.finished):
                if not self._rows_path(number).exists():
                    raise StoreError(
                        f"{self._rows_path(number)} is gone: delete {path} to begin anew"
                    )

    def keep(self, number: int, indices: Indices, rows: Rows, columns: tuple[str, ...]) -> None:
        """Write the rows of a chunk, one row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        names = ("index", *columns)
        arrays = [pa.array(indices), *(pa.array(column) for column in np.ascontiguousarray(rows.T))]
        buffer = io.BytesIO()
        pq.write_table(
            pa.table(arrays, names=list(names)),
            buffer,
            row_group_size=max(1, indices.size),
            use_dictionary=False,
            compression="zstd",
        )
        self._write(self._rows_path(number), buffer.getvalue())

    def finish(self, number: int, reduction: Reduction, keeps_rows: bool) -> None:
        """Mark a chunk as added to the reduction; write progress when it is due."""
        self.finished.add(number)
        self._unwritten = True
        if time.monotonic() >= self._due:
            self.save(reduction, keeps_rows)

    def save(self, reduction: Reduction, keeps_rows: bool) -> None:
        """Write progress, if there is any since the last time.

        Raises
        ------
        SearchStopped
            The disk is full or the folder cannot be written; what was written before stays.
        """
        if not self._unwritten:
            return
        began = time.monotonic()
        buffer = io.BytesIO()
        np.savez(
            buffer,
            allow_pickle=False,
            finished=np.array(list(_runs(self.finished)), np.int64).reshape(-1, 2),
            keeps_rows=np.array(keeps_rows),
            **reduction.arrays(),
        )
        self._write(self.folder / PROGRESS, buffer.getvalue())
        self._unwritten = False
        now = time.monotonic()
        self._due = now + SHARE * (now - began)

    def conclude(self, result: Mapping[str, Any]) -> None:
        """Write the result."""
        text = json.dumps(result, indent=1, allow_nan=False) + "\n"
        self._write(self.folder / RESULT, text.encode())

    def _check(self, manifest: dict[str, Any]) -> None:
        path = self.folder / MANIFEST
        if not path.exists():
            if (self.folder / PROGRESS).exists():
                raise StoreError(f"{self.folder} has lost its {MANIFEST}: use another folder")
            self._write(path, (json.dumps(manifest, indent=1) + "\n").encode())
            return
        try:
            there = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} cannot be read ({error}): use another folder") from error
        if there != manifest:
            key, old, new = next(_differences(there, manifest))
            raise StoreError(
                f"{self.folder} holds another search: {key} is {old} there and {new} here; "
                "use another folder"
            )

    def _rows_path(self, number: int) -> Path:
        return self.folder / ROWS / f"{number:08d}.parquet"

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file under another name, flush it to disk, and rename it."""
        beside = path.with_name(path.name + ".writing")
        with _speaking(self.folder):
            try:
                with beside.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(beside, path)
            except OSError:
                beside.unlink(missing_ok=True)
                raise


def stored_rows(folder: Path) -> pd.DataFrame:
    """Return every set's row: `index`, then the statistics, in the order of the search.

    Raises
    ------
    StoreError
        The folder keeps none.
    """
    paths = sorted((folder / ROWS).glob("*.parquet"))
    if not paths:
        raise StoreError(f"{folder} keeps no rows: a search of more than a million sets does not")
    return pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)


@contextmanager
def _speaking(folder: Path) -> Iterator[None]:
    """Turn an error of the operating system into one line that names the folder."""
    try:
        yield
    except OSError as error:
        if isinstance(error, TimeoutError):  # filelock's: the lock is held
            raise
        raise SearchStopped(f"{folder} cannot be written: {error.strerror or error}") from error


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of consecutive numbers."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last


def _differences(there: Any, here: Any, key: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield where two manifests differ, in the order of the one here: key, there, here."""
    if isinstance(there, dict) and isinstance(here, dict):
        for name in [*here, *(name for name in there if name not in here)]:
            dotted = f"{key}.{name}" if key else name
            yield from _differences(there.get(name, ABSENT), here.get(name, ABSENT), dotted)
    elif there != here:
        yield key, _short(there), _short(here)


def _short(value: Any) -> str:
    text = value if value == ABSENT else json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."
