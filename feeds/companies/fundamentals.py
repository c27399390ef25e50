"""Statements of companies, each known from a day on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from ..arrays import Dates, Floats
from ..errors import RequestError
from ..frames import Day, as_day
from ..tables.text_tables import known_of
from ..tickers import plain_ticker
from .sheets import MOST_DAYS, Badge, check_days, read_table, sha256_of
from .statements import FREQUENCIES, SPELLINGS, statements_of

#: Columns of what `known_on` answers.
FIELDS = ("ebit", "debt", "minority_interest", "cash", "shares_outstanding")

#: Days between the ends of neighbouring quarters: 13 weeks, give or take a fortnight.
QUARTER = (75, 105)


@dataclass(frozen=True, eq=False, repr=False)
class Fundamentals:
    """Statements of companies, each known from a day on.

    Parameters
    ----------
    tickers : tuple of str, length n
        The company of each statement, as `plain_ticker` spells it.
    period_end : ndarray of datetime64[D], shape (n,)
        Last day of its fiscal period.
    known_from : ndarray of datetime64[D], shape (n,)
        First day on which it was known. Of several statements of one period the one known last
        counts: a restatement takes the place of what it restates on its own day.
    counted_on : ndarray of datetime64[D], shape (n,)
        Day as of which its shares are counted.
    values : ndarray of float64, shape (n, 5)
        Columns as `FIELDS`, in account currency and shares; NaN where it does not say.
    frequency : {"annual", "quarterly", "trailing"}
        What an EBIT covers. The newest four quarters are added up, if they follow one another;
        the others are taken as they are. Balance sheet and shares are the newest period's.
    stale_after : int
        Days after its period's end beyond which a statement counts no more.
    source : str
        Where they came from, in words.
    noted : tuple of Badge
        Badges of the reading.

    Raises
    ------
    RequestError
        For another frequency, or a `stale_after` that is not from 1 to 36,525.
    """

    tickers: tuple[str, ...]
    period_end: Dates
    known_from: Dates
    counted_on: Dates
    values: Floats
    frequency: str = "annual"
    stale_after: int = 470
    source: str = "arrays"
    noted: tuple[Badge, ...] = ()

    def __post_init__(self) -> None:
        """Check the two settings."""
        if self.frequency not in FREQUENCIES:
            known = ", ".join(FREQUENCIES)
            raise RequestError(f"frequency must be one of {known}, got {self.frequency!r}")
        check_days("stale_after", self.stale_after, least=1)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        lag_days: int = 90,
        filing_lag_days: int = 1,
        frequency: str | None = None,
        stale_after: int | None = None,
        source: str = "frame",
        today: Day | None = None,
    ) -> Self:
        """Build from a table of statements; see `read_fundamentals`."""
        check_days("lag_days", lag_days)
        check_days("filing_lag_days", filing_lag_days)
        found = statements_of(frame, source, lag_days, filing_lag_days, frequency, today)
        return cls(
            found.tickers,
            found.period_end,
            found.known_from,
            found.shares_on,
            np.column_stack([found.columns[name] for name in FIELDS]),
            found.frequency,
            min(380 + lag_days, MOST_DAYS) if stale_after is None else stale_after,
            source,
            found.badges,
        )

    def __repr__(self) -> str:
        """Show the source, the number of statements and of companies."""
        companies = len(set(self.tickers))
        return f"Fundamentals({self.source!r}, {len(self.tickers)} statements of {companies})"

    def known_on(self, day: Day, tickers: Sequence[str]) -> Floats:
        """Return what was known of companies on a day.

        Parameters
        ----------
        day : datetime64, datetime.date or str
            The day.
        tickers : sequence of str
            Companies, in any order.

        Returns
        -------
        ndarray of float64, shape (n_tickers, 5)
            EBIT of the trailing year, debt, minority interest, cash, shares outstanding as
            reported (not split-adjusted: they go with raw prices). A row of NaN for a company
            of which nothing was known, or nothing newer than `stale_after`; a NaN for what the
            newest statement does not say, and for an EBIT without four consecutive quarters.
        """
        number = int(as_day(day).astype(np.int64))
        found = np.full((len(tickers), len(FIELDS)), np.nan)
        for row, ticker in enumerate(tickers):
            history = self._histories.get(plain_ticker(ticker))
            if history is not None:
                place = bisect_right(history.days, number) - 1
                if place >= 0 and number <= history.last[place]:
                    found[row] = history.values[place]
        return found

    def shares_on(self, day: Day, tickers: Sequence[str]) -> Dates:
        """Return the day as of which `known_on` counts shares, shape (n_tickers,), NaT for none.

        That of the filing, whose cover states them, or the period's end where no filing is known. A
        split after it is not in them.
        """
        number = int(as_day(day).astype(np.int64))
        found = np.full(len(tickers), "NaT", dtype="datetime64[D]")
        for row, ticker in enumerate(tickers):
            history = self._histories.get(plain_ticker(ticker))
            if history is not None:
                place = bisect_right(history.days, number) - 1
                if place >= 0 and number <= history.last[place]:
                    found[row] = self.counted_on[history.rows[place]]
        return found

    def until(self, day: Day) -> Self:
        """Return the statements that were known on a day."""
        kept = self.known_from <= as_day(day)
        return replace(
            self,
            tickers=tuple(self.tickers[row] for row in np.flatnonzero(kept)),
            period_end=self.period_end[kept],
            known_from=self.known_from[kept],
            counted_on=self.counted_on[kept],
            values=self.values[kept],
        )

    def scrambled_after(self, day: Day, rng: np.random.Generator) -> Self:
        """Return the statements; those known after a day get random values and random days."""
        today = as_day(day)
        later = self.known_from > today
        values, known = self.values.copy(), self.known_from.copy()
        values[later] = rng.lognormal(20.0, 2.0, (int(later.sum()), len(FIELDS)))
        values[later, 0] *= rng.choice((-1.0, 1.0), int(later.sum()))
        known[later] = today + rng.integers(1, 500, later.sum())
        return replace(self, values=values, known_from=known)

    @property
    def first_known(self) -> np.datetime64 | None:
        """First day on which anything was known; None where nothing is."""
        return self.known_from.min() if len(self.known_from) else None

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Reasons to doubt a result of the statements; empty where there are none."""
        return self.noted

    @cached_property
    def sha256(self) -> str:
        """SHA-256, in hex, of the frequency and the statements, sorted."""
        rows = zip(
            self.tickers,
            map(str, self.period_end),
            map(str, self.known_from),
            map(str, self.counted_on),
            map(tuple, self.values.tolist()),
            strict=True,
        )
        return sha256_of(
            [(self.frequency,), *((*head, *values) for *head, values in sorted(rows, key=repr))]
        )

    @cached_property
    def _histories(self) -> dict[str, _History]:
        rows: dict[str, list[int]] = {}
        # By the day known; what became known on one day goes on in the order of the table.
        for row in np.argsort(self.known_from, kind="stable"):
            rows.setdefault(self.tickers[row], []).append(int(row))
        return {ticker: self._history(own) for ticker, own in rows.items()}

    def _history(self, rows: Sequence[int]) -> _History:
        known: dict[int, int] = {}  # period's end to the row that states it
        history = _History([], [], [], [])
        ends, days = self.period_end.astype(np.int64), self.known_from.astype(np.int64)
        for row in rows:
            known[int(ends[row])] = row
            if history.days and history.days[-1] == days[row]:
                history.drop_last()
            newest = sorted(known)[-4:]
            values = self.values[known[newest[-1]]].copy()
            if self.frequency == "quarterly":
                values[0] = _year([known[end] for end in newest], newest, self.values[:, 0])
            newest_row = known[newest[-1]]
            history.add(int(days[row]), newest[-1] + self.stale_after, values, newest_row)
        return history


@dataclass(frozen=True)
class _History:
    """What was known of one company: from each day on, until when it counts, and what."""

    days: list[int]
    last: list[int]
    values: list[Floats]
    rows: list[int]
    """Of the newest statement, in the table."""

    def add(self, day: int, last: int, values: Floats, row: int) -> None:
        self.days.append(day)
        self.last.append(last)
        self.values.append(values)
        self.rows.append(row)

    def drop_last(self) -> None:
        for column in (self.days, self.last, self.values, self.rows):
            column.pop()


def _year(rows: list[int], ends: list[int], ebit: Floats) -> float:
    gaps = np.diff(ends)
    if len(rows) < 4 or (gaps < QUARTER[0]).any() or (gaps > QUARTER[1]).any():
        return np.nan
    return float(ebit[rows].sum())


def read_fundamentals(
    path: str | Path,
    *,
    lag_days: int = 90,
    filing_lag_days: int = 1,
    frequency: str | None = None,
    stale_after: int | None = None,
    today: Day | None = None,
) -> Fundamentals:
    """Read statements of companies.

    Parameters
    ----------
    path : str or pathlib.Path
        A .csv, .csv.gz or .parquet file with a row for each statement: ticker, period_end, ebit,
        cash, debt (or short_term_debt and long_term_debt, which are added), minority_interest,
        shares_outstanding (as reported); and, if known, filing_date and frequency. Cash is cash
        and its equivalents alone: a column short_term_investments is left unread, so that
        EV = raw price x shares + debt + minority interest - cash.
    lag_days : int
        Days, >= 0, from the end of a period until its statement is taken as known, where there
        is no filing date; a badge says so.
    filing_lag_days : int
        Days, >= 0, from a filing until it is known. 1, the day after: filings are accepted until
        long after the close and most come then, so a decision of the day had not read them.
    frequency : {"annual", "quarterly", "trailing"}, optional
        What an EBIT covers: a fiscal year, a quarter, or the four quarters that end with the
        period. None takes the column frequency, or tells annual from quarterly by the days
        between the periods; that an EBIT is trailing must be said.
    stale_after : int, optional
        Days after its period's end beyond which a statement counts no more. None is a fiscal
        year of 53 weeks, the lag and some days: 380 + `lag_days`, with 90 about 15 months.
    today : datetime64, datetime.date or str, optional
        The day of reading; None asks the clock.

    Returns
    -------
    Fundamentals
        Each statement known from its filing date or its period's end on, plus the lag. One that
        is filed again is replaced from then on.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind, a parameter out of range, or a frequency
        that cannot be told.
    BarsError
        For a file that cannot be read, a missing column, a cell that cannot be read, a period's
        end or a filing after today, an amount or number of shares that no company has, a filing
        before its period's end, one statement twice, or companies of different frequencies.
    """
    return Fundamentals.from_frame(
        read_table(path, "statements", known_of(SPELLINGS)),
        lag_days=lag_days,
        filing_lag_days=filing_lag_days,
        frequency=frequency,
        stale_after=stale_after,
        source=str(path),
        today=today,
    )
