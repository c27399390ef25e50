"""Lock a folder of results for one writer at a time, and check that it can be written.

The lock file is in the user's cache folder, under a name made from the folder's path, so that no
file is left among the results and file systems without locks work too. The operating system
releases the lock when the process ends, for any reason. The lock does not stop other users, nor
other machines that share the folder; if their writes are mixed, the manifest shows it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ...feeds.quoting import shortened
from ..errors import ParameterError

if TYPE_CHECKING:
    from filelock import BaseFileLock


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """Check that a folder can be written, and lock it for this thread.

    Raises
    ------
    ParameterError
        The folder cannot be written, or another process or thread is writing there.
    """
    try:
        _try_to_write(folder)
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from error
    with held(folder):
        yield


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Lock a folder for this thread; the thread may lock it again while it holds the lock.

    Raises
    ------
    ParameterError
        Another process or thread holds the lock, or no lock can be made.
    """
    lock = _acquired(folder)
    try:
        yield
    finally:
        lock.release()


def unwritable(folder: Path, error: OSError | ValueError) -> ParameterError:
    """Return the ParameterError for a folder that cannot be written."""
    reason = getattr(error, "strerror", None) or error
    return ParameterError(f"cannot write to {shortened(str(folder))}: {reason}")


def _acquired(folder: Path) -> BaseFileLock:
    from filelock import FileLock, Timeout
    from platformdirs import user_cache_path

    try:
        whole = os.path.normcase(os.path.realpath(folder))
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from error
    name = hashlib.sha256(os.fsencode(whole)).hexdigest()[:32] + ".lock"
    user = os.getuid() if hasattr(os, "getuid") else ""
    places = (
        user_cache_path("btplaybook") / "locks",
        Path(tempfile.gettempdir(), f"btplaybook-locks-{user}"),  # if the cache folder is read-only
    )
    for place in places:
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            # One object for each file, so that a thread that holds the lock can acquire it again.
            lock = FileLock(place / name, is_singleton=True)
            lock.acquire(timeout=0)
        except Timeout:
            raise ParameterError(
                f"cannot write to {shortened(str(folder))}: another btplaybook is writing there; "
                "wait until it is done, or name another folder with --out"
            ) from None
        except (OSError, NotImplementedError) as error:  # NotImplementedError: no locks
            reason = getattr(error, "strerror", None) or error
        else:
            return lock
    raise ParameterError(f"cannot write to {shortened(str(folder))}: no lock in {place}: {reason}")


def _try_to_write(folder: Path) -> None:
    """Create an unnamed temporary file in the folder, or in its nearest existing parent."""
    whole = Path(os.path.abspath(folder))
    there = next(path for path in (whole, *whole.parents) if _exists(path))
    if there == whole and not there.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    with tempfile.TemporaryFile(dir=there):
        pass


def _exists(path: Path) -> bool:
    """Return whether a path exists; raise OSError if the name is too long."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
