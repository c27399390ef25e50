"""All sector funds at once: the books of the sectors in one account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....feeds.panel import Panel
from ....strategies.base.computed_once import computed_once
from ...runs.book.book import Book, Member
from ...runs.inputs import Inputs
from ...runs.labels.formats import number, percent
from ...runs.result import RunResult
from ...runs.sections.section import Table
from ..study import Evidence, Findings, NotCarried
from .books import BORROW, CASH, COSTS, STRATEGY, params_of
from .markets import Market, markets_of
from .rows import ACCOUNT, account_row, estimate_text, measured, range_text, sharpe_cells

WEIGHTS = ("equal-risk", "inverse-volatility", "equal")


def every_etf(evidence: Evidence) -> Findings:
    """Return the sectors' books in one account, by how they are weighted."""
    markets = markets_of(evidence)
    if len(markets) < 2:
        raise NotCarried("one sector alone makes no book of sectors")
    with computed_once():
        ran = {
            weights: _run(evidence, markets, weights)
            for weights in evidence.each(list(WEIGHTS), "running books of all sectors")
        }
    book = ran[WEIGHTS[0]].sections["book"].measured
    figures = [
        measured(
            f"every_etf.{weights.replace('-', '_')}", evidence.main,
            f"Sharpe ratio of all sectors in one account, {weights.replace('-', ' ')}",
            result.metrics["sharpe"], "coefficient", f"{len(markets)} books",
        )
        for weights, result in ran.items()
    ]  # fmt: skip
    tables = [_books(ran), _matrix(book), _correlation(book)]
    sharpe, interval = sharpe_cells(ran[WEIGHTS[0]].metrics)
    headline = f"in one account, at equal risk, the Sharpe ratio is {sharpe} (95% band {interval})"
    return Findings(_words(ran, book), figures, tables=tables, headline=headline)


def _run(evidence: Evidence, markets: Mapping[str, Market], weights: str) -> RunResult:
    members = [
        Member(STRATEGY, list(one.bars), params_of(one), name=ticker)
        for ticker, one in markets.items()
    ]
    shared: dict[str, Any] = dict(next(iter(markets.values())).inputs)
    panel = Panel.joined([one.panel for one in markets.values()])
    return Book(members, weights=weights, rebalance="monthly").run(
        inputs=Inputs({**shared, "split_factors": panel}),
        costs=COSTS,
        borrow=BORROW,
        start=str(evidence.start),
        cash=CASH,
        whole_shares=True,
        strips=False,
    )


def _words(ran: Mapping[str, RunResult], book: Mapping[str, Any]) -> tuple[str, ...]:
    sharpe, interval = sharpe_cells(ran[WEIGHTS[0]].metrics)
    alone = [row["sharpe"] for row in book["sectors"] if row["sharpe"] is not None]
    pairs = [
        value
        for place, row in enumerate(book["correlation"])
        for value in row[:place]
        if value is not None
    ]
    mean = sum(pairs) / len(pairs) if pairs else None
    words = (
        "In one account, where each sector contributes the same to the risk, the books have a "
        f"Sharpe ratio of {sharpe} (95% band {interval})"
    )
    words += f"; each in its own account, of {range_text(alone)}." if alone else "."
    if mean is not None:
        words += f" The mean correlation of two sectors' daily returns is {number(mean)}"
        words += ": the books have little in common." if abs(mean) < 0.3 else "."
    return (words,)


def _books(ran: Mapping[str, RunResult]) -> Table:
    rows = [
        account_row(weights.replace("-", " ").capitalize(), result.metrics)
        for weights, result in ran.items()
    ]
    return Table("One account, weighted by", ACCOUNT, rows)


def _matrix(book: Mapping[str, Any]) -> Table:
    rows = [
        (
            row["name"],
            percent(row["total_return"], 1),
            number(row["sharpe"]),
            estimate_text(row["beta"], row["beta_error"]),
            estimate_text(row["mean_ic"], row["ic_error"]),
            percent(row["fallback"], 0),
            percent(row["turnover"], 0),
        )
        for row in book["sectors"]
    ]
    columns = (
        "total return", "Sharpe ratio", "realised beta", "rank correlation",
        "days weighted without forecasts", "turnover a year",
    )  # fmt: skip
    return Table("Sector, its own account", columns, rows)


def _correlation(book: Mapping[str, Any]) -> Table:
    names = book["names"]
    rows = [
        (name, *(number(value) for value in row))
        for name, row in zip(names, book["correlation"], strict=True)
    ]
    return Table("Correlation of daily returns", tuple(names), rows)
