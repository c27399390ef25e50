"""Labels of an axis: round numbers, and dates at the start of years, months or days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...runs.labels.formats import number

FEWEST = 3
"""Fewest labels on an axis of figures."""
STEPS = (1.0, 2.0, 2.5, 5.0)
"""Distances between labels, as multiples of a power of ten."""

SIZES = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
LONG = 1e5
"""Size from which a label without a unit is written in thousands, millions or billions."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def round_ticks(low: float, high: float, most: int = 6, *, whole: bool = False) -> list[float]:
    """Return round numbers from `low` to `high`, the most that do not exceed `most`.

    Parameters
    ----------
    low, high : float
        Ends of the axis, low < high.
    most : int
        Most labels, if `FEWEST` or more round numbers fit; else the next finer distance is taken.
    whole : bool
        Only whole numbers; there may be fewer than `FEWEST` of them.

    Returns
    -------
    list of float
        Rising; both ends and their middle if no round numbers lie between them.
    """
    span = high - low
    power = math.floor(math.log10(span)) + 1
    distances = [step * 10.0**exponent for exponent in range(power, power - 5, -1)
                 for step in reversed(STEPS)]  # fmt: skip
    best: list[float] = []
    for distance in distances:
        if whole and distance < 1.0:
            break
        if whole and distance != math.floor(distance):
            continue
        found = _multiples(low, high, distance)
        if len(found) <= most or len(best) < FEWEST:
            best = found
        if len(found) > most:
            break
    return best or [low, (low + high) / 2.0, high]


def _multiples(low: float, high: float, distance: float) -> list[float]:
    slack = 1e-9 * (high - low)
    first = math.ceil((low - slack) / distance)
    last = math.floor((high + slack) / distance)
    digits = max(0, 2 - math.floor(math.log10(distance)))
    return [round(at * distance, digits) for at in range(first, last + 1)]


def tick_texts(values: Sequence[float], unit: str = "") -> list[str]:
    """Format labels with as many decimals as distinguish them, large ones in thousands and so on.

    Parameters
    ----------
    values : sequence of float
        Rising, one or more.
    unit : str
        Unit after a fraction that is printed in hundredths, such as "%"; empty if the values are
        printed unchanged.
    """
    scaled = [100.0 * value if unit else value for value in values]
    largest = max(map(abs, scaled))
    for size, suffix in SIZES if not unit else ():
        if largest >= max(size, LONG):
            digits = _digits([one / size for one in scaled])
            if digits <= 2:
                return [number(one / size, digits) + (suffix if one else "") for one in scaled]
    return [number(one, _digits(scaled)) + unit for one in scaled]


def _digits(values: Sequence[float]) -> int:
    """Return the fewest decimals that give each value to a thousandth of their distance."""
    close = 1e-3 * min((b - a for a, b in pairwise(values)), default=1.0)
    most = 15
    return next(
        (n for n in range(most) if all(abs(round(one, n) - one) <= close for one in values)), most
    )


def date_ticks(first: int, last: int, most: int = 6) -> list[tuple[int, str]]:
    """Return the days to label on an axis of time, and their labels.

    Parameters
    ----------
    first, last : int
        Ends of the axis as days since 1970-01-01, first <= last.
    most : int
        Most labels.

    Returns
    -------
    list of (int, str)
        Starts of years, else of months, else days; the finest that are at most `most`.
    """
    found: list[int] = []
    named = "Y"
    for unit, step in (
        ("Y", 100), ("Y", 50), ("Y", 20), ("Y", 10), ("Y", 5), ("Y", 2), ("Y", 1), ("M", 6),
        ("M", 3), ("M", 1), ("D", 14), ("D", 7), ("D", 4), ("D", 2), ("D", 1),
    ):  # fmt: skip
        finer = _starts(first, last, unit, step)
        if len(finer) > most:
            break
        found, named = finer, unit
    return [(day, _named(day, named, first=day == found[0])) for day in found]


def _starts(first: int, last: int, unit: str, step: int) -> list[int]:
    """Return the days that start every `step`-th year, month or day within two days."""
    ends = np.array([first, last], "datetime64[D]").astype(f"datetime64[{unit}]")
    low, high = (int(end) for end in ends.astype(int))
    zero = 1970 if unit == "Y" else 0
    places = np.arange(-(-(low + zero) // step) * step - zero, high + 1, step)
    days = places.astype(f"datetime64[{unit}]").astype("datetime64[D]").astype(int)
    return [int(day) for day in days if first <= day <= last]


def _named(day: int, unit: str, *, first: bool) -> str:
    """Return a year, a month with its year, or a day, the first of them with its year."""
    year, month, date = str(np.datetime64(day, "D")).split("-")
    if unit == "Y":
        return year
    name = MONTHS[int(month) - 1]
    if unit == "M":
        return f"{name} {year}"
    return f"{int(date)} {name} {year}" if first else f"{int(date)} {name}"
