"""Graph 1: how closely an inverse ETF follows its index."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from ....analyzers.market.tracking import Slippage, slippage, slippage_by_year, tracking
from ....feeds.bars import Bars
from ...runs.labels.formats import percent
from ...runs.sections.pictures import Chart, Curves, DailyMarks
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from ..verdicts import held_against

FROM, TO = datetime.date(2009, 1, 1), datetime.date(2013, 9, 30)
"""The months that the source measures: January 2009 to September 2013."""

LIMIT = 0.03
"""Largest daily difference on the axis of the picture."""


def graph_1(evidence: Evidence) -> Findings:
    """Return the differences between each ETF and its inverse."""
    known = evidence.study.inverses
    pairs = {
        ticker: known[ticker]
        for ticker in evidence.tickers
        if ticker in known and known[ticker] in evidence.bars
    }
    main = evidence.main
    if main not in pairs:
        wanted = evidence.study.inverses.get(main)
        raise NotCarried(
            f"no bars of {wanted}, the inverse of {main}"
            if wanted
            else f"no inverse of {main} is known"
        )
    daily = {ticker: differences(evidence, ticker, pairs[ticker]) for ticker in pairs}
    first, last = max(FROM, evidence.start), min(TO, evidence.end)
    if first >= last:
        raise NotCarried(
            f"the window does not reach into {FROM} to {TO}, which the source measures"
        )
    periods = evidence.of(main).periods_per_year
    counted = {
        ticker: found
        for ticker, table in daily.items()
        if (found := _slippage(table, first, last, periods)) is not None
    }
    if main not in counted:
        raise NotCarried(f"{main} and {pairs[main]} have no days in common from {first} to {last}")
    figures = []
    for ticker, found in counted.items():
        figures += _figures(evidence, ticker, pairs[ticker], found, (first, last) == (FROM, TO))
    before = _slippage(daily[main], None, first - datetime.timedelta(days=1), periods)
    words = [_verdict(main, pairs[main], counted[main])]
    if before is not None:
        words.append(_earlier(evidence, main, pairs[main], before))
        figures.append(
            Figure(
                "graph_1.before_price", main, f"slippage of {pairs[main]} until {before.last}",
                None,
                100 * before.price, "%",
                f"By price alone; {percent(before.total)} with both dividends.",
            )
        )  # fmt: skip
    table = daily[main]
    return Findings(
        words=tuple(words),
        figures=figures,
        charts=[
            Chart(
                f"{main} and {pairs[main]}: sum of the daily differences",
                Curves(
                    "tracking-sum",
                    f"Cumulative daily difference of {main} and {pairs[main]}",
                    {
                        "with both dividends": table["total_cumulative"],
                        "price alone": table["price_cumulative"],
                    },
                ),
                "Return of the one plus return of the other; a perfect inverse stays at zero. A "
                "step that the upper line lacks is a dividend.",
            ),
            Chart(
                f"{main} and {pairs[main]}: daily difference",
                DailyMarks(
                    "tracking-days",
                    f"Daily difference of {main} and {pairs[main]}, with both dividends",
                    table["total"],
                    limit=LIMIT,
                ),
                _beyond(table["total"]),
            ),
        ],
        tables=[_by_pair(pairs, counted, periods), _by_year(main, table)],
    )


def differences(evidence: Evidence, ticker: str, inverse: str) -> pd.DataFrame:
    """Return the daily differences on the days that both ETFs have."""
    ours, theirs = evidence.window(ticker), evidence.window(inverse)
    dates = np.intersect1d(ours.dates, theirs.dates)
    if dates.size < 2:
        raise NotCarried(f"{ticker} and {inverse} have no two days in common")
    one, other = _on(ours, dates), _on(theirs, dates)
    return tracking(dates, one["close"], other["close"], one["dividend"], other["dividend"])


def _on(bars: Bars, dates: np.ndarray) -> pd.DataFrame:
    """Return close and dividend on given days; dividends between two days move to the later one."""
    frame = bars.frame()
    paid = frame["dividend"].cumsum()
    kept = frame.loc[pd.DatetimeIndex(dates)]
    moved = paid.loc[kept.index].diff().fillna(kept["dividend"].iloc[0])
    return kept[["close"]].assign(dividend=moved.clip(lower=0.0))


def _slippage(
    daily: pd.DataFrame, first: datetime.date | None, last: datetime.date, periods: int
) -> Slippage | None:
    begins = None if first is None else pd.Timestamp(first)
    days = daily.loc[begins : pd.Timestamp(last)]
    return slippage(daily, first, last, periods_per_year=periods) if len(days) > 1 else None


def _figures(
    evidence: Evidence, ticker: str, inverse: str, found: Slippage, as_published: bool
) -> list[Figure]:
    """Return the source's figures for SPY and SH, measured on a pair of ETFs."""
    first = evidence.study.tickers[0]
    span = f"{ticker} and {inverse}, {found.first} to {found.last}"
    published = {
        "slippage_price": (
            f"slippage of {inverse}, sum of daily differences", -14.0, 100 * found.price, "%", 0.5,
            1.5,
        ),
        "slippage_per_quarter": (
            f"slippage of {inverse} a quarter", -0.75, 100 * found.price_per_quarter,
            "% a quarter", 0.05, 0.15,
        ),
        "dividends_share": (
            f"dividends' share of the slippage of {inverse}", 66.7,
            None if found.dividends_share is None else 100 * found.dividends_share, "%", 5.0, 10.0,
        ),
        "slippage_per_year": (
            f"slippage of {inverse} a year, with dividends", -1.0, 100 * found.total_per_year,
            "% a year", 0.25, 0.5,
        ),
    }  # fmt: skip
    figures = []
    for id, (name, said, measured, unit, within, near) in published.items():
        if ticker == first and as_published:
            figures.append(
                held_against(
                    evidence, f"graph_1.{id}", ticker, name, said, measured, unit,
                    within=within, near=near, remark=span + ".",
                )
            )  # fmt: skip
        else:
            figures.append(Figure(f"graph_1.{id}", ticker, name, None, measured, unit, span + "."))
    figures.append(
        Figure(
            "graph_1.slippage_total", ticker, f"slippage of {inverse}, with dividends", None,
            100 * found.total, "%", span + ".",
        )
    )  # fmt: skip
    return figures


def _verdict(main: str, inverse: str, found: Slippage) -> str:
    share = found.dividends_share
    by_dividends = "" if share is None else f" Dividends explain {percent(share, 0)} of it."
    return (
        f"From {found.first} to {found.last} {main} and {inverse} together lost "
        f"{percent(-found.price)} by price, {percent(-found.total)} with the dividends of both."
        f"{by_dividends} What is left is {percent(-found.total_per_year)} a year."
    )


def _earlier(evidence: Evidence, main: str, inverse: str, before: Slippage) -> str:
    bars = evidence.window(inverse)
    early = bars.dates <= np.datetime64(before.last)
    largest = float((bars.dividend[1:] / bars.close[:-1] * early[1:]).max())
    words = (
        f"Until {before.last} the pair's differences add up to {percent(before.price)} by price "
        f"and {percent(before.total)} with dividends; the source draws it near zero."
    )
    if largest > 0.1:
        words += (
            f" {inverse} paid out {percent(largest, 0)} of its price on one day of it: whoever "
            "looks at its price alone takes that for a loss."
        )
    return words


def _beyond(daily: pd.Series) -> str:
    count = int((daily.abs() > LIMIT).sum())
    words = {0: "", 1: " One day lies beyond the axis."}
    return f"With both dividends.{words.get(count, f' {count} days lie beyond the axis.')}"


def _by_pair(pairs: dict[str, str], counted: dict[str, Slippage], periods: int) -> Table:
    rows = [
        (
            f"{ticker} and {pairs[ticker]}",
            str(found.first),
            percent(found.price),
            percent(found.total),
            percent(found.price_per_quarter),
            percent(found.total_per_year),
            "-" if found.dividends_share is None else percent(found.dividends_share, 0),
        )
        for ticker, found in counted.items()
    ]
    return Table(
        "By pair",
        (
            "from", "price alone", "with dividends", "price, a quarter", "with dividends, a year",
            "dividends' share",
        ),
        rows,
        f"A quarter is {periods / 4:g} sessions here, a year {periods}.",
    )  # fmt: skip


def _by_year(main: str, table: pd.DataFrame) -> Table:
    years = slippage_by_year(table)
    rows = [
        (str(year), percent(row["price"]), percent(row["total"])) for year, row in years.iterrows()
    ]
    return Table(f"{main}, by year", ("price alone", "with dividends"), rows)
