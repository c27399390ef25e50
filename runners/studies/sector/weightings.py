"""(e) Mean and variance, drawdown, both, or neither: what the optimiser is worth."""

from __future__ import annotations

import math

import numpy as np

from ....analyzers.hac import fitted
from ....analyzers.statistics import cagr
from ...runs.labels.formats import number
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, Books, books_of
from .rows import ACCOUNT, Gain, account_row, compared, how_many, measured, sentence

COMPARED = ("as asked", "drawdown", "variance and drawdown", "equal variance")
OTHERS = {
    "drawdown": "mean-drawdown",
    "variance and drawdown": "mean-variance-drawdown",
    "equal variance": "equal-variance",
}
"""Way to the adjective of its weights."""

PERIODS = 252


def weightings(evidence: Evidence) -> Findings:
    """Return the books by weighting, sector by sector and together."""
    books = books_of(evidence)
    rows, figures = [], list[Figure]()
    for ticker, ways in books.items():
        for way in COMPARED:
            ran = ways[way]
            name = "variance" if way == next(iter(WAYS)) else way
            rows.append(account_row(f"{ticker}, {OTHERS.get(way, 'mean-variance')}", ran.metrics))
            figures.append(
                measured(
                    f"weights.{name.replace(' ', '_')}", ticker,
                    f"Sharpe ratio, weighted by {name}", ran.metrics["sharpe"], "coefficient",
                    _band_text(ran.metrics["sharpe_band"]),
                )
            )  # fmt: skip
    caption = "5 bp an order, half a percent a year for borrowed shares, nothing on cash."
    table = Table("Book", ACCOUNT, rows, caption)
    return Findings(_words(books), figures, tables=[table], headline=_told(books, COMPARED[-1]))


def difference(books: Books, one: str, other: str) -> Gain:
    """Return how much faster a way grew than another.

    Growth a year is that of the metrics, ``(1 + g) ** (n / 252)`` being the final wealth of n days;
    its error follows from that of the mean log return by the delta method, with Newey-West's
    estimator on the daily difference.
    """
    pairs = [(ways[one].returns, ways[other].returns) for ways in books.values()]
    if all(np.array_equal(first, second) for first, second in pairs):
        return Gain(0.0, 0.0, len(books))
    gains, daily = list[float](), list[np.ndarray]()
    for pair in pairs:
        values = [returns.to_numpy(dtype=float) for returns in pair]
        growths = [cagr(own, PERIODS) for own in values]
        if None in growths or len(values[0]) < 2:
            return Gain(math.nan, math.nan, len(books))
        first, second = (float(growth or 0.0) for growth in growths)
        gains.append(first - second)
        daily.append((1.0 + first) * np.log1p(values[0]) - (1.0 + second) * np.log1p(values[1]))
    together = np.mean(daily, axis=0)
    found = fitted(together, np.ones((len(together), 1)))
    return Gain(float(np.mean(gains)), PERIODS * float(found.errors[0]), len(books))


def _band_text(band: tuple[float, float] | None) -> str:
    return "" if band is None else f"95% band {number(band[0])} to {number(band[1])}"


def _told(books: Books, way: str) -> str:
    gain = difference(books, COMPARED[0], way)
    return compared("with mean-variance weights", f"with {OTHERS[way]} weights", gain)


def _words(books: Books) -> tuple[str, ...]:
    bands = [
        band
        for ways in books.values()
        for way in COMPARED
        if (band := ways[way].metrics["sharpe_band"]) is not None
    ]
    if not bands:
        return ("No book has days enough for a band of its Sharpe ratio.",)
    holds = sum(low <= 0.0 <= high for low, high in bands)
    words = [
        f"The 95% band of the Sharpe ratio holds 0 for {how_many(holds, len(bands), 'book')}"
        + (": what they made cannot be told from luck." if holds else ".")
    ]
    return (*words, *(sentence(_told(books, way)) for way in COMPARED[1:]))
