"""(d) Thirty names: how near the best of them come to the factors' own portfolio."""

from __future__ import annotations

from ...runs.labels.formats import percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .books import WAYS, books_of
from .rows import measured

ASKED = 30
NEAR = 0.02
"""Tracking error a year below which a basket stands for the factors, as we read "likely"."""


def names(evidence: Evidence) -> Findings:
    """Return the smallest tracking error by number of names, and that of the books."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    curves = {ticker: ways[asked].plain["tracking_by_size"] for ticker, ways in books.items()}
    sizes = sorted({int(size) for curve in curves.values() for size in curve})
    if not sizes:
        raise NotCarried("the factors' portfolio was known at no decision")
    rows, figures = [], list[Figure]()
    fewest: dict[str, int] = {}
    for ticker, curve in curves.items():
        medians = {int(size): spread["median"] for size, spread in curve.items()}
        own = books[ticker][asked].plain["tracking_error"]["median"]
        limited = books[ticker]["within 5 % of the factors"].metrics["sharpe"]
        rows.append(
            (
                ticker,
                *(percent(medians.get(size), 1) for size in sizes),
                percent(own, 1),
            )
        )
        near = [size for size in sizes if (medians.get(size) or 1.0) <= NEAR]
        if near:
            fewest[ticker] = near[0]
        figures += [
            measured(
                "names.near", ticker, f"names that can come within {NEAR:.0%} of the factors",
                near[0] if near else None, "names", "the best-ranked, in the median decision",
            ),
            measured(
                "names.book", ticker, "tracking error of the optimised basket",
                None if own is None else 100.0 * own, "% a year", "median of decisions",
            ),
            measured(
                "names.limited", ticker, "Sharpe ratio of the book within 5 % of the factors",
                limited, "coefficient", "tracking_limit=0.05",
            ),
        ]  # fmt: skip
    caption = (
        "Smallest tracking error a year of a long basket of the best-ranked names against the "
        "factors' own portfolio, over the 252 sessions before: the median of the decisions. In "
        "the last column that of the basket which the optimiser chose."
    )
    columns = (*(f"{size} names" for size in sizes), "the book's")
    return Findings(_words(fewest), figures, tables=[Table("Sector", columns, rows, caption)])


def _words(fewest: dict[str, int]) -> tuple[str, ...]:
    words = []
    if fewest:
        least, most = min(fewest.values()), max(fewest.values())
        words.append(
            f"{least} to {most} names, not {ASKED}, can come within {NEAR:.0%} a year of the "
            "factors' own portfolio, which is itself the better half of a sector."
            if most < ASKED
            else f"Between {least} and {most} names can come within {NEAR:.0%} a year of the "
            "factors' own portfolio."
        )
    words.append(
        "That they can does not mean that they do: the optimiser weighs forecasts and risk, and "
        "strays several times as far, unless tracking_limit holds it."
    )
    return tuple(words)
