"""Format numbers in the panel of a sector book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...runs.labels.formats import NONE, number

MILLION = 1e6


def ranged(values: Mapping[str, Any], show: Callable[[float | None], str]) -> str:
    """Format a median and its range; a single number if the range is not visible."""
    least, median, most = (show(values[key]) for key in ("least", "median", "most"))
    return median if least == most else f"{median} ({least} to {most})"


def whole(value: float | None) -> str:
    """Format a count; the median of two counts may be a half."""
    return number(value, 0 if value is None or value == int(value) else 1)


def large(value: float | None) -> str:
    """Format an amount to three digits, in millions or billions if it is that large."""
    if value is None:
        return NONE
    for size, unit in ((1e3 * MILLION, " billion"), (MILLION, " million")):
        if abs(value) >= size:
            scaled = value / size
            return number(scaled, 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2) + unit
    return number(value, 0)


def count(n: int, noun: str) -> str:
    """Format a count with its noun."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def times(n: int) -> str:
    """Format how often something happened."""
    return "never" if not n else "once" if n == 1 else f"{n:,} times"
