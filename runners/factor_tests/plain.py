"""Figures of a factor's test as JSON takes them."""

from __future__ import annotations

import math
from typing import Any

from ...search.factors.estimate import Estimate


def known(value: float) -> float | None:
    """Return a number; None for NaN and for an infinite one."""
    return value if math.isfinite(value) else None


def estimate(found: Estimate) -> dict[str, Any]:
    """Return an estimate's parts by name; None for what is not known."""
    return {
        name: known(value) if isinstance(value, float) else value
        for name, value in found._asdict().items()
    }
