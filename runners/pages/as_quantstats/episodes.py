"""The drawdowns of a series as quantstats finds them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ....feeds.arrays import Floats, Rows


@dataclass(frozen=True)
class Episodes:
    """Spans of time below the highest value so far, oldest first.

    Attributes
    ----------
    first, last : ndarray of shape (n_episodes,)
        Rows of the first and of the last period below the top.
    depth : ndarray of shape (n_episodes,)
        The lowest drawdown of each, in percent (below zero).
    days : ndarray of shape (n_episodes,)
        Calendar days from first to last, both counted.
    """

    first: Rows
    last: Rows
    depth: Floats
    days: Floats

    @property
    def longest(self) -> float:
        """Days of the longest; NaN for no episode."""
        return float(self.days.max()) if self.days.size else math.nan

    @property
    def average_days(self) -> float:
        """Mean of the days, to a whole number; NaN for no episode."""
        return float(np.round(self.days.mean())) if self.days.size else math.nan

    @property
    def average_depth(self) -> float:
        """Mean of the depths, in percent; NaN for no episode."""
        return float(self.depth.mean()) if self.depth.size else math.nan


def episodes(dates: pd.DatetimeIndex, drawdown: Floats) -> Episodes:
    """Return the episodes of one series.

    Parameters
    ----------
    dates : DatetimeIndex of shape (n_periods,)
    drawdown : ndarray of shape (n_periods,)
        Fractions below the highest value so far, zero or negative.

    Returns
    -------
    Episodes
        One that begins with the first return is overlooked if no other follows.
    """
    below = drawdown != 0.0
    first = np.flatnonzero(below[1:] & ~below[:-1]) + 1
    if not first.size:
        return Episodes(first, first, np.empty(0), np.empty(0))
    last = np.flatnonzero(below[:-1] & ~below[1:])
    if below[0]:
        first = np.insert(first, 0, 0)
    if below[-1]:
        last = np.append(last, below.size - 1)
    depth = 100.0 * np.minimum.reduceat(drawdown, first)
    days = (dates[last] - dates[first]).days.to_numpy() + 1.0
    return Episodes(first, last, depth, days)


def by_depth(depth: Floats) -> Rows:
    """Return the order from the deepest on; equal ones are in no order, as in pandas' sorting."""
    return np.argsort(depth, kind="quicksort")
