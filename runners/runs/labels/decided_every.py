"""By what period a run decides: its setting, or those of the members of a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....feeds.conventions import PERIODS
from ..result import BOOK

if TYPE_CHECKING:
    from ..result import RunResult


def decided_every(result: RunResult) -> tuple[str, ...]:
    """Return the periods after which a run decides, the shortest first.

    Returns
    -------
    tuple of str
        "day", "week", "month" or "quarter"; of a book those of its members, each once.
    """
    if result.strategy == BOOK and BOOK in result.sections:
        members = result.sections[BOOK].measured["members"]
        return tuple(sorted({each["every"] for each in members}, key=PERIODS.index))
    return (str(result.settings.get("every", PERIODS[0])),)
