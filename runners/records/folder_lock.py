"""One writer at a time in a folder of results, and a look whether it can be written at all.

The lock lies outside of the folder, in this user's cache, under a name made from the folder's
path: it leaves nothing among the results, and works where the folder's own file system has no
locks. The system lets go of it when the process ends, however it ends. It does not keep out
another user, or another machine that shares the folder: what these mix the manifest tells.
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
    """Keep a folder for this thread alone, after a look whether it can be written.

    Raises
    ------
    ParameterError
        It cannot be written, or somebody else is writing there.
    """
    try:
        _try_to_write(folder)
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from error
    with held(folder):
        yield


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder for this thread alone; a thread that has it may ask for it again.

    Raises
    ------
    ParameterError
        Another process or thread has it, or no lock can be made.
    """
    lock = _acquired(folder)
    try:
        yield
    finally:
        lock.release()


def unwritable(folder: Path, error: OSError | ValueError) -> ParameterError:
    """Return the error of a folder that cannot be written, in words."""
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
        Path(tempfile.gettempdir(), f"btplaybook-locks-{user}"),  # where the cache is read-only
    )
    for place in places:
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            # One object for each file: whoever has the lock gets it a second time.
            lock = FileLock(place / name, is_singleton=True)
            lock.acquire(timeout=0)
        except Timeout:
            raise ParameterError(
                f"cannot write to {shortened(str(folder))}: another btplaybook is writing there; "
                "wait until it is done, or name another folder with --out"
            ) from None
        except (OSError, NotImplementedError) as error:  # filelock's, where there are no locks
            reason = getattr(error, "strerror", None) or error
        else:
            return lock
    raise ParameterError(f"cannot write to {shortened(str(folder))}: no lock in {place}: {reason}")


def _try_to_write(folder: Path) -> None:
    """Make a nameless file where the folder is or would be made; it leaves no trace."""
    whole = Path(os.path.abspath(folder))
    there = next(path for path in (whole, *whole.parents) if _exists(path))
    if there == whole and not there.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    with tempfile.TemporaryFile(dir=there):
        pass


def _exists(path: Path) -> bool:
    """Whether a path is there; a name that is too long for any is an OSError."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
