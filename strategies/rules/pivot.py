"""The pivot rule: a medium-term trend against a short-term stretch, and the price between them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONG_SPAN = 500
"""Span of the volatility that today's is compared with, in bars."""

LEAST_PAIRS = 60
"""Complete pairs that an estimate has at least: a quarter of a year."""

LEAST_SLOPE = 1e-3
"""Least slope of the score, in scores per daily standard deviation of the price and per unit of
strength. Below it the price hardly moves the score, and there is no pivot."""

LEAST_DEVIATION = 1e-12
"""Least daily standard deviation of a price that moves, as a fraction of it: long after the last
move the average of squares is a rounding, and no unit to measure in."""

TREND, STRETCH, RATIO, MOVE, INTERCEPT, SLOPE, NO_PIVOT, CONSTANT, ON_TREND, ON_STRETCH = range(10)
"""Columns of what `pivot_side` writes of each bar; see there."""

SEEN = 10
"""Number of these columns."""


def pivot_side(
    close: NDArray[np.float64],
    estimated: bool,
    slow: int,
    fast: int,
    span: int,
    angle: float,
    regime: float,
    bias: float,
    band_long: float,
    band_short: float,
    window: int,
    penalty: float,
    seen: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the side of the pivot that each close is on.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0; no NaN.
    estimated : bool
        True: strengths from a rolling ridge regression; `angle` and `regime` are not read. False:
        fixed strengths; `window` and `penalty` are not read.
    slow, fast : int
        M and m, bars in the trend's average and in the stretch's, 1 <= m < M.
    span : int
        V, span of the exponentially weighted volatility, in bars, >= 1.
    angle : float
        phi, degrees from 0 (trend alone) to 90 (stretch alone).
    regime : float
        gamma, power of the volatility over its long-term value that weighs the stretch.
    bias : float
        c, added to the score.
    band_long, band_short : float
        h_L and h_S, >= 0.
    window : int
        W, newest pairs that the strengths are estimated from, and waited for; 0: all, at least
        `LEAST_PAIRS`.
    penalty : float
        Ridge penalty on the two slopes, >= 0; the constant has none.
    seen : ndarray of shape (n_bars + 1, 10), optional
        Output, one row a bar and one for the bar after the last. Columns `TREND` and `STRETCH`: T
        and R of the close, absent in the last row. `RATIO`: s_{t-1}(V) / s_{t-1}(500). `MOVE`: D,
        price. `INTERCEPT` and `SLOPE`: a and B of S(P) = a + B P. `NO_PIVOT`: 1 where B is too
        small, or the price did not move. `CONSTANT`, `ON_TREND`, `ON_STRETCH`: the strengths, the
        last one negative for a reversion. What does not exist is not written.

    Returns
    -------
    ndarray of shape (n_bars,)
        +1, -1, or 0 before the first decision. Entry t reads closes up to t only; averages,
        volatility and strengths read closes up to t - 1.

    Notes
    -----
    With r_t = C_t / C_{t-1} - 1, s_t(V) the root of the exponentially weighted mean of r^2 up to t
    (weights (1 - 2 / (V + 1))^age, from the first return on), D_t = s_{t-1}(V) C_{t-1}, A_t(k) the
    mean of C_{t-k} to C_{t-1} and q(k)^2 = (k + 1)(2 k + 1) / (6 k), the variance of P - A_t(k) in
    steps of a random walk:

        T(P) = (P - A(M)) / (q(M) D)        R(P) = (P - A(m)) / (q(m) D)
        fixed:      S(P) = cos(phi) T(P) - sin(phi) (s_{t-1}(V) / s_{t-1}(500))^gamma R(P) + c
        estimated:  S(P) = b_0 + b_1 T(P) + b_2 R(P) + c

    b is the ridge regression of y_{j+1} = r_{j+1} / s_j(V) on (1, T_j, R_j), pairs complete by
    t - 1; S(P) is then the forecast of the next return, in its standard deviations. Long where
    S(C_t) > h_L, short where S(C_t) < -h_S; else, and on a day without a pivot, the side is kept.
    """
    n_bars = close.size
    sides = np.zeros(n_bars)
    trend, stretch = np.full(n_bars, np.nan), np.full(n_bars, np.nan)
    outcome = np.full(n_bars, np.nan)
    q_slow = math.sqrt((slow + 1.0) * (2.0 * slow + 1.0) / (6.0 * slow))
    q_fast = math.sqrt((fast + 1.0) * (2.0 * fast + 1.0) / (6.0 * fast))
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    if angle == 90.0:
        cosine = 0.0
    fade, long_fade = 1.0 - 2.0 / (span + 1.0), 1.0 - 2.0 / (LONG_SPAN + 1.0)
    squares = weights = long_squares = long_weights = 0.0
    sum_slow = sum_fast = 0.0
    pairs = 0
    s_t = s_r = s_y = s_tt = s_tr = s_rr = s_ty = s_ry = 0.0
    side = 0.0
    deviation = 0.0  # s_{t-1}
    for t in range(n_bars + 1):
        # Here sums, deviation and strengths hold closes up to t - 1.
        move = deviation * close[t - 1] if t and deviation > LEAST_DEVIATION else 0.0
        if t >= slow and move > 0.0:
            average_slow, average_fast = sum_slow / slow, sum_fast / fast
            ratio = deviation / math.sqrt(long_squares / long_weights)
            constant, on_trend, on_stretch = bias, cosine, -sine
            known, waiting = True, False
            if not estimated:
                if regime != 0.0:
                    on_stretch = -sine * ratio**regime
            elif pairs < LEAST_PAIRS or t - 1 - slow < window:
                known, waiting = False, True
            else:
                mean_t, mean_r, mean_y = s_t / pairs, s_r / pairs, s_y / pairs
                c_tt = s_tt - pairs * mean_t * mean_t + penalty
                c_rr = s_rr - pairs * mean_r * mean_r + penalty
                c_tr = s_tr - pairs * mean_t * mean_r
                c_ty = s_ty - pairs * mean_t * mean_y
                c_ry = s_ry - pairs * mean_r * mean_y
                determinant = c_tt * c_rr - c_tr * c_tr
                known = determinant > 1e-12 * c_tt * c_rr
                if known:
                    on_trend = (c_ty * c_rr - c_ry * c_tr) / determinant
                    on_stretch = (c_ry * c_tt - c_ty * c_tr) / determinant
                    constant = mean_y - on_trend * mean_t - on_stretch * mean_r + bias
            size = 1.0
            if estimated and known:
                size = math.sqrt(on_trend * on_trend + on_stretch * on_stretch)
            per_move = on_trend / q_slow + on_stretch / q_fast
            none = not known or not abs(per_move) >= LEAST_SLOPE * size or size == 0.0
            if t < n_bars:
                trend[t] = (close[t] - average_slow) / (q_slow * move)
                stretch[t] = (close[t] - average_fast) / (q_fast * move)
                if not none:
                    score = on_trend * trend[t] + on_stretch * stretch[t] + constant
                    if score > band_long:
                        side = 1.0
                    elif score < -band_short:
                        side = -1.0
            if seen is not None:
                if t < n_bars:
                    seen[t, TREND], seen[t, STRETCH] = trend[t], stretch[t]
                seen[t, RATIO], seen[t, MOVE] = ratio, move
                if known:
                    forces = on_trend * average_slow / q_slow + on_stretch * average_fast / q_fast
                    seen[t, INTERCEPT], seen[t, SLOPE] = constant - forces / move, per_move / move
                    seen[t, CONSTANT], seen[t, ON_TREND] = constant, on_trend
                    seen[t, ON_STRETCH] = on_stretch
                seen[t, NO_PIVOT] = none and not waiting
        elif seen is not None and t >= slow:
            seen[t, NO_PIVOT] = 1.0
        if t == n_bars:
            break
        sides[t] = side

        # From here on close t is known.
        sum_slow += close[t]
        sum_fast += close[t]
        if t >= slow:
            sum_slow -= close[t - slow]
        if t >= fast:
            sum_fast -= close[t - fast]
        if t:
            change = close[t] / close[t - 1] - 1.0
            if estimated and t > slow and deviation > 0.0:
                outcome[t] = change / deviation  # of the pair that began at t - 1
                first, second, third = trend[t - 1], stretch[t - 1], outcome[t]
                if first == first:
                    pairs += 1
                    s_t, s_r, s_y = s_t + first, s_r + second, s_y + third
                    s_tt, s_tr = s_tt + first * first, s_tr + first * second
                    s_rr, s_ty = s_rr + second * second, s_ty + first * third
                    s_ry += second * third
            if estimated and window and t - window > slow:
                first, second = trend[t - window - 1], stretch[t - window - 1]
                third = outcome[t - window]
                if first == first and third == third:
                    pairs -= 1
                    s_t, s_r, s_y = s_t - first, s_r - second, s_y - third
                    s_tt, s_tr = s_tt - first * first, s_tr - first * second
                    s_rr, s_ty = s_rr - second * second, s_ty - first * third
                    s_ry -= second * third
            squares, weights = squares * fade + change * change, weights * fade + 1.0
            deviation = math.sqrt(squares / weights)
            long_squares = long_squares * long_fade + change * change
            long_weights = long_weights * long_fade + 1.0
    return sides


class PivotDays(NamedTuple):
    """What is behind the sides, each of shape (n_bars + 1,); the last entry is of the next bar."""

    trend: NDArray[np.float64]
    """T of the close; NaN before it exists, and for the next bar."""
    stretch: NDArray[np.float64]
    """R of the close; NaN where T is."""
    score: NDArray[np.float64]
    """S of the close; NaN where it does not exist, on a day without a pivot, and for the next."""
    intercept: NDArray[np.float64]
    """a of S(P) = a + b P; NaN before the first strengths."""
    slope: NDArray[np.float64]
    """b, per unit of price: below 0 on the side of reversion, above 0 on that of the trend."""
    to_long: NDArray[np.float64]
    """Price beyond which the side becomes long, S = h_L; NaN on a day without a pivot."""
    to_short: NDArray[np.float64]
    """Price beyond which the side becomes short, S = -h_S."""
    move: NDArray[np.float64]
    """D, the daily standard deviation of the price, known a bar before."""
    no_pivot: NDArray[np.bool_]
    """Whether the day has no pivot, although its averages exist."""
    strengths: NDArray[np.float64]
    """Constant, strength of the trend and of the stretch, shape (n_bars + 1, 3)."""


def pivot_days(
    close: NDArray[np.float64],
    estimated: bool,
    slow: int,
    fast: int,
    span: int,
    angle: float,
    regime: float,
    bias: float,
    band_long: float,
    band_short: float,
    window: int,
    penalty: float,
) -> PivotDays:
    """Return forces, scores and pivots of each bar and of the next, as `pivot_side` finds them.

    Parameters
    ----------
    close, estimated, slow, fast, span, angle, regime, bias, band_long, band_short, window, penalty
        As for `pivot_side`: what a `RuleCall` holds can be passed on as it is.

    Notes
    -----
    P(level) = (level - a) / b: the score is linear in a price that no average has seen.
    """
    seen = np.full((close.size + 1, SEEN), np.nan)
    options = (angle, regime, bias, band_long, band_short, window, penalty)
    pivot_side(close, estimated, slow, fast, span, *options, seen)
    columns = seen.T
    none = columns[NO_PIVOT] == 1.0
    strengths = columns[[CONSTANT, ON_TREND, ON_STRETCH]]
    score = strengths[0] + strengths[1] * columns[TREND] + strengths[2] * columns[STRETCH]
    slope = np.where(none, np.nan, columns[SLOPE])
    return PivotDays(
        trend=columns[TREND],
        stretch=columns[STRETCH],
        score=np.where(none, np.nan, score),
        intercept=columns[INTERCEPT],
        slope=columns[SLOPE],
        to_long=(band_long - columns[INTERCEPT]) / slope,
        to_short=(-band_short - columns[INTERCEPT]) / slope,
        move=columns[MOVE],
        no_pivot=none,
        strengths=strengths.T,
    )
