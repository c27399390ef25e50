"""Replace days by weeks or months in the texts of weekly and monthly runs."""

from __future__ import annotations

import re
from collections.abc import Iterable

ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly", "bar": "periodic"}
"""Unit to its adverb; a "bar" can be any of them."""


def unit_of(periods_per_year: int) -> str:
    """Return "week" for 52 periods a year, "month" for 12, else "day"."""
    return {52: "week", 12: "month"}.get(periods_per_year, "day")


def common_unit(units: Iterable[str]) -> str:
    """Return the unit if all are the same, else "bar"."""
    found = set(units)
    return found.pop() if len(found) == 1 else "bar"


def in_units(text: str, unit: str) -> str:
    """Replace days and sessions in a text by weeks, months or bars; capital letters are kept.

    Parameters
    ----------
    text : str
        Text about daily bars: "Winning days", "daily returns".
    unit : {"day", "week", "month", "bar"}
        What a bar spans. "day" leaves the text unchanged.

    Returns
    -------
    str
        "Winning weeks", "weekly returns".
    """

    def other(found: re.Match[str]) -> str:
        word = found[0].lower()
        new = ADVERBS[unit] if word == "daily" else unit + ("s" if word.endswith("s") else "")
        return new.capitalize() if found[0][0].isupper() else new

    if unit == "day":
        return text
    return re.sub(r"\b(daily|days?|sessions?)\b", other, text, flags=re.IGNORECASE)
