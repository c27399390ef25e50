"""(d) Thirty names: how near the best of them come to the factors' own portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...runs.labels.formats import percent
from ...runs.sections.pictures import ByPeriod, Chart
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .books import WAYS, Books, books_of
from .rows import how_many, listed, measured, range_text, sentence

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
    strays = dict[str, float]()
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
            strays[ticker] = own
        near = [
            size for size in sizes if (error := medians.get(size)) is not None and error <= NEAR
        ]
        if near:
            fewest[ticker] = near[0]
        figures += [
            measured(
                "names.near", ticker,
                f"names that can come within {NEAR:.0%} a year of the factors",
                near[0] if near else None, "names", "the best-ranked, in the median decision",
            ),
            measured(
                "names.book", ticker, "tracking error of the optimised basket",
                None if own is None else 100.0 * own, "% a year", "median of decisions",
            ),
            measured(
                "names.limited", ticker, "Sharpe ratio of the book within 5% a year of the factors",
                limited, "coefficient", "tracking_limit=0.05",
            ),
        ]  # fmt: skip
    caption = (
        "Smallest tracking error a year of a long basket of the best-ranked names against the "
        "factors' own portfolio, over the 252 sessions before: the median of the decisions. The "
        "last column is the tracking error of the basket that the optimiser chose."
    )
    columns = (*(f"{size} names" for size in sizes), "the optimiser's basket")
    table = Table("Sector", columns, rows, caption)
    told = [*_too_few(books), _near(fewest, len(curves)), *_strays(strays)]
    words = (*(sentence(clause) for clause in told), *_held(books, curves))
    return Findings(words, figures, _charts(curves), [table], headline="; ".join(told))


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


def _too_few(books: Books) -> list[str]:
    """Return in which sectors a basket of so many names as asked cannot be tried."""
    few = [
        ticker
        for ticker, ways in books.items()
        if (ways[next(iter(WAYS))].plain["universe"]["most"] or 0) < ASKED
    ]
    if not few:
        return []
    return [f"baskets of {ASKED} names cannot be tested in {listed(few)}, which never has as many"
            if len(few) == 1
            else f"baskets of {ASKED} names cannot be tested in {listed(few)}, which never have as "
            "many"]  # fmt: skip


def _near(fewest: Mapping[str, int], n: int) -> str:
    """Return how few names can come near the factors' own portfolio."""
    within = f"within {NEAR:.0%} a year of the factors' own portfolio"
    if not fewest:
        return f"no number of names that was tried comes {within}"
    where = f" in {how_many(len(fewest), n, 'sector')}" if n > 1 else ""
    return f"{range_text(fewest.values(), 0)} of the best-ranked names can come {within}{where}"


def _strays(strays: Mapping[str, float]) -> list[str]:
    """Return how far the optimiser's baskets stray; nothing where it is not known."""
    if not strays:
        return []
    ends = [percent(end, 1) for end in (min(strays.values()), max(strays.values()))]
    return [f"the optimiser's basket strays by {' to '.join(dict.fromkeys(ends))} a year"]


def _held(books: Books, curves: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what the portfolio, the baskets and the figures of so many names as asked are."""
    held = [
        median
        for ways in books.values()
        if (median := ways[next(iter(WAYS))].plain["names"]["median"]) is not None
    ]
    known = [
        spread["median"]
        for curve in curves.values()
        if (spread := curve.get(str(ASKED))) is not None and spread["median"] is not None
    ]
    words = [
        "Numbers and distances are medians of the decisions. The factors' own portfolio holds the "
        "stocks of the universe whose weighted loading is above the sector's mean, in proportion "
        "to it. A distance is a tracking error."
    ]
    if known:
        ends = dict.fromkeys(percent(end, 1) for end in (min(known), max(known)))
        words.append(
            f"The nearest basket of the {ASKED} best-ranked names strays by {' to '.join(ends)} a "
            "year."
        )
    if held:
        words.append(
            f"The optimiser's basket holds {range_text(held, 0)} names. It weighs forecasts "
            "against risk; tracking_limit alone would limit how far it strays, and is not set here."
        )
    return words
