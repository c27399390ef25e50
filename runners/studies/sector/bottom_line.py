"""What is left of the letter: one table of its sentences and what the data say."""

from __future__ import annotations

import pandas as pd

from ....analyzers.statistics import sharpe_ratio
from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Findings
from .books import WAYS, books_of
from .markets import markets_of
from .rows import beyond_chance, how_many, measured


def bottom_line(evidence: Evidence) -> Findings:
    """Return what the pipeline made over the sectors together, and what that is worth."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    together = pd.concat([ways[asked].returns for ways in books.values()], axis=1).mean(axis=1)
    sharpe = sharpe_ratio(together.to_numpy(), 252, 0.0)
    holds = [
        ticker
        for ticker, ways in books.items()
        if (band := ways[asked].metrics["sharpe_band"]) is not None and band[0] <= 0.0 <= band[1]
    ]
    skilled = [
        ticker
        for ticker, ways in books.items()
        if beyond_chance(ways[asked].plain["skill"]["mean"],
                         ways[asked].plain["skill"]["standard_error"])
        and ways[asked].plain["skill"]["mean"] > 0.0
    ]  # fmt: skip
    survivors = [ticker for ticker, market in markets_of(evidence).items() if market.survivors_only]
    words = [
        "The letter is a recipe for a pipeline, and the pipeline works: it trades, it is neutral, "
        "and every step can be told from what was known. Whether the factors pay is another "
        f"question. In {how_many(len(skilled), len(books))} sectors the forecasts rank what "
        f"follows better than chance, and the Sharpe band of {how_many(len(holds), len(books))} "
        f"holds 0. All sectors alike make {percent(252 * float(together.mean()), 1)} a year at a "
        f"Sharpe ratio of {number(sharpe)} after costs.",
    ]
    if survivors:
        words.append(
            f"The stocks of {', '.join(survivors)} are those that were still listed at the end. "
            "That flatters value and hurts momentum, by as much as either is likely to pay."
        )
    rows = [
        (
            ticker,
            percent(ways[asked].metrics["cagr"], 1),
            number(ways[asked].metrics["sharpe"]),
            number(ways[asked].plain["skill"]["mean"], 3),
            percent(ways[asked].plain["fallback"]["share_of_days"], 0),
        )
        for ticker, ways in books.items()
    ]
    figures = [
        measured(
            "bottom_line.sharpe", evidence.main, "Sharpe ratio of all sectors alike", sharpe,
            "coefficient", f"{len(books)} books, equal parts every day",
        )
    ]  # fmt: skip
    columns = ("growth a year", "Sharpe ratio", "rank correlation", "days without forecasts")
    return Findings(tuple(words), figures, tables=[Table("Sector", columns, rows)])
