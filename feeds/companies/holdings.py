"""Holdings of funds, as snapshots with dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Self

import numpy as np
import pandas as pd

from ..checks import on_dates
from ..errors import BarsError, RequestError
from ..frames import Day, as_day
from ..quoting import did_you_mean, shown
from ..tables.decoded import decoded
from ..tables.files import read_bytes, shown_path
from ..tables.text_tables import known_of
from ..tickers import plain_ticker
from .ishares_csv import fund_of_file, is_ishares_csv, ishares_table
from .sheets import Badge, Sheet, check_days, read_table, sha256_of
from .snapshots import SPELLINGS, Snapshot, snapshots_of
from .spdr_workbook import read_spdr_workbook

_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9.-]{0,9})=(.+)", re.DOTALL)


@dataclass(frozen=True, eq=False, repr=False)
class Holdings:
    """Snapshots of what funds held, point in time where they have dates.

    Parameters
    ----------
    snapshots : tuple of Snapshot
        In any order; one a fund and day.
    source : str
        Where they came from, in words.
    stale_after : int
        Days after which a snapshot is called stale. It is used all the same.
    noted : tuple of Badge
        Badges of the reading.

    Raises
    ------
    BarsError
        For two snapshots of a fund on one day, or one without a date beside others.
    """

    snapshots: tuple[Snapshot, ...]
    source: str = "arrays"
    stale_after: int = 100
    noted: tuple[Badge, ...] = ()

    def __post_init__(self) -> None:
        """Check that at most one snapshot answers for a fund and a day."""
        for etf, found in self._by_etf.items():
            days = [snapshot.day for snapshot in found]
            if len(days) > 1 and any(np.isnat(day) for day in days):
                raise BarsError(
                    f"{self.source}: {etf} has a snapshot without a date beside others; "
                    "give it a date, or leave it out"
                )
            twice = [day for day in sorted(set(days)) if days.count(day) > 1]
            if twice:
                shown = on_dates(np.array(twice))
                raise BarsError(f"{self.source}: two different snapshots of {etf} on {shown}")

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        source: str = "frame",
        stale_after: int = 100,
        lag_days: int = 0,
        today: Day | None = None,
    ) -> Self:
        """Build from a table of date, etf, ticker and weight in percent; see `read_holdings`."""
        check_days("stale_after", stale_after)
        check_days("lag_days", lag_days)
        snapshots, noted = snapshots_of(frame, source, lag_days, today)
        return cls(tuple(snapshots), source, stale_after, noted)

    def __repr__(self) -> str:
        """Show the source and the funds."""
        return f"Holdings({self.source!r}, {len(self.snapshots)} snapshots of {self.etfs})"

    @property
    def etfs(self) -> tuple[str, ...]:
        """The funds, in alphabetical order."""
        return tuple(sorted(self._by_etf))

    def weights_on(
        self, day: Day, etf: str
    ) -> Mapping[str, float] | None:  # fmt: skip
        """Return what a fund held by its newest snapshot that was known on a day.

        Returns
        -------
        mapping of str to float, or None
            Ticker, as `plain_ticker` spells it, to fraction of the fund, without cash, futures
            and the like, so that the sum is a little below 1. None before the first snapshot.
        """
        found = self._newest(day, etf)
        return None if found is None else MappingProxyType(dict(found.weights))

    def cash_on(self, day: Day, etf: str) -> Mapping[str, float] | None:
        """Return what `weights_on` leaves out of the same snapshot: name to fraction."""
        found = self._newest(day, etf)
        return None if found is None else MappingProxyType(dict(found.cash))

    def snapshot_on(self, day: Day, etf: str) -> np.datetime64 | None:
        """Return the date of the snapshot that answers on a day.

        NaT where it has no date, None before the first.
        """
        found = self._newest(day, etf)
        return None if found is None else found.day

    def stale_on(self, day: Day, etf: str) -> bool:
        """Tell whether the snapshot that answers on a day is older than `stale_after` days."""
        found = self._newest(day, etf)
        if found is None or np.isnat(found.day):
            return False
        return bool((as_day(day) - found.day).astype(int) > self.stale_after)

    def check(self, etf: str, end: Day) -> None:
        """Raise RequestError unless something is known of a fund by the end of a run.

        Parameters
        ----------
        etf : str
            The fund.
        end : datetime64, datetime.date or str
            Last day of the run.
        """
        name = plain_ticker(str(etf))
        if name not in self._by_etf:
            near = did_you_mean(name, self.etfs) or f"; there are {', '.join(self.etfs)}"
            raise RequestError(f"{self.source}: no holdings of {shown(name)}{near}")
        first, last = self._by_etf[name][0], as_day(end)
        if first.known > last:
            raise RequestError(
                f"{self.source}: the first snapshot of {name} is {first.day}, after the run's "
                f"end {last}"
            )

    def until(self, day: Day) -> Self:
        """Return the snapshots that were known on a day, and those without a date."""
        today = as_day(day)
        kept = tuple(each for each in self.snapshots if not each.known > today)
        return replace(self, snapshots=kept)

    def scrambled_after(
        self, day: Day, rng: np.random.Generator
    ) -> Self:  # fmt: skip
        """Return the snapshots; those known after a day get random weights."""
        today = as_day(day)
        return replace(
            self,
            snapshots=tuple(
                each.made_up(rng) if each.known > today else each for each in self.snapshots
            ),
        )

    @property
    def first_known(self) -> np.datetime64 | None:
        """First day on which anything was known; None where no snapshot has a date."""
        known = [each.known for each in self.snapshots if not np.isnat(each.known)]
        return min(known, default=None)

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Reasons to doubt a result of the holdings; empty where there are none."""
        undated = [etf for etf, found in self._by_etf.items() if np.isnat(found[0].day)]
        if not undated:
            return self.noted
        names = ", ".join(sorted(undated))
        why = f"The holdings of {names} carry no date, and are used for all days."
        return (("warn", "holdings not point in time", why), *self.noted)

    @cached_property
    def sha256(self) -> str:
        """SHA-256, in hex, of the snapshots in the order of fund, day and name."""
        return sha256_of(
            (etf, snapshot.day, snapshot.known, kind, name, rows[name])
            for etf, found in sorted(self._by_etf.items())
            for snapshot in found
            for kind, rows in (("weight", snapshot.weights), ("cash", snapshot.cash))
            for name in sorted(rows)
        )

    @cached_property
    def _by_etf(self) -> dict[str, list[Snapshot]]:
        found: dict[str, list[Snapshot]] = {}
        for snapshot in sorted(self.snapshots, key=lambda each: (each.etf, str(each.day))):
            found.setdefault(snapshot.etf, []).append(snapshot)
        return found

    def _newest(self, day: Day, etf: str) -> Snapshot | None:
        found = self._by_etf.get(plain_ticker(etf), [])
        if found and np.isnat(found[0].day):
            return found[0]
        place = bisect_right(found, as_day(day), key=lambda each: each.known)
        return found[place - 1] if place else None


def read_holdings(
    path: str | Path | Iterable[str | Path],
    *,
    stale_after: int = 100,
    lag_days: int | None = None,
    today: Day | None = None,
) -> Holdings:
    """Read the published holdings of funds.

    Parameters
    ----------
    path : str or pathlib.Path, or several
        Each a .csv, .csv.gz or .parquet table of date, etf, ticker and weight in percent, as
        published: cash, currencies, money-market funds, futures, rows without a ticker and the
        total are recognised; or an .xlsx workbook as State Street's fund pages offer it; or a
        .csv as iShares' fund pages offer it, which does not tell the fund's ticker: it is read as
        ``ETF=FILE``, or of a file that is named after the fund, as IYE_holdings.csv. ``ETF=FILE``
        also names the fund of a table without a column etf. A table without a column date is one
        snapshot a fund, which holds on every day; a badge says so.
    stale_after : int
        Days, >= 0, after which a snapshot is called stale.
    lag_days : int, optional
        Days, >= 0, from a snapshot's date until it is known. None is 0 for a table, whose dates
        are taken for the day on which it could be read, and 1 for a fund's own file: it is dated by
        the close that it describes, and put up the next morning.
    today : datetime64, datetime.date or str, optional
        The day of reading; None asks the clock.

    Returns
    -------
    Holdings
        All snapshots together; the same one in two files counts once. A snapshot that names a
        security twice contradicts itself: it is left out, and a badge names it.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind, or a number of days out of range.
    BarsError
        For a file that cannot be read, a missing column, a cell that cannot be read, a snapshot
        dated after today, a weight beyond 1,000 percent or below -1 for a security, weights that
        are not in percent, or two different snapshots of one fund and day.
    """
    for option, value in (("stale_after", stale_after), ("lag_days", lag_days)):
        if value is not None:
            check_days(option, value)
    paths = [path] if isinstance(path, str | Path) else list(path)
    snapshots: list[Snapshot] = []
    noted: list[Badge] = []
    for each in paths:
        frame, own_lag = _table_of(each)
        lag = own_lag if lag_days is None else lag_days
        found, odd = snapshots_of(frame, str(each), lag, today)
        read = {(other.etf, str(other.day)): other for other in snapshots}
        snapshots += [other for other in found if read.get((other.etf, str(other.day))) != other]
        noted += odd
    source = ", ".join(map(str, paths))
    return Holdings(tuple(snapshots), source, stale_after, tuple(noted))


def fund_and_file(given: str | Path) -> tuple[str, str]:
    """Return the fund that ``ETF=FILE`` names, empty where a file stands alone, and the file."""
    text = str(given)
    named = None if Path(text).is_file() else _NAMED.match(text)
    return (named[1], named[2]) if named else ("", text)


def _table_of(given: str | Path) -> tuple[pd.DataFrame, int]:
    """Return the plain table of a file, and the days until it was known."""
    etf, file = fund_and_file(given)
    if file.lower().endswith(".xlsx"):
        return _of_fund(read_spdr_workbook(file), etf, str(given)), 1
    if file.lower().endswith((".csv", ".csv.gz")):
        text = _text_of(file)
        if is_ishares_csv(text):
            fund = etf or fund_of_file(Path(file).name.partition(".")[0])
            if not fund:
                raise BarsError(
                    f"{shown_path(file)}: iShares' files do not tell the fund's ticker: say "
                    f"--holdings TICKER={file}"
                )
            return ishares_table(text, shown_path(file), fund), 1
    frame = read_table(file, "holdings (or .xlsx)", known_of(SPELLINGS))
    return _of_fund(frame, etf, str(given)), 0


def _text_of(file: str) -> str:
    """Return a file's text; empty where it is none, which `read_table` tells in full."""
    try:
        return decoded(read_bytes(file))
    except BarsError:
        return ""


def _of_fund(frame: pd.DataFrame, etf: str, given: str) -> pd.DataFrame:
    """Return a table whose fund was named from without; one that names it must agree."""
    if not etf:
        return frame
    sheet = Sheet(frame, given, SPELLINGS)
    if "etf" not in sheet:
        return frame.assign(etf=etf)
    others = {plain_ticker(each) for each in sheet.text("etf", required=False)} - {
        plain_ticker(etf)
    }
    if others:
        raise BarsError(f"{given}: the file holds {', '.join(sorted(others))}: name no fund for it")
    return frame
