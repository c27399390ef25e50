"""The vault: the last part of the bars, kept from every search, and what a look at it can show."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...feeds.bars import Bars
from ...search.refits import Duration
from ...search.worth.sharpe import Moments
from ...search.worth.track_record import power_of_test
from ..errors import ParameterError

EDGES = (0.5, 1.0, 2.0)
"""True Sharpe ratios per year for which the power is told."""

FEWEST_BARS = 20
"""Bars below which a hold-out shows nothing."""


class Vault(NamedTuple):
    """Bars that no search has seen."""

    length: str
    """As it was asked for, such as "2y"."""
    end: datetime.date
    """Last day that is searched."""
    first: str
    """First day that is kept back, ISO date."""
    last: str
    bars: int
    years: float
    vintages: dict[str, str]
    """Of each table, by its name: SHA-256 of all its bars, those that are kept back among them."""
    power: dict[str, float]
    """From a true Sharpe ratio per year to the probability that a one-sided test at 5 % shows it
    in so many bars."""

    def plain(self) -> dict[str, Any]:
        """Return the `holdout` of search.json, in which nothing hangs on the bars kept back."""
        shown = {name: value for name, value in self._asdict().items() if name != "vintages"}
        return {**shown, "end": str(self.end)}


def kept_back(
    tables: Sequence[Bars], length: str | Duration, start: datetime.date | str | None = None
) -> Vault:
    """Return what is kept back of bars.

    Parameters
    ----------
    tables : sequence of Bars
        The first tells the sessions.
    length : str or Duration
        Such as "2y"; it is counted back from the last bar.
    start : date, ISO text or None
        First day that is to be searched.

    Raises
    ------
    ParameterError
        It would leave no bars to search from `start` on, or holds fewer than `FEWEST_BARS`.
    SearchError
        It is no length.
    """
    asked = Duration.parse(length, "holdout")
    bars = tables[0]
    day = asked.from_day(bars.dates[-1], bars.dates, -1)
    row = 0 if day is None else int(np.searchsorted(bars.dates, day, side="right"))
    if row < 2:
        raise ParameterError(
            f"holdout {asked} keeps all of {bars.name}'s {len(bars):,} bars from {bars.dates[0]} "
            f"to {bars.dates[-1]}, or all but one: nothing is left to search"
        )
    if start is not None and np.datetime64(start, "D") >= bars.dates[row - 1]:
        raise ParameterError(
            f"holdout {asked} keeps {bars.name}'s bars from {bars.dates[row]} on, and start is "
            f"{start}: nothing is left to search"
        )
    kept = len(bars) - row
    if kept < FEWEST_BARS:
        raise ParameterError(
            f"holdout {asked} keeps {kept} of {bars.name}'s bars, and {FEWEST_BARS} are the fewest "
            "that can show anything"
        )
    return Vault(
        str(asked),
        bars.dates[row - 1].item(),
        str(bars.dates[row]),
        str(bars.dates[-1]),
        kept,
        kept / bars.periods_per_year,
        {table.name: table.vintage for table in tables},
        powers(kept, bars.periods_per_year),
    )


def powers(bars: int, periods_per_year: int) -> dict[str, float]:
    """Return with which probability edges of `EDGES` would show in so many bars."""
    return {
        f"{edge:g}": power_of_test(Moments(edge / math.sqrt(periods_per_year), 0.0, 3.0, bars))
        for edge in EDGES
    }
