"""Sort the values of a parameter for an axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...search.space import Value


def is_numeric(values: Sequence[Value]) -> bool:
    """Return whether the values are numbers; truth values and texts are not."""
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def in_order(values: Sequence[Value]) -> list[int]:
    """Return the indices that sort numbers in rising order; other values keep their order."""
    if not is_numeric(values):
        return list(range(len(values)))
    return sorted(range(len(values)), key=lambda place: float(values[place]))


def is_even(values: Sequence[Value]) -> bool:
    """Return whether sorted numbers are evenly spaced."""
    steps = np.diff(np.array(values, dtype=float))
    return steps.size < 2 or bool(np.allclose(steps, steps[0], rtol=1e-6, atol=0.0))
