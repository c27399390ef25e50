"""Graphs 8 to 10: the other ETFs, and all of them in one account."""

from __future__ import annotations

import math

import pandas as pd

from ...runs.labels.formats import NONE, number, percent
from ...runs.sections.pictures import Chart, Curves
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .sma import PUBLISHED_PERIOD
from .sweeps import percent_of_day


def graphs_8_to_10(evidence: Evidence) -> Findings:
    """Return one fixed rule on every ticker, and their mean: the effect of diversification."""
    if len(evidence.tickers) < 2:
        raise NotCarried("there are bars of one ticker only, and nothing to combine")
    daily = pd.DataFrame(
        {
            # The opening day has no return; a 0 for it would lower every mean.
            ticker: percent_of_day(evidence, ticker, PUBLISHED_PERIOD, "reversion").iloc[1:]
            for ticker in evidence.tickers
        }
    )
    together = daily.dropna()
    if len(together) < 2:
        raise NotCarried("the tickers have no days in common")
    book = together.mean(axis=1)
    year = evidence.of(evidence.main).periods_per_year
    first, last = together.index[0].date(), together.index[-1].date()

    def gain(values: pd.Series) -> float:
        return float(values.mean()) * year

    def spread(values: pd.Series) -> float:
        return float(values.std(ddof=1)) * math.sqrt(year)

    rows = [
        (str(ticker), *(percent(value) for value in (gain(own), spread(own))), _ratio(own, year))
        for ticker, own in together.items()
    ]
    rows.append(("all, equally", percent(gain(book)), percent(spread(book)), _ratio(book, year)))
    mean_spread = sum(spread(own) for _, own in together.items()) / together.shape[1]
    figures = [
        Figure(
            "graphs_8_10.percent_a_year", str(ticker), "mirrored 8-day rule, uncompounded", None,
            100 * gain(own), "% a year", f"{first} to {last}, no costs.",
        )
        for ticker, own in together.items()
    ]  # fmt: skip
    figures.append(
        Figure(
            "graphs_8_10.book_volatility", "book", "volatility of all together", None,
            100 * spread(book), "% a year",
            f"Against {percent(mean_spread)} of the members on average.",
        )
    )  # fmt: skip
    return Findings(
        words=(
            "The source's models of these funds are not disclosed, and it prints no figure of "
            f"them. In their place stands one rule on all, the mirrored {PUBLISHED_PERIOD}-day "
            "average: a period that is SPY's best with hindsight. Over the days that all have "
            f"({first} to {last}), an equal share of each makes {percent(gain(book))} a year with "
            f"a volatility of {percent(spread(book))}, where the members' is "
            f"{percent(mean_spread)} on average: the diversification is real, the gain is "
            f"{_where(together, year)}.",
        ),
        figures=figures,
        charts=[
            Chart(
                "Uncompounded gain of the mirrored 8-day rule",
                Curves(
                    "others",
                    "Uncompounded gain of the mirrored 8-day rule by ticker and of all together",
                    {
                        "all, equally": book.cumsum(),
                        **{str(ticker): own.cumsum() for ticker, own in together.items()},
                    },
                ),
                "One unit of money a day, price alone, no costs.",
            )
        ],
        tables=[
            Table(
                "Mirrored 8-day rule, days in common",
                ("gain a year", "volatility", "gain / volatility"),
                rows,
                "Uncompounded, from prices alone. The book is brought back to equal weights daily.",
            )
        ],
    )


def _where(daily: pd.DataFrame, year: int) -> str:
    winners = [str(ticker) for ticker, own in daily.items() if own.mean() > 0]
    losers = [str(ticker) for ticker in daily if str(ticker) not in winners]
    if not losers:
        return "positive on each of them"
    if not winners:
        return "negative on each of them"
    return (
        f"that of {', '.join(winners)}; {', '.join(losers)} lose{'s' if len(losers) == 1 else ''}"
    )


def _ratio(values: pd.Series, year: int) -> str:
    spread = float(values.std(ddof=1))
    return NONE if spread == 0.0 else number(float(values.mean()) / spread * math.sqrt(year))
