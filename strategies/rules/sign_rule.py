"""The sign rules S1 to S4: stay long, unless past returns were negative."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TIE = 1e-12
"""A return, or a sum of them, this near to 0 is 0 and hence not negative. A return is a ratio of
prices less 1 and carries a rounding of 2e-16 whatever its size, so that the bound is absolute: far
above the rounding of a sum of a thousand returns, far below what a tick moves."""

STATIONARY = 2.0
"""g = 2 P(y = -1) / P(z < 0) of stationary returns: z is one return, and negative as often as y."""


def sign_positions(
    close: NDArray[np.float64],
    dividend: NDArray[np.float64],
    delay: int,
    window: int,
    memory: int,
    estimated: bool,
    fallback: float,
    clipped: bool,
    seen: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the position that follows from the forecast y_{t+1|t} = 1 - g_t I(z_t < 0).

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0, not adjusted for dividends.
    dividend : ndarray of shape (n_bars,)
        Cash per share on the ex-date, in the units of `close`; 0 on other days.
    delay : int
        d, bars between t and the newest return in z_t, >= 0.
    window : int
        M, returns in z_t = r_{t-M-d+1} + ... + r_{t-d}, >= 1. The r_j are total returns,
        (C_j + D_j) / C_{j-1} - 1.
    memory : int
        R, pairs that g is estimated from, >= 1; 0 where it is not.
    estimated : bool
        False: g is `STATIONARY`. True: g_t = 2 P(y = -1) / P(z < 0) over the `memory` newest
        complete pairs (y_{j+1}, z_j), j + 1 <= t, where y is the sign of r.
    fallback : float
        g where none of these z is negative, >= 0. Not read where g is fixed.
    clipped : bool
        False: the forecast's sign. True: the forecast itself, clipped to [-1, 1].
    seen : ndarray of shape (n_bars, 3), optional
        Output. Row t gets z_t, the number of y that are -1, and the number of z that are negative.
        A z within `TIE` of 0 is written as 0; what does not exist yet is not written.

    Returns
    -------
    ndarray of shape (n_bars,)
        Weight at each bar, in [-1, 1], from closes and dividends up to t. NaN until everything that
        the rule reads exists; the first entry that is not NaN is number d + M + R (from 0), with R
        = 0 where g is fixed. A NaN price or dividend makes every entry from its bar on NaN; the
        first bar's dividend is not read.

    Notes
    -----
    Whether the forecast is above, on or below 0 is decided on the counts, 2 #(y = -1) against
    #(z < 0), never on a rounded quotient: g = 1 is flat exactly. The counts are kept running, which
    is exact. The sum is taken afresh for every bar: it depends on its M returns alone, not on where
    the bars begin. A search that needs the sign of z for many sets gets it from `seen`.
    """
    n_bars = close.size
    positions = np.full(n_bars, np.nan)
    returns = np.full(n_bars, np.nan)
    z = np.full(n_bars, np.nan)
    first = delay + window  # bar of the first z
    negative_y = 0
    negative_z = 0
    for t in range(1, n_bars):
        returns[t] = (close[t] + dividend[t]) / close[t - 1] - 1.0
        if np.isnan(returns[t]):
            break
        if t < first:
            continue
        if estimated and t > first:
            negative_y += returns[t] < -TIE
            negative_z += z[t - 1] < 0.0
            if t - first > memory:  # the oldest pair leaves
                negative_y -= returns[t - memory] < -TIE
                negative_z -= z[t - memory - 1] < 0.0
        total = 0.0
        for past in returns[t - delay - window + 1 : t - delay + 1]:
            total += past
        z[t] = 0.0 if abs(total) <= TIE else total
        if seen is not None:
            seen[t, 0] = z[t]
        if estimated and t - first < memory:
            continue
        forecast = 1.0
        if z[t] < 0.0:
            if not estimated:
                forecast = 1.0 - STATIONARY
            elif negative_z == 0:
                forecast = 1.0 - fallback
            else:
                forecast = (negative_z - 2 * negative_y) / negative_z
        positions[t] = max(forecast, -1.0) if clipped else np.sign(forecast)
        if estimated and seen is not None:
            seen[t, 1] = negative_y
            seen[t, 2] = negative_z
    return positions


def sign_triggers(
    close: NDArray[np.float64],
    dividend: NDArray[np.float64],
    delay: int,
    window: int,
    estimated: bool,
) -> tuple[float, ...]:
    """Return the next closes at which the position may change, on a day without a dividend.

    Parameters
    ----------
    close, dividend, delay, window, estimated
        As for `sign_positions`, the bars so far.

    Returns
    -------
    tuple of float
        With d = 0 the close at which z is 0: C_t (1 - s), where s is the sum of the M - 1 newest
        returns. With g estimated also C_t, at which the next return is: its sign counts in g. None
        of them for d >= 1 and g fixed, whose next position is known, and while the bars are too
        few. A close that is not above 0 is left out.
    """
    found = set()
    if delay == 0 and close.size >= max(window, 1):
        total = 0.0
        if window > 1:
            returns = (close[1:] + dividend[1:]) / close[:-1] - 1.0
            total = float(returns[-(window - 1) :].sum())
        found.add(float(close[-1]) * (1.0 - total))
    if estimated and close.size:
        found.add(float(close[-1]))
    return tuple(sorted(price for price in found if price > 0.0))


class SignG(NamedTuple):
    """g and z behind the positions, each of shape (n_bars,)."""

    g: NDArray[np.float64]
    """g_t, >= 0, whatever z_t is; NaN before the first position."""
    on_fallback: NDArray[np.bool_]
    """Whether g_t is the fallback, because none of the z of its pairs is negative."""
    z: NDArray[np.float64]
    """z_t; NaN before the first. Where it is not negative g_t does not matter."""


def sign_g(
    close: NDArray[np.float64],
    dividend: NDArray[np.float64],
    delay: int,
    window: int,
    memory: int,
    estimated: bool,
    fallback: float,
    clipped: bool,
) -> SignG:
    """Return g and z at each bar, as `sign_positions` finds them from the same arguments.

    Parameters
    ----------
    close, dividend, delay, window, memory, estimated, fallback, clipped
        As for `sign_positions`: what a `RuleCall` holds can be passed on as it is.

    Returns
    -------
    SignG
        Shares of days are means over the bars whose g is not NaN.
    """
    seen = np.full((close.size, 3), np.nan)
    positions = sign_positions(
        close, dividend, delay, window, memory, estimated, fallback, clipped, seen
    )
    z, negative_y, negative_z = seen.T
    decided = ~np.isnan(positions)
    if not estimated:
        return SignG(np.where(decided, STATIONARY, np.nan), np.zeros_like(decided), z)
    on_fallback = decided & (negative_z == 0.0)
    g = np.where(decided, fallback, np.nan)
    np.divide(2.0 * negative_y, negative_z, out=g, where=decided & ~on_fallback)
    return SignG(g, on_fallback, z)
