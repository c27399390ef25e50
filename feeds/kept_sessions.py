"""Sessions of exchanges, kept for the next process: their rules take 0.3 s to apply, Seoul's 2 s.

A file for each exchange stands in `btplaybook/sessions` of this user's cache folder (on Linux
`~/.cache`). It may be deleted at any time, and is written anew when it was made by other versions
of the rules. Where nothing can be written, each process applies the rules.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from .arrays import Dates

_DIGEST = hashlib.sha256().digest_size


def kept(calendar: str, rules: Path) -> Dates | None:
    """Return the days that `keep` wrote, None where there are none that the same rules made.

    Parameters
    ----------
    calendar : str
        Name of the exchange.
    rules : pathlib.Path
        The source file that works the days out.
    """
    try:
        content = _file(calendar).read_bytes()
    except OSError:
        return None
    digest, days = content[:_DIGEST], content[_DIGEST:]
    if digest != _sign(days, rules):
        return None
    return np.frombuffer(days, "<i4").astype("datetime64[D]")


def keep(calendar: str, rules: Path, days: Dates) -> None:
    """Write days for `kept`; do nothing where they cannot be written."""
    file = _file(calendar)
    content = days.astype("datetime64[D]").astype("<i4").tobytes()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as unfinished:
            unfinished.write(_sign(content, rules) + content)
        os.replace(unfinished.name, file)


def _file(calendar: str) -> Path:
    from platformdirs import user_cache_path

    folder = user_cache_path("btplaybook", appauthor=False) / "sessions"
    return folder / calendar.replace("/", "-")  # "24/5"


def _sign(days: bytes, rules: Path) -> bytes:
    """Return a digest of days and of everything that they were worked out by."""
    return hashlib.sha256(_made_by(rules) + days).digest()


@cache
def _made_by(rules: Path) -> bytes:
    versions = [importlib.metadata.version(name) for name in ("exchange_calendars", "pandas")]
    return "\0".join([*versions, ""]).encode() + rules.read_bytes()
