"""GICS sectors of companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from ..frames import Day, as_day
from ..quoting import did_you_mean, shown
from ..tables.text_tables import known_of
from ..tickers import plain_ticker
from .sheets import Badge, Sheet, read_table, sha256_of
from .spells import SPELLINGS, Spells

#: The eleven sectors of the Global Industry Classification Standard, and the one that
#: Communication Services took the place of on 2018-09-28.
SECTORS = (
    "Communication Services",
    "Consumer Discretionary",
    "Consumer Staples",
    "Energy",
    "Financials",
    "Health Care",
    "Industrials",
    "Information Technology",
    "Materials",
    "Real Estate",
    "Telecommunication Services",
    "Utilities",
)

#: Largest number of unknown sectors that a message names.
MOST_UNKNOWN = 10

_SECTORS = {sector.casefold(): sector for sector in SECTORS}
_SECTORS["telecommunications services"] = "Telecommunication Services"  # as often misspelt

_SPELLINGS = {"ticker": ("symbol",), "sector": ("gics_sector",), **SPELLINGS}


@dataclass(frozen=True, eq=False, repr=False)
class Securities:
    """Sectors of companies, point in time where the table has dates.

    Parameters
    ----------
    tickers : tuple of str
        The name of each row, as `plain_ticker` spells it.
    sectors : tuple of str
        Its GICS sector, one of `SECTORS`.
    spells : Spells
        When; start and end NaT in a table without dates, whose rows hold on every day.
    source : str
        Where they came from, in words.
    """

    tickers: tuple[str, ...]
    sectors: tuple[str, ...]
    spells: Spells
    source: str = "arrays"

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "frame") -> Self:
        """Build from a table of ticker, sector and perhaps dates; see `read_securities`."""
        sheet = Sheet(frame, source, _SPELLINGS)
        sheet.require("ticker", "sector")
        if "end_date" in sheet:
            sheet.require("start_date")
        names = [plain_ticker(cell) for cell in sheet.text("ticker")]
        sectors = [_SECTORS.get(cell.casefold(), cell) for cell in sheet.text("sector")]
        never = np.full(len(sheet), np.datetime64("NaT", "D"))
        spells = Spells(
            sheet.dates("start_date") if "start_date" in sheet else never,
            sheet.dates("end_date", required=False) if "end_date" in sheet else never,
        )
        unknown: dict[str, int] = {}  # each spelling once: to look for the nearest takes long
        for row, sector in enumerate(sectors):
            if sector and sector not in SECTORS:
                unknown.setdefault(sector, row)
        for sector, row in islice(unknown.items(), MOST_UNKNOWN):
            known = did_you_mean(sector, SECTORS) or f"; they are {', '.join(SECTORS)}"
            sheet.faults.append(f"no GICS sector: {shown(sector)} in {sheet.place(row)}{known}")
        if len(unknown) > MOST_UNKNOWN:
            sheet.faults.append(f"and {len(unknown) - MOST_UNKNOWN} more that are no GICS sector")
        sheet.check()
        sheet.fault("end_date is not after start_date", spells.ended_before_begun())
        for row in np.flatnonzero(spells.overlapping(names)).tolist():
            again = "" if np.isnat(spells.start[row]) else f" on {spells.start[row]}"
            sheet.faults.append(f"{names[row]} has two sectors{again} ({sheet.place(row)})")
        sheet.check()
        return cls(tuple(names), tuple(sectors), spells, source)

    def __repr__(self) -> str:
        """Show the source and the number of names."""
        return f"Securities({self.source!r}, {len(set(self.tickers))} names)"

    def sectors_on(self, day: Day) -> Mapping[str, str]:
        """Return ticker to GICS sector as known on a day."""
        rows = np.flatnonzero(self.spells.on(as_day(day)))
        return {self.tickers[row]: self.sectors[row] for row in rows}

    def until(self, day: Day) -> Self:
        """Return the sectors without what became known after a day; rows without dates stay."""
        today = as_day(day)
        begun = self.spells.begun_by(today)
        return replace(
            self,
            tickers=tuple(self.tickers[row] for row in np.flatnonzero(begun)),
            sectors=tuple(self.sectors[row] for row in np.flatnonzero(begun)),
            spells=self.spells.take(begun).until(today),
        )

    def scrambled_after(self, day: Day, rng: np.random.Generator) -> Self:
        """Return the sectors with what became known after a day made up; rows without dates stay.

        Starts and ends after the day move at random, and rows that begin after it get any sector.
        """
        if self._static:
            return self
        today = as_day(day)
        drawn = rng.choice(SECTORS, len(self.sectors))
        begun = self.spells.begun_by(today)
        sectors = tuple(map(str, np.where(begun, np.array(self.sectors, dtype=object), drawn)))
        return replace(self, sectors=sectors, spells=self.spells.scrambled_after(today, rng))

    @property
    def first_known(self) -> np.datetime64 | None:
        """First day of the first row; None in a table without dates."""
        return self.spells.first()

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Reasons to doubt a result of the sectors; empty for a table with dates."""
        if not self._static:
            return ()
        why = "The sectors carry no dates: one classification is applied to the whole past."
        return (("warn", "static sectors", why),)

    @cached_property
    def sha256(self) -> str:
        """SHA-256, in hex, of the rows in the order of ticker and start."""
        starts, ends = map(str, self.spells.start), map(str, self.spells.end)
        return sha256_of(sorted(zip(self.tickers, starts, ends, self.sectors, strict=True)))

    @property
    def _static(self) -> bool:
        return bool(np.isnat(self.spells.start).any())


def read_securities(path: str | Path) -> Securities:
    """Read the GICS sectors of companies.

    Parameters
    ----------
    path : str or pathlib.Path
        A .csv, .csv.gz or .parquet file with ticker and sector; and, if known, start_date (first
        day in the sector) and end_date (first day no more in it; empty while it is). Without
        dates the sectors hold on every day, and a badge says so.

    Returns
    -------
    Securities
        The sectors.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind.
    BarsError
        For a file that cannot be read, a missing column or cell, a sector that GICS does not
        have, and a name that is in two sectors at once.
    """
    return Securities.from_frame(
        read_table(path, "sectors", known_of(_SPELLINGS)), source=str(path)
    )
