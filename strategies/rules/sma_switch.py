"""The side of a moving average, as +1 and -1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TIE = 1e-12
"""Relative distance below which price and average are equal: far above the rounding of a sum of a
thousand prices, far below a tick."""


def sma_side(close: NDArray[np.float64], period: int, reversion: bool) -> NDArray[np.float64]:
    """Return on which side of its simple moving average each close calls for being.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0; no NaN.
    period : int
        Bars in the average, the current one included, >= 1.
    reversion : bool
        False: +1 above the average and -1 below it (trend). True: the mirror.

    Returns
    -------
    ndarray of shape (n_bars,)
        Entry t is +1, -1, or 0 before the first decision: fewer than `period` bars, or every close
        so far on its average. On the average (to `TIE`) it repeats entry t - 1. Entry t reads
        closes up to t only.

    Notes
    -----
    The sum is taken afresh for every bar. A running sum carries rounding from bar to bar and turns
    a tie into a switch on prices that move in ticks.
    """
    sides = np.zeros(close.size)
    above = -1.0 if reversion else 1.0
    side = 0.0
    totals = np.zeros(max(0, close.size - period + 1))
    for first in range(min(period, close.size)):  # all bars at once, each from its oldest price on
        totals += close[first : first + totals.size]
    for t in range(period - 1, close.size):
        total = totals[t - period + 1]
        average = total / period
        distance = close[t] - average
        if distance > TIE * average:
            side = above
        elif distance < -TIE * average:
            side = -above
        sides[t] = side
    return sides


def moving_average(close: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    """Return the simple moving average with which `sma_side` compares each close.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first.
    period : int
        Bars in the average, the current one included, >= 1.

    Returns
    -------
    ndarray of shape (n_bars,)
        Entry t is the mean of closes t - period + 1 to t; NaN before there are `period` closes.
    """
    averages = np.full(close.size, np.nan)
    if close.size >= period:
        averages[period - 1 :] = np.lib.stride_tricks.sliding_window_view(close, period).mean(1)
    return averages


def sma_trigger(close: NDArray[np.float64], period: int) -> float:
    """Return the next close that would lie on its own simple moving average.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices so far, oldest first.
    period : int
        Bars in the average, the next one included, >= 1.

    Returns
    -------
    float
        C = (C + S) / n, hence the mean S / (n - 1) of the n - 1 newest closes: the next close lies
        above its average where it is above this, and below it where it is below. NaN for a period
        of 1, whose average is the close itself, and for fewer than n - 1 closes.
    """
    if period == 1 or close.size < period - 1:
        return float("nan")
    return float(close[-(period - 1) :].sum()) / (period - 1)
