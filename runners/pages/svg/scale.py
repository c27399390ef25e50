"""A scale of an axis: from values to places on the grid of a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .paths import Floats

ROOM = 0.05
"""Space on either side of marks along which values are read, as a fraction of their range."""

ALONE = 0.01
"""Space around a single value, as a fraction of it; around zero, in units."""

ALIKE = 1e-9
"""Relative range below which values count as equal, since it is rounding."""


@dataclass(frozen=True)
class Scale:
    """A linear or logarithmic scale.

    Attributes
    ----------
    low, high : float
        The values at its ends, low != high; positive on a logarithmic scale.
    log : bool
        Whether equal distances are equal ratios.
    """

    low: float
    high: float
    log: bool = False

    def shares(self, values: Floats) -> Floats:
        """Return places as fractions of the axis; NaN for what a logarithmic one cannot hold."""
        low, high = self.low, self.high
        if self.log:
            with np.errstate(invalid="ignore", divide="ignore"):
                values = np.log(np.where(values > 0.0, values, np.nan))
            low, high = np.log(low), np.log(high)
        found: Floats = (values - low) / (high - low)
        return found

    def share(self, value: float) -> float:
        """Return one place."""
        return float(self.shares(np.array([value], dtype=float))[0])


def across(values: Iterable[float]) -> Scale:
    """Return the scale of a level axis, which ends at the first and the last value."""
    low, high = _ends(values)
    return Scale(low - 0.5, high + 0.5) if _alike(low, high) else Scale(low, high)


def upright(values: Iterable[float], *, log: bool = False) -> Scale:
    """Return the scale of an upright axis, with space above and below the values."""
    known = [value for value in values if value > 0.0] if log else values
    low, high = _ends(known)
    if log:
        low, high = (low, high) if low > 0.0 else (1.0, 1.0)
        room = 1.0 + ALONE if _alike(low, high) else (high / low) ** ROOM
        return Scale(low / room, high * room, log=True)
    room = (abs(low) * ALONE or ALONE) if _alike(low, high) else ROOM * (high - low)
    return Scale(low - room, high + room)


def _alike(low: float, high: float) -> bool:
    return high - low <= ALIKE * max(abs(low), abs(high))


def _ends(values: Iterable[float]) -> tuple[float, float]:
    seen = list(values)
    return (min(seen), max(seen)) if seen else (0.0, 1.0)
