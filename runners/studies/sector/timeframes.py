"""Various rebalance time frames: the same books decided weekly, monthly and quarterly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ....strategies.base.computed_once import computed_once
from ...runs.again.periods import SHOWN, by_period
from ...runs.labels.formats import percent
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .books import BORROW, CASH, COSTS, STRATEGY, params_of
from .markets import Market, markets_of
from .rows import how_many, listed, measured, sentence, sharpe_cells, told_in

FoundBy = Mapping[str, Sequence[Mapping[str, Any]]]
"""Ticker of the fund to the rows of `by_period`."""

DECISIONS = {"week": 52.0, "month": 12.0, "quarter": 4.0}
"""Decisions a year, which a run takes its time for."""


def timeframes(evidence: Evidence) -> Findings:
    """Return each sector's book by how often it decides."""
    markets = markets_of(evidence)
    rows, figures, best = [], list[Figure](), dict[str, int]()
    found_by: dict[str, Sequence[Mapping[str, Any]]] = {}
    todo = [(ticker, every) for ticker in markets for every in SHOWN]
    told = evidence.each(todo, "running books", ", each ".join, lambda one: DECISIONS[one[1]])
    for ticker, market in markets.items():
        # Periods on the same bars share what depends on no account: betas, scores and forecasts.
        with computed_once():
            found = [row for _ in SHOWN for row in _decided(evidence, market, next(told)[1])]
        found_by[ticker] = found
        known = [row for row in found if row["sharpe"] is not None]
        if known:
            top = max(known, key=lambda row: row["sharpe"])["every"]
            best[top] = best.get(top, 0) + 1
        for row in found:
            rows.append(
                (
                    f"{ticker}, each {row['every']}",
                    percent(row["cagr"], 1),
                    *sharpe_cells(row),
                    percent(row["turnover"], 0),
                    percent(row["costs"], 2),
                )
            )
            figures.append(
                measured(
                    f"timeframes.{row['every']}", ticker, f"Sharpe ratio, decided each "
                    f"{row['every']}", row["sharpe"], "coefficient",
                    f"turnover {percent(row['turnover'], 0)} a year",
                )
            )  # fmt: skip
    if not best:
        raise NotCarried("no book has decided often enough to be measured")
    headline = _apart(found_by)
    words = (" ".join([_highest(best), sentence(headline), _costs(found_by)]).rstrip(),)
    columns = (
        "growth a year", "Sharpe ratio", "its 95% band", "turnover a year", "costs a year",
    )  # fmt: skip
    charts = [_chart(found_by)] if len(found_by) > 1 else []
    return Findings(words, figures, charts, [Table("Book", columns, rows)], headline=headline)


def _decided(evidence: Evidence, market: Market, every: str) -> Sequence[Mapping[str, Any]]:
    return by_period(
        STRATEGY, market.bars, inputs=market.inputs, params=params_of(market), costs=COSTS,
        borrow=BORROW, start=str(evidence.start), cash=CASH, whole_shares=True, periods=[every],
    )  # fmt: skip


def _chart(found_by: FoundBy) -> Chart:
    known = {
        (ticker, row["every"]): row["sharpe"]
        for ticker, found in found_by.items()
        for row in found
        if row["sharpe"] is not None
    }
    bars = GroupedBars(
        "study-timeframes", "Sharpe ratio of each sector's book by how often it decides",
        {
            f"each {every}": {ticker: known.get((ticker, every), math.nan) for ticker in found_by}
            for every in SHOWN
        },
    )  # fmt: skip
    return Chart("Sharpe ratio by time frame", bars)


def _highest(best: Mapping[str, int]) -> str:
    """Return which period has the highest Sharpe ratio, in how many sectors."""
    n = sum(best.values())
    if n == 1:
        return f"The Sharpe ratio is highest where the book decides each {next(iter(best))}."
    periods = [
        f"each {every} in {how_many(best[every], n, 'sector')}" for every in SHOWN if every in best
    ]
    return f"The Sharpe ratio is highest where the books decide {listed(periods)}."


def _apart(found_by: FoundBy) -> str:
    """Return whether the time frames can be told apart by the bands of their Sharpe ratios."""
    bands = [
        ends
        for found in found_by.values()
        if len(ends := [row["sharpe_band"] for row in found if row["sharpe_band"] is not None]) > 1
    ]
    if not bands:
        return "no time frame can be told from another: the bands of Sharpe ratios are not known"
    apart = sum(max(low for low, _ in ends) > min(high for _, high in ends) for ends in bands)
    if not apart:
        where = " in every sector" if len(found_by) > 1 else ""
        return f"no time frame can be told from another: the bands of Sharpe ratios overlap{where}"
    return told_in(apart, len(bands), "the bands of two time frames' Sharpe ratios are apart", "")


def _costs(found_by: FoundBy) -> str:
    """Return whether slower time frames cost less; empty where the costs are not known."""
    known = [
        costs
        for found in found_by.values()
        if None not in (costs := [row["costs"] for row in found]) and len(costs) > 1
    ]
    if not known:
        return ""
    falling = sum(all(more > less for more, less in pairwise(costs)) for costs in known)
    return sentence(
        told_in(
            falling, len(known), "costs fall from the week to the month to the quarter",
            "costs do not fall from the week to the month to the quarter",
        )
    )  # fmt: skip
