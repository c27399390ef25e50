"""Drawdowns: the spans in which wealth lies below its highest value so far."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .statistics import ROUNDING, checked_returns


class Drawdown(NamedTuple):
    """One fall of wealth below its highest value so far, and the way back.

    Attributes
    ----------
    start : Timestamp
        Day of the last peak before the fall.
    trough : Timestamp
        Day of the lowest wealth; the first, if there are several.
    end : Timestamp or None
        First day on which wealth is at or above the peak again; None if there is none yet.
    depth : float
        Return from the peak to the trough, a fraction in [-1, 0).
    days : int
        Calendar days from the start to the end, or to the last day if there is no end.
    """

    start: pd.Timestamp
    trough: pd.Timestamp
    end: pd.Timestamp | None
    depth: float
    days: int


def drawdowns(returns: pd.Series, opened: pd.Timestamp | None = None) -> list[Drawdown]:
    """Return every drawdown of a series of returns, the deepest first.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns as fractions, oldest first, each day once. Empty is legal.
    opened : Timestamp, optional
        The day before the first return, on which wealth was 1. It is the start of a drawdown that
        begins with the first return; without it, the day of that return is.

    Returns
    -------
    list of Drawdown
        Of equally deep ones, the older first. A fall that rounding alone explains is none. An
        account that is ruined (a return of -1 or worse) ends in a drawdown of -1 without an end.

    Raises
    ------
    ValueError
        A return that is NaN or infinite, with its index.
    """
    values = checked_returns(returns.to_numpy(dtype=float))
    if not values.size:
        return []
    dates = pd.DatetimeIndex(returns.index)
    dates = dates.insert(0, dates[0] if opened is None else opened)
    fall = _fall(values)
    below = fall < -ROUNDING
    # The first day, the opening, is never below.
    first = (np.flatnonzero(below[1:] & ~below[:-1]) + 1).tolist()
    back = (np.flatnonzero(~below[1:] & below[:-1]) + 1).tolist()
    ends = [*back, *[None] * (len(first) - len(back))]
    found = []
    for begin, end in zip(first, ends, strict=True):
        lowest = begin + int(fall[begin:end].argmin())
        start, over = dates[begin - 1], dates[-1] if end is None else dates[end]
        found.append(
            Drawdown(
                start=start,
                trough=dates[lowest],
                end=None if end is None else over,
                depth=float(np.expm1(fall[lowest])),
                days=(over - start).days,
            )
        )
    return sorted(found, key=lambda each: round(each.depth, 12))  # equal but for rounding


def _fall(values: np.ndarray) -> np.ndarray:
    """Return the logarithm of wealth over its highest value so far, the start included."""
    with np.errstate(divide="ignore"):  # log of nothing left
        steps = np.log1p(np.maximum(values, -1.0))
    wealth = np.concatenate(([0.0], np.cumsum(steps)))
    fall = wealth - np.maximum.accumulate(wealth)
    return np.asarray(fall)
