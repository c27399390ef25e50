"""Which files of a folder were written together: their hashes, in a hidden file beside them.

A reader that finds a file with another hash has files of two writes before it, and says so. A
folder without a manifest, as earlier versions left it, is read as it is. Results that have no
file name in common, as a run and a comparison, live in one folder side by side.
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
"""Names of the files of one result, each with the SHA-256 of its bytes in hex."""


class Manifest(NamedTuple):
    """What a folder holds."""

    results: Sequence[Result] = ()
    leaving: Result = {}  # noqa: RUF012  a mapping that nobody changes
    """Files of an earlier result that the newest write was to delete."""

    def content(self) -> bytes:
        """Return the bytes of the file; equal manifests give equal bytes."""
        plain: dict[str, Any] = {"schema": SCHEMA, "results": sorted(self.results, key=sorted)}
        if self.leaving:
            plain["leaving"] = dict(sorted(self.leaving.items()))
        return (json.dumps(plain, indent=2) + "\n").encode()


def described(files: Mapping[str, bytes]) -> Result:
    """Return the line of a manifest that files have: in the order of names."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


def manifest_in(folder: Path) -> Manifest:
    """Return the manifest of a folder; an empty one where there is none.

    Raises
    ------
    ParameterError
        There is a file of that name, and it is no manifest.
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
    """Return the result that a file belongs to, after a look at every file of it.

    Parameters
    ----------
    folder : Path
    name : str
        Of a file in it.

    Returns
    -------
    mapping of str to str
        Empty where no manifest lists the file. A file of the result that is gone is no fault: what
        is there was written together all the same.

    Raises
    ------
    ParameterError
        A file is not the one that was written; or was to be deleted and is there; and what
        `manifest_in` raises.
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
    """Raise ParameterError where a file has other bytes than its result lists."""
    wanted = result.get(file.name)
    if wanted is not None and hashlib.sha256(content).hexdigest() != wanted:
        raise _mixed(file.parent, file.name)


def is_still(file: Path, sha256: str) -> bool:
    """Whether a file is there and has the bytes of that hash."""
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
    """Whether it maps names of files in the folder, and in no other, to hashes."""
    return isinstance(plain, dict) and all(
        isinstance(sha256, str) and name == os.path.basename(name) and name not in ("", ".", "..")
        for name, sha256 in plain.items()
    )
