"""The line of a search's page with its parameters, their values and constraints."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ....search.space import Space, Value
from ...searches.values import in_order, is_even, is_numeric

MOST_NAMED = 12
"""Most values, not evenly spaced, that are listed one by one."""


def space_line(space: Space) -> str:
    """Return text with the parameters, their values and the constraints of a set."""
    parts = [
        f"{name} {values_named(values)}"
        for name, values in zip(space.names, space.values, strict=True)
    ]
    return "; ".join([*parts, *(constraint.text for constraint in space.constraints)])


def values_named(values: Sequence[Value]) -> str:
    """Return text for values: all if few, the ends and step of a range, the ends of others."""
    count = len(values)
    if count <= 3 or (count <= MOST_NAMED and not _is_range(values)):
        return ", ".join(str(value) for value in values)
    if not is_numeric(values):
        return f"{', '.join(str(value) for value in values[:MOST_NAMED])}, ... ({count} values)"
    ordered = [values[place] for place in in_order(values)]
    ends = f"{ordered[0]} to {ordered[-1]}"
    if not is_even(ordered):
        return f"{ends} ({count} values, not evenly spaced)"
    step = (float(ordered[-1]) - float(ordered[0])) / (count - 1)
    by = "" if math.isclose(step, 1.0) else f" by {step:.6g}"
    return f"{ends}{by} ({count} values)"


def _is_range(values: Sequence[Value]) -> bool:
    return is_numeric(values) and is_even([values[place] for place in in_order(values)])
