"""A folder of results: the files of one write, or a reader is told.

What is guaranteed, and how. Everything is written and synced beside its place first; a disk that
fills up, or a kill until then, costs nothing of an earlier result. Then the new manifest is moved
into place and synced, and after it the files, one renaming each. From the first renaming to the
last the manifest names hashes that not all files have: whoever reads a record refuses them, be the
writer killed there or just not done. That the manifest comes first, and not last, leaves no moment
at which an unfinished folder looks like one of an earlier version, which has none; a swap of whole
folders would be one step, but Linux alone has it, and what else is kept in the folder would move.

A browser checks no manifest. Each page is one file that needs no other, so it is never half of
one write and half of another; but for the few renamings (a millisecond), or after a kill among
them, the page can be of another write than the tables beside it.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .folder_lock import held
from .manifest import MANIFEST, Manifest, described, is_still, manifest_in

WRITING = ".writing-"
"""How the name of a folder begins in which files stand until all are written."""


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a result into a folder, made where needed.

    An earlier result that has one of the names gives way: those of its files that the new one
    does not write are deleted, unless somebody changed them since. All other files stay. What a
    killed process left unfinished is deleted too.

    Parameters
    ----------
    folder : str or Path
        Where to.
    files : mapping of str to bytes
        Name to content, in the order of moving into place: last what readers open first.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    ParameterError
        Somebody else is writing there, or the manifest there is none of ours.
    """
    folder = Path(folder)
    with held(folder):
        folder.mkdir(parents=True, exist_ok=True)
        manifest = _followed(folder, files)
        for name in files:
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{name} is a folder there")
        for left in folder.glob(f"{WRITING}*"):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=WRITING, dir=folder) as beside:
            for name, content in files.items():
                _write_synced(Path(beside, name), content)
            _write_synced(Path(beside, MANIFEST), manifest.content())
            os.replace(Path(beside, MANIFEST), folder / MANIFEST)
            _sync_folder(folder)
            for name in files:
                os.replace(Path(beside, name), folder / name)
            for name, sha256 in manifest.leaving.items():
                if is_still(folder / name, sha256):
                    (folder / name).unlink()
            _sync_folder(folder)


def _followed(folder: Path, files: Mapping[str, bytes]) -> Manifest:
    """Return the manifest after a write: what stays beside the new result, and what leaves."""
    earlier = manifest_in(folder)
    stay = [result for result in earlier.results if not result.keys() & files.keys()]
    gone = [result for result in earlier.results if result.keys() & files.keys()]
    kept = {name for result in stay for name in result} | files.keys()
    leaving = {
        name: sha256
        for result in (earlier.leaving, *gone)
        for name, sha256 in result.items()
        if name not in kept and is_still(folder / name, sha256)
    }
    return Manifest([*stay, described(files)], leaving)


def _write_synced(file: Path, content: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """See that renamings are on the disk, in their order."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot
            raise
    finally:
        os.close(opened)
