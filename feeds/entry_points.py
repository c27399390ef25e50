"""What installed packages register under the name of a group: found, described, loaded."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from .errors import RequestError

#: The distribution whose entry points count where two register one name.
HOUSE = "btplaybook"


def points_of(group: str) -> list[EntryPoint]:
    """Return all entry points of a group; nothing is imported.

    Parameters
    ----------
    group : str
        Such as "btplaybook.readers".

    Returns
    -------
    list of EntryPoint
        Those that count where a name is registered twice come first: btplaybook's own, then by
        the distribution's name.
    """
    return list(_sorted_points(group, _installed()))


def _installed() -> tuple[tuple[str, int], ...]:
    """Return where packages are installed, with the time at which each folder last changed."""
    return tuple((path, _changed(path)) for path in sys.path)


def _changed(path: str) -> int:
    try:
        return os.stat(path or os.curdir).st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _sorted_points(group: str, _installed: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group; the metadata of all packages takes 12 ms to read."""

    def precedence(point: EntryPoint) -> tuple[bool, str, str]:
        name = distribution_of(point)
        return name != HOUSE, name, point.value

    return tuple(sorted(entry_points(group=group), key=precedence))


def distribution_of(point: EntryPoint) -> str:
    """Return the name of the distribution that registers an entry point."""
    unnamed = "an unnamed distribution"
    try:
        if point.dist is None or "Name" not in point.dist.metadata:
            return unnamed
        return point.dist.metadata["Name"]
    except FileNotFoundError:  # so says the backport, which takes over once anything imports it
        return unnamed


def described(point: EntryPoint) -> str:
    """Return an entry point's name and distribution, for messages: "'tiny' of playbook-extra"."""
    return f"{point.name!r} of {distribution_of(point)}"


def loaded(point: EntryPoint) -> Any:
    """Import what an entry point names.

    Raises
    ------
    RequestError
        It cannot be imported, for whatever reason; one line that names the distribution.
    """
    try:
        return point.load()
    except (Exception, SystemExit) as error:  # an import runs whatever a plugin's author wrote
        raise RequestError(f"{described(point)} cannot be loaded: {one_line(error)}") from error


def one_line(error: BaseException) -> str:
    """Return an exception's type and message on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
