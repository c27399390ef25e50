"""Decide whether the code that a run.json names may be executed.

A run.json may come from an unknown author, and running it again executes the strategy that it
names. A registered strategy is trusted, since the user installed it. The file of any other strategy
must have the hash that run.json keeps, and must not be inside the record's folder; otherwise the
user must give `--trust`. The hash covers that one file and not the files that it imports, and the
author of a run.json can write any hash. Read the file before you trust it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...feeds.quoting import shortened
from ..errors import ParameterError
from ..runs import registry
from ..runs.result import BOOK
from .record import Record


def check_code(record: Record, *, trust: bool, say: Callable[[str], Any]) -> None:
    """Report the file that a record's strategy executes, and refuse a file that is not trusted.

    Parameters
    ----------
    record : Record
        The record; no code that it names is executed here.
    trust : bool
        The user gave `--trust`.
    say : callable
        Called with a message that names the file.

    Raises
    ------
    ParameterError
        `trust` is False, and the file is inside the record's folder, has another hash than the one
        that ran, or has no hash in run.json.
    """
    for text, code in dict.fromkeys(_strategies(record)):
        file = registry.file_of(text)
        by_path = text.rpartition(":")[0].endswith(".py")
        if file is None or (by_path and not os.path.isfile(file)):
            continue  # registered, or not found: then the registry raises the error
        why = None if trust else _why_not(record, file, code)
        named = shortened(str(file))
        if why is not None:
            raise ParameterError(
                f"{shortened(str(record.file))}: its strategy would execute {named}, {why}; read "
                "that file, and add --trust to execute it"
            )
        say(f"{shortened(str(record.file))}: its strategy executes {named}")


def _strategies(record: Record) -> Iterator[tuple[str, str | None]]:
    """Yield the strategy of a record with its hash, and those of the members of a book."""
    plain = record.plain
    yield plain["strategy"], plain.get("code", {}).get("sha256")
    members = plain["params"].get("members")
    if plain["strategy"] != BOOK or not isinstance(members, list):
        return
    told = plain.get("book", {}).get("members")
    codes = {
        each.get("name"): each.get("code", {}).get("sha256")
        for each in (told if isinstance(told, list) else [])
        if isinstance(each, dict) and isinstance(each.get("code", {}), dict)
    }
    for each in members:
        if isinstance(each, dict) and isinstance(each.get("strategy"), str):
            name = each.get("name")
            yield each["strategy"], codes.get(name) if isinstance(name, str) else None


def _why_not(record: Record, file: Path, wanted: str | None) -> str | None:
    """Return why a file is not trusted; None if it is."""
    folder = os.path.realpath(record.folder)
    places = Path(os.path.realpath(file)), Path(os.path.abspath(file))
    if any(place.is_relative_to(folder) for place in places):
        return "which lies in the folder of the record itself"
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
