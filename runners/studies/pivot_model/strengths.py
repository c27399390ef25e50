"""Regressions of the next day's return on trend and stretch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....analyzers.hac import fitted
from ....feeds.arrays import Bools, Floats
from ....strategies.rule_answer import compiled
from ....strategies.rules.pivot import MOVE, SEEN, STRETCH, TREND, pivot_side
from ..study import Evidence
from .closes import closes_of

SLOW, FAST, SPAN = 100, 5, 40
"""Bars of trend and stretch, and span of the volatility: the strategy's own defaults."""

FEWEST = 250
"""Days of a regression that has a row: a year."""


class Strengths(NamedTuple):
    """Slopes of the next day's return on trend and stretch, with Newey-West t-values."""

    days: int
    lags: int
    trend: float
    """Standard deviations of a day per unit of T."""
    trend_t: float
    stretch: float
    """Standard deviations of a day per unit of R; below 0 a reversion."""
    stretch_t: float


def strengths_of(
    evidence: Evidence, ticker: str, span: int
) -> tuple[Strengths | None, Strengths | None]:
    """Return the strengths up to the window's end and after it; None where days are few."""

    def found() -> tuple[Strengths | None, Strengths | None]:
        dates, close, last = closes_of(evidence, ticker)
        known = forces_of(close, span)
        outcome = np.full(close.size, np.nan)
        outcome[:-1] = (close[1:] / close[:-1] - 1.0) / known[2][:-1]
        day = np.arange(close.size)
        begins = dates >= np.datetime64(evidence.start)
        return (
            regressed(outcome, *known[:2], begins & (day < last)),
            regressed(outcome, *known[:2], day >= last),
        )

    return evidence.once(("pivot", "strengths", ticker, span), found)


def forces_of(close: Floats, span: int) -> tuple[Floats, Floats, Floats]:
    """Return T and R of each close, and the daily deviation s of the return after it.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Oldest first, > 0.
    span : int
        Span V of the exponentially weighted volatility, in bars.

    Returns
    -------
    tuple of ndarray of shape (n_bars,)
        T of `SLOW` bars, R of `FAST`, s_t(V); NaN before they exist. Entry t reads closes up to t.
    """
    seen = np.full((close.size + 1, SEEN), np.nan)
    strengths = (45.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0)
    compiled(pivot_side)(close, False, SLOW, FAST, span, *strengths, seen)
    return seen[:-1, TREND], seen[:-1, STRETCH], seen[1:, MOVE] / close


def regressed(outcome: Floats, trend: Floats, stretch: Floats, counted: Bools) -> Strengths | None:
    """Return the regression of outcomes on a constant, T and R; None for fewer than `FEWEST` days.

    Parameters
    ----------
    outcome, trend, stretch : ndarray of shape (n_bars,)
        Of the same bar: the return after it in standard deviations, T and R. Bars with a NaN do
        not count.
    counted : ndarray of bool, shape (n_bars,)
        Bars of the period.
    """
    rows = counted & np.isfinite(outcome) & np.isfinite(trend) & np.isfinite(stretch)
    n = int(np.count_nonzero(rows))
    if n < FEWEST:
        return None
    found = fitted(outcome[rows], np.column_stack([np.ones(n), trend[rows], stretch[rows]]))
    (_, on_t, on_r), (_, error_t, error_r) = found.coefficients, found.errors
    return Strengths(n, found.lags, on_t, on_t / error_t, on_r, on_r / error_r)
