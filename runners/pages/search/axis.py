"""Which values of a parameter are written next to their cells."""

from __future__ import annotations

from collections.abc import Sequence

from ....search.space import Value
from ...searches.values import is_even, is_numeric
from ..svg.ticks import FEWEST, round_ticks


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
            found = round_ticks(float(values[0]), float(values[-1]), fewer)
            known = [place[one] for one in found if one in place]
            if FEWEST <= len(known) <= most and len(known) == len(found):
                return known
    return list(range(0, len(values), -(-len(values) // most)))


def limits(known: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis of figures, with space on both sides."""
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 0.01, high + 0.01
    room = 0.06 * (high - low)
    return low - room, high + room
