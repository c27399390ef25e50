"""Tables of one kind from several sources as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from ..errors import BarsError
from ..quoting import shown
from .fundamentals import Fundamentals
from .holdings import Holdings
from .membership import Membership
from .securities import Securities
from .spells import Spells

Table = TypeVar("Table", Fundamentals, Holdings, Membership, Securities)

BETWEEN = ", "
"""Stands between the sources of a joined table."""


def joined(tables: Sequence[Table]) -> Table:
    """Return tables as one: the rows of the first, then those of the next.

    Parameters
    ----------
    tables : sequence of Holdings, Membership, Securities or Fundamentals
        At least one, all of one class. Each tells of other names than the others.

    Returns
    -------
    The same class
        Its source names all sources. One table is returned as it is.

    Raises
    ------
    BarsError
        The tables differ in a setting, such as the days after which they are stale; or two
        snapshots of one fund are of one day.
    """
    first, *others = tables
    if not others:
        return first
    together: dict[str, Any] = {}
    for field in fields(first):
        parts = [getattr(table, field.name) for table in tables]
        together[field.name] = _joined(field.name, parts)
    return replace(first, **together)


def _joined(name: str, parts: list[Any]) -> Any:
    first = parts[0]
    if isinstance(first, Spells):
        return Spells(
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.end for part in parts]),
        )
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    if isinstance(first, tuple):
        return tuple(row for part in parts for row in part)
    if name == "source":
        return BETWEEN.join(parts)
    if any(part != first for part in parts):
        raise BarsError(f"tables cannot be joined: {name} is {' and '.join(map(shown, parts))}")
    return first
