"""The words for where bars begin and end: at the close of a session, or at its open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ....feeds.open_to_open import CLOSE, OPEN, close_of

EITHER = "open or close"
"""What bars end at where some end at the open and some at the close."""

ONE_BAR_LATE = "one_bar_late"

FILLED_AT = {
    CLOSE: {
        "close": "close",
        "next_open": "next open",
        "next_close": "next close",
        "close_after_next": "close after next",
    },
    OPEN: {
        "close": "open",
        "next_open": "same day's close",
        "next_close": "next open",
        "close_after_next": "open after next",
    },
    EITHER: {
        "close": "end of the bar",
        "next_open": "start of the next bar",
        "next_close": "end of the next bar",
        "close_after_next": "end of the bar after next",
    },
}
"""For what bars end at, each fill as a noun."""


def common_end(ends: Iterable[str]) -> str:
    """Return what bars end at: "close", "open", or `EITHER` where they differ; "close" of none."""
    found = set(ends)
    return EITHER if len(found) > 1 else found.pop() if found else CLOSE


def end_of(data: Iterable[Mapping[str, Any]]) -> str:
    """Return what the bars of `RunResult.data` end at."""
    return common_end(close_of(row.get("notes") or ()) for row in data)


def filled_at(fill: str, at: str) -> str:
    """Return a fill as a noun, in the words of bars that end at the close or the open."""
    return FILLED_AT[at].get(fill, fill.replace("_", " "))


def at_ends(text: str, at: str) -> str:
    """Replace the close by the open in a text about bars; capital letters are kept.

    Parameters
    ----------
    text : str
        Text about bars that end at the close, in which the word is that price and no verb.
    at : {"close", "open", "open or close"}
        What the bars end at. "close" leaves the text unchanged.
    """
    if at == CLOSE:
        return text

    def other(found: re.Match[str]) -> str:
        parts = [f"{one}s" if found[0].endswith("s") else one for one in at.split(" or ")]
        new = " or ".join(parts)
        return new.capitalize() if found[0][0].isupper() else new

    return re.sub(r"\bcloses?\b", other, text, flags=re.IGNORECASE)
