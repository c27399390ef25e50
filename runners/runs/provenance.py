"""The bars and library versions that a result was computed from."""

from __future__ import annotations

import importlib.metadata
import platform
from functools import cache
from typing import Any

from ...feeds.bars import Bars

LIBRARIES = ("btplaybook", "backtrader", "numba", "numpy", "pandas")


def described(bars: Bars) -> dict[str, Any]:
    """Return what a result keeps of its bars: name, hash, dates, warnings and the like."""
    return {
        "name": bars.name,
        **({"title": bars.title} if bars.title else {}),
        "source": bars.source,
        "sha256": bars.vintage,
        "first": str(bars.dates[0]),
        "last": str(bars.dates[-1]),
        "rows": len(bars),
        "price_only": bars.price_only,
        "prices": bars.prices,
        "prices_why": bars.origin.why,
        "calendar": bars.calendar,
        "frequency": bars.frequency,
        **({"reading": reading} if (reading := bars.origin.reading.plain()) else {}),
        "notes": list(bars.origin.notes),
        "warnings": list(bars.warnings),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries."""
    return {"python": platform.python_version(), **_of_libraries()}


@cache
def _of_libraries() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in LIBRARIES}
