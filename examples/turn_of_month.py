"""A study of one's own: the turn of the month.

btplaybook study examples/turn_of_month.py [--data DIR --tickers SPY]

Prices rise on the last session of a month and the first three of the next, and hardly on the
others: Lakonishok and Smidt, "Are Seasonal Anomalies Real? A Ninety-Year Perspective", Review of
Financial Studies 1(4), 1988, of the Dow Jones Industrial Average from 1897 to 1986. McConnell and
Xu, "Equity Returns at the Turn of the Month", Financial Analysts Journal 64(2), 2008, find the
same of US stocks from 1926 to 2005. The study puts the question to the years after the first.
"""

from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd

from btplaybook.feeds.bars import Bars
from btplaybook.runners.runs.labels.formats import number
from btplaybook.runners.runs.sections.pictures import BarsByYear, Chart
from btplaybook.runners.runs.sections.section import Table
from btplaybook.runners.studies.study import Chapter, Evidence, Figure, Findings, NotCarried, Study

FIRST = 3
"""Sessions of a month that belong to its turn, with the last one of the month before."""

AT_TURN, ANY_FOUR = 0.473, 0.061
"""Percent, as published: the mean gain of the four sessions, and of any four sessions."""


def at_turn(days: pd.DatetimeIndex) -> pd.Series:
    """Return which sessions belong to a turn of the month.

    Parameters
    ----------
    days : DatetimeIndex of shape (n_bars,)
        Sessions, oldest first, none missing.

    Returns
    -------
    Series of bool, indexed by day
        Without the days of the first month, whose first session is not known, and without the
        last day, which may or may not be its month's last.
    """
    month = pd.Series(days.to_period("M"), days)
    place = month.groupby(month).cumcount()
    last = month != month.shift(-1)
    turn = (place < FIRST) | last
    return turn[month != month.iloc[0]].iloc[:-1]


def gains(bars: Bars, first: datetime.date) -> pd.DataFrame:
    """Return the days of a window that are known to be at a turn or not.

    Returns
    -------
    DataFrame, indexed by day
        `gain`, the simple return from close to close without dividends, and `turn`, a bool.
    """
    days = pd.DatetimeIndex(bars.dates)
    close = pd.Series(bars.close, days)
    table = pd.DataFrame({"gain": close.pct_change(), "turn": at_turn(days)}).dropna()
    return table[table.index >= pd.Timestamp(first)].astype({"turn": bool})


def difference(one: pd.Series, other: pd.Series) -> tuple[float, float]:
    """Return the difference of two means and its t value, variances not assumed equal (Welch)."""
    gap = float(one.mean() - other.mean())
    error = math.sqrt(float(one.var()) / len(one) + float(other.var()) / len(other))
    return gap, gap / error if error > 0.0 else math.nan


def turn(evidence: Evidence) -> Findings:
    """Return the mean return of a session at the turn of the month, beside all others'."""
    figures, rows = [], []
    for ticker in evidence.tickers:
        table = gains(evidence.of(ticker), evidence.start)
        inside, outside = table["gain"][table["turn"]], table["gain"][~table["turn"]]
        if min(len(inside), len(outside)) < 2:
            raise NotCarried(f"{ticker} has {len(table)} days whose place in the month is known")
        gap, t = difference(inside, outside)
        figures += [
            Figure(
                "turn.four_sessions", ticker, "gain of the four sessions of a turn",
                AT_TURN, 400 * inside.mean(), "%",
                "Published of the Dow Jones, 1897 to 1986; here four times a session's mean.",
                "not_comparable",
            ),
            Figure(
                "turn.any_four", ticker, "gain of any four sessions",
                ANY_FOUR, 400 * table["gain"].mean(), "%",
                "Published of the Dow Jones, 1897 to 1986.", "not_comparable",
            ),
            Figure(
                "turn.difference", ticker, "a session at the turn over any other, mean", None,
                1e4 * gap, "bp", f"{number(t)} standard errors from zero (Welch).",
            ),
            Figure("turn.t", ticker, "t value of the difference", None, t, "standard errors",
                   "Beyond 2 the difference is more than chance would often leave."),
        ]  # fmt: skip
        rows.append(
            (
                ticker,
                str(len(inside)),
                number(1e4 * inside.mean()),
                str(len(outside)),
                number(1e4 * outside.mean()),
                number(t),
            )
        )
    main = gains(evidence.of(evidence.main), evidence.start)
    return Findings(
        words=(
            f"From {main.index[0].date()} to {main.index[-1].date()} a session at the turn of the "
            f"month made {rows[0][2]} basis points on {evidence.main}, any other {rows[0][4]}. The "
            "rule is the source's, not chosen on these days.",
        ),
        figures=figures,
        charts=[
            Chart(
                f"{evidence.main}: mean return of a session",
                BarsByYear(
                    "turn-by-year",
                    f"Mean return of a session of {evidence.main} at the turn and on other days",
                    {
                        name: by_year(main["gain"][chosen], main.index)
                        for name, chosen in (
                            ("at the turn", main["turn"]),
                            ("other days", ~main["turn"]),
                        )
                    },
                    percent=True,
                ),
                "By calendar year, price alone, no costs.",
            )
        ],
        tables=[
            Table(
                "Mean return of a session, bp",
                ("at the turn: days", "mean", "other days", "mean", "t of the difference"),
                rows,
            )
        ],
    )


def by_year(values: pd.Series, days: pd.Index) -> dict[int, float]:
    """Return the mean of each calendar year of `days`; NaN for a year without values."""
    years = np.unique(pd.DatetimeIndex(days).year)
    means = values.groupby(pd.DatetimeIndex(values.index).year).mean()
    return {int(year): float(means.get(year, math.nan)) for year in years}


STUDY = Study(
    name="turn-of-month",
    title="The turn of the month",
    source="J. Lakonishok and S. Smidt, Review of Financial Studies 1(4), 1988",
    summary="the last session of a month and the first three of the next, against all others",
    start=datetime.date(1999, 1, 1),
    end=datetime.date(2018, 12, 31),
    tickers=("SPY", "QQQ", "DIA", "IWM"),
    sample="sp500",
    convention="Nothing is charged, and prices are without dividends.",
    chapters=(
        Chapter(
            "turn",
            "Four sessions against the rest of the month",
            "The Dow Jones rose by 0.473% in the four sessions of an average turn of the month, "
            "and by 0.061% in any four sessions.",
            turn,
        ),
    ),
)
