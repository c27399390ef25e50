"""Format figures as text: true minus signs, thousands separators, a dash for a missing value."""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
POINTS = "\N{NO-BREAK SPACE}pp"
"""The unit of a difference of two percentages."""


def number(value: float | None, digits: int = 2) -> str:
    """Format a number with thousands separators and a true minus sign; a dash for None and NaN."""
    if value is None or value != value:
        return NONE
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")  # a rounded -0.00 must not look like a loss
    return text.replace("-", MINUS)


def percent(value: float | None, digits: int = 2) -> str:
    """Format a fraction as a percentage; a dash for None and NaN."""
    return _in_hundredths(value, digits, "%")


def percentage_points(value: float | None, digits: int = 2) -> str:
    """Format the difference of two fractions in percentage points; a dash for None and NaN."""
    return _in_hundredths(value, digits, POINTS)


def count(value: float | None) -> str:
    """Format a whole number; a dash for None and NaN."""
    return number(value, 0)


def one_decimal(value: float | None) -> str:
    """Format a number with one decimal; a dash for None and NaN."""
    return number(value, 1)


def any_size(value: float | None) -> str:
    """Format a number with two decimals, one that is smaller than 0.1 with three digits."""
    small = value is not None and 1e-9 < abs(value) < 0.1
    return number(value, 2 - math.floor(math.log10(abs(value))) if value and small else 2)


def band(ends: Sequence[float] | None) -> str:
    """Format the two ends of a confidence band; a dash for None."""
    return NONE if ends is None else f"{number(ends[0])} to {number(ends[1])}"


def counted(n: int, noun: str) -> str:
    """Format a count with its noun: "1 set", "1,000 sets"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def probability(p: float | None) -> str:
    """Format a p-value: two digits, and no 0; a dash for None."""
    if p is None:
        return NONE
    return "below 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def replicated(p: float | None, replicates: int) -> str:
    """Format a share of replicates: 0 of 1,000 is less than 1 in 1,000."""
    if p == 0.0:
        return f"below {1.0 / replicates:g}"
    return probability(p)


def _in_hundredths(value: float | None, digits: int, unit: str) -> str:
    if value is None or value != value:
        return NONE
    return number(100.0 * value, digits) + unit
