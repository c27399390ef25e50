"""The columns of a search's tables: which come first, their headings, their cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...search.evaluator import DIFFERENCES, RUINED
from ..runs.figures import figure_of
from ..runs.formats import NONE

OTHER_EXCESS = {
    "excess": ("excess_per_year", "per year"),
    "excess_per_year": ("excess", "in total"),
}
"""From an excess to the same in its other unit, and the words that tell the two apart."""


def first(objective: str, names: Sequence[str]) -> list[str]:
    """Return figures with what ranks before the others, and then whether a set was ruined.

    Both kinds of excess stand together.
    """
    together = DIFFERENCES if objective in DIFFERENCES else ()
    return sorted(names, key=lambda name: (name != objective, name not in together, name != RUINED))


def heading(name: str) -> str:
    """Return what stands above a column."""
    return "Ruined" if name == RUINED else figure_of(name).label


def cell(name: str, value: Any) -> str:
    """Print a statistic; a dash where it does not exist, a text as it is."""
    if value is None or isinstance(value, str):
        return value or NONE
    if name == RUINED:
        return NONE if value < 0 else "ruined"
    return figure_of(name).show(float(value))
