"""Badges of a book: members that never held anything, and weights that were not as asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..labels.badge_texts import badge, first_of
from ..labels.formats import counted
from ..result import Badge
from .terms import MEASURED


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
        part = "its part of the account was in cash"
        if figures["weights"] in MEASURED:
            part = "without returns that vary it had no weight, and the others shared its part"
        found.append(badge("members without a position", members=first_of(idle), part=part))
    if times := figures.get("rebalances_by_volatility"):
        found.append(
            badge(
                "no equal risk",
                times=counted(times, "rebalance"),
                rebalances=f"{figures['rebalances']:,}",
            )
        )
    return found
