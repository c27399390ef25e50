"""Members of an index, each from a first day to a last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from ..frames import Day, as_day
from ..tables.text_tables import known_of
from ..tickers import plain_ticker
from .sheets import Badge, Sheet, read_table, sha256_of, with_rows
from .spells import SPELLINGS, Spells

_SPELLINGS = {"ticker": ("symbol",), **SPELLINGS}


@dataclass(frozen=True, eq=False, repr=False)
class Membership:
    """Members of an index, point in time.

    A spell includes its start and excludes its end. Where one name replaces another, the end of
    the old one is the start of the new one, and only the new one is a member on that day.

    Parameters
    ----------
    tickers : tuple of str
        The name of each spell, as `plain_ticker` spells it; a name may have several.
    spells : Spells
        When.
    source : str
        Where they came from, in words.
    """

    tickers: tuple[str, ...]
    spells: Spells
    source: str = "arrays"

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "frame") -> Self:
        """Build from a table of ticker, start_date, end_date; see `read_membership`."""
        sheet = Sheet(frame, source, _SPELLINGS)
        sheet.require("ticker", "start_date", "end_date")
        names = [plain_ticker(cell) for cell in sheet.text("ticker")]
        spells = Spells(sheet.dates("start_date"), sheet.dates("end_date", required=False))
        sheet.check()
        sheet.fault("end_date is not after start_date", spells.ended_before_begun())
        for row in np.flatnonzero(spells.overlapping(names)).tolist():
            place, start = sheet.place(row), spells.start[row]
            sheet.faults.append(
                f"{names[row]} is a member again from {start} ({place}), before its spell ended"
            )
        sheet.check()
        return cls(tuple(names), spells, source)

    def __repr__(self) -> str:
        """Show the source and the number of spells."""
        return f"Membership({self.source!r}, {len(self.tickers)} spells)"

    def members_on(self, day: Day) -> frozenset[str]:
        """Return the members on a day; empty before `first_known`."""
        rows = np.flatnonzero(self.spells.on(as_day(day)))
        return frozenset(self.tickers[row] for row in rows)

    def until(self, day: Day) -> Self:
        """Return the membership without what happened after a day."""
        today = as_day(day)
        begun = self.spells.begun_by(today)
        tickers = tuple(self.tickers[row] for row in np.flatnonzero(begun))
        return replace(self, tickers=tickers, spells=self.spells.take(begun).until(today))

    def scrambled_after(self, day: Day, rng: np.random.Generator) -> Self:
        """Return the membership with every start and end after a day moved at random."""
        return replace(self, spells=self.spells.scrambled_after(as_day(day), rng))

    @property
    def first_known(self) -> np.datetime64 | None:
        """First day of the first spell; None where there is none."""
        return self.spells.first()

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Nothing: membership with dates is point in time."""
        return ()

    @cached_property
    def sha256(self) -> str:
        """SHA-256, in hex, of the spells in the order of ticker and start."""
        return sha256_of(sorted(zip(self.tickers, map(str, self.spells.start),
                                    map(str, self.spells.end), strict=True)))  # fmt: skip


def read_membership(path: str | Path) -> Membership:
    """Read when which names were in an index.

    Parameters
    ----------
    path : str or pathlib.Path
        A .csv, .csv.gz or .parquet file with a row for each spell: ticker, start_date (first day
        in the index) and end_date (first day no more in it; empty while it is a member).

    Returns
    -------
    Membership
        The spells.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind.
    BarsError
        For a file that cannot be read or has no rows, a missing column, a cell that is no date, a
        spell that ends before it begins, and spells of one name that overlap.
    """
    frame = read_table(path, "memberships", known_of(_SPELLINGS))
    return Membership.from_frame(with_rows(frame, path), source=str(path))
