"""Bars of many instruments, read from one file and adjusted for splits."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from .arrays import Floats
from .bars import Bars, BarsError
from .companies.sheets import Badge, Sheet, fault_lines, read_table, with_rows
from .errors import RequestError
from .frames import Day, as_date, as_day, read_frame
from .quoting import did_you_mean
from .reading import PLAIN, Reading
from .resampled import resampled
from .simulated.noise import noise_after
from .tables.text_tables import known_of_bars
from .tables.written_dates import read_dates
from .tickers import plain_ticker
from .tidy.basis import NO_SPLIT
from .tidy.tidied import Tidied, tidied

_SPELLINGS = {"ticker": ("symbol", "instrument"), "date": ("datetime", "timestamp", "day")}

#: A panel with at least this many names over at least this many days, none of which ends early,
#: is taken to hold survivors only.
SURVIVORS, SURVIVED = 10, np.timedelta64(2 * 365, "D")


#: Daily bars of which every `resample` makes at least 2.
ENOUGH = 70


@dataclass(frozen=True, eq=False, repr=False)
class Panel:
    """Daily bars of many instruments, each from its first bar to its last; gaps stay gaps.

    Parameters
    ----------
    bars : tuple of Bars
        One table a name, in the alphabetical order of the names, split-adjusted.
    factors : tuple of ndarray of float64, shape (n_bars,)
        For each, raw price / split-adjusted price on every bar; NaN where it is not known.
    source : str
        Where the panel came from, in words.
    without_bars : tuple of str
        Names that were asked for and have fewer than 2 bars in the window.
    parts : mapping of str to tuple of str
        Of a panel of several sources: the names of each; else empty.

    Raises
    ------
    BarsError
        For names out of order or twice, or factors that do not go with the bars.
    """

    bars: tuple[Bars, ...]
    factors: tuple[Floats, ...]
    source: str = "arrays"
    without_bars: tuple[str, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that bars and factors go together."""
        if any(first >= second for first, second in pairwise(self.tickers)):
            raise BarsError(f"{self.source}: names must be in order and once, got {self.tickers}")
        if [len(each) for each in self.bars] != [len(each) for each in self.factors]:
            raise BarsError(f"{self.source}: every bar needs its split factor")

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        tickers: Sequence[str] | None = None,
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        dividends: bool = True,
        source: str = "frame",
        reading: Reading = PLAIN,
    ) -> Self:
        """Build a panel from one long table; see `read_panel`."""
        sheet = Sheet(frame, source, _SPELLINGS)
        sheet.require("ticker", "date")
        with_rows(frame, source)
        rows = dict(_by_ticker(sheet, reading))
        reading = replace(reading, decimal=reading.decimal or sheet.decimal, timezone=None)
        for bound, option in ((start, "start"), (end, "end")):
            if bound is not None:
                as_date(bound, option)

        read, absent, faults = [], [], []
        for name in _chosen(list(rows), tickers, source):
            try:
                table, found = read_frame(
                    rows[name], start=start, end=end, dividends=dividends, reading=reading
                )
            except RequestError:  # fewer than 2 of its bars lie in the window
                absent.append(name)
                continue
            if not found and table is not None and len(table.dates) < 2:
                absent.append(name)
                continue
            if not found and table is not None:
                tidy = tidied(table, name=name, reading=reading, dividends=dividends)
                found = list(tidy.faults)
                read.append((name, tidy))
            faults += [f"{name}: {fault}" for fault in found]
        if faults:
            raise BarsError(fault_lines(source, faults))
        if not read:
            raise RequestError(
                f"{source}: no name has 2 bars from {start or 'the first'} to {end or 'the last'}"
            )
        read = _alike(read)
        factors = tuple(_factors(table) for _, table in read)
        stated = states_splits(factors)
        tables = tuple(_bars(name, table, source, stated) for name, table in read)
        panel = cls(tables, factors, source, tuple(absent))
        return panel if reading.resample is None else panel.resampled(reading.resample)

    def resampled(self, every: str) -> Self:
        """Return the panel with weekly or monthly bars, or bars from one open to the next.

        Parameters
        ----------
        every : {"week", "month", "open"}
            As for `Bars`. The factor of a bar is that of its date. A name that has fewer bars than
            are needed is left out, and stands in `without_bars`.

        Raises
        ------
        RequestError
            No name is left.
        """
        kept: list[tuple[Bars, Floats]] = []
        absent = list(self.without_bars)
        for bars, factor in zip(self.bars, self.factors, strict=True):
            try:
                made = resampled(bars, every)
            except RequestError:
                if len(bars) >= ENOUGH:
                    raise
                absent.append(bars.name)
                continue
            kept.append((made, factor[np.searchsorted(bars.dates, made.dates)]))
        if not kept:
            raise RequestError(f"{self.source}: no name has 2 bars of a {every}")
        return replace(
            self,
            bars=tuple(bars for bars, _ in kept),
            factors=tuple(factor for _, factor in kept),
            without_bars=tuple(sorted(absent)),
        )

    @classmethod
    def joined(cls, panels: Sequence[Self]) -> Self:
        """Return several panels as one; a name of two panels is there once.

        Raises
        ------
        BarsError
            Two panels hold different bars or split factors of one name.
        """
        if len(panels) == 1:
            return panels[0]
        found: dict[str, tuple[Bars, Floats, str]] = {}
        for panel in panels:
            for bars, factor in zip(panel.bars, panel.factors, strict=True):
                known, own, source = found.setdefault(bars.name, (bars, factor, panel.source))
                if known.vintage != bars.vintage or not np.array_equal(own, factor, equal_nan=True):
                    raise BarsError(
                        f"{panel.source}: the bars of {bars.name} differ from those in {source}; "
                        "leave it out of one of them"
                    )
        names = sorted(found)
        absent = {name for panel in panels for name in panel.without_bars} - found.keys()
        return cls(
            tuple(found[name][0] for name in names),
            tuple(found[name][1] for name in names),
            ", ".join(panel.source for panel in panels),
            tuple(sorted(absent)),
            {panel.source: panel.tickers for panel in panels},
        )

    def __repr__(self) -> str:
        """Show the source and the number of names."""
        return f"Panel({self.source!r}, {len(self.bars)} names)"

    @property
    def tickers(self) -> tuple[str, ...]:
        """Names of the instruments, alphabetical, spelled as `plain_ticker` does."""
        return tuple(bars.name for bars in self.bars)

    def tickers_from(self, source: str) -> tuple[str, ...]:
        """Return the names that came from one of its sources; none from another."""
        if source == self.source:
            return self.tickers
        return self.parts.get(source, ())

    def split_factors(self, day: Day, tickers: Sequence[str]) -> Floats:
        """Return raw price / split-adjusted price at each name's last bar up to a day.

        Parameters
        ----------
        day : datetime64, datetime.date or str
            The day; its own bar counts.
        tickers : sequence of str
            Names, in any order.

        Returns
        -------
        ndarray of float64, shape (n_tickers,)
            NaN before a name's first bar, for a name that is not in the panel, and where the
            panel knows no factors.
        """
        today, steps = int(as_day(day).astype(np.int64)), self._steps
        found = np.full(len(tickers), np.nan)
        for i, ticker in enumerate(tickers):
            days, factors = steps.get(plain_ticker(ticker), ((), ()))
            step = bisect_right(days, today) - 1
            if step >= 0:
                found[i] = factors[step]
        return found

    def until(self, day: Day) -> Self:
        """Return the panel without the bars after a day, and without names that then lack 2."""
        today = as_day(day)
        tables, factors = [], []
        for bars, factor in zip(self.bars, self.factors, strict=True):
            n = int(np.searchsorted(bars.dates, today, side="right"))
            if n >= 2:
                tables.append(bars.between(None, str(today)))
                factors.append(factor[:n])
        return replace(self, bars=tuple(tables), factors=tuple(factors))

    def scrambled_after(
        self, day: Day, rng: np.random.Generator
    ) -> Self:  # fmt: skip
        """Return the panel with every bar and factor after a day replaced by noise.

        The dates stay. Prices follow a random walk of large steps from the last known close, or
        from a random price where no close was known. Volumes are random, dividends are 0.
        """
        today = as_day(day)
        tables, factors = [], []
        for bars, factor in zip(self.bars, self.factors, strict=True):
            known = int(np.searchsorted(bars.dates, today, side="right"))
            tables.append(noise_after(bars, known, rng))
            noise = rng.lognormal(0.0, 1.0, len(bars) - known)
            factors.append(np.concatenate([factor[:known], noise]))
        return replace(self, bars=tuple(tables), factors=tuple(factors))

    @property
    def first_known(self) -> np.datetime64 | None:
        """Date of the first bar of all; None in an empty panel."""
        return min((bars.dates[0] for bars in self.bars), default=None)

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Reasons to doubt a result of the panel; empty where there are none."""
        found: list[Badge] = []
        if any(np.isnan(factor).any() for factor in self.factors):
            why = "Raw prices cannot be told: floors on price and enterprise values are missing."
            found.append(("warn", "split factors unknown", why))
        if lived := self._survivors():
            why = (
                f"None of the {len(self.bars)} names was delisted {lived}: those that were are not "
                "in the panel, and results are too good."
            )
            found.append(("warn", "survivorship", why))
        if self.without_bars:
            why = f"Fewer than 2 bars in the window: {', '.join(self.without_bars)}."
            found.append(("info", f"names without bars: {len(self.without_bars)}", why))
        return tuple(found)

    @cached_property
    def sha256(self) -> str:
        """SHA-256, in hex, of every name, its vintage and its factors as little-endian doubles."""
        digest = hashlib.sha256()
        for bars, factor in zip(self.bars, self.factors, strict=True):
            digest.update(f"{bars.name}\t{bars.vintage}\n".encode())
            digest.update(factor.astype("<f8").tobytes())
        return digest.hexdigest()

    @cached_property
    def _steps(self) -> dict[str, tuple[list[int], list[float]]]:
        """Name to the days on which its factor changes, and the factor from each of them on."""
        found = {}
        for bars, factor in zip(self.bars, self.factors, strict=True):
            known = np.nan_to_num(factor, nan=-1.0)  # no factor is negative; NaN differs from NaN
            begins = np.flatnonzero(np.diff(known, prepend=-2.0))
            days = bars.dates[begins].astype(np.int64)
            found[bars.name] = (days.tolist(), factor[begins].tolist())
        return found

    def _survivors(self) -> str | None:
        """Return the first and last day if no name ends early, None if one does or few are in."""
        if len(self.bars) < SURVIVORS:
            return None
        first = min(bars.dates[0] for bars in self.bars)
        last = max(bars.dates[-1] for bars in self.bars)
        if last - first < SURVIVED or any(bars.dates[-1] < last for bars in self.bars):
            return None
        return f"from {first} to {last}"


def read_panel(
    path: str | Path,
    *,
    tickers: Sequence[str] | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    reading: Reading = PLAIN,
) -> Panel:
    """Read the bars of many instruments from one file of raw prices.

    Parameters
    ----------
    path : str or pathlib.Path
        A .parquet, .csv or .csv.gz file, one row a ticker and date: ticker, date, open, high,
        low, close, volume, and, if known, dividend and split_factor. With a `split_factor` the
        prices are raw: prices and dividends are divided by it, volumes multiplied. Without one
        they must be split-adjusted, and raw prices are not known (a badge says so).
    tickers : sequence of str, optional
        Which to take, in any order and case; None takes all.
    start, end : str or datetime.date, optional
        First and last date wanted; rows outside are cut off before anything is checked.
    dividends : bool
        False ignores the dividend column; the bars are then `price_only`.
    reading : Reading
        How the file is read where it does not say so itself.

    Returns
    -------
    Panel
        A stock listed late starts late, a delisted one ends early, and a gap has no bar. A name
        with fewer than 2 bars in the window is left out, and a badge names it.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind, an unknown ticker, or a window without
        bars.
    BarsError
        For a file that cannot be read, without a ticker column or rows, and with every fault of
        every name, as `Bars` states them, up to 20 lines.
    """
    frame = read_table(path, "panels of bars", known_of_bars)
    return Panel.from_frame(
        frame,
        tickers=tickers,
        start=start,
        end=end,
        dividends=dividends,
        source=str(path),
        reading=reading,
    )


def _by_ticker(sheet: Sheet, reading: Reading) -> Iterator[tuple[str, pd.DataFrame]]:
    # One pass over the rows: a scan for each name would read the panel once a name.
    column = sheet.column("ticker")
    if column.dtype == object:  # perhaps lists and numbers among the texts
        column = pd.Series(sheet.text("ticker"), index=column.index, name=column.name)
        sheet.check()
    codes, written = pd.factorize(column)
    sheet.fault("ticker is missing", codes < 0)
    sheet.check()
    names = [plain_ticker(str(each)) for each in written]
    plain = sorted(set(names))
    places = {name: place for place, name in enumerate(plain)}
    codes = np.array([places[name] for name in names], dtype=np.int64)[codes]
    order = np.argsort(codes, kind="stable")
    frame = sheet.frame.drop(columns=column.name)
    dates = read_dates(sheet.column("date"), reading.dates, reading.timezone)
    sheet.faults += [dates.fault] if dates.fault else []
    sheet.check()
    days = dates.days
    if not np.isnat(days).any():  # read once for all; otherwise each name's faults quote the text
        frame = frame.assign(**{str(sheet.column("date").name): pd.DatetimeIndex(days)})
    frame = frame.iloc[order]
    bounds = np.searchsorted(codes[order], np.arange(len(plain) + 1))
    for name, (first, stop) in zip(plain, pairwise(bounds), strict=True):
        yield name, frame.iloc[first:stop]


def _chosen(known: list[str], tickers: Sequence[str] | None, source: str) -> list[str]:
    if tickers is None:
        return known
    wanted = sorted({plain_ticker(ticker) for ticker in tickers})
    for ticker in wanted:
        if ticker not in known:
            raise RequestError(
                f"{source}: unknown ticker {ticker!r}{did_you_mean(ticker, known)} "
                f"({len(known)} names, {known[0]} to {known[-1]})"
            )
    return wanted


def states_splits(factors: Iterable[Floats]) -> bool:
    """Return whether the split factors of a panel change on some bar of some name.

    Then its table knows splits, and a jump of the price on another day is none. Factors that are 1
    throughout may stand for splits that nobody looked up.
    """
    return any(bool((np.diff(factor[~np.isnan(factor)]) != 0.0).any()) for factor in factors)


def _alike(read: list[tuple[str, Tidied]]) -> list[tuple[str, Tidied]]:
    """Return tables of one file, all of raw prices where its column of splits says so of any.

    A name without a split has the same prices raw and adjusted: the column tells nothing of it.
    """
    raw = {table.origin.why for _, table in read if table.origin.prices == "raw"}
    silent = {f"{why}{NO_SPLIT}" for why in raw}
    return [
        (name, replace(table, origin=replace(table.origin, prices="raw")))
        if table.origin.why in silent
        else (name, table)
        for name, table in read
    ]


def _bars(name: str, tidy: Tidied, source: str, splits_stated: bool) -> Bars:
    columns: dict[str, Any] = dict(tidy.columns)
    price_only = "dividend" not in columns
    columns.setdefault("dividend", np.zeros(len(tidy.dates)))
    return Bars(
        name,
        tidy.dates,
        source=f"panel:{source}#{name}",
        calendar=tidy.calendar,
        price_only=price_only,
        frequency=tidy.frequency,
        origin=replace(tidy.origin, splits_known=tidy.origin.splits_known or splits_stated),
        **columns,
    )


def _factors(tidy: Tidied) -> Floats:
    return np.full(len(tidy.dates), np.nan) if tidy.factor is None else tidy.factor
