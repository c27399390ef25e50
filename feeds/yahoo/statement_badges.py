"""Badges of Yahoo's statements: reasons to doubt a result that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..companies.fundamentals import FIELDS, Fundamentals
from ..companies.sheets import Badge
from ..vendors.kept import Kept

_SHOWN = 6

_COUNTED = {
    "period_end": "Taken as counted on the period's end, without later splits",
    "fetched": "Taken as restated for every split up to the day of fetching",
}


def badges(found: Fundamentals, kept: Sequence[Kept], shares_as_of: str) -> tuple[Badge, ...]:
    """Return the badges of statements that are used.

    Parameters
    ----------
    found : Fundamentals
        The statements, with the badges of their reading.
    kept : sequence of Kept
        The answers that they are from.
    shares_as_of : {"period_end", "fetched"}
        How their shares are taken to be counted.
    """
    return (
        _age(kept),
        *found.noted,
        _first_ebit(found),
        (
            "warn",
            "share counts not verified",
            f"{_COUNTED[shares_as_of]}; Yahoo documents neither. It matters where a company has "
            "split its shares since its oldest statement.",
        ),
        *_incomplete(found),
        *_unanswered(kept),
    )


def silent_badge(tickers: Sequence[str], frequency: str) -> list[Badge]:
    """Return the badge of companies of which Yahoo states nothing."""
    if not tickers:
        return []
    why = f"Yahoo states no {frequency} statements of {_names(tickers)}."
    return [("warn", f"no statements: {len(tickers)}", why)]


def currency_badge(elsewhere: Mapping[str, str], currency: str) -> list[Badge]:
    """Return the badge of companies that report in another currency; ticker to its code."""
    if not elsewhere:
        return []
    names = _names([f"{name} ({code})" for name, code in elsewhere.items()])
    why = f"Left out, as prices are in {currency}: {names}."
    return [("warn", f"statements in another currency: {len(elsewhere)}", why)]


def _age(kept: Sequence[Kept]) -> Badge:
    days = sorted({str(each.day) for each in kept})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    why = f"As Yahoo states them on {when}, restatements included, applied to the past."
    return ("warn", "statements not point in time", why)


def _first_ebit(found: Fundamentals) -> Badge:
    tickers = sorted(set(found.tickers))
    for day in np.unique(found.known_from):
        if np.isfinite(found.known_on(day, tickers)[:, 0]).any():
            why = f"Yahoo states a few periods only: no EBIT of a year is known before {day}."
            return ("warn", f"EBIT from {day} on", why)
    why = "Yahoo states no EBIT of a year, or of four quarters in a row, of any company."
    return ("bad", "no EBIT", why)


def _incomplete(found: Fundamentals) -> list[Badge]:
    """Name the companies whose newest statement leaves EBIT/EV unknown, and what is missing."""
    tickers = sorted(set(found.tickers))
    newest = found.known_on(found.known_from.max(), tickers)
    lacking = [
        f"{ticker} ({', '.join(np.array(FIELDS)[np.isnan(row)])})"
        for ticker, row in zip(tickers, newest, strict=True)
        if np.isnan(row).any()
    ]
    if not lacking:
        return []
    why = f"Without them there is no EBIT/EV: {_names(lacking)}."
    return [("warn", f"incomplete statements: {len(lacking)}", why)]


def _unanswered(kept: Sequence[Kept]) -> list[Badge]:
    reasons = [each.reason for each in kept if each.reason]
    if not reasons:
        return []
    why = f"Answers kept before are used for {len(reasons)} of {len(kept)} companies: {reasons[0]}."
    return [("warn", "Yahoo gave no new statements", why)]


def _names(tickers: Sequence[str]) -> str:
    more = len(tickers) - _SHOWN
    shown = ", ".join(tickers[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
