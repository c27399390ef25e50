"""Strategies, sections and studies that installed packages register as entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

from ....feeds.entry_points import described, distribution_of, loaded, points_of
from ....feeds.errors import RequestError
from ...errors import ParameterError

STRATEGIES = "btplaybook.strategies"
SECTIONS = "btplaybook.sections"
STUDIES = "btplaybook.studies"
"""The groups that an installed package registers in; a study is a `Study`, or a function without
arguments that returns one."""


def registered(group: str) -> dict[str, EntryPoint]:
    """Return registered name to entry point, sorted by name; nothing is imported.

    If two distributions register the same name, btplaybook's own entry point is used, otherwise
    that of the distribution whose name comes first.
    """
    found: dict[str, EntryPoint] = {}
    for point in points_of(group):
        found.setdefault(point.name, point)
    return dict(sorted(found.items()))


def hidden(group: str) -> list[str]:
    """Return a message for each entry point that is ignored because its name is taken."""
    first = registered(group)
    return [
        f"{described(point)} ({point.value}) is hidden by that of "
        f"{distribution_of(first[point.name])}"
        for point in points_of(group)
        if point != first[point.name]
    ]


def load(point: EntryPoint) -> Any:
    """Import the object of an entry point.

    Raises
    ------
    ParameterError
        The import fails; the message names the entry point and the error.
    """
    try:
        return loaded(point)
    except RequestError as error:
        raise ParameterError(str(error)) from error


def where(point: EntryPoint) -> str:
    """Return an entry point's name, distribution and value, for a message."""
    return f"{described(point)} ({point.value})"
