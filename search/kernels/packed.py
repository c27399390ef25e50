"""Figures of many accounts that are long, short or flat, levelled every day and free of costs.

Such an account gains ``w_t r_{t+1}`` a day, whatever came before: a position is one byte, and
nothing of the account has to be carried but sums and a highest value. `LANES` sets stand side by
side, bar after bar, so that every inner loop becomes vector instructions.

Tables of what eight positions at once come to are faster for many sets, but serve fewer figures,
know no flat days, and must be built before the first set.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...feeds.compiling import compiled

LANES = 128
"""Number of sets side by side."""

STEPS = 4
"""Number of bars between a load and a store of the sums: they stay in registers, and the sum that
is stored is never one that was loaded or else its successor, which LLVM would write under a mask.
`TILE` and the number of gains are multiples of it."""

TILE = 64
"""Number of bars transposed at a time, from a row a set to a row a bar. Their counts fit a byte."""

ODD, EVEN, RETURN, POINTS, PERCENT = range(5)
"""Columns of the gains of a bar's position until the next bar; see `packed`."""

NO_SIDE = 2
"""Code for a day on which neither side loses."""

REVERSED = -2
"""Exclusive or of 1 and -1, and of no other two positions."""

CANCELLED = 1e-4
"""Least variance, as a share of the sum of squares, that rounding leaves accurate."""


def packed(
    positions: Any,
    ahead: Any,
    losing: Any,
    codes: Any,
    ruinous: Any,
    periods_per_year: int,
    risk_free: float,
    rows: Any,
    sums: Any,
    again: Any,
) -> None:
    """Fill one row of figures for each set.

    Parameters
    ----------
    positions : ndarray of int8, shape (n_sets, n_bars)
        +1, 0 or -1 in force after each bar's decision, oldest first.
    ahead : ndarray of shape (n_steps, 5)
        What a position w gains from each close to the next; zeros from the last on, up to a
        multiple of `STEPS`. Its growth
        log(1 + w r) is ``w * ahead[ODD] + abs(w) * ahead[EVEN]``, and w times the others is its
        return, its points and its percent.
    losing : ndarray of int8, shape (n_steps,)
        The side that loses from each close to the next, or `NO_SIDE`.
    codes : ndarray of uint64, shape (n_steps, 2)
        What +1 and -1 add to the hash at each bar; 0 adds nothing.
    ruinous : ndarray of int, shape (n_ruinous,)
        Bars, rising, from whose close to the next a short loses all or more. ODD and EVEN may hold
        anything finite there.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free : float
        Rate of one period.
    rows : ndarray of shape (n_sets, 15), written
        `search.evaluator.COLUMNS` but for the last three, NaN for a figure that does not exist.
    sums : ndarray of uint64, shape (n_sets,), written
        What `position_hash.finished` makes the hashes of.
    again : ndarray of bool, shape (n_sets,), written
        Whether the row must be measured from the set's returns: the account is ruined, or its
        returns hardly vary. Points, percent, switches and the row of the ruin are good even then.
    """
    n_sets, n_bars = positions.shape
    tile = np.zeros(TILE * LANES, np.int8)
    state = np.zeros(8 * LANES)
    side = np.zeros(LANES, np.int8)
    few = np.zeros(3 * LANES, np.int8)  # counts of one tile
    counts = np.zeros(3 * LANES, np.int64)  # days held, days lost, reversals
    marks = np.zeros(LANES, np.uint64)
    last = np.zeros(LANES, np.int8)
    nothing = np.uint64(0)

    for group in range(0, n_sets, LANES):
        width = min(LANES, n_sets - group)
        state[:] = 0.0
        side[:] = 0
        counts[:] = 0
        marks[:] = 0

        for start in range(0, n_bars, TILE):
            length = min(TILE, n_bars - start)
            if length < TILE:
                tile[:] = 0
            for lane in range(0, LANES, 4):  # four rows at a time write a third faster than one
                stop = start + length
                first = positions[min(group + lane, n_sets - 1), start:stop]
                second = positions[min(group + lane + 1, n_sets - 1), start:stop]
                third = positions[min(group + lane + 2, n_sets - 1), start:stop]
                fourth = positions[min(group + lane + 3, n_sets - 1), start:stop]
                own = tile[lane:]
                for k in range(length):
                    own[k * LANES] = first[k]
                    own[k * LANES + 1] = second[k]
                    own[k * LANES + 2] = third[k]
                    own[k * LANES + 3] = fourth[k]
            few[:] = 0
            for k in range(0, length, STEPS):
                weights = tile[k * LANES : (k + STEPS) * LANES]
                gains = ahead[start + k : start + k + STEPS]
                for i in range(LANES):
                    growth, peak, fall = state[i], state[LANES + i], state[2 * LANES + i]
                    total, squares = state[3 * LANES + i], state[4 * LANES + i]
                    lost = state[5 * LANES + i]
                    points, percent = state[6 * LANES + i], state[7 * LANES + i]
                    for j in range(STEPS):
                        weight = float(weights[j * LANES + i])
                        gain = weight * gains[j, RETURN]
                        growth += weight * gains[j, ODD] + abs(weight) * gains[j, EVEN]
                        peak = max(peak, growth)
                        fall = min(fall, growth - peak)
                        total += gain
                        squares += gain * gain
                        lost += min(gain, 0.0)
                        points += weight * gains[j, POINTS]
                        percent += weight * gains[j, PERCENT]
                    state[i], state[LANES + i], state[2 * LANES + i] = growth, peak, fall
                    state[3 * LANES + i], state[4 * LANES + i] = total, squares
                    state[5 * LANES + i] = lost
                    state[6 * LANES + i], state[7 * LANES + i] = points, percent
                losers = losing[start + k : start + k + STEPS]
                for i in range(LANES):
                    held_days, lost_days = few[i], few[LANES + i]
                    reversals, before = few[2 * LANES + i], side[i]
                    for j in range(STEPS):
                        held = weights[j * LANES + i]
                        held_days += np.int8(held != 0)
                        lost_days += np.int8(held == losers[j])
                        # a product of bytes would take wider vectors
                        reversals += np.int8((held ^ before) == REVERSED)
                        before = held if held != 0 else before
                    few[i], few[LANES + i] = held_days, lost_days
                    few[2 * LANES + i], side[i] = reversals, before
                marks_ahead = codes[start + k : start + k + STEPS]
                for i in range(LANES):
                    mark = marks[i]
                    for j in range(STEPS):
                        sign = np.int64(weights[j * LANES + i])
                        up, down = marks_ahead[j, 0], marks_ahead[j, 1]
                        mark += up if sign > 0 else nothing
                        mark += down if sign < 0 else nothing
                    marks[i] = mark
            for i in range(3 * LANES):
                counts[i] += few[i]
            for i in range(LANES):  # of a slice numba compiles seconds longer
                last[i] = tile[(length - 1) * LANES + i]

        n_days = n_bars - 1
        scale = math.sqrt(periods_per_year)
        for lane in range(width):
            row = rows[group + lane]
            growth, fall = state[lane], state[2 * LANES + lane]
            total, squares = state[3 * LANES + lane], state[4 * LANES + lane]
            lost = state[5 * LANES + lane]
            days = counts[lane] - (last[lane] != 0)  # the last decision gains nothing any more
            losses = counts[LANES + lane]
            wins = days - losses
            mean = total / n_days
            apart = squares - total * mean
            row[:] = np.nan
            row[0] = math.expm1(growth)
            row[1] = math.expm1(growth * periods_per_year / n_days)
            if math.isinf(row[1]):
                row[1] = np.nan
            again[group + lane] = not apart > CANCELLED * squares or n_days < 2
            if not again[group + lane]:
                spread = math.sqrt(apart / (n_days - 1))
                row[2] = spread * scale
                row[3] = (mean - risk_free) / spread * scale
                again[group + lane] = spread < CANCELLED * CANCELLED
            row[4] = math.expm1(fall)
            row[5] = state[6 * LANES + lane]
            row[6] = state[7 * LANES + lane]
            if days:
                row[7] = wins / days
            if wins:
                row[8] = (total - lost) / wins
            if losses:
                row[9] = lost / losses
            row[10] = counts[2 * LANES + lane]
            row[11] = -1.0
            sums[group + lane] = marks[lane]
            for bar_of_ruin in ruinous:
                if positions[group + lane, bar_of_ruin] < 0:
                    row[11] = bar_of_ruin + 1
                    again[group + lane] = True
                    break


@cache
def compiled_packed() -> Any:
    """Return `packed` compiled."""
    # Python's error model checks each divisor, and a loop with a check is not vectorised.
    return compiled(packed, nogil=True, error_model="numpy")
