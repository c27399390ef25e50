"""Tickers as they are typed: TICKER for Yahoo, SOURCE:TICKER for another vendor."""

from __future__ import annotations

import re

from ..errors import RequestError

#: The source that a ticker without one is of.
YAHOO = "yahoo"

#: Beginnings of `Bars.source` that name no vendor.
RESERVED = ("panel", "sample")

_SOURCE = re.compile(r"[a-z][a-z0-9_-]+")
_TICKER = re.compile(r"[A-Z0-9^][A-Z0-9.&^=_-]{0,19}")


def is_source_name(text: str) -> bool:
    """Whether a text can name a source.

    It has at least two lower-case letters, digits, dashes and underscores, begins with a letter,
    and is none of `RESERVED`.
    """
    return _SOURCE.fullmatch(text) is not None and text not in RESERVED


def source_and_ticker(text: str) -> tuple[str, str]:
    """Take ``[SOURCE:]TICKER`` apart; nothing is checked.

    Parameters
    ----------
    text : str
        As it is typed.

    Returns
    -------
    source : str
        In lower case; `YAHOO` where the text names none.
    ticker : str
        As it stands.
    """
    source, colon, ticker = text.partition(":")
    return (source.strip().lower(), ticker) if colon else (YAHOO, text)


def typed(source: str, ticker: str) -> str:
    """Return what `source_and_ticker` takes apart: SPY of Yahoo, tiny:SPY of another source."""
    return ticker if source == YAHOO else f"{source}:{ticker}"


def ticker_of_bars(source: str, name: str) -> str | None:
    """Return what to type for bars that a vendor gave.

    Parameters
    ----------
    source, name : str
        Of the bars, as run.json keeps them: "tiny:SPY" and "SPY".

    Returns
    -------
    str or None
        "SPY" for Yahoo's, "tiny:SPY" for another vendor's; None for bars that are no vendor's.
    """
    vendor, ticker = source_and_ticker(source)
    asked = ":" in source and ticker == name and is_source_name(vendor)
    return typed(vendor, name) if asked else None


def check_ticker(text: str, title: str) -> str:
    """Return a ticker in capitals; it is fit to be the name of a folder.

    Parameters
    ----------
    text : str
        The ticker, in any case.
    title : str
        What the vendor is called in the message.

    Raises
    ------
    RequestError
        For anything else: a path, blanks, more than 20 characters.
    """
    name = text.strip().upper()
    if not text.isascii() or not _TICKER.fullmatch(name) or name.endswith("."):
        shown = text if len(text) <= 30 else text[:30] + "..."
        raise RequestError(
            f"{shown!r} is no ticker: 1 to 20 letters, digits and . & ^ = _ - as {title} spells "
            "them"
        )
    return name
