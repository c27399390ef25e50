"""Various rebalance time frames: the same books decided weekly, monthly and quarterly."""

from __future__ import annotations

from ....strategies.base.computed_once import computed_once
from ...runs.again.periods import SHOWN, by_period
from ...runs.labels.formats import percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import BORROW, CASH, COSTS, STRATEGY
from .markets import markets_of
from .rows import how_many, measured, sharpe_cells


def timeframes(evidence: Evidence) -> Findings:
    """Return each sector's book by how often it decides."""
    markets = markets_of(evidence)
    rows, figures, best = [], list[Figure](), dict[str, int]()
    for ticker in evidence.each(list(markets), "deciding weekly, monthly and quarterly"):
        market = markets[ticker]
        with computed_once():
            found = by_period(
                STRATEGY, market.bars, inputs=market.inputs, costs=COSTS, borrow=BORROW,
                start=str(evidence.start), cash=CASH, whole_shares=True,
            )  # fmt: skip
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
    told = ", ".join(
        f"the {every} in {how_many(best.get(every, 0), sum(best.values()))}" for every in SHOWN
    )
    words = (
        f"The best of the three time frames is {told} sectors. Their bands overlap by far: one "
        "window does not choose a time frame; turnover and costs fall with it in any case.",
    )
    columns = (
        "growth a year", "Sharpe ratio", "its 95% band", "turnover a year", "costs a year",
    )  # fmt: skip
    return Findings(words, figures, tables=[Table("Book", columns, rows)])
