"""Figures of many accounts from the sums that `lanes` leaves of them."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...analyzers.statistics import ROUNDING
from ...feeds.compiling import compiled
from .lanes import (
    DAYS,
    FINAL,
    FIRST,
    LANES,
    LAST,
    LEAST,
    LOSSES,
    LOST,
    LOW,
    MOST,
    PEAK_OF_LOW,
    PERCENT,
    POINTS,
    REVERSALS,
    RUIN,
    SQUARES,
    TOTAL,
    WON,
)  # fmt: skip


def lane_figures(
    sums: Any,
    n_bars: int,
    opening_cash: float,
    periods_per_year: int,
    risk_free: float,
    rows: Any,
    last: Any,
) -> None:
    """Fill one row of figures for each set.

    Parameters
    ----------
    sums : ndarray of shape (n_groups, SUMS)
        What `lanes` comes to.
    n_bars : int
        From the opening day on.
    opening_cash : float
        At the opening.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free : float
        Rate of one period.
    rows : ndarray of shape (n_sets, n_columns), written
        Its first twelve columns are those of `search.evaluator.COLUMNS`; NaN for a figure that
        does not exist.
    last : ndarray of shape (n_sets,), written
        The account's last value.
    """
    for row in range(len(rows)):
        state = sums[row // LANES, row % LANES :]
        total, most, least = state[TOTAL], state[MOST], state[LEAST]
        days, losses = state[DAYS], state[LOSSES]
        end = state[LAST] if state[RUIN] < 0.0 else state[FINAL]
        figures = rows[row]
        figures[:12] = np.nan
        idle = state[RUIN] == 0.0 or n_bars == 1  # no day after the opening one counts
        wealth = 1.0 if idle else end / opening_cash
        lost_all = least <= -1.0
        n_days = n_bars - 1
        figures[0] = wealth - 1.0
        if n_days and not lost_all:
            growth = math.log(wealth) if abs(wealth - 1.0) > 0.5 else math.log1p(wealth - 1.0)
            figures[1] = math.expm1(growth * periods_per_year / n_days)
            if math.isinf(figures[1]):
                figures[1] = np.nan
        if n_days > 1:
            mean = total / n_days
            spread = math.sqrt(max(state[SQUARES] - total * mean, 0.0) / (n_days - 1))
            mean += state[FIRST] - risk_free
            scale = math.sqrt(periods_per_year)
            extreme = max(1.0, most, -least)
            figures[2] = spread * scale if spread > ROUNDING * extreme else 0.0
            extreme = max(1.0, most - risk_free, risk_free - least)
            if spread > ROUNDING * extreme and not lost_all:
                figures[3] = mean / spread * scale
        figures[4] = -1.0 if lost_all else 0.0 if idle else state[LOW] / state[PEAK_OF_LOW] - 1.0
        figures[5] = state[POINTS]
        figures[6] = state[PERCENT]
        wins = days - losses
        if days:
            figures[7] = wins / days
        if wins:
            figures[8] = state[WON] / wins
        if losses:
            figures[9] = state[LOST] / losses
        figures[10] = state[REVERSALS]
        figures[11] = state[RUIN]
        last[row] = end


@cache
def compiled_lane_figures() -> Any:
    """Return `lane_figures` compiled."""
    # Python's error model checks each divisor, and a loop with a check is not vectorised.
    return compiled(lane_figures, nogil=True, error_model="numpy")
