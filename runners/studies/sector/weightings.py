"""(e) Mean and variance, drawdown, both, or neither: what the optimiser is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ....analyzers.hac import fitted
from ...runs.labels.formats import number
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, Books, books_of
from .rows import ACCOUNT, account_row, compared, gain_text, how_many, measured

COMPARED = ("as asked", "drawdown", "variance and drawdown", "equal variance")
PERIODS = 252


def weightings(evidence: Evidence) -> Findings:
    """Return the books by weighting, sector by sector and together."""
    books = books_of(evidence)
    rows, figures = [], list[Figure]()
    for ticker, ways in books.items():
        for way in COMPARED:
            ran = ways[way]
            name = "variance" if way == next(iter(WAYS)) else way
            rows.append(account_row(f"{ticker}, {name}", ran.metrics))
            figures.append(
                measured(
                    f"weights.{name.replace(' ', '_')}", ticker,
                    f"Sharpe ratio, weighted by {name}", ran.metrics["sharpe"], "coefficient",
                    _band_text(ran.metrics["sharpe_band"]),
                )
            )  # fmt: skip
    caption = "5 bp an order, half a percent a year for borrowed shares, nothing on cash."
    table = Table("Book", ACCOUNT, rows, caption)
    mean, error = difference(books, COMPARED[0], COMPARED[-1])
    headline = f"mean-variance against equal-variance weights: {gain_text(mean, error)}"
    return Findings(_words(books), figures, tables=[table], headline=headline)


def difference(books: Books, one: str, other: str) -> tuple[float, float]:
    """Return how much a way earned more than another a year, all sectors alike, and its error.

    The mean over sectors of the daily difference, times 252; the error is Newey-West's. Both are 0
    where the two gave the same account.
    """
    daily = pd.concat(
        [ways[one].returns - ways[other].returns for ways in books.values()], axis=1
    ).mean(axis=1)
    if len(daily) < 2 or not daily.any():
        return 0.0, 0.0
    found = fitted(daily.to_numpy(), np.ones((len(daily), 1)))
    return PERIODS * float(found.coefficients[0]), PERIODS * float(found.errors[0])


def _band_text(band: tuple[float, float] | None) -> str:
    return "" if band is None else f"95% band {number(band[0])} to {number(band[1])}"


def _words(books: Books) -> tuple[str, ...]:
    holds = [
        (ticker, way)
        for ticker, ways in books.items()
        for way in COMPARED
        if (band := ways[way].metrics["sharpe_band"]) is not None and band[0] <= 0.0 <= band[1]
    ]
    total = len(books) * len(COMPARED)
    words = [
        f"The band of {how_many(len(holds), total, 'book')} holds a Sharpe ratio of 0"
        + (": what they made cannot be told from luck." if holds else ".")
    ]
    for way in COMPARED[1:]:
        mean, error = difference(books, COMPARED[0], way)
        words.append(compared("mean-variance weights", f"weights by {way}", mean, error))
    return tuple(words)
