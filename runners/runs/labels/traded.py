"""What a run trades, in a few words, and the heading of its page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

MOST = 60
"""Characters of a heading."""

LEAST = 24
"""Characters that a heading leaves to what is traded, however long the strategy's name is."""

_UNNAMED = re.compile(r"bars|data\d+")
"""Names of tables and feeds that nobody named."""


def readers_name(row: Mapping[str, Any]) -> str:
    """Return an instrument's name for readers, from its row of `RunResult.data`, on one line."""
    return " ".join(str(row.get("title") or row["name"]).split())


def traded_name(data: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> str:
    """Return what is traded.

    Parameters
    ----------
    data : sequence of mapping
        Rows of `RunResult.data`, in the order of the feeds.
    params : mapping
        The strategy's parameters. One that is called ``etf`` names the fund whose stocks the other
        feeds are; empty is the first feed.

    Returns
    -------
    str
        "S&P 500"; "SPY and SH"; "SPY, QQQ and TLT"; "SPY, QQQ and 3 more" of five; "47 XLV stocks
        and XLV" of a sector book; empty without data.
    """
    names = [readers_name(row) for row in data]
    if len(names) > 2 and isinstance(params.get("etf"), str):
        feeds = [row["name"] for row in data]
        fund = params["etf"] or feeds[0]
        if fund in feeds:
            shown = names[feeds.index(fund)]
            return f"{len(names) - 1} {shown} stocks and {shown}"
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def heading(title: str, traded: str) -> str:
    """Return the heading of a run: "SMA switch on S&P 500".

    Parameters
    ----------
    title : str
        The strategy's name for readers.
    traded : str
        What it trades; empty: nothing.

    Returns
    -------
    str
        At most `MOST` characters, on one line; what is cut ends in "...". The title alone where it
        holds the name already, or where the feed has no name of its own.
    """
    title = " ".join(title.split())
    held = re.search(rf"(?<!\w){re.escape(traded)}(?!\w)", title, re.IGNORECASE)
    if not traded or held or _UNNAMED.fullmatch(traded):
        return cut(title, MOST)
    room = max(MOST - len(title) - len(" on "), min(LEAST, len(traded)))
    name = cut(traded, room)
    return f"{cut(title, MOST - len(name) - len(' on '))} on {name}"


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters: of a longer one its first words and "..."."""
    if len(text) <= most:
        return text
    kept = text[: most - 3]
    words = kept.rsplit(" ", 1)[0]
    if len(words) < most // 2:  # one long word
        words = kept
    return f"{words.rstrip(' ,;:-')}..."
