"""What installed packages register for runs and studies: one object a name."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

from ...feeds.entry_points import described, distribution_of, loaded, points_of
from ...feeds.errors import RequestError
from ..errors import ParameterError


def registered(group: str) -> dict[str, EntryPoint]:
    """Return registered name to entry point, in the order of names; nothing is imported.

    Where two distributions register one name, btplaybook's own counts, else that of the
    distribution whose name comes first.
    """
    found: dict[str, EntryPoint] = {}
    for point in points_of(group):
        found.setdefault(point.name, point)
    return dict(sorted(found.items()))


def hidden(group: str) -> list[str]:
    """Return a line for each entry point whose name is another's already."""
    first = registered(group)
    return [
        f"{described(point)} ({point.value}) is hidden by that of "
        f"{distribution_of(first[point.name])}"
        for point in points_of(group)
        if point != first[point.name]
    ]


def load(point: EntryPoint) -> Any:
    """Import what an entry point stands for.

    Raises
    ------
    ParameterError
        The import fails: the message names the entry point and what went wrong.
    """
    try:
        return loaded(point)
    except RequestError as error:
        raise ParameterError(str(error)) from error


def where(point: EntryPoint) -> str:
    """Return an entry point's name, distribution and value, for a message."""
    return f"{described(point)} ({point.value})"
