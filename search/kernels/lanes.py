"""The account of `search.walk` for many sets at once, and the sums that figures are made of.

Within one account each day needs the cash of the day before, so that days cannot be computed side
by side. Here every inner loop runs over `LANES` independent sets, has no branch, and becomes vector
instructions. The operations on a set are those of `search.walk.walk`, in its order; none is
contracted or reordered, so that a set's figures are the same bits whatever its neighbours are.

What makes it fast with 256 bits as well as with 512:

- A value is chosen from two that are loaded already, and written to another place than it came
  from. Else LLVM writes under a mask, which AMD's processors do slowly.
- A choice hangs on one comparison of two floats. "And" and "or" of two bits would, without the mask
  registers of AVX-512, be narrowed to bits and widened again.
- The account of a bar takes three short loops instead of one long: a chain of 30 operations with a
  division fills the processor's queue before the next lanes can begin.
- Sums are loaded and stored once in `STEPS` bars.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ...analyzers.statistics import ROUNDING as ROUNDING_OF_RETURNS
from ...brokers.sizing import ROUNDING
from ...feeds.compiling import compiled
from ...feeds.conventions import FORGIVEN
from .position_hash import MANTISSA, MINUS_ZERO
from .wide_vectors import allow_wide_vectors, wide_vectors

LANES = 128
"""Number of sets side by side: enough that starting a bar's loops costs little."""

ROW = LANES + 8
"""Floats from one row of the account to the next. With 1,024 bytes every fourth row would lie at
addresses that the processor takes for one another, and loads would wait for stores."""

TILE = 512
"""Number of bars transposed at a time, from a row a set to a row a bar; they fit the L2 cache."""

PAST = 3
"""Number of bars kept from before a tile: the longest delay of a fill, and one."""

NEVER = PAST + TILE
"""Row of the tile that every weight differs from."""

STEPS = 4
"""Number of bars whose figures are added up at a time, unless one of them ruins."""

(
    LAST, PEAK, LOW, PEAK_OF_LOW, FIRST, TOTAL, SQUARES, LEAST, MOST, DAYS, LOSSES, WON, LOST,
    POINTS, PERCENT, SIDE, REVERSALS, RUIN, FINAL,
) = range(0, 19 * ROW, ROW)  # fmt: skip
"""Where the rows of sums begin that `lane_figures` reads."""

SUMS = 19 * ROW
"""Floats in the sums of `LANES` sets."""

BEFORE, LIMIT, WORTH = SUMS, SUMS + ROW, SUMS + 2 * ROW
"""The value on the bar before; a value at or below which the account is ruined: 0, and -1 once it
is; the values at the last decisions, `PAST` rows."""

BARS = WORTH + PAST * ROW
"""The account before `STEPS` bars and after each of them, `BAR` floats for each."""

CASH, SHARES, VALUE, WANTED = range(0, 4 * ROW, ROW)
BAR = 4 * ROW


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
    half_spread: float,
    opening_cash: float,
    factors: Any,
    sums: Any,
    hashes: Any,
    largest: Any,
) -> None:
    """Fill the sums of each set's account.

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
    whole : bool
        Whole shares; one kernel for both, since it takes seconds to compile.
    opening_cash : float
        At the opening.
    factors : ndarray of uint64, shape (n_bars,)
        `position_hash.multipliers`.
    sums : ndarray of shape (n_groups, SUMS), written
        One row for `LANES` sets, for `lane_figures.lane_figures`.
    hashes : ndarray of uint64, shape (n_sets,), written
        What `position_hash.finished` makes the hashes of.
    largest : ndarray of int64, shape (n_sets,), written
        The bits of each set's largest absolute weight, NaN the largest of all. Figures of a set
        with a weight that is not finite mean nothing.
    """
    wide_vectors()
    n_sets, n_bars = positions.shape
    sized_at_fill = sized_at_fill or delay == 0  # the deciding bar's close is the fill
    today = 1 if at_open else 0
    tile = np.zeros((PAST + TILE + 1, LANES))  # row PAST + k is the tile's bar k
    tile[NEVER] = np.nan
    flat = tile.reshape(-1)
    words = flat.view(np.uint64)
    memory = np.zeros(BARS + (STEPS + 1) * BAR + 8)
    start = (64 - (memory.ctypes.data & 63) >> 3) & 7  # where a cache line begins
    state = memory[start:]
    codes, widest = np.zeros(LANES, np.uint64), np.zeros(LANES, np.int64)

    def add_gains(place: int, steps: int, ruined: Any, opened: Any) -> None:
        """Add the gains of bars.

        For None code is left out: `ruined` is True where a set that is ruined has a value of 0
        before; `opened` is 1 where what is held at the close was held on the day, and 0 where what
        was held the day before is all. Each call is compiled for itself, which takes a second.
        """
        here = state[BARS + place * BAR :]
        for lane in range(LANES):
            before = state[BEFORE + lane]
            first = state[FIRST + lane]
            total, squares = state[TOTAL + lane], state[SQUARES + lane]
            least, most = state[LEAST + lane], state[MOST + lane]
            days, losses = state[DAYS + lane], state[LOSSES + lane]
            won, lost = state[WON + lane], state[LOST + lane]
            for k in range(steps):
                now = here[(k + 1) * BAR + VALUE + lane]
                gain = now / before - 1.0
                if ruined is not None:
                    gain = gain if before != 0.0 else 0.0
                before = now
                apart = gain - first
                total += apart
                squares += apart * apart
                least = min(least, gain)
                most = max(most, gain)
                invested = 1.0 if here[k * BAR + SHARES + lane] != 0.0 else 0.0
                if opened is not None:
                    has = here[(k + opened) * BAR + SHARES + lane]
                    invested = 1.0 if has != 0.0 else invested
                counted = gain * invested
                is_loss = counted < -ROUNDING_OF_RETURNS
                days += invested
                losses += 1.0 if is_loss else 0.0
                won += 0.0 if is_loss else counted
                lost += counted if is_loss else 0.0
            state[BEFORE + lane] = before
            state[TOTAL + lane], state[SQUARES + lane] = total, squares
            state[LEAST + lane], state[MOST + lane] = least, most
            state[DAYS + lane], state[LOSSES + lane] = days, losses
            state[WON + lane], state[LOST + lane] = won, lost

    def add_figures(begun: int, place: int, steps: int) -> None:
        """Add the other figures of bars, the first of which stands at `place`."""
        fresh = PAST + begun % TILE
        weights = flat[(fresh - delay) * LANES :]
        fresh_words = words[fresh * LANES :]
        here = state[BARS + place * BAR :]
        ahead, ahead_percent = points_ahead[begun:], percent_ahead[begun:]
        for lane in range(LANES):
            peak, low = state[PEAK + lane], state[LOW + lane]
            peak_of_low = state[PEAK_OF_LOW + lane]
            for k in range(steps):
                # value / top < low / peak_of_low, without the divisions
                now = here[(k + 1) * BAR + VALUE + lane]
                peak = max(peak, now)
                deeper = now * peak_of_low < low * peak
                low = now if deeper else low
                peak_of_low = peak if deeper else peak_of_low
            state[PEAK + lane], state[LOW + lane] = peak, low
            state[PEAK_OF_LOW + lane] = peak_of_low
        for lane in range(LANES):
            points, percent = state[POINTS + lane], state[PERCENT + lane]
            side, reversals = state[SIDE + lane], state[REVERSALS + lane]
            for k in range(steps):
                weight = weights[k * LANES + lane]
                sign = np.copysign(1.0, weight) if weight != 0.0 else 0.0
                points += sign * ahead[k]
                percent += sign * ahead_percent[k]
                reversals += 1.0 if sign * side < 0.0 else 0.0
                side = sign if sign != 0.0 else side
            state[POINTS + lane], state[PERCENT + lane] = points, percent
            state[SIDE + lane], state[REVERSALS + lane] = side, reversals
        for lane in range(LANES):
            wide = widest[lane]
            for k in range(steps):
                wide = max(wide, np.int64(fresh_words[k * LANES + lane] & ~MINUS_ZERO))
            widest[lane] = wide

    for group in range(0, n_sets, LANES):
        width = min(LANES, n_sets - group)
        memory[:] = 0.0
        tile[:NEVER] = 0.0
        codes[:] = 0
        widest[:] = 0
        for lane in range(LANES):
            state[BARS + CASH + lane] = opening_cash
            state[BEFORE + lane] = opening_cash
            state[RUIN + lane] = -1.0

        t = 0
        seen_ruin = 0
        while t < n_bars:
            if t % TILE == 0:
                for k in range(PAST):  # of a slice numba compiles seconds longer
                    for lane in range(LANES):
                        tile[k, lane] = tile[TILE + k, lane]
                end, final_set = t + min(TILE, n_bars - t), n_sets - 1
                for lane in range(0, width, 8):  # a cache line of a bar
                    place = group + lane
                    one = positions[place, t:end]
                    two = positions[min(place + 1, final_set), t:end]
                    three = positions[min(place + 2, final_set), t:end]
                    four = positions[min(place + 3, final_set), t:end]
                    five = positions[min(place + 4, final_set), t:end]
                    six = positions[min(place + 5, final_set), t:end]
                    seven = positions[min(place + 6, final_set), t:end]
                    eight = positions[min(place + 7, final_set), t:end]
                    own = flat[PAST * LANES + lane :]
                    for k in range(end - t):  # -0.0 becomes 0.0
                        own[k * LANES] = one[k] + 0.0
                        own[k * LANES + 1] = two[k] + 0.0
                        own[k * LANES + 2] = three[k] + 0.0
                        own[k * LANES + 3] = four[k] + 0.0
                        own[k * LANES + 4] = five[k] + 0.0
                        own[k * LANES + 5] = six[k] + 0.0
                        own[k * LANES + 6] = seven[k] + 0.0
                        own[k * LANES + 7] = eight[k] + 0.0

            # the accounts of a few bars, up to a ruin
            begun = t
            stop = min(t + STEPS, n_bars, t - t % TILE + TILE) if t > 1 else t + 1
            ruins = 0
            while t < stop and not ruins:
                step = t - begun
                here = state[BARS + step * BAR :]
                decided = PAST + t % TILE - delay
                weights = flat[decided * LANES :]
                weights_before = flat[(NEVER if daily else decided - 1) * LANES :]
                close = closes[t]
                less_close_before = -closes[max(t - 1, 0)]
                price = opens[t] if at_open else close
                bought_at = price * (1.0 + slip) + half_spread
                sold_at = price * (1.0 - slip) - half_spread
                dividend, nights = dividends[t], years[t]
                on_cash, on_debit = cash_rate[t], debit_rate[t]
                on_short = rebate_rate[t] - borrow_rate[t]
                worth_then = state[WORTH + (t - delay) % PAST * ROW :]
                price_then = price if sized_at_fill else closes[max(t - delay, 0)]
                for lane in range(LANES):  # the night
                    had = here[SHARES + lane]
                    money = here[CASH + lane]
                    short = min(had, 0.0) * less_close_before
                    free = money - short
                    night = free * (on_cash if free > 0.0 else on_debit) + short * on_short
                    here[BAR + VALUE + lane] = money + (night * nights + had * dividend)
                # The hash is computed here, as the divisions leave the other units idle.
                fresh, factor = words[(PAST + t % TILE) * LANES :], factors[t]
                if sized_at_fill:
                    for lane in range(LANES):
                        word = fresh[lane]
                        codes[lane] += (word ^ (word >> MANTISSA)) * factor
                        sized_by = here[BAR + VALUE + lane] + here[SHARES + lane] * price
                        here[BAR + WANTED + lane] = weights[lane] * max(sized_by, 0.0) / price_then
                else:
                    for lane in range(LANES):
                        word = fresh[lane]
                        codes[lane] += (word ^ (word >> MANTISSA)) * factor
                        sized_by = worth_then[lane]
                        here[BAR + WANTED + lane] = weights[lane] * max(sized_by, 0.0) / price_then
                if whole:
                    for lane in range(LANES):
                        wanted = here[BAR + WANTED + lane]
                        floor = np.floor(abs(wanted) + FORGIVEN)
                        here[BAR + WANTED + lane] = floor if wanted > 0.0 else -floor
                for lane in range(LANES):  # the fill
                    had = here[SHARES + lane]
                    money = here[BAR + VALUE + lane]
                    wanted = here[BAR + WANTED + lane]
                    size = wanted - had
                    traded = abs(size)
                    paid = bought_at if size > 0.0 else sold_at
                    commission = max(per_share * traded + percent_fee * traded * paid, min_fee)
                    changed = weights[lane] != weights_before[lane]
                    due = changed & (traded > ROUNDING * abs(wanted))
                    left = money - (size * paid + commission)
                    money = left if due else money
                    has = wanted if due else had
                    here[BAR + CASH + lane] = money
                    here[BAR + SHARES + lane] = has
                    now = money + has * close
                    here[BAR + VALUE + lane] = now
                    ruins |= now <= state[LIMIT + lane]
                if ruins:
                    for lane in range(LANES):
                        now = here[BAR + VALUE + lane]
                        if now <= state[LIMIT + lane]:
                            state[RUIN + lane] = t
                            shares = here[BAR + SHARES + lane]
                            traded = abs(shares)
                            if traded:
                                paid = close * (1.0 - slip) - half_spread
                                if shares < 0.0:
                                    paid = close * (1.0 + slip) + half_spread
                                fee = max(per_share * traded + percent_fee * traded * paid, min_fee)
                                here[BAR + CASH + lane] -= fee - shares * paid
                            here[BAR + VALUE + lane] = here[BAR + CASH + lane]
                if not sized_at_fill:
                    to = state[WORTH + t % PAST * ROW :]
                    for lane in range(LANES):
                        to[lane] = here[BAR + VALUE + lane]
                t += 1

            if t - begun == STEPS:
                if at_open or seen_ruin:
                    add_gains(0, STEPS, True, today)
                else:
                    add_gains(0, STEPS, None, None)
                add_figures(begun, 0, STEPS)
            else:
                for bar in range(begun, t):
                    add_gains(bar - begun, 1, True, today)
                    add_figures(bar, bar - begun, 1)

            newest = state[BARS + (t - begun) * BAR :]
            for lane in range(LANES):
                state[BARS + CASH + lane] = newest[CASH + lane]
                state[BARS + SHARES + lane] = newest[SHARES + lane]
                state[LAST + lane] = newest[VALUE + lane]
            seen_ruin |= ruins
            if ruins:  # nothing is left that could change: before is 0.0 from here on
                for lane in range(LANES):
                    if state[RUIN + lane] == t - 1:
                        state[FINAL + lane] = state[BEFORE + lane]
                        state[LIMIT + lane] = -1.0
                        state[BEFORE + lane] = 0.0
                        state[BARS + CASH + lane] = state[BARS + SHARES + lane] = 0.0
                        for past in range(PAST):
                            state[WORTH + past * ROW + lane] = 0.0
            if t == 1:  # the first day's gain is from the opening cash on
                for lane in range(LANES):
                    alive = state[RUIN + lane] < 0.0
                    state[BEFORE + lane] = opening_cash if alive else 0.0
                    for row in (PEAK, LOW, PEAK_OF_LOW):
                        state[row + lane] = opening_cash
                    for row in (TOTAL, SQUARES, LEAST, MOST, DAYS, LOSSES, WON, LOST):
                        state[row + lane] = 0.0
            if t == 2:  # from here on gains are told as what they are apart from the first
                for lane in range(LANES):
                    if state[RUIN + lane] < 0.0:
                        state[FIRST + lane] = state[TOTAL + lane]
                        state[TOTAL + lane] = state[SQUARES + lane] = 0.0

        for k in range(SUMS):
            sums[group // LANES, k] = state[k]
        for lane in range(width):
            hashes[group + lane] = codes[lane]
            largest[group + lane] = widest[lane]


@cache
def compiled_lanes() -> Any:
    """Return `lanes` compiled."""
    allow_wide_vectors()
    # Python's error model checks each divisor, and a loop with a check is not vectorised.
    return compiled(lanes, nogil=True, error_model="numpy")
