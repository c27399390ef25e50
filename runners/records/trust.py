"""Whether the code that a run.json names may be executed.

A run.json can come from anybody, and the strategy that it names runs when the record is run again.
A registered strategy was installed by whoever runs it. Any other, a file or a module, must be the
very file that ran, by the hash in run.json, and must not have come with the record, in its folder;
else the user has to say `--trust`. The hash is of that one file: what it imports is not looked at,
and whoever writes a run.json writes its hash. Read the file before you trust it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...feeds.quoting import shortened
from ..errors import ParameterError
from ..runs import registry
from .record import Record


def check_code(record: Record, *, trust: bool, say: Callable[[str], Any]) -> None:
    """Say which file a record's strategy executes, and refuse one that nobody vouches for.

    Parameters
    ----------
    record : Record
        Nothing that it names is executed here.
    trust : bool
        The user has said `--trust`.
    say : callable
        Takes the line that names the file.

    Raises
    ------
    ParameterError
        The file lies in the record's folder, is not the one that ran, or no hash of it was kept,
        and `trust` is False.
    """
    text = record.plain["strategy"]
    file = registry.file_of(text)
    by_path = text.rpartition(":")[0].endswith(".py")
    if file is None or (by_path and not os.path.isfile(file)):
        return  # registered, or nothing to execute: the registry says so
    why = None if trust else _why_not(record, file)
    named = shortened(str(file))
    if why is not None:
        raise ParameterError(
            f"{shortened(str(record.file))}: its strategy would execute {named}, {why}; read that "
            "file, and add --trust to execute it"
        )
    say(f"{shortened(str(record.file))}: its strategy executes {named}")


def _why_not(record: Record, file: Path) -> str | None:
    """Say why a file needs the user's word; None where it needs none."""
    folder = os.path.realpath(record.folder)
    places = Path(os.path.realpath(file)), Path(os.path.abspath(file))
    if any(place.is_relative_to(folder) for place in places):
        return "which lies in the folder of the record itself"
    wanted = record.plain.get("code", {}).get("sha256")
    if wanted is None:
        return "and kept no hash of the file that ran"
    if not os.path.isfile(file):
        return "which is no file by itself, and has no hash"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ParameterError(f"cannot read {file}: {error.strerror or error}") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        return "which is not the file that ran: its SHA-256 is another"
    return None
