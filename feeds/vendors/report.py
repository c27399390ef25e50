"""The report of a fetch: as data for JSON, and as lines of text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..checks import on_dates
from .restatement import Difference


@dataclass(frozen=True, kw_only=True)
class FetchReport:
    """What a fetch did. Dates are written YYYY-MM-DD.

    Attributes
    ----------
    ticker : str
        In capitals; SOURCE:TICKER where the vendor is not Yahoo.
    origin : {"network", "cache"}
        Whether the vendor's answer was used.
    reason : str
        Why it was not; empty when it was, or when it was asked today already.
    fetched : str
        When the vendor last answered, at the exchange.
    age_days : int
        Days since then.
    first, last : str
        Dates of the first and last bar in the cache.
    rows : int
        Bars in the cache.
    sha256 : str
        Hash of the cache's file.
    appended : int
        Bars that are new.
    split : float
        New shares for one old of the splits that the cache was rescaled by; 1 for none.
    waiting : str
        Date of a split that the vendor lists but has not put into its prices.
    restated : Difference or None
        What the vendor has changed about bars that were known.
    kept : str
        File in the ticker's folder of the cache that holds the version before a change.
    unfinished : str
        Date of a bar that was left out because its day is not over.
    incomplete, empty : tuple of str
        Dates left out at the end, and among the others, because prices are missing.
    lacking : int
        Known bars that the answer should have had and had not; they stay.
    late : int
        Finished sessions for which there is no bar yet; New York alone, 0 elsewhere.
    capital_gains : int
        Distributions of capital gains in the cache.
    damage : str
        What was wrong with the cache, which has been replaced.
    vendor : str
        What messages call the vendor.
    """

    ticker: str
    origin: str
    reason: str = ""
    fetched: str
    age_days: int
    first: str
    last: str
    rows: int
    sha256: str
    appended: int = 0
    split: float = 1.0
    waiting: str = ""
    restated: Difference | None = None
    kept: str = ""
    unfinished: str = ""
    incomplete: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    lacking: int = 0
    late: int = 0
    capital_gains: int = 0
    damage: str = ""
    vendor: str = "Yahoo"

    def plain(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        return asdict(self)

    def words(self) -> list[str]:
        """Return lines of text: where the bars come from, then one line for each event."""
        return [f"{self.ticker}: {line}" for line in (self._headline(), *self._details())]

    def _headline(self) -> str:
        bars = f"{self.rows:,} bars, {self.first} to {self.last}"
        if self.origin == "network":
            return f"{bars}, from {self.vendor}, {self.appended:,} new"
        because = f": {self.reason}" if self.reason else ""
        return f"{bars}, from the cache, fetched {self.fetched} ({self._age()}){because}"

    def _age(self) -> str:
        return {0: "today", 1: "1 day ago"}.get(self.age_days, f"{self.age_days} days ago")

    def _details(self) -> list[str]:
        lines = []
        if self.damage:
            lines.append(f"{self.damage}; fetched again")
        if self.split != 1:
            lines.append(f"known bars rescaled for a split of {self.split:g} for 1")
        if self.waiting:
            lines.append(
                f"{self.vendor} lists a split on {self.waiting} that its prices do not show yet; "
                "bars from then on are left out"
            )
        if self.restated:
            lines.append(f"{self.vendor} has restated what it said before: {self.restated.words()}")
        if self.kept:
            lines.append(f"the version before is kept as {self.kept}")
        if self.unfinished:
            lines.append(f"the bar of {self.unfinished} is left out: its day is not over")
        if self.incomplete:
            lines.append(f"no prices yet for {_shown(self.incomplete)}: left for the next fetch")
        if self.empty:
            lines.append(f"rows without prices left out: {_shown(self.empty)}")
        if self.lacking:
            bars = "1 known bar" if self.lacking == 1 else f"{self.lacking} known bars"
            lines.append(f"{self.vendor}'s answer lacks {bars}; kept from the cache")
        if self.late:
            sessions = "session" if self.late == 1 else f"{self.late} sessions"
            lines.append(f"no bar for the {sessions} after {self.last}")
        if self.capital_gains:
            lines.append(
                f"{self.capital_gains} distributions of capital gains, taken to be within the "
                f"dividends as {self.vendor} adds them"
            )
        return lines


def _shown(dates: tuple[str, ...]) -> str:
    return on_dates(np.array(dates, dtype="datetime64[D]"))
