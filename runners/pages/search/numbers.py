"""Figures of a search in words: statistics in their units, counts of sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ....search.evaluator import DIFFERENCES, RUINED
from ..summary import NONE, number, percent

FRACTIONS = frozenset(
    ("total_return", "cagr", "volatility", "max_drawdown", "percent", "win_rate", "average_win",
     "average_loss", *DIFFERENCES)
)  # fmt: skip
"""Statistics that are printed as percent."""

OTHER_EXCESS = {
    "excess": ("excess_per_year", "per year"),
    "excess_per_year": ("excess", "in total"),
}
"""From an excess to the same in its other unit, and how that is told."""

WHOLE = frozenset(("switches", "index"))


def counted(sets: int) -> str:
    """Say how many sets."""
    return f"{sets:,} set{'' if sets == 1 else 's'}"


def first(objective: str, names: Sequence[str]) -> list[str]:
    """Return figures with what ranks before the others, and then whether a set was ruined.

    Both kinds of excess stand together.
    """
    together = DIFFERENCES if objective in DIFFERENCES else ()
    return sorted(names, key=lambda name: (name != objective, name not in together, name != RUINED))


def shown(name: str, value: Any) -> str:
    """Print a statistic; a dash where it does not exist."""
    if value is None or isinstance(value, str) or (isinstance(value, float) and math.isnan(value)):
        return NONE if not isinstance(value, str) else value
    if name == RUINED:
        return NONE if value < 0 else "ruined"
    if name in FRACTIONS:
        return percent(float(value))
    return number(float(value), 0 if name in WHOLE else 2)
