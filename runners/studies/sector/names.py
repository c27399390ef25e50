"""(d) Thirty names: how near the best of them come to the factors' own portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...runs.labels.formats import percent
from ...runs.sections.pictures import ByPeriod, Chart
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .books import WAYS, books_of
from .rows import how_many, measured, range_text

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
    strays = list[float]()
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
        if own is not None:
            strays.append(100.0 * own)
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
    table = Table("Sector", columns, rows, caption)
    return Findings(
        _words(fewest, len(curves), strays),
        figures,
        _charts(curves),
        [table],
        headline=_headline(fewest, len(curves)),
    )


def _headline(fewest: dict[str, int], n: int) -> str:
    if not fewest:
        return f"no number of names comes within {NEAR:.0%} a year in any sector"
    return (
        f"{range_text(fewest.values(), 0)} names can come within {NEAR:.0%} a year of the factors "
        f"in {how_many(len(fewest), n, 'sector')}; the optimiser's basket strays further"
    )


def _charts(curves: dict[str, Mapping[str, Mapping[str, Any]]]) -> list[Chart]:
    """Return the curve of tracking error against the number of names, a line a sector."""
    lines = {
        ticker: pd.Series(
            {
                int(size): spread["median"]
                for size, spread in curve.items()
                if spread["median"] is not None
            }
        ).sort_index()
        for ticker, curve in curves.items()
    }
    lines = {ticker: line for ticker, line in lines.items() if len(line) > 1}
    if not lines:
        return []
    curve = ByPeriod(
        "study-names", "Smallest tracking error a year by number of names", lines, marks={},
        reference=NEAR, percent=True, axis="names in the basket",
    )  # fmt: skip
    return [Chart("Tracking error by number of names", curve)]


def _words(fewest: dict[str, int], n: int, strays: list[float]) -> tuple[str, ...]:
    words = []
    if fewest:
        words.append(
            f"In {how_many(len(fewest), n, 'sector')} {range_text(fewest.values(), 0)} names can "
            f"come within {NEAR:.0%} a year of the factors' own portfolio, which is itself the "
            "better half of a sector."
        )
    if strays:
        words.append(
            "That they can does not mean that they do: the optimiser weighs forecasts and risk. "
            f"Its basket of {ASKED} names strays by {range_text(strays, 1)}% a year in the median "
            "decision, unless tracking_limit holds it."
        )
    return tuple(words)
