"""Compute the sector book's decisions on simulated markets without the event loop.

The steps after the forecast are left out: weights, hedge and account. The other steps are the
strategy's own methods, on arrays that are aligned once instead of at every decision. A test
compares the decisions with those of a run.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from btplaybook.feeds.arrays import Floats
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.companies.sector_sample import SectorSample
from btplaybook.runners.plans.input_files import of_market
from btplaybook.strategies.sector.gate import Verdict
from btplaybook.strategies.sector.history import History, Series, aligned
from btplaybook.strategies.sector.past import Past
from btplaybook.strategies.sector.skill import Pooled
from btplaybook.strategies.sector_long_short import SectorLongShort


class Decision(NamedTuple):
    """The decision at a month's last session, before weights are computed."""

    session: int
    """Session of the decision, counted from the fund's first bar."""
    equation: list[Pooled]
    """One equation for each of the strategy's horizons."""
    forecast: Floats
    judged: Verdict


class Decisions(NamedTuple):
    """The decisions on a market, oldest first, and the arrays that they were computed from."""

    made: list[Decision]
    past: Past
    residuals: Floats
    """Measured residual returns, shape (n, m)."""

    def scored(self, until: int, horizon: int, window: int) -> tuple[NDArray[np.intp], Floats]:
        """Return sessions and their loadings (s, m, k), as `Past.ended` does at a session."""
        sessions, found = self.past.ended(until, horizon, window, _loadings)
        shape = (len(found), self.residuals.shape[1], len(SectorLongShort.factors))
        return sessions, np.array(found).reshape(shape)


def decisions_on(
    market: SectorSample, sessions: Sequence[int] | None = None, **params: Any
) -> Decisions:
    """Score, estimate, forecast and judge forecasts as the strategy does.

    Parameters
    ----------
    market : SectorSample
        A simulated market.
    sessions : sequence of int, optional
        Sessions of the decisions, increasing, counted from the fund's first bar; None: every
        month's last session. Only forecasts made at these sessions are judged, so that fewer
        sessions give another judgement.
    **params
        Parameters of `SectorLongShort` that differ from its defaults; the equation uses the
        loadings.
    """
    stocks = sorted(market.panel.bars, key=lambda bars: bars.name)
    history = aligned(_series(market.etf), [_series(bars) for bars in stocks])
    book = _without_engine(market, stocks, params)
    residuals = book.residuals(history, book.betas(history))
    made = []
    for session in month_ends(market) if sessions is None else sessions:
        if session + 1 < book.bars_needed():
            continue
        for feed in (book.fund, *book.stocks):
            feed.deliver(history.dates[session])
        # The strategy keeps as many rows as its look-backs need; older ones have no effect.
        seen, known = _first_rows(history, session + 1), residuals[: session + 1]
        today = book._score(seen, known)
        equation = book.skill(known)
        forecast = book.forecast(today, equation)
        made.append(Decision(session, equation, forecast, book.judge(seen, known)))
        book.past.remember(session, history.dates[session].item(), forecast)
    return Decisions(made, book.past, residuals)


def month_ends(market: SectorSample) -> list[int]:
    """Return the last session of each month, without the last month, which may be partial."""
    month = market.etf.dates.astype("datetime64[M]").astype(int)
    ends: list[int] = np.flatnonzero(np.diff(month)).tolist()
    return ends


class _Feed:
    """A feed with what the steps read: the number of bars so far, and their dates."""

    def __init__(self, bars: Bars) -> None:
        self._name = bars.name
        self._dates = bars.dates
        self._delivered = 0
        self.datetime = self

    def __len__(self) -> int:
        return self._delivered

    def date(self, ago: int) -> datetime.date:
        """Return the day of a bar, counted from the newest."""
        day: datetime.date = self._dates[self._delivered - 1 + ago].item()
        return day

    def deliver(self, day: np.datetime64) -> None:
        """Add the bars up to a day."""
        self._delivered = int(np.searchsorted(self._dates, day, side="right"))


class _Factors:
    """A panel's split factors in one table, since they are read some ten thousand times."""

    def __init__(self, market: SectorSample, stocks: Sequence[Bars]) -> None:
        self._dates = market.etf.dates
        self._column = {bars.name: column for column, bars in enumerate(stocks)}
        factors = dict(zip(market.panel.tickers, market.panel.factors, strict=True))
        self._table = np.full((len(self._dates), len(stocks)), np.nan)
        for column, bars in enumerate(stocks):
            row = np.searchsorted(bars.dates, self._dates, side="right") - 1
            self._table[row >= 0, column] = factors[bars.name][row[row >= 0]]

    def split_factors(self, day: np.datetime64, tickers: Sequence[str]) -> Floats:
        """Return the split factors as the panel does."""
        row = np.searchsorted(self._dates, day, side="right") - 1
        if row < 0:
            return np.full(len(tickers), np.nan)
        found: Floats = self._table[row, [self._column[ticker] for ticker in tickers]]
        return found


def _without_engine(market: SectorSample, stocks: Sequence[Bars], params: Any) -> Any:
    """Return a strategy as it is before its first bar, without backtrader's engine."""
    factors = _Factors(market, stocks)
    inputs = {**(of_market(market).inputs or {}), "split_factors": factors}
    book: Any = SectorLongShort.__new__(SectorLongShort)
    defaults = dict(SectorLongShort.params._getpairs())
    book.p = SimpleNamespace(**(defaults | {"inputs": inputs} | params))
    book.datas = [_Feed(market.etf), *(_Feed(bars) for bars in stocks)]
    SectorLongShort.__init__(book)
    return book


def _series(bars: Bars) -> Series:
    return Series(bars.dates, bars.close, bars.volume, bars.dividend)


def _first_rows(history: History, n: int) -> History:
    return History(*(getattr(history, field.name)[:n] for field in fields(History)))


def _loadings(session: Any) -> Floats:
    found: Floats = np.where(session.counts, session.loadings, np.nan)
    return found
