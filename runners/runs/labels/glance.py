"""Say a result so that it is read at a glance: "made 24.5%", "lost 12.3%"."""

from __future__ import annotations

import math

DIGITS = 3
"""Significant digits that are enough at a glance."""

MOST_DIGITS = 6
"""Significant digits up to which two results are told apart."""

LEAST_PERCENT = 0.001
"""Smallest percentage that is printed as a number."""

NOTHING = 1e-12
"""Largest total return that rounding alone explains."""

MULTIPLE = 10.0
"""Total return from which on a result is told as a multiple of the stake."""


def trimmed(size: float, digits: int = DIGITS) -> str:
    """Format a number > 0 with so many significant digits, without zeros at its end.

    Digits before the decimal point are all printed: 12,345.6 is "12,346".
    """
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{size:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_size(value: float, digits: int = DIGITS) -> str:
    """Format the size of a fraction as a percentage, without its sign: "24.5%"."""
    size = 100.0 * abs(value)
    if size < LEAST_PERCENT:
        return f"less than {LEAST_PERCENT}%" if size else "0%"
    return f"{trimmed(size, digits)}%"


def outcome(total: float, digits: int = DIGITS) -> str:
    """Say what a total return is: "made 24.5%", "lost 12.3%", "made nothing".

    Parameters
    ----------
    total : float
        Total return, a fraction; finite. From `MULTIPLE` on it is a multiple of the stake: "grew to
        11.4 times the stake".
    digits : int
        Significant digits. A loss that is not total is never rounded to 100%.
    """
    if abs(total) <= NOTHING:
        return "made nothing"
    if total >= MULTIPLE:
        return f"grew to {times(total, digits)} the stake"
    if total > 0.0:
        return f"made {percent_size(total, digits)}"
    if total > -1.0 and percent_size(total, digits) == "100%":
        return f"lost {_almost_all(total, digits)}"
    return f"lost {percent_size(total, digits)}"


def outcomes(ours: float, theirs: float) -> tuple[str, str]:
    """Say two total returns, in one unit where both gain, with digits that tell them apart.

    Returns
    -------
    tuple of (str, str)
        As `outcome` says them. If one is a multiple of the stake and both gain, the second is one
        too, in brief: "grew to 11.4 times the stake", "to 2.04 times".
    """
    multiples = max(ours, theirs) >= MULTIPLE and min(ours, theirs) > NOTHING
    for digits in range(DIGITS, MOST_DIGITS + 1):
        if multiples:
            one, other = times(ours, digits), times(theirs, digits)
        else:
            one, other = outcome(ours, digits), outcome(theirs, digits)
        if one != other:
            break
    return (f"grew to {one} the stake", f"to {other}") if multiples else (one, other)


def times(total: float, digits: int = DIGITS) -> str:
    """Format a total return > -1 as a multiple of the stake: "11.4 times"."""
    return f"{trimmed(1.0 + total, digits)} times"


def _almost_all(total: float, digits: int) -> str:
    for more in range(digits + 1, 2 * MOST_DIGITS):
        if (text := percent_size(total, more)) != "100%":
            return text
    return "almost everything"
