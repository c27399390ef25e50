"""The columns of a search's tables: their order, headings and cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...search.evaluator import DIFFERENCES, RUINED
from ..runs.labels.figures import figure_of
from ..runs.labels.formats import NONE

OTHER_EXCESS = {
    "excess": ("excess_per_year", "per year"),
    "excess_per_year": ("excess", "in total"),
}
"""Key of an excess to the key of the same excess in its other unit, and the name of that unit."""


def first(objective: str, names: Sequence[str]) -> list[str]:
    """Order columns: the objective first, then whether a set was ruined, then the others.

    If the objective is an excess, its other unit comes directly after it.
    """
    together = DIFFERENCES if objective in DIFFERENCES else ()
    return sorted(names, key=lambda name: (name != objective, name not in together, name != RUINED))


def heading(name: str) -> str:
    """Return the heading of a column."""
    return "Ruined" if name == RUINED else figure_of(name).label


def cell(name: str, value: Any) -> str:
    """Format a statistic; a dash for a missing value, a text unchanged."""
    if value is None or isinstance(value, str):
        return value or NONE
    if name == RUINED:
        return NONE if value < 0 else "ruined"
    return figure_of(name).show(float(value))
