"""Badges of a book: members that never held anything, and weights that were not as asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..labels.badge_texts import badge
from ..labels.formats import counted
from ..result import Badge
from .terms import MEASURED

SHOWN = 6
"""Members that a badge names."""


def badges_on(figures: Mapping[str, Any]) -> list[Badge]:
    """Return the badges of a book.

    Parameters
    ----------
    figures : mapping
        As `figures_of` returns them.
    """
    found = []
    idle = [each["name"] for each in figures["members"] if not each["days_held"]]
    if idle:
        more = f" and {len(idle) - SHOWN} more" if len(idle) > SHOWN else ""
        part = "its part of the account was in cash"
        if figures["weights"] in MEASURED:
            part = "without returns that vary it had no weight, and the others shared its part"
        named = ", ".join(idle[:SHOWN]) + more
        found.append(badge("members without a position", members=named, part=part))
    if times := figures.get("rebalances_by_volatility"):
        found.append(
            badge(
                "no equal risk",
                times=counted(times, "rebalance"),
                rebalances=f"{figures['rebalances']:,}",
            )
        )
    return found
