"""How a number reads, on a page and in a terminal."""

from __future__ import annotations

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
"""What stands in the place of a figure that does not exist."""


def number(value: float | None, digits: int = 2) -> str:
    """Print a number with thousands separators and a true minus; a dash for None."""
    if value is None:
        return NONE
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")  # -0.00 is rounding, not a loss
    return text.replace("-", MINUS)


def percent(value: float | None, digits: int = 2) -> str:
    """Print a fraction as a percentage; a dash for None."""
    return NONE if value is None else f"{number(100.0 * value, digits)}%"
