"""A sector book's chapter as the tearsheet's template takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ....strategies.sector.checks import FORECAST_WEIGHTINGS
from . import name_pictures, pictures, rows
from . import sentences as words

if TYPE_CHECKING:
    from ...runs.sector.book import SectorChapter


def page_of(chapter: SectorChapter) -> dict[str, Any]:
    """Return what ``sector.html`` places: figures, rows, sentences and pictures.

    A picture that the book has no numbers for is empty.
    """
    from markupsafe import Markup

    book = chapter.plain
    if not book["decisions"]:
        return {"book": book, "decided": False}
    last = float(chapter.daily["equity"].iloc[-1]) if len(chapter.daily) else chapter.cash
    return {
        "book": book,
        "decided": True,
        "rows": rows.book_rows(book),
        "neutral": words.neutral_words(book),
        "betas": rows.beta_rows(book),
        "drift": words.drift_words(book, chapter.whole_shares),
        "sides": rows.sides_rows(book, chapter.cash),
        "sides_words": words.sides_words(book),
        "skill": words.skill_words(book),
        "fallback": words.fallback_words(book),
        "fallbacks": rows.fallback_rows(book),
        "premiums": rows.premium_rows(book),
        "coverage": words.coverage_words(book),
        "settled": rows.settled_rows(book),
        "missing": rows.missing_rows(book),
        "capacity": words.capacity_words(book, last),
        "tightest": rows.tightest_rows(chapter.capacity),
        "variants": rows.variant_rows(book),
        "pictures": {name: Markup(svg) for name, svg in _pictures(chapter).items()},
        "premium_pictures": [(term, Markup(svg)) for term, svg in _premiums(chapter)],
    }


def _pictures(chapter: SectorChapter) -> dict[str, str]:
    """Return the pictures by name."""
    book, decided, daily = chapter.plain, chapter.decided, chapter.daily
    names = (
        "neutrality", "sides", "skill", "weights", "tracking", "breadth", "candidates",
        "capacity", "variants", "excess",
    )  # fmt: skip
    drawn = dict.fromkeys(names, "")
    drawn["candidates"] = name_pictures.candidates(chapter.candidates, decided["until"].iloc[-1])
    drawn["breadth"] = name_pictures.breadth(decided)
    if not daily.empty:
        drawn["neutrality"] = pictures.neutrality(chapter.beta, book["params"]["hedge_band"])
        drawn["sides"] = pictures.two_sides(chapter.sides, chapter.cash)
    if not chapter.skill.empty:
        gated = book["params"]["gate"] and book["params"]["weighting"] in FORECAST_WEIGHTINGS
        threshold = book["params"]["gate_threshold"] if gated else None
        drawn["skill"] = pictures.skill(chapter.skill["ic"], decided, threshold)
    if not chapter.weights.empty:
        drawn["weights"] = name_pictures.weights(chapter.weights, decided["until"].iloc[-1])
    if decided["tracking_error"].notna().any():
        drawn["tracking"] = name_pictures.tracking_error(decided)
    if chapter.capacity["account"].notna().any():
        share = f"{100 * book['capacity']['participation']:g}%"
        drawn["capacity"] = pictures.capacity(chapter.capacity, daily["equity"], share)
    if len(chapter.variants.columns):
        drawn["variants"] = pictures.variants(chapter.variants, None)
        drawn["excess"] = pictures.variants(chapter.variants, daily["fund"])
    return drawn


def _premiums(chapter: SectorChapter) -> list[tuple[str, str]]:
    """Return a picture for each term that was ever estimated."""
    last = chapter.decided["until"].iloc[-1]
    found = []
    for place, term in enumerate(chapter.plain["terms"]):
        table: pd.DataFrame = chapter.premiums[term]
        if table.notna().to_numpy().any():
            name = f"sector-premium-{place}"
            found.append((term, pictures.premium(name, table, term, last)))
    return found
