"""Sets of the pivot rule that were best on the first years of a ticker, and what they made."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....search.kernels.pivot.best import Best, best_of
from ....search.kernels.pivot.space import published_space
from ..study import Evidence, NotCarried
from .members import sides_of

SEEDS = 5
"""Draws of lines: what a fit finds depends on them."""

LINES = 2000
"""Score lines of a draw, each with all thresholds."""

SETS = LINES * published_space().sets_per_line
"""Sets of a fit."""

LEAST_YEARS = 3
"""The least that the source fits its model to."""

PERCENT, POINTS = "percent", "points"
OBJECTIVES = (PERCENT, POINTS)
"""What a fit makes as large as it can: the sum of daily returns, as the source says of its model;
or the sum of price changes, in which it prints its figures."""


class Market(NamedTuple):
    """Bars of a ticker up to the window's end; arrays of shape (n_bars,), oldest first."""

    ticker: str
    dates: Dates
    close: Floats
    adjusted: Floats
    """Dividend-adjusted close, anchored at the last close."""
    dividend: Floats
    first: int
    """Bar of the first decision: at its close the account opens."""
    ends: tuple[int, ...]
    """Last bar of the first N years, N = 3, 4, ...; the last one is the window's end."""
    years: tuple[float, ...]
    """N, whole years but for the last."""
    a_year: int
    """Bars in a year."""

    @property
    def last(self) -> int:
        """Bar at whose close the window ends."""
        return self.close.size - 1

    def weights(self, objective: str) -> Floats:
        """Return what being long from each close to the next gains; 0 at the last."""
        change = np.diff(self.close, append=self.close[-1])
        return change if objective == POINTS else change / self.close

    def gains(self, sides: Floats, begin: int, end: int, objective: str) -> float:
        """Return what sides gain from the close of one bar to that of another."""
        return float((sides[begin:end] * self.weights(objective)[begin:end]).sum())


class Held(NamedTuple):
    """What holding gains between two bars."""

    price: float
    """Points of one share, price alone."""
    cash: float
    """Price and cash dividends."""
    adjusted: float
    """Points of the dividend-adjusted price."""
    percent: float
    """Sum of daily price returns."""


def held(market: Market, begin: int, end: int) -> Held:
    """Return what holding gains from the close of one bar to that of another."""
    price = float(market.close[end] - market.close[begin])
    return Held(
        price,
        price + float(market.dividend[begin + 1 : end + 1].sum()),
        float(market.adjusted[end] - market.adjusted[begin]),
        float((market.close[begin + 1 : end + 1] / market.close[begin:end] - 1.0).sum()),
    )


def markets(evidence: Evidence) -> dict[str, Market]:
    """Return ticker to market, of those with more than three years; NotCarried without any."""
    found = {}
    for ticker in evidence.tickers:
        market = market_of(evidence.of(ticker), len(evidence.window(ticker)))
        if market is not None:
            found[ticker] = market
    if not found:
        raise NotCarried(f"no ticker has more than {LEAST_YEARS} years of days to decide on")
    return found


def market_of(bars: Bars, counted: int) -> Market | None:
    """Return the market of some bars; None where it has not more than three years.

    Parameters
    ----------
    bars : Bars
        Up to the window's end.
    counted : int
        Newest bars that count, from the opening day on. Where no bar is before them, a year warms
        up.
    """
    opens = len(bars) - counted
    first = opens if opens else bars.periods_per_year
    last = len(bars) - 1
    if last <= first:
        return None
    start = bars.dates[first].item()
    ends, years = [], []
    for n in range(LEAST_YEARS, 200):
        day = np.datetime64(start.replace(year=start.year + n, day=min(start.day, 28)))
        end = int(np.searchsorted(bars.dates, day, side="right")) - 1
        if end >= last:
            break
        ends.append(end)
        years.append(float(n))
    if not ends:
        return None
    ends.append(last)
    years.append((last - first) / bars.periods_per_year)
    return Market(
        bars.name, bars.dates, bars.close, bars.adjusted_close, bars.dividend, first,
        tuple(ends), tuple(years), bars.periods_per_year,
    )  # fmt: skip


def fits(evidence: Evidence, market: Market, seed: int, objective: str) -> list[Best]:
    """Return the best set of the first N years for each N of the market, found once a study.

    Parameters
    ----------
    evidence : Evidence
    market : Market
    seed : int
        From 0; with the study's own it makes the draw.
    objective : {"percent", "points"}
        What is made as large as it can be.
    """
    return evidence.once(
        ("pivot", "fits", market.ticker, seed, objective),
        lambda: best_of(
            market.close,
            market.weights(objective),
            published_space(),
            first=market.first,
            ends=market.ends,
            n_lines=LINES,
            seed=evidence.seed * SEEDS + seed,
        ),
    )


def fixed_sides(close: Floats, parameters: dict[str, Any]) -> Floats:
    """Return the sides of a set of fixed strengths after each close."""
    return sides_of(close, {"mode": "fixed", **parameters})
