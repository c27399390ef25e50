"""A section of one's own: how long positions are held, in run.json and on the tearsheet.

python examples/holding_periods.py [FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import backtrader as bt
import pandas as pd

from btplaybook import Measured, Panel, Table, run, sample, write_run
from btplaybook.feeds.bars import Bars

LONGEST = 5
"""Holdings that the table lists."""


class Holdings(bt.Analyzer):
    """Keeps each stretch of days on one side of the first feed: first day, side, number of days."""

    def start(self) -> None:
        """Begin with nothing held."""
        self.found: list[list[Any]] = []
        self.side = 0

    def next(self) -> None:
        """Add the day to the stretch that it belongs to, or begin another."""
        size = self.strategy.getposition(self.data).size
        side = (size > 0) - (size < 0)
        if side and side == self.side:
            self.found[-1][2] += 1
        elif side:
            self.found.append([self.data.datetime.date(0), "long" if side > 0 else "short", 1])
        self.side = side

    def get_analysis(self) -> list[list[Any]]:
        """Return the stretches, oldest first."""
        return self.found


class HoldingPeriods:
    """How long a position was held, from the analyzer above."""

    name = "holding_periods"

    def measure(
        self, ran: Any, ledger: Any, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Mapping[str, Any] | None:
        """Return number, median and longest; None where nothing was ever held."""
        table = pd.DataFrame(
            ran.analyzers.holdings.get_analysis(), columns=["from", "side", "days"]
        )
        if table.empty:
            return None
        days = table["days"]
        figures = {
            "holdings": len(table),
            "median_days": float(days.median()),
            "longest_days": int(days.max()),
        }
        return Measured(figures, longest=table.nlargest(LONGEST, "days"))

    def panel(self, measured: Any) -> Panel:
        """Return the figures as rows, and the longest holdings as a table."""
        longest = measured.kept.longest.astype(str)
        return Panel(
            "How long positions are held",
            words=["Counted in bars, from the first day that ends with a position to its last."],
            rows=[
                ("Holdings", f"{measured['holdings']:,}"),
                ("Median", f"{measured['median_days']:g} days"),
                ("Longest", f"{measured['longest_days']:,} days"),
            ],
            tables=[Table("The longest", ("Side", "Days"), list(longest.itertuples(index=False)))],
        )


def main(folder: str = "out/holding-periods") -> None:
    """Run the SMA switch with the section, and write its folder."""
    result = run(
        "sma-switch",
        sample("sp500"),
        sections=[HoldingPeriods()],
        analyzers={"holdings": Holdings},
        strips=False,
    )
    write_run(result, folder)
    for name, value in result.sections["holding_periods"].measured.items():
        print(f"{name:>14} {value:>8g}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
