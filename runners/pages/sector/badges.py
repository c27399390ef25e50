"""Badges of a sector book: an account that is too large for the volumes of its stocks."""

from __future__ import annotations

from ...runs.labels.badge_texts import badge
from ...runs.labels.formats import percent
from ...runs.result import Badge
from ...runs.sector.book import SectorBook
from .numbers import count, large


def badges_on(book: SectorBook) -> list[Badge]:
    """Return a badge where the account was larger than the capacity of a decision."""
    room = book.plain["capacity"]
    if not room["exceeded"]:
        return []
    return [
        badge(
            "above capacity",
            times=count(room["exceeded"], "decision"),
            decisions=f"{int(book.capacity['account'].notna().sum()):,}",
            share=percent(room["participation"], 0),
            least=large(float(book.equity.min())),
            most=large(float(book.equity.max())),
            median=large(room["account"]["median"]),
        )
    ]
