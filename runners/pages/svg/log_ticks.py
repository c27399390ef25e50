"""Labels of a logarithmic axis: at least three, all different."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .ticks import LONG, SIZES, round_ticks

LEAST, MOST = 3, 9
"""Fewest and most labels on an axis."""

STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))
"""Multiples of the powers of ten that are tried as labels, the coarsest first."""


def log_ticks(low: float, high: float) -> list[float]:
    """Return values to label between the ends of a logarithmic axis.

    Parameters
    ----------
    low, high : float
        Ends of the axis, 0 < low < high, apart by more than rounding.

    Returns
    -------
    list of float
        From 3 to 9 values in [low, high], rising: powers of ten, or a few multiples of them, or,
        on an axis too short for these, round numbers at equal distances.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    stride = -(-len(powers) // MOST)
    spread = [float(f"1e{power}") for power in powers if power % stride == 0]
    found = [_inside(spread, low, high)]
    found += [
        _inside([step * float(f"1e{power}") for power in powers for step in steps], low, high)
        for steps in STEPS[1:]
    ]
    for wanted in (LEAST + 1, LEAST):
        for ticks in found:
            if wanted <= len(ticks) <= MOST:
                return ticks
    return _evenly(low, high)


def labels(ticks: Sequence[float]) -> list[str]:
    """Format values with as few digits as distinguish them and give each to a millionth.

    If one of them is large, all from a thousand on are written in thousands, millions or billions.
    """
    sizes = SIZES if max(ticks) >= LONG else ()
    for digits in range(6, 16):
        texts = [_sized(tick, digits, sizes) for tick in ticks]
        if len(set(texts)) == len(texts):
            return texts
    return texts


def _sized(value: float, digits: int, sizes: Sequence[tuple[float, str]]) -> str:
    for size, suffix in sizes:
        if size <= value < 1e3 * SIZES[0][0]:
            return _plain(value / size, digits) + suffix
    return _plain(value, digits)


def _plain(value: float, digits: int) -> str:
    """Format a value with thousands separators and `digits` digits; as power of ten if extreme."""
    if 1e-6 <= value < 1e9:
        decimals = max(0, digits - 1 - math.floor(math.log10(value)))
        text = f"{value:,.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.{digits}g}"


def _inside(ticks: Sequence[float], low: float, high: float) -> list[float]:
    return [tick for tick in ticks if low <= tick <= high]


def _evenly(low: float, high: float) -> list[float]:
    """Return evenly spaced round numbers; one that rounding puts past an end is that end."""
    return [min(max(tick, low), high) for tick in round_ticks(low, high)[:MOST]]
