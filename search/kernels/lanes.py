"""The account of `search.walk` for many sets at once, and their figures; no series are kept.

Within one account each day needs the cash of the day before, so that days cannot be computed side
by side. Here every inner loop runs over `LANES` independent sets, has no branch, and becomes vector
instructions. The operations on a set are those of `search.walk.walk`, in its order; none is
contracted or reordered, so that a set's figures are the same bits whatever its neighbours are.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...analyzers.statistics import ROUNDING as ROUNDING_OF_RETURNS
from ...brokers.sizing import ROUNDING
from ...feeds.conventions import FORGIVEN
from .position_hash import MANTISSA, MINUS_ZERO
from .wide_vectors import allow_wide_vectors, wide_vectors

LANES = 128
"""Number of sets side by side: enough that starting a bar's three loops costs little."""

ROW = LANES + 8
"""Floats from one row of the account to the next. With 1,024 bytes every fourth row would lie at
addresses that the processor takes for one another, and loads would wait for stores."""

TILE = 512
"""Number of bars transposed at a time, from a row a set to a row a bar; they fit the L2 cache."""

BLOCK = 16
"""Number of sets transposed at a time: as many streams as the processor reads ahead."""

PAST = 3
"""Number of bars kept from before a tile: the longest delay of a fill, and one."""


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
    whole: Any,
    per_share: float,
    min_fee: float,
    percent_fee: float,
    slip: float,
    half_spread: float,
    opening_cash: float,
    periods_per_year: int,
    risk_free: float,
    factors: Any,
    rows: Any,
    last: Any,
    sums: Any,
    largest: Any,
) -> None:
    """Fill one row of figures for each set.

    Parameters
    ----------
    positions : ndarray of shape (n_sets, n_bars)
        Weights in force after each bar's decision, oldest first.
    opens, closes, dividends : ndarray of shape (n_bars,)
        Of the one instrument, account currency per share.
    years, cash_rate, debit_rate, rebate_rate, borrow_rate : ndarray of shape (n_bars,)
        The night before each bar in years, and its annual rates.
    points_ahead, percent_ahead : ndarray of shape (n_bars,)
        What the side that is filled at a bar gains until the next fill, uncompounded.
    delay, at_open, sized_at_fill, per_share, min_fee, percent_fee, slip, half_spread
        As for `search.walk.walk`.
    daily : bool
        Back to every target that is not 0 at every bar.
    whole : True or None
        True: whole shares. None: fractions, and the code for whole shares is not compiled.
    opening_cash : float
        At the opening.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free : float
        Rate of one period.
    factors : ndarray of uint64, shape (n_bars,)
        `position_hash.multipliers`.
    rows : ndarray of shape (n_sets, n_columns), written
        Its first twelve columns are those of `search.evaluator.COLUMNS`; NaN for a figure that
        does not exist.
    last : ndarray of shape (n_sets,), written
        The account's last value.
    sums : ndarray of uint64, shape (n_sets,), written
        What `position_hash.finished` makes the hashes of.
    largest : ndarray of uint64, shape (n_sets,), written
        The bits of each set's largest absolute weight, NaN the largest of all. Figures of a set
        with a weight that is not finite mean nothing.
    """
    wide_vectors()
    n_sets, n_bars = positions.shape
    sized_at_fill = sized_at_fill or delay == 0  # the deciding bar's close is the fill
    tile = np.zeros((PAST + TILE, LANES))  # row PAST + k is the tile's bar k
    words = tile.view(np.uint64)
    worth = np.zeros((PAST, LANES))  # the account's value at the last decisions
    never = np.full(LANES, np.nan)  # every weight differs from it
    memory = np.zeros(23 * ROW + 8)
    start = (64 - (memory.ctypes.data & 63) >> 3) & 7  # where a cache line begins

    def row(k: int) -> Any:
        return memory[start + k * ROW : start + k * ROW + LANES]

    cash, shares, value, before, held = row(0), row(1), row(2), row(3), row(4)
    peak, low, peak_of_low = row(5), row(6), row(7)
    first, total, squares, least, most = row(8), row(9), row(10), row(11), row(12)
    days, losses, won, lost = row(13), row(14), row(15), row(16)
    points, percent, side, reversals = row(17), row(18), row(19), row(20)
    ruin, final = row(21), row(22)
    codes, widest = np.zeros(LANES, np.uint64), np.zeros(LANES, np.uint64)

    for group in range(0, n_sets, LANES):
        width = min(LANES, n_sets - group)
        memory[:] = 0.0
        tile[:] = 0.0
        worth[:] = 0.0
        codes[:] = 0
        widest[:] = 0
        cash[:] = opening_cash
        before[:] = opening_cash
        ruin[:] = -1.0

        for t in range(n_bars):
            if t % TILE == 0:
                tile[:PAST] = tile[TILE:]
                for lane in range(0, width, BLOCK):
                    final_set = group + min(lane + BLOCK, width) - 1  # repeats the last set
                    for k in range(min(TILE, n_bars - t)):
                        for j in range(BLOCK):  # -0.0 becomes 0.0
                            weight = positions[min(group + lane + j, final_set), t + k]
                            tile[PAST + k, lane + j] = weight + 0.0
            decided = PAST + t % TILE - delay
            weights, weights_before = tile[decided], tile[decided - 1]
            if daily:
                weights_before = never
            close = closes[t]
            less_close_before = -closes[max(t - 1, 0)]
            price = opens[t] if at_open else close
            bought_at = price * (1.0 + slip) + half_spread
            sold_at = price * (1.0 - slip) - half_spread
            dividend, nights = dividends[t], years[t]
            on_cash, on_debit = cash_rate[t], debit_rate[t]
            on_short = rebate_rate[t] - borrow_rate[t]
            worth_then = worth[(t - delay) % PAST]
            price_then = price if sized_at_fill else closes[max(t - delay, 0)]

            for lane in range(LANES):  # the night and the fill
                weight = weights[lane]
                had = shares[lane]
                short = min(had, 0.0) * less_close_before
                free = cash[lane] - short
                night = free * (on_cash if free > 0.0 else on_debit) + short * on_short
                money = cash[lane] + (night * nights + had * dividend)
                sized_by = money + had * price if sized_at_fill else worth_then[lane]
                wanted = weight * max(sized_by, 0.0) / price_then
                if whole is not None:
                    floor = np.floor(abs(wanted) + FORGIVEN)
                    wanted = floor if wanted > 0.0 else -floor
                size = wanted - had
                traded = abs(size)
                paid = bought_at if size > 0.0 else sold_at
                commission = max(per_share * traded + percent_fee * traded * paid, min_fee)
                due = (weight != weights_before[lane]) & (traded > ROUNDING * abs(wanted))
                money = money - (size * paid + commission) if due else money
                has = wanted if due else had
                cash[lane] = money
                shares[lane] = has
                held[lane] = had
                value[lane] = money + has * close
            if at_open:
                for lane in range(LANES):
                    held[lane] = shares[lane] if held[lane] == 0.0 else held[lane]

            ruins = 0
            for lane in range(LANES):
                ruins |= (value[lane] <= 0.0) & (before[lane] != 0.0)
            if ruins:
                for lane in range(LANES):
                    if value[lane] <= 0.0 and before[lane] != 0.0:
                        ruin[lane] = t
                        traded = abs(shares[lane])
                        if traded:
                            paid = close * (1.0 - slip) - half_spread
                            if shares[lane] < 0.0:
                                paid = close * (1.0 + slip) + half_spread
                            fee = max(per_share * traded + percent_fee * traded * paid, min_fee)
                            cash[lane] -= fee - shares[lane] * paid
                        value[lane] = cash[lane]
            if not sized_at_fill:
                worth[t % PAST] = value

            fresh, factor = words[PAST + t % TILE], factors[t]
            ahead, ahead_percent = points_ahead[t], percent_ahead[t]
            for lane in range(LANES):  # the figures
                word = fresh[lane]
                codes[lane] += (word ^ (word >> MANTISSA)) * factor
                widest[lane] = max(widest[lane], word & ~MINUS_ZERO)

                weight = weights[lane]
                sign = (1.0 if weight > 0.0 else 0.0) - (1.0 if weight < 0.0 else 0.0)
                points[lane] += sign * ahead
                percent[lane] += sign * ahead_percent
                reversals[lane] += 1.0 if sign * side[lane] < 0.0 else 0.0
                side[lane] = sign if sign != 0.0 else side[lane]

                now = value[lane]
                gain = now / before[lane] - 1.0
                gain = gain if before[lane] != 0.0 else 0.0
                before[lane] = now
                apart = gain - first[lane]
                total[lane] += apart
                squares[lane] += apart * apart
                least[lane] = min(least[lane], gain)
                most[lane] = max(most[lane], gain)
                invested = held[lane] != 0.0
                counted = gain if invested else 0.0
                is_loss = counted < -ROUNDING_OF_RETURNS
                days[lane] += 1.0 if invested else 0.0
                losses[lane] += 1.0 if is_loss else 0.0
                won[lane] += 0.0 if is_loss else counted
                lost[lane] += counted if is_loss else 0.0

                # value / top < low / peak_of_low, without the divisions
                top = max(peak[lane], now)
                deeper = now * peak_of_low[lane] < low[lane] * top
                low[lane] = now if deeper else low[lane]
                peak_of_low[lane] = top if deeper else peak_of_low[lane]
                peak[lane] = top

            if ruins:  # nothing is left that could change: before is 0.0 from here on
                for lane in range(LANES):
                    if ruin[lane] == t:
                        final[lane] = value[lane]
                        cash[lane] = shares[lane] = value[lane] = before[lane] = 0.0
                        worth[:, lane] = 0.0
            if t == 0:  # the first day's gain is from the opening cash on
                for lane in range(LANES):
                    before[lane] = opening_cash if ruin[lane] < 0.0 else 0.0
                    peak[lane] = low[lane] = peak_of_low[lane] = opening_cash
                    total[lane] = squares[lane] = least[lane] = most[lane] = 0.0
                    days[lane] = losses[lane] = won[lane] = lost[lane] = 0.0
            if t == 1:  # from here on gains are told as what they are apart from the first
                for lane in range(LANES):
                    if ruin[lane] < 0.0:
                        first[lane] = total[lane]
                        total[lane] = squares[lane] = 0.0

        for lane in range(width):
            end = value[lane] if ruin[lane] < 0.0 else final[lane]
            figures = rows[group + lane]
            figures[:12] = np.nan
            idle = ruin[lane] == 0.0 or n_bars == 1  # no day after the opening one counts
            wealth = 1.0 if idle else end / opening_cash
            lost_all = least[lane] <= -1.0
            n_days = n_bars - 1
            figures[0] = wealth - 1.0
            if n_days and not lost_all:
                growth = math.log(wealth) if abs(wealth - 1.0) > 0.5 else math.log1p(wealth - 1.0)
                figures[1] = math.expm1(growth * periods_per_year / n_days)
                if math.isinf(figures[1]):
                    figures[1] = np.nan
            if n_days > 1:
                mean = total[lane] / n_days
                spread = math.sqrt(max(squares[lane] - total[lane] * mean, 0.0) / (n_days - 1))
                mean += first[lane] - risk_free
                scale = math.sqrt(periods_per_year)
                extreme = max(1.0, most[lane], -least[lane])
                figures[2] = spread * scale if spread > ROUNDING_OF_RETURNS * extreme else 0.0
                extreme = max(1.0, most[lane] - risk_free, risk_free - least[lane])
                if spread > ROUNDING_OF_RETURNS * extreme and not lost_all:
                    figures[3] = mean / spread * scale
            figures[4] = -1.0 if lost_all else 0.0 if idle else low[lane] / peak_of_low[lane] - 1.0
            figures[5] = points[lane]
            figures[6] = percent[lane]
            wins = days[lane] - losses[lane]
            if days[lane]:
                figures[7] = wins / days[lane]
            if wins:
                figures[8] = won[lane] / wins
            if losses[lane]:
                figures[9] = lost[lane] / losses[lane]
            figures[10] = reversals[lane]
            figures[11] = ruin[lane]
            last[group + lane] = end
            sums[group + lane] = codes[lane]
            largest[group + lane] = widest[lane]


@cache
def compiled_lanes() -> Any:
    """Return `lanes` compiled by numba, which is imported here and only here."""
    import numba

    allow_wide_vectors()
    # Python's error model checks each divisor, and a loop with a check is not vectorised.
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(lanes)
    except RuntimeError:  # no folder that numba may write its cache to
        return numba.njit(nogil=True, error_model="numpy")(lanes)
