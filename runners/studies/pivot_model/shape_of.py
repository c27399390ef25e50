"""How some sides trade and what they gain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ....analyzers.market.ex_dates import ex_dividend_sides
from ....analyzers.market.switching import switches_by_year
from ....analyzers.statistics import win_loss
from ....feeds.arrays import Floats
from ...runs.labels.formats import NONE, number
from .spans import Span


class Shape(NamedTuple):
    """How a model trades and what it gains, over the days that count."""

    switches: float
    """A year."""
    win_rate: float | None
    """Share of days with a position and no loss: a day without a gain counts as won."""
    average_win: float | None
    average_loss: float | None
    ex_long: int
    """Ex-dates into which it is long."""
    ex_short: int
    days_long: int
    days_short: int
    points: float
    """Uncompounded gain of one share, price alone."""
    over_adjusted: float | None
    """Points over those of the dividend-adjusted price; None if these are not positive."""
    gain: float
    """Sum of daily returns, a fraction."""


def shape_of(span: Span, sides: Floats) -> Shape:
    """Return the shape of some sides.

    Parameters
    ----------
    span : Span
        The decisions that count.
    sides : ndarray of shape (n_bars,)
        After each close of the span's bars: 1, -1 or 0.
    """
    first, last, bars = span.first, span.last, span.bars
    held = sides[first:last]
    of_day = held * span.returns[first:last]
    won = win_loss(of_day, held != 0.0)
    ex = ex_dividend_sides(bars.dividend[first : last + 1], sides[first : last + 1])
    days = slice(first, last + 1)
    switches = switches_by_year(pd.DatetimeIndex(bars.dates[days]), sides[days])
    points = float((held * span.points[first:last]).sum())
    adjusted = float(bars.adjusted_close[last] - bars.adjusted_close[first])
    return Shape(
        switches=float(switches.sum()) / span.years,
        win_rate=won.win_rate,
        average_win=won.average_win,
        average_loss=won.average_loss,
        ex_long=ex["long"],
        ex_short=ex["short"],
        days_long=int(np.count_nonzero(held > 0)),
        days_short=int(np.count_nonzero(held < 0)),
        points=points,
        over_adjusted=points / adjusted if adjusted > 0.0 else None,
        gain=float(of_day.sum()),
    )


def ratio(own: Shape) -> str:
    """Return points over the adjusted price's as text; a dash if there are none to compare."""
    return NONE if own.over_adjusted is None else f"{number(own.over_adjusted)} : 1"
