"""(a) A universe of a sector fund's stocks that can be traded."""

from __future__ import annotations

from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, Books, books_of
from .markets import markets_of
from .rows import measured, range_text


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
    total = sum(reasons.values())
    most = max(reasons, key=lambda reason: reasons[reason]) if reasons else ""
    small = [ticker for ticker, ways in books.items() if _median(ways[asked].plain) < 30]
    words = [
        "The universe is what can be known of the fund's holdings: members of the index of the "
        "fund's sector, with a price of 5, a median dollar volume of 10 million over 60 sessions "
        "and 253 sessions of history. Snapshots of what the funds held begin after this window, "
        "so that the index stands for them."
    ]
    if most:
        share = reasons[most] / total
        words.append(f"Most often a stock is left out as {most} ({share:.0%} of the cases).")
    if small:
        words.append(
            f"Thirty names are most of a sector: in {', '.join(small)} fewer than 30 can be "
            "chosen at half of the decisions, and the basket is the universe."
        )
    columns = ("in the panel", "least", "median", "most", "left out at the last decision")
    table = Table("Sector", columns, rows)
    return Findings(tuple(words), figures, tables=[table], headline=_headline(books))


def _headline(books: Books) -> str:
    medians = [_median(ways[next(iter(WAYS))].plain) for ways in books.values()]
    return f"{range_text(medians, 0)} stocks of a sector can be chosen, in the median decision"


def _median(plain: object) -> float:
    return plain["universe"]["median"] or 0.0  # type: ignore[index]
