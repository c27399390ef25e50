"""The account of `search.walk` for many sets at once, and its figures on the way; nothing is kept.

One account alone waits for itself: each day's cash takes the day before. Here every inner loop runs
over `LANES` sets that do not know one another, has no branch, and becomes vector instructions. What
is worked out for a set is what `search.walk.walk` works out, operation by operation.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...analyzers.statistics import ROUNDING as ROUNDING_OF_RETURNS
from ...brokers.sizing import ROUNDING

LANES = 64
"""Sets side by side. With fewer, LLVM unrolls the inner loops and does not vectorise them."""

TILE = 64
"""Bars that are turned from one row a set to one row a bar at a time; they stay in the cache."""

PAST = 3
"""Bars before a tile that a fill may still ask for: the longest delay, and one."""


def lanes(
    positions: Any,
    opens: Any,
    closes: Any,
    dividends: Any,
    years: Any,
    cash_rate: Any,
    debit_rate: Any,
    rebate_rate: Any,
    borrow_rate: Any,
    points_ahead: Any,
    percent_ahead: Any,
    delay: int,
    at_open: bool,
    sized_at_fill: bool,
    daily: bool,
    whole: bool,
    per_share: float,
    min_fee: float,
    percent_fee: float,
    slip: float,
    opening_cash: float,
    periods_per_year: int,
    risk_free: float,
    rows: Any,
    last: Any,
) -> None:
    """Fill one row of figures for each set.

    Parameters
    ----------
    positions : ndarray of shape (n_sets, n_bars)
        Weights in force after each bar's decision, oldest first; finite.
    opens, closes, dividends : ndarray of shape (n_bars,)
        Of the one instrument, account currency per share.
    years, cash_rate, debit_rate, rebate_rate, borrow_rate : ndarray of shape (n_bars,)
        The night before each bar in years, and its annual rates.
    points_ahead, percent_ahead : ndarray of shape (n_bars,)
        What the side that is filled at a bar gains until the next fill, uncompounded.
    delay, at_open, sized_at_fill, whole, per_share, min_fee, percent_fee, slip
        As for `search.walk.walk`.
    daily : bool
        Back to every target that is not 0 at every bar.
    opening_cash : float
        At the opening.
    periods_per_year : int
        252 or 365.
    risk_free : float
        Rate of one period.
    rows : ndarray of shape (n_sets, n_columns), written
        Its first twelve columns are those of `search.evaluator.COLUMNS`; NaN for a figure that
        does not exist.
    last : ndarray of shape (n_sets,), written
        The account's last value.
    """
    n_sets, n_bars = positions.shape
    sized_at_fill = sized_at_fill or delay == 0  # the deciding bar's close is the fill
    wanted_shares = np.zeros((PAST, LANES))  # settled at the decision
    tile = np.zeros((PAST + TILE, LANES))  # row PAST + k is the tile's bar k
    state = np.zeros((24, LANES))
    cash, shares, value, before, wanted = state[0], state[1], state[2], state[3], state[4]
    alive, ruin, held, side, reversals = state[5], state[6], state[7], state[8], state[9]
    peak, low, peak_of_low = state[10], state[11], state[12]
    first, total, squares, least, most = state[13], state[14], state[15], state[16], state[17]
    points, percent = state[18], state[19]
    days, losses, won, lost = state[20], state[21], state[22], state[23]

    for group in range(0, n_sets, LANES):
        width = min(LANES, n_sets - group)
        state[:] = 0.0
        tile[:] = 0.0
        wanted_shares[:] = 0.0
        for lane in range(LANES):
            cash[lane] = before[lane] = opening_cash
            peak[lane] = low[lane] = peak_of_low[lane] = opening_cash
            alive[lane] = 1.0
            ruin[lane] = -1.0

        for t in range(n_bars):
            if t % TILE == 0:
                tile[:PAST] = tile[TILE:]
                for k in range(min(TILE, n_bars - t)):
                    for lane in range(width):
                        tile[PAST + k, lane] = positions[group + lane, t + k]
            decided = PAST + t % TILE - delay
            weights, weights_before = tile[decided], tile[decided - 1]
            close = closes[t]
            close_before = closes[max(t - 1, 0)]
            price = opens[t] if at_open else close
            bought_at, sold_at = price * (1.0 + slip), price * (1.0 - slip)
            dividend, nights = dividends[t], years[t]
            on_cash, on_debit = cash_rate[t], debit_rate[t]
            on_short = rebate_rate[t] - borrow_rate[t]

            for lane in range(LANES):  # the night; nights are 0.0 for who is ruined
                short = -min(shares[lane], 0.0) * close_before
                free = cash[lane] - short
                night = free * (on_cash if free > 0.0 else on_debit) + short * on_short
                cash[lane] += night * (nights * alive[lane]) + shares[lane] * dividend
                value[lane] = cash[lane] + shares[lane] * price
            if sized_at_fill:
                for lane in range(LANES):
                    wanted[lane] = weights[lane] * max(value[lane], 0.0) / price
            else:
                wanted[:] = wanted_shares[(t - delay) % PAST]
            if whole:
                for lane in range(LANES):
                    size = np.floor(abs(wanted[lane]) + 1e-9)
                    wanted[lane] = size if wanted[lane] > 0.0 else -size

            ruins = 0
            for lane in range(LANES):  # the fill
                weight = weights[lane]
                size = wanted[lane] - shares[lane]
                traded = abs(size)
                paid = bought_at if size > 0.0 else sold_at
                commission = max(per_share * traded + percent_fee * traded * paid, min_fee)
                due = (weight != weights_before[lane]) | (daily & (weight != 0.0))
                due = due & (traded > ROUNDING * abs(wanted[lane])) & (alive[lane] > 0.0)
                overnight = shares[lane] != 0.0
                cash[lane] = cash[lane] - (size * paid + commission) if due else cash[lane]
                shares[lane] = wanted[lane] if due else shares[lane]
                held[lane] = 1.0 if overnight | (at_open & (shares[lane] != 0.0)) else 0.0
                value[lane] = cash[lane] + shares[lane] * close
                ruins |= (value[lane] <= 0.0) & (alive[lane] > 0.0)
            if ruins:
                for lane in range(LANES):
                    if value[lane] <= 0.0 and alive[lane] > 0.0:
                        alive[lane] = 0.0
                        ruin[lane] = t
                        traded = abs(shares[lane])
                        if traded:
                            paid = close * (1.0 + slip if shares[lane] < 0.0 else 1.0 - slip)
                            fee = max(per_share * traded + percent_fee * traded * paid, min_fee)
                            cash[lane] -= fee - shares[lane] * paid
                            shares[lane] = 0.0
                        value[lane] = cash[lane]
            if not sized_at_fill:
                fresh = tile[PAST + t % TILE]
                settled = wanted_shares[t % PAST]
                for lane in range(LANES):
                    settled[lane] = fresh[lane] * max(value[lane], 0.0) / close

            ahead, ahead_percent = points_ahead[t], percent_ahead[t]
            for lane in range(LANES):
                weight = weights[lane]
                sign = (1.0 if weight > 0.0 else 0.0) - (1.0 if weight < 0.0 else 0.0)
                points[lane] += sign * ahead
                percent[lane] += sign * ahead_percent
                reversals[lane] += 1.0 if sign * side[lane] < 0.0 else 0.0
                side[lane] = sign if sign != 0.0 else side[lane]
            if t == 0:
                continue
            if t == 1:
                for lane in range(LANES):
                    first[lane] = value[lane] / before[lane] - 1.0 if alive[lane] > 0.0 else 0.0
            for lane in range(LANES):
                gain = value[lane] / before[lane] - 1.0
                gain = gain if (alive[lane] > 0.0) | (ruin[lane] == t) else 0.0
                before[lane] = value[lane]
                apart = gain - first[lane]
                total[lane] += apart
                squares[lane] += apart * apart
                least[lane] = min(least[lane], gain)
                most[lane] = max(most[lane], gain)
                counted = held[lane] * gain
                is_loss = counted < -ROUNDING_OF_RETURNS
                days[lane] += held[lane]
                losses[lane] += 1.0 if is_loss else 0.0
                won[lane] += 0.0 if is_loss else counted
                lost[lane] += counted if is_loss else 0.0
            for lane in range(LANES):
                # value / top < low / peak_of_low, without the divisions
                top = max(peak[lane], value[lane])
                deeper = value[lane] * peak_of_low[lane] < low[lane] * top
                low[lane] = value[lane] if deeper else low[lane]
                peak_of_low[lane] = top if deeper else peak_of_low[lane]
                peak[lane] = top

        for lane in range(width):
            row = rows[group + lane]
            row[:12] = np.nan
            idle = ruin[lane] == 0.0 or n_bars == 1  # no day after the opening one counts
            wealth = 1.0 if idle else value[lane] / opening_cash
            lost_all = least[lane] <= -1.0
            n_days = n_bars - 1
            row[0] = wealth - 1.0
            if n_days and not lost_all:
                growth = math.log(wealth) if abs(wealth - 1.0) > 0.5 else math.log1p(wealth - 1.0)
                row[1] = math.expm1(growth * periods_per_year / n_days)
                if math.isinf(row[1]):
                    row[1] = np.nan
            if n_days > 1:
                mean = total[lane] / n_days
                spread = math.sqrt(max(squares[lane] - total[lane] * mean, 0.0) / (n_days - 1))
                mean += first[lane] - risk_free
                scale = math.sqrt(periods_per_year)
                largest = max(1.0, most[lane], -least[lane])
                row[2] = spread * scale if spread > ROUNDING_OF_RETURNS * largest else 0.0
                largest = max(1.0, most[lane] - risk_free, risk_free - least[lane])
                if spread > ROUNDING_OF_RETURNS * largest and not lost_all:
                    row[3] = mean / spread * scale
            row[4] = -1.0 if lost_all else 0.0 if idle else low[lane] / peak_of_low[lane] - 1.0
            row[5] = points[lane]
            row[6] = percent[lane]
            wins = days[lane] - losses[lane]
            if days[lane]:
                row[7] = wins / days[lane]
            if wins:
                row[8] = won[lane] / wins
            if losses[lane]:
                row[9] = lost[lane] / losses[lane]
            row[10] = reversals[lane]
            row[11] = ruin[lane]
            last[group + lane] = value[lane]


@cache
def compiled_lanes() -> Any:
    """Return `lanes` compiled by numba, which is imported here and only here."""
    import numba

    # Python's error model checks each divisor, and a loop with a check is not vectorised.
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(lanes)
    except RuntimeError:  # no folder that numba may write its cache to
        return numba.njit(nogil=True, error_model="numpy")(lanes)
