"""Files as they lie on the disk: found, and read whole up to a size."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from pathlib import Path
from typing import IO

from ..errors import BarsError, RequestError

#: Bytes of a file, expanded where it is compressed. 192 MiB of text are about three million daily
#: bars. The table that is made of them takes several times as much.
LARGEST_FILE = 192 * 2**20

_CHUNK = 2**20
_SHOWN_PATH = 200


def read_bytes(path: str | Path, *, limit: int = LARGEST_FILE) -> bytes:
    """Read a file whole; one whose name ends in .gz is expanded.

    Parameters
    ----------
    path : str or pathlib.Path
        A file. A .gz may have several members, one after the other.
    limit : int
        Bytes, >= 0: the largest file read, and the largest that a .gz expands to.

    Returns
    -------
    bytes
        What the file holds. At no time are more than `limit` bytes of it in memory.

    Raises
    ------
    RequestError
        For a path that names no regular file that can be opened; see `existing_file`.
    BarsError
        For a file beyond the limit, and a .gz that is cut off or damaged.
    """
    file = existing_file(path)
    try:
        with file.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > limit:
                raise _too_large(file, limit, "")
            if not file.name.lower().endswith(".gz"):
                return _read(stream, file, limit, "")
            with gzip.GzipFile(fileobj=stream) as expanded:
                return _read(expanded, file, limit, " when expanded")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BarsError(f"{shown_path(file)}: not a whole gzip file ({error})") from error
    except OSError as error:
        raise RequestError(f"{shown_path(file)}: cannot be read ({error.strerror})") from error


def existing_file(path: str | Path) -> Path:
    """Return the path of a regular file.

    Raises
    ------
    RequestError
        Where there is none, where it is a folder, a pipe or a device (it may never end), and
        for a path that the system refuses: too long, not permitted, with a NUL.
    """
    file = Path(path)
    try:
        mode = file.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise RequestError(f"{shown_path(file)}: no such file") from None
    except OSError as error:
        raise RequestError(f"{shown_path(file)}: no file ({error.strerror})") from error
    except ValueError as error:  # a NUL, or a character that the system's encoding lacks
        raise RequestError(f"{shown_path(file)}: no file's name ({error})") from error
    if stat.S_ISDIR(mode):
        raise RequestError(f"{shown_path(file)} is a folder; name a file")
    if not stat.S_ISREG(mode):
        raise RequestError(f"{shown_path(file)} is a pipe or a device; name a regular file")
    return file


def shown_path(path: str | Path) -> str:
    """Write a path for a message: on one line, and a very long one without its middle."""
    text = str(path)
    if not text.isprintable():
        text = ascii(text)
    if len(text) > _SHOWN_PATH:
        half = _SHOWN_PATH // 2
        text = f"{text[:half]}...{text[-half:]}"
    return text


def _read(stream: IO[bytes] | gzip.GzipFile, file: Path, limit: int, when: str) -> bytes:
    kept = io.BytesIO()
    while chunk := stream.read(min(_CHUNK, limit + 1 - kept.tell())):
        kept.write(chunk)
        if kept.tell() > limit:
            raise _too_large(file, limit, when)
    return kept.getvalue()  # shares the buffer: no second copy


def _too_large(file: Path, limit: int, when: str) -> BarsError:
    return BarsError(
        f"{shown_path(file)}: larger than {limit:,} bytes{when}, the limit of one file; "
        "cut it into smaller ones, or write a table as Parquet"
    )
