"""What is left of the letter: one table of its sentences and what the data say."""

from __future__ import annotations

import pandas as pd

from ....analyzers.statistics import sharpe_band, sharpe_ratio
from ...runs.labels.formats import band, number, percent
from ...runs.sections.pictures import Chart, Curves
from ...runs.sections.section import Table
from ..study import Evidence, Findings
from .books import WAYS, Books, books_of
from .markets import markets_of
from .rows import beyond_chance, how_many, measured, range_text

PERIODS = 252


def bottom_line(evidence: Evidence) -> Findings:
    """Return what the pipeline made over the sectors together, and what that is worth."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    together = pd.concat([ways[asked].returns for ways in books.values()], axis=1).mean(axis=1)
    sharpe = sharpe_ratio(together.to_numpy(), PERIODS)
    growth = percent(PERIODS * float(together.mean()), 1)
    interval = band(sharpe_band(together.to_numpy(), PERIODS))
    holds = [
        ticker
        for ticker, ways in books.items()
        if (ends := ways[asked].metrics["sharpe_band"]) is not None and ends[0] <= 0.0 <= ends[1]
    ]
    skilled = [
        ticker
        for ticker, ways in books.items()
        if beyond_chance(ways[asked].plain["skill"]["mean"],
                         ways[asked].plain["skill"]["standard_error"])
        and ways[asked].plain["skill"]["mean"] > 0.0
    ]  # fmt: skip
    survivors = [ticker for ticker, market in markets_of(evidence).items() if market.survivors_only]
    better = how_many(len(skilled), len(books), "sector")
    earned = f"{growth} a year at a Sharpe ratio of {number(sharpe)} ({interval})"
    words = [
        "The letter is a recipe for a pipeline, and the pipeline works: it trades, every step can "
        f"be told from what was known, and the books' realised betas are {_betas(books)}. Whether "
        f"the factors pay is another question. In {better} the forecasts rank what follows better "
        f"than chance, and the Sharpe band of {how_many(len(holds), len(books), 'sector')} holds "
        f"0. All sectors alike make {earned} after costs.",
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
    headline = (
        f"after costs {_sectors(books)} {earned}, and forecasts rank better than chance in {better}"
    )
    return Findings(
        tuple(words), figures, [_chart(books, together)], [Table("Sector", columns, rows)],
        headline=headline,
    )  # fmt: skip


def _sectors(books: Books) -> str:
    """Return who earned the growth, with the verb."""
    return f"{len(books)} sectors together make" if len(books) > 1 else f"{next(iter(books))} makes"


def _betas(books: Books) -> str:
    found = [ways[next(iter(WAYS))].plain["neutrality"]["realised"] for ways in books.values()]
    betas = [one["beta"] for one in found if one is not None]
    return range_text(betas) if betas else "not known"


def _chart(books: Books, together: pd.Series) -> Chart:
    asked = next(iter(WAYS))
    lines = {"all alike": (1.0 + together).cumprod() - 1.0} if len(books) > 1 else {}
    for ticker, ways in books.items():
        lines[ticker] = (1.0 + ways[asked].returns).cumprod() - 1.0
    return Chart("Gain of the books", Curves("study-books", "Gain of each sector's book", lines))
