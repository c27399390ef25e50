"""Write a folder of results so that a reader never takes a mixture of two writes for one result.

All files are first written and synced to a temporary folder inside the target folder. If the disk
fills up or the process is killed before this is done, the earlier result is unchanged. Then the new
manifest is renamed into place and synced, and after it each file is renamed into place. From the
first to the last of these renames the manifest names hashes that not all files have, so that a
reader refuses the folder, whether the writer was killed or is still working. The manifest is
renamed first and not last, because a folder without a manifest is read as the result of an earlier
version, which wrote none. Swapping two whole folders would be a single step, but only Linux can do
it, and other files that the user keeps in the folder would be moved too.

A browser does not check the manifest. Each page is a single self-contained file, so it is never a
mixture of two writes; but during the renames (about a millisecond), or after a kill between them,
the page and the tables in the folder can be of different writes.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from .folder_lock import held
from .manifest import MANIFEST, Manifest, Result, described, is_still, manifest_in

WRITING = ".writing-"
"""Prefix of the temporary folder in which files are written before they are renamed into place."""


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a result into a folder; the folder is created if needed.

    An earlier result that shares a file name with the new one is replaced: its files that the new
    result does not write are deleted, unless they were changed since. All other files stay.
    Unfinished files of a killed process are deleted too.

    Parameters
    ----------
    folder : str or Path
        Folder to write to.
    files : mapping of str to bytes
        Name to content, in the order in which the files are renamed into place; the file that
        readers open first comes last.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    ParameterError
        Another process or thread is writing there, or the folder's manifest is not one of
        btplaybook.
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
            _delete_leaving(folder, manifest)
            _sync_folder(folder)


def remove_result(folder: Path, name: str) -> None:
    """Delete the result that a file belongs to; changed files and other results stay.

    A folder that is then empty is deleted too.

    Raises
    ------
    OSError, ParameterError
        As for `write_folder`.
    """
    if not folder.is_dir():
        return
    with held(folder):
        earlier = manifest_in(folder)
        gone = [result for result in earlier.results if name in result]
        if not gone:
            return
        stay = [result for result in earlier.results if name not in result]
        manifest = Manifest(stay, _leaving(folder, earlier, gone, {n for r in stay for n in r}))
        with tempfile.TemporaryDirectory(prefix=WRITING, dir=folder) as beside:
            _write_synced(Path(beside, MANIFEST), manifest.content())
            os.replace(Path(beside, MANIFEST), folder / MANIFEST)
        _sync_folder(folder)
        _delete_leaving(folder, manifest)
        if not stay:
            (folder / MANIFEST).unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def _followed(folder: Path, files: Mapping[str, bytes]) -> Manifest:
    """Return the manifest after a write: results that stay, the new one, files to delete."""
    earlier = manifest_in(folder)
    stay = [result for result in earlier.results if not result.keys() & files.keys()]
    gone = [result for result in earlier.results if result.keys() & files.keys()]
    kept = {name for result in stay for name in result} | files.keys()
    return Manifest([*stay, described(files)], _leaving(folder, earlier, gone, kept))


def _leaving(
    folder: Path, earlier: Manifest, gone: Sequence[Result], kept: Collection[str]
) -> dict[str, str]:
    """Return the files of results to delete that are still as they were written."""
    return {
        name: sha256
        for result in (earlier.leaving, *gone)
        for name, sha256 in result.items()
        if name not in kept and is_still(folder / name, sha256)
    }


def _delete_leaving(folder: Path, manifest: Manifest) -> None:
    for name, sha256 in manifest.leaving.items():
        if is_still(folder / name, sha256):
            (folder / name).unlink()


def _write_synced(file: Path, content: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Sync a folder, so that its renames are on the disk, in their order."""
    if os.name != "posix":  # other systems cannot open a folder
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # cannot sync a folder
            raise
    finally:
        os.close(opened)
