"""The labels of an axis: round figures, and which values of a parameter are written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ....search.space import Value
from ...runs.formats import number
from ...searches.values import is_even, is_numeric

FEWEST = 3
"""Labels of an axis of figures, at least."""
STEPS = (1, 2, 2.5, 5, 10)
"""Between two labels, times a power of ten."""


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers from `low` to `high`, `FEWEST` or more; low < high."""
    from matplotlib.ticker import MaxNLocator

    for bins in range(most, 4 * most):
        found = MaxNLocator(nbins=bins, steps=STEPS, min_n_ticks=FEWEST).tick_values(low, high)
        slack = 1e-9 * (high - low)
        inside = [float(one) for one in found if low - slack <= one <= high + slack]
        if len(inside) >= FEWEST:
            return inside
    return [low, (low + high) / 2.0, high]


def tick_texts(values: Sequence[float], unit: str) -> list[str]:
    """Print labels with as many decimals as they need to be told apart.

    Parameters
    ----------
    values : sequence of float
        Rising, two or more.
    unit : str
        What follows a fraction that is printed in hundredths, as `Figure.unit`; empty where the
        values are printed as they are.
    """
    scaled = [100.0 * value if unit else value for value in values]
    close = 1e-3 * min(b - a for a, b in pairwise(scaled))
    digits = next(
        (n for n in range(9) if all(abs(round(one, n) - one) <= close for one in scaled)), 9
    )
    return [number(one, digits) + unit for one in scaled]


def written(values: Sequence[Value], most: int) -> list[int]:
    """Return the places of the values that are written beside their cells.

    Parameters
    ----------
    values : sequence
        In the axis's order.
    most : int
        That many at most, >= 1.

    Returns
    -------
    list of int
        All of them where they fit; of evenly spaced numbers the round ones; else every second,
        third, ... from the first.
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
