"""The days of a ticker that a model is fitted to and judged by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....feeds.arrays import Floats
from ....feeds.bars import Bars
from ..study import Evidence, NotCarried

WARM_UP = 200
"""Bars before the first decision that counts, at least."""


class Span(NamedTuple):
    """The decisions of a ticker that count."""

    bars: Bars
    """With the warm-up."""
    first: int
    """Bar of the first decision: the last of a calendar year, SPY's 1993-12-31."""
    last: int
    """Bar at whose close the last day ends."""

    @property
    def returns(self) -> Floats:
        """What being long from each close to the next gains, shape (n_bars,); the last is 0."""
        close = self.bars.close
        return np.append(close[1:] / close[:-1] - 1.0, 0.0)

    @property
    def points(self) -> Floats:
        """The same in points."""
        return np.append(np.diff(self.bars.close), 0.0)

    @property
    def years(self) -> float:
        """Days over the days of a year."""
        return (self.last - self.first) / self.bars.periods_per_year


def span_of(evidence: Evidence, ticker: str) -> Span:
    """Return the decisions that count: from the first year's end with `WARM_UP` bars before it.

    Raises
    ------
    NotCarried
        A year of days is not left.
    """
    bars = evidence.of(ticker)
    opens = len(bars) - len(evidence.window(ticker))
    years = bars.dates.astype("datetime64[Y]")
    ends = np.flatnonzero(years[1:] != years[:-1])
    ends = ends[(ends >= max(WARM_UP, opens)) & (ends + bars.periods_per_year < len(bars))]
    if not ends.size:
        raise NotCarried(f"{ticker} has no year of days after {WARM_UP} bars and a year's end")
    return Span(bars, int(ends[0]), len(bars) - 1)
