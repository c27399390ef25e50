"""The manifest of a folder: hashes of the files that were written together, in a hidden file.

If a file has another hash than the manifest lists, the folder holds files of two writes, and the
reader raises an error. A folder without a manifest, as earlier versions wrote it, is read without
this check. Results without a common file name, such as a run and a comparison, can be in one
folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ...feeds.quoting import shortened
from ..errors import ParameterError
from .json_file import read_json

MANIFEST = ".manifest.json"
SCHEMA = 1

Result = Mapping[str, str]
"""Names of the files of one result, each with the SHA-256 of its bytes, in hexadecimal."""


class Manifest(NamedTuple):
    """The results in a folder, and the files that the newest write deletes."""

    results: Sequence[Result] = ()
    leaving: Result = {}  # noqa: RUF012  a mapping that nobody changes
    """Files of earlier results, and their hashes, that the newest write was to delete."""

    def content(self) -> bytes:
        """Return the bytes of the manifest file; equal manifests give equal bytes."""
        plain: dict[str, Any] = {"schema": SCHEMA, "results": sorted(self.results, key=sorted)}
        if self.leaving:
            plain["leaving"] = dict(sorted(self.leaving.items()))
        return (json.dumps(plain, indent=2) + "\n").encode()


def described(files: Mapping[str, bytes]) -> Result:
    """Return the manifest's entry for files: name to SHA-256, in the order of names."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


def manifest_in(folder: Path) -> Manifest:
    """Return the manifest of a folder; an empty manifest if the folder has none.

    Raises
    ------
    ParameterError
        The file of that name is not a manifest.
    """
    file = folder / MANIFEST
    if not os.path.lexists(file):
        return Manifest()
    try:
        _, plain = read_json(file)
    except ParameterError as error:
        raise ParameterError(f"{error}; move it away to go on") from error
    if not _is_manifest(plain):
        raise ParameterError(f"{file} is no manifest of results; move it away to go on")
    return Manifest(plain["results"], plain.get("leaving", {}))


def result_with(folder: Path, name: str) -> Result:
    """Return the result that a file belongs to, after checking every file of that result.

    Parameters
    ----------
    folder : Path
    name : str
        Name of a file in the folder.

    Returns
    -------
    mapping of str to str
        Name to SHA-256 of the files of the result; empty if no manifest lists the file. A missing
        file of the result is no error: the files that are there were still written together.

    Raises
    ------
    ParameterError
        A file differs from the one that was written, or a file that was to be deleted still exists;
        and the errors of `manifest_in`.
    """
    manifest = manifest_in(folder)
    result = next((result for result in manifest.results if name in result), {})
    for other, sha256 in manifest.leaving.items():
        if is_still(folder / other, sha256):
            raise _mixed(folder, other)
    for other in result:
        if os.path.isfile(folder / other):
            try:
                content = (folder / other).read_bytes()
            except OSError as error:
                reason = error.strerror or error
                raise ParameterError(f"cannot read {folder / other}: {reason}") from error
            check_bytes(folder / other, content, result)
    return result


def check_bytes(file: Path, content: bytes, result: Result) -> None:
    """Raise ParameterError if a file's bytes do not have the hash that its result lists."""
    wanted = result.get(file.name)
    if wanted is not None and hashlib.sha256(content).hexdigest() != wanted:
        raise _mixed(file.parent, file.name)


def is_still(file: Path, sha256: str) -> bool:
    """Return whether a file exists and its bytes have the given hash."""
    return os.path.isfile(file) and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def _mixed(folder: Path, name: str) -> ParameterError:
    return ParameterError(
        f"{shortened(str(folder))} mixes files of two writes, or one was changed: {name} is not "
        f"what was written with the others; write the result again, or delete {MANIFEST} there "
        "to read the files as they are"
    )


def _is_manifest(plain: Any) -> bool:
    return (
        isinstance(plain, dict)
        and plain.get("schema") == SCHEMA
        and isinstance(plain.get("results"), list)
        and all(map(_is_result, [*plain["results"], plain.get("leaving", {})]))
    )


def _is_result(plain: Any) -> bool:
    """Return whether a JSON value maps names of files in this folder to hashes."""
    return isinstance(plain, dict) and all(
        isinstance(sha256, str) and name == os.path.basename(name) and name not in ("", ".", "..")
        for name, sha256 in plain.items()
    )
