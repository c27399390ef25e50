"""(a) A universe of a sector fund's stocks that can be traded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...runs.labels.formats import percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, Books, books_of
from .doubts import doubts, read
from .markets import Market, markets_of
from .names import ASKED
from .rows import how_many, measured, range_text


def universe(evidence: Evidence) -> Findings:
    """Return how many stocks of each sector could be chosen, and why the others could not."""
    books, markets = books_of(evidence), markets_of(evidence)
    asked = next(iter(WAYS))
    rows, figures = [], list[Figure]()
    reasons: dict[str, int] = {}
    for ticker, ways in books.items():
        plain = ways[asked].plain
        spread, decisions = plain["universe"], plain["decisions"]
        last = decisions[-1]["excluded"] if decisions else {}
        for row in decisions:
            for reason, count in row["excluded"].items():
                reasons[reason] = reasons.get(reason, 0) + count
        rows.append(
            (
                f"{ticker}, {markets[ticker].sector}",
                f"{plain['stocks']:,}",
                *(f"{spread[part] or 0:,.0f}" for part in ("least", "median", "most")),
                ", ".join(f"{count} {reason}" for reason, count in last.items()) or "none",
            )
        )
        figures.append(
            measured(
                "universe.median", ticker, "stocks that can be chosen, median of decisions",
                spread["median"], "names", f"of {plain['stocks']} in the panel",
            )
        )  # fmt: skip
    words = [*_read(markets), *_most(reasons), *_small(books)]
    columns = ("in the panel", "least", "median", "most", "left out at the last decision")
    table = Table("Sector", columns, rows)
    return Findings(
        tuple(words), figures, tables=[table], headline=_headline(books), badges=doubts(markets),
        inputs=read(markets),
    )  # fmt: skip


def _read(markets: Mapping[str, Market]) -> list[str]:
    """Return what the universe is, by the inputs that the data hold."""
    floors = (
        "with a price of at least 5, a median dollar volume of at least 10 million over 60 "
        "sessions and 253 sessions of history"
    )
    inputs = next(iter(markets.values())).inputs
    held, indexed = "holdings" in inputs, "membership" in inputs
    sector = " of the fund's sector" if "sectors" in inputs else ""
    if held:
        index = ", where they are members of its index" if indexed else ""
        return [f"The universe is the stocks that the fund held, as known then{index}, {floors}."]
    if indexed:
        return [
            f"The universe is the members of the index{sector}, as known then, {floors}. What the "
            "fund held is not among the data, so that the index stands for it."
        ]
    return [
        f"The universe is the stocks of the panel{sector}, {floors}. Neither what the fund held "
        "nor the members of its index are among the data."
    ]


def _most(reasons: Mapping[str, int]) -> list[str]:
    """Return the most frequent reason why a stock is left out."""
    if not reasons:
        return ["No stock of the panel was left out at any decision."]
    most = max(reasons, key=lambda reason: reasons[reason])
    share = reasons[most] / sum(reasons.values())
    return [
        f'The most frequent reason to leave a stock out is "{most}": {percent(share, 0)} of the '
        "cases, over all decisions."
    ]


def _small(books: Books) -> list[str]:
    """Return where fewer than `ASKED` stocks can be chosen, and at how many decisions."""
    words = []
    for ticker, ways in books.items():
        sizes = [row["universe"] for row in ways[next(iter(WAYS))].plain["decisions"]]
        few = sum(size < ASKED for size in sizes)
        if few:
            words.append(
                f"In {ticker} fewer than {ASKED} stocks can be chosen at "
                f"{how_many(few, len(sizes), 'decision')}, at the fewest {min(sizes)}: there the "
                "ranking leaves none of them out."
            )
    return words


def _headline(books: Books) -> str:
    medians = [_median(ways[next(iter(WAYS))].plain) for ways in books.values()]
    known = [median for median in medians if median is not None]
    if not known:
        return "no decision was made"
    of = "a sector" if len(books) > 1 else next(iter(books))
    return f"{range_text(known, 0)} stocks of {of} can be chosen, in the median decision"


def _median(plain: Mapping[str, Any]) -> float | None:
    median: float | None = plain["universe"]["median"]
    return median
