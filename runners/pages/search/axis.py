"""Labels of an axis: round numbers, and which values of a parameter are written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ....search.space import Value
from ...runs.labels.formats import number
from ...searches.values import is_even, is_numeric

FEWEST = 3
"""Fewest labels on an axis of figures."""
STEPS = (1, 2, 2.5, 5, 10)
"""Distances between labels, as multiples of a power of ten."""


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return at least `FEWEST` round numbers from `low` to `high`; low < high."""
    from matplotlib.ticker import MaxNLocator

    for bins in range(most, 4 * most):
        found = MaxNLocator(nbins=bins, steps=STEPS, min_n_ticks=FEWEST).tick_values(low, high)
        slack = 1e-9 * (high - low)
        inside = [float(one) for one in found if low - slack <= one <= high + slack]
        if len(inside) >= FEWEST:
            return inside
    return [low, (low + high) / 2.0, high]


def tick_texts(values: Sequence[float], unit: str) -> list[str]:
    """Format labels with as many decimals as distinguish them.

    Parameters
    ----------
    values : sequence of float
        Rising, two or more.
    unit : str
        Unit after a fraction that is printed in hundredths, as `Figure.unit`; empty if the values
        are printed unchanged.
    """
    scaled = [100.0 * value if unit else value for value in values]
    close = 1e-3 * min(b - a for a, b in pairwise(scaled))
    digits = next(
        (n for n in range(9) if all(abs(round(one, n) - one) <= close for one in scaled)), 9
    )
    return [number(one, digits) + unit for one in scaled]


def written(values: Sequence[Value], most: int) -> list[int]:
    """Return the indices of the values that are written next to their cells.

    Parameters
    ----------
    values : sequence
        In the axis's order.
    most : int
        Most values to write, >= 1.

    Returns
    -------
    list of int
        All values if they fit; for evenly spaced numbers the round ones; otherwise every second,
        third, ... value from the first.
    """
    if len(values) <= most:
        return list(range(len(values)))
    if most >= FEWEST and is_numeric(values) and is_even(values):
        place = {float(value): at for at, value in enumerate(values)}
        for fewer in range(most, FEWEST - 1, -1):
            found = ticks(float(values[0]), float(values[-1]), fewer)
            known = [place[one] for one in found if one in place]
            if FEWEST <= len(known) <= most and len(known) == len(found):
                return known
    return list(range(0, len(values), -(-len(values) // most)))
