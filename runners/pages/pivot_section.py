"""The section of the pivot strategy: its pivots day by day, and how often there was one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...analyzers.pivots import PLAUSIBLE, pivot_figures, pivots_table
from ...brokers.ledger import Ledger
from ...feeds.bars import Bars
from ...feeds.open_to_open import close_of
from ..runs.labels.bar_ends import at_ends
from ..runs.labels.formats import number, percent
from ..runs.sections.pictures import Chart, Curves
from ..runs.sections.section import Measured, Panel

WORDS = (
    "A close on the other side of the pivot changes the position. Averages, volatility and "
    "strengths end a bar earlier, so that each pivot was known before its close. "
    "pivots.parquet holds them all."
)


class PivotSection:
    """Section of the pivot strategy: how often there was a pivot, on which side, and how near."""

    name = "pivot"

    def measure(
        self, ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Measured | None:
        """Return the figures of `pivot_figures` from the account's opening day on."""
        if not hasattr(ran, "days"):
            return None
        table = pivots_table(bars[0].dates, bars[0].close, ran.days())
        counted_days = table.loc[daily.index[0] :] if len(daily) else table.iloc[:0]
        return Measured(
            pivot_figures(counted_days),
            tables={"pivots": counted_days},
            pivots=counted_days,
            at=close_of(bars[0].origin.notes),
        )

    def panel(self, measured: Measured) -> Panel:
        """Return the rows and the distance of the pivot over time."""
        table, at = measured.kept.pivots, measured.kept.at
        words = at_ends(WORDS, at)
        days, none = measured["days"], measured["days_without_pivot"]
        rows = [("Days with a pivot", f"{days - none:,} of {days:,}")]
        if measured["reversion_share"] is None:
            return Panel("Pivot", words=[words], rows=rows)
        strengths = measured["strengths"]
        rows += [
            ("Short above the pivot (reversion)", percent(measured["reversion_share"], 1)),
            ("Long above the pivot (trend)", percent(1.0 - measured["reversion_share"], 1)),
            (
                f"Days with a pivot within {PLAUSIBLE:g} standard deviations of a day",
                percent(measured["plausible_share"], 1),
            ),
            (
                f"Median distance from the {at} to the pivot",
                f"{number(measured['median_distance'])} standard deviations of a day",
            ),
            (
                "Mean strengths",
                f"trend {number(strengths['trend'], 3)}, stretch "
                f"{number(strengths['stretch'], 3)}, constant {number(strengths['constant'], 3)}",
            ),
        ]
        return Panel("Pivot", words=[words], rows=rows, charts=[_strengths(table)])


def _strengths(table: pd.DataFrame) -> Chart:
    """Return the strengths at the end of each month."""
    strengths = table[["on_trend", "on_stretch"]].dropna()
    monthly = strengths.resample("ME").last().dropna()
    shown = monthly if len(monthly) > 1 else strengths
    picture = Curves(
        "pivot-strengths",
        "Strength of the trend and of the stretch",
        {
            "Stretch": shown["on_stretch"].astype(np.float64),
            "Trend": shown["on_trend"].astype(np.float64),
        },
        percent=False,
    )
    return Chart("Strength of trend and stretch", picture, "At the end of each month.")
