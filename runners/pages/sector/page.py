"""The values of a sector book for the template ``sector.html``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ....strategies.sector.checks import FORECAST_WEIGHTINGS
from . import name_pictures, pictures, rows
from . import sentences as words

if TYPE_CHECKING:
    from ...runs.sector.book import SectorBook


def page_of(book: SectorBook) -> dict[str, Any]:
    """Return the values for ``sector.html``: figures, rows, sentences and pictures.

    A picture without numbers is empty.
    """
    from markupsafe import Markup

    figures = book.plain
    if not figures["decisions"]:
        return {"book": figures, "decided": False}
    last = float(book.daily["equity"].iloc[-1]) if len(book.daily) else book.cash
    return {
        "book": figures,
        "decided": True,
        "at": book.at,
        "rows": rows.book_rows(figures, book.at),
        "neutral": words.neutral_words(figures),
        "betas": rows.beta_rows(figures, book.at),
        "drift": words.drift_words(figures, book.whole_shares),
        "sides": rows.sides_rows(figures, book.cash),
        "sides_words": words.sides_words(figures),
        "skill": words.skill_words(figures),
        "readings": rows.reading_rows(figures),
        "bias": words.bias_of_survivors(figures),
        "tracking": rows.tracking_rows(figures),
        "fallback": words.fallback_words(figures),
        "fallbacks": rows.fallback_rows(figures),
        "premiums": rows.premium_rows(figures),
        "coverage": words.coverage_words(figures),
        "settled": rows.settled_rows(figures),
        "missing": rows.missing_rows(figures),
        "groups": [
            (title, found)
            for title, kind in (("Sub-industry", "sub_industries"), ("Country", "countries"))
            if (found := rows.group_rows(figures, kind))
        ],
        "capacity": words.capacity_words(figures, last),
        "tightest": rows.tightest_rows(book.capacity),
        "variants": rows.variant_rows(figures),
        "pictures": {name: Markup(svg) for name, svg in _pictures(book).items()},
        "premium_pictures": [(term, Markup(svg)) for term, svg in _premiums(book)],
    }


def _pictures(book: SectorBook) -> dict[str, str]:
    """Return the pictures by name."""
    figures, decided, daily = book.plain, book.decided, book.daily
    names = (
        "neutrality", "sides", "skill", "weights", "tracking", "breadth", "candidates",
        "capacity", "variants", "excess",
    )  # fmt: skip
    drawn = dict.fromkeys(names, "")
    drawn["candidates"] = name_pictures.candidates(book.candidates, decided["until"].iloc[-1])
    drawn["breadth"] = name_pictures.breadth(decided)
    if not daily.empty:
        drawn["neutrality"] = pictures.neutrality(book.beta, figures["params"]["hedge_band"])
        drawn["sides"] = pictures.two_sides(book.sides, book.cash)
    if not book.skill.empty:
        gated = figures["params"]["gate"] and figures["params"]["weighting"] in FORECAST_WEIGHTINGS
        threshold = figures["params"]["gate_threshold"] if gated else None
        drawn["skill"] = pictures.skill(book.skill["ic"], decided, threshold)
    if not book.weights.empty:
        drawn["weights"] = name_pictures.weights(book.weights, decided["until"].iloc[-1])
    if decided["tracking_error"].notna().any():
        drawn["tracking"] = name_pictures.tracking_error(decided)
    if book.capacity["account"].notna().any():
        share = f"{100 * figures['capacity']['participation']:g}%"
        drawn["capacity"] = pictures.capacity(book.capacity, daily["equity"], share)
    if len(book.variants.columns):
        drawn["variants"] = pictures.variants(book.variants, None)
        drawn["excess"] = pictures.variants(book.variants, daily["fund"])
    return drawn


def _premiums(book: SectorBook) -> list[tuple[str, str]]:
    """Return a picture for each term with an estimate."""
    last = book.decided["until"].iloc[-1]
    found = []
    for place, term in enumerate(book.plain["terms"]):
        table: pd.DataFrame = book.premiums[term]
        if table.notna().to_numpy().any():
            name = f"sector-premium-{place}"
            found.append((term, pictures.premium(name, table, term, last)))
    return found
