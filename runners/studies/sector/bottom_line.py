"""What is left of the letter: one table of its sentences and what the data say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ....analyzers.statistics import cagr, sharpe_band, sharpe_ratio
from ...runs.labels.formats import band, counted, number, percent
from ...runs.sections.pictures import Chart, Curves
from ...runs.sections.section import Table
from ...runs.sector.survivorship import known_bias
from ..study import Evidence, Findings
from .books import WAYS, Books, books_of
from .factor_tests import FACTORS
from .markets import markets_of
from .rows import beyond_chance, listed, measured, range_text, told_in
from .value import value_counts, value_words

PERIODS = 252


def bottom_line(evidence: Evidence) -> Findings:
    """Return what the pipeline made over the sectors together, and what that is worth."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    together = pd.concat([ways[asked].returns for ways in books.values()], axis=1).mean(axis=1)
    sharpe = sharpe_ratio(together.to_numpy(), PERIODS)
    growth = cagr(together.to_numpy(), PERIODS)
    interval = band(sharpe_band(together.to_numpy(), PERIODS))
    earned = (
        f"{_who(books)} {percent(growth, 1)} a year at a Sharpe ratio of {number(sharpe)} "
        f"(95% band {interval})"
    )
    counts = value_counts(evidence)
    words = [
        f"The letter is a recipe, and the recipe can be followed: {_followed(books)}. Whether it "
        f"pays is another question: {_skill(books)}, and {_luck(books)}. After costs {earned}.",
        *value_words(counts),
        *_survivors(evidence),
    ]
    rows = [
        (
            ticker,
            percent(ways[asked].metrics["cagr"], 1),
            number(ways[asked].metrics["sharpe"]),
            number(ways[asked].plain["skill"]["mean"], 3),
            percent(ways[asked].plain["fallback"]["share_of_days"], 0),
            f"{counts[ticker][0]:,} of {counts[ticker][1]:,}",
        )
        for ticker, ways in books.items()
    ]
    figures = [
        measured(
            "bottom_line.sharpe", evidence.main, "Sharpe ratio of all sectors alike", sharpe,
            "coefficient", f"{len(books)} books, equal parts every day",
        ),
        measured(
            "bottom_line.growth", evidence.main, "growth a year of all sectors alike",
            None if growth is None else 100.0 * growth, "% a year",
            f"{len(books)} books, equal parts every day",
        ),
    ]  # fmt: skip
    columns = (
        "growth a year", "Sharpe ratio", "rank correlation", "days weighted without forecasts",
        "decisions with value",
    )  # fmt: skip
    headline = f"after costs {earned}, and {_skill(books)}"
    return Findings(
        tuple(words), figures, [_chart(books, together)], [Table("Sector", columns, rows)],
        headline=headline,
    )  # fmt: skip


def _who(books: Books) -> str:
    """Return who earned the growth, with the verb."""
    return (
        f"{len(books)} sectors together make"
        if len(books) > 1
        else f"the book of {next(iter(books))} makes"
    )


def _plain(books: Books) -> list[Mapping[str, Any]]:
    return [ways[next(iter(WAYS))].plain for ways in books.values()]


def _followed(books: Books) -> str:
    """Return how often the books decided, and how neutral they were."""
    decisions = counted(sum(len(own["decisions"]) for own in _plain(books)), "decision")
    betas = [one["beta"] for own in _plain(books) if (one := own["neutrality"]["realised"])]
    several = len(books) > 1
    who = f"the {len(books)} books" if several else "the book"
    if not betas:
        return f"{who} made {decisions}"
    whose = (
        "their realised betas to the funds are" if several else "its realised beta to the fund is"
    )
    return f"{who} made {decisions}, each from what was known then, and {whose} {range_text(betas)}"


def _skill(books: Books) -> str:
    """Return in how many sectors the forecasts rank what follows better than chance."""
    skills = [own["skill"] for own in _plain(books) if own["skill"]["mean"] is not None]
    if not skills:
        return "no forecast could be judged"
    better = [
        beyond_chance(one["mean"], one["standard_error"]) and one["mean"] > 0.0 for one in skills
    ]
    return told_in(
        sum(better), len(skills), "forecasts rank better than chance",
        "forecasts do not rank better than chance",
    )  # fmt: skip


def _luck(books: Books) -> str:
    """Return in how many sectors the band of the Sharpe ratio holds 0."""
    bands = [
        ends
        for ways in books.values()
        if (ends := ways[next(iter(WAYS))].metrics["sharpe_band"]) is not None
    ]
    if not bands:
        return "the days are too few for a band of the Sharpe ratio"
    return told_in(
        sum(low <= 0.0 <= high for low, high in bands), len(bands),
        "the 95% band of the Sharpe ratio holds 0", "the 95% band of the Sharpe ratio leaves out 0",
    )  # fmt: skip


def _survivors(evidence: Evidence) -> list[str]:
    """Return which sectors hold survivors alone, and what that does to either factor."""
    alone = [ticker for ticker, market in markets_of(evidence).items() if market.survivors_only]
    if not alone:
        return []
    known = {factor: known_bias(factor, 30) for factor in FACTORS}
    looks = [
        f"{factor} look {'better' if bias.ic.mean > 0.0 else 'worse'}"
        for factor, bias in known.items()
        if bias is not None
    ]
    return [
        f"The stocks of {listed(alone)} are those that were still listed at the end. On simulated "
        f"markets that makes {listed(looks)}: the figures stand in chapter (c)."
    ]


def _chart(books: Books, together: pd.Series) -> Chart:
    asked = next(iter(WAYS))
    lines = {"equal parts": (1.0 + together).cumprod() - 1.0} if len(books) > 1 else {}
    for ticker, ways in books.items():
        lines[ticker] = (1.0 + ways[asked].returns).cumprod() - 1.0
    return Chart("Gain of the books", Curves("study-books", "Gain of each sector's book", lines))
