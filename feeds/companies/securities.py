"""GICS sectors of companies, and perhaps their sub-industries and countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from ..frames import Day, as_day
from ..quoting import did_you_mean, shown
from ..tables.text_tables import known_of
from ..tickers import plain_ticker
from .sheets import Badge, Sheet, read_table, sha256_of, with_rows
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

_SPELLINGS = {
    "ticker": ("symbol",),
    "sector": ("gics_sector",),
    "sub_industry": ("gics_sub_industry", "subindustry", "gics_subindustry"),
    "country": ("domicile", "country_of_domicile"),
    **SPELLINGS,
}


@dataclass(frozen=True, eq=False, repr=False)
class Securities:
    """Sectors of companies and more, point in time where the table has dates.

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
    sub_industries, countries : tuple of str, or None
        Those of each row as the table spells them, "" where it does not say; None where the table
        has no such column.
    """

    tickers: tuple[str, ...]
    sectors: tuple[str, ...]
    spells: Spells
    source: str = "arrays"
    sub_industries: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None

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
        sub_industries, countries = (
            tuple(sheet.text(name, required=False)) if name in sheet else None
            for name in ("sub_industry", "country")
        )
        sheet.check()
        return cls(tuple(names), tuple(sectors), spells, source, sub_industries, countries)

    def __repr__(self) -> str:
        """Show the source and the number of names."""
        return f"Securities({self.source!r}, {len(set(self.tickers))} names)"

    def sectors_on(self, day: Day) -> Mapping[str, str]:
        """Return ticker to GICS sector as known on a day."""
        return self._on(day, self.sectors)

    def sub_industries_on(self, day: Day) -> Mapping[str, str] | None:
        """Return ticker to sub-industry as known on a day, "" where the row does not say it.

        None where the table has no sub-industries at all.
        """
        return None if self.sub_industries is None else self._on(day, self.sub_industries)

    def countries_on(self, day: Day) -> Mapping[str, str] | None:
        """Return ticker to country as known on a day; else as `sub_industries_on`."""
        return None if self.countries is None else self._on(day, self.countries)

    def names_ever(self, kind: str) -> tuple[str, ...] | None:
        """Return the names that companies have on some day, sorted; None without such a column.

        Parameters
        ----------
        kind : {"sector", "sub_industry", "country"}
            What they are names of.
        """
        columns = {
            "sector": self.sectors,
            "sub_industry": self.sub_industries,
            "country": self.countries,
        }
        column = columns[kind]
        return None if column is None else tuple(sorted({name for name in column if name}))

    def until(self, day: Day) -> Self:
        """Return the table without what became known after a day; rows without dates stay."""
        today = as_day(day)
        begun = self.spells.begun_by(today)
        rows = np.flatnonzero(begun)
        kept: dict[str, Any] = {
            name: tuple(column[row] for row in rows) for name, column in self._columns().items()
        }
        return replace(
            self,
            tickers=tuple(self.tickers[row] for row in rows),
            spells=self.spells.take(begun).until(today),
            **kept,
        )

    def scrambled_after(self, day: Day, rng: np.random.Generator) -> Self:
        """Return the table with what became known after a day made up; rows without dates stay.

        Starts and ends after the day move at random, and rows that begin after it get any sector,
        and any sub-industry and country that the table has.
        """
        if self._static or not self.tickers:
            return self
        today = as_day(day)
        begun = self.spells.begun_by(today)
        drawn = {"sectors": rng.choice(SECTORS, len(self.sectors))}
        spells = self.spells.scrambled_after(today, rng)
        for name, column in self._columns().items():
            if name not in drawn:
                drawn[name] = rng.choice(sorted(set(column)), len(column))
        columns: dict[str, Any] = {
            name: tuple(map(str, np.where(begun, np.array(column, dtype=object), drawn[name])))
            for name, column in self._columns().items()
        }
        return replace(self, spells=spells, **columns)

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
        columns = self._columns()
        more = [(name,) for name in columns if name != "sectors"]
        rows = zip(self.tickers, starts, ends, *columns.values(), strict=True)
        return sha256_of([*more, *sorted(rows)])

    def _on(self, day: Day, column: tuple[str, ...]) -> dict[str, str]:
        rows = np.flatnonzero(self.spells.on(as_day(day)))
        return {self.tickers[row]: column[row] for row in rows}

    def _columns(self) -> dict[str, tuple[str, ...]]:
        """Return the columns that a row says of its company, those that there are."""
        columns = {
            "sectors": self.sectors,
            "sub_industries": self.sub_industries,
            "countries": self.countries,
        }
        return {name: column for name, column in columns.items() if column is not None}

    @property
    def _static(self) -> bool:
        return bool(np.isnat(self.spells.start).any())


def read_securities(path: str | Path) -> Securities:
    """Read the GICS sectors of companies, and their sub-industries and countries if known.

    Parameters
    ----------
    path : str or pathlib.Path
        A .csv, .csv.gz or .parquet file with ticker and sector; and, if known, start_date (first
        day in the sector) and end_date (first day no more in it; empty while it is). Without
        dates the sectors hold on every day, and a badge says so. Further columns that are read:
        sub_industry (or gics_sub_industry) and country (or domicile), of the same days; a cell
        may be empty. Where one of them changes, a new row begins.

    Returns
    -------
    Securities
        The sectors.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind.
    BarsError
        For a file that cannot be read or has no rows, a missing column or cell, a sector that GICS
        does not have, and a name that is in two sectors at once.
    """
    frame = read_table(path, "sectors", known_of(_SPELLINGS))
    return Securities.from_frame(with_rows(frame, path), source=str(path))
