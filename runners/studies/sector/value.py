"""At how many decisions of the books value counted, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ..study import Evidence, NotCarried
from .books import LEAST_VALUE, WAYS, books_of
from .rows import how_many, listed

RULE = (
    "Value counts at a decision of a book where half of the sector's stocks have EBIT over EV, or "
    f"{LEAST_VALUE} of them."
)
"""The rule of `books.params_of` in words."""


def value_counts(evidence: Evidence) -> dict[str, tuple[int, int]]:
    """Return at how many decisions of each sector's book value counted, and of how many."""
    try:
        books = books_of(evidence)
    except NotCarried:
        return {}
    plain = {ticker: ways[next(iter(WAYS))].plain for ticker, ways in books.items()}
    return {
        ticker: (own["factors"]["value"], len(own["decisions"])) for ticker, own in plain.items()
    }


def value_words(counts: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return a sentence on how often value counted in the books; none without a decision."""
    counts = {ticker: both for ticker, both in counts.items() if both[1]}
    if not counts:
        return []
    if all(count == n for count, n in counts.values()):
        return [f"In the {_books(counts)} value counted at every decision."]
    if not any(count for count, _ in counts.values()):
        return [
            f"In the {_books(counts)} value counted at no decision: all rest on momentum alone."
        ]
    told = [
        f"at {how_many(count, n, 'decision')}" + (f" in {ticker}" if len(counts) > 1 else "")
        for ticker, (count, n) in counts.items()
    ]
    return [
        f"In the {_books(counts)} value counted {listed(told)}; the others rest on momentum alone."
    ]


def value_rule(counts: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return when value counts in a book, and how often it did."""
    return [f"{RULE} {words}" for words in value_words(counts)]


def _books(counts: Mapping[str, tuple[int, int]]) -> str:
    return f"{len(counts)} books" if len(counts) > 1 else f"book of {next(iter(counts))}"
