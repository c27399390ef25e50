"""How quantstats prints numbers: two decimals, without zeros at the end, and "-" for none."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

Row = tuple[str, ...]
"""Name, strategy and, with a benchmark, benchmark."""

Group = list[Row]

NONE = "-"


def number(name: str, values: Iterable[float]) -> Row:
    """Return a row of numbers."""
    return (name, *map(_rounded, values))


def percent(name: str, fractions: Iterable[float]) -> Row:
    """Return a row of fractions, printed in percent."""
    return percentages(name, (100 * fraction for fraction in fractions))


def percentages(name: str, values: Iterable[float]) -> Row:
    """Return a row of percentages."""
    return (name, *map(_signed, map(_rounded, values)))


def thousands(name: str, fractions: Iterable[float]) -> Row:
    """Return a row of fractions, in percent with commas at the thousands.

    All cells have two decimals if one has a comma; else zeros at the end are left out too.
    """
    texts = [f"{100 * fraction:,.2f}" for fraction in fractions]
    if not any("," in text for text in texts):
        texts = [_rounded(float(text)) for text in texts]
    return (name, *(NONE if text in ("nan", "inf") else _signed(text) for text in texts))


def whole(name: str, values: Iterable[float]) -> Row:
    """Return a row of whole numbers; of a row with a NaN, every cell is "-"."""
    values = list(values)
    if any(map(math.isnan, values)):
        return (name, *(NONE for _ in values))
    return (name, *(str(int(value)) for value in values))


def _rounded(value: float) -> str:
    # NumPy's rounding differs from Python's where the third decimal is a 5.
    return str(float(np.round(value, 2))) if math.isfinite(value) else NONE


def _signed(text: str) -> str:
    return text if text == NONE else f"{text}%"
