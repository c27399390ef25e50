"""The sign rules as the author's published script computes them, beside the formula's own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class ScriptDays(NamedTuple):
    """What the script holds, and the days that it counts."""

    held: NDArray[np.float64]
    """Position of S1, S2, S3, S4 over each return, shape (4, n_returns): -1, 0, 1, or NaN."""
    kept: NDArray[np.bool_]
    """Days on which none of the four is NaN, shape (n_returns,): all others are left out of the
    four strategies' results and out of buy and hold's."""


def script_positions(
    returns: NDArray[np.float64], delay: int, window: int, memory: int
) -> ScriptDays:
    """Return the four strategies' positions for one set, with the script's departures.

    Parameters
    ----------
    returns : ndarray of shape (n_returns,)
        Total returns from the window's first day on, oldest first; no NaN. The script's come from
        a dividend-adjusted close, C_t / (C_{t-1} - D_t) - 1.
    delay, window, memory : int
        d >= 0, M >= 1 and R >= 1 of the formula, as for `sign_positions`.

    Returns
    -------
    ScriptDays
        Entry k is held over ``returns[k]``, decided on the bar before; `sign_positions` would have
        it one entry earlier. The excess that the script prints, as a fraction, is
        ``prod(1 + held[s, kept] * returns[kept]) - prod(1 + returns[kept])``.

    Raises
    ------
    ValueError
        A return is NaN or infinite: the comparisons would take it for one that is not negative.

    Notes
    -----
    Where k = t + 1 is the day that is forecast, it departs from the formula in this:

    1. Its own parameter is the lag to k, d + 1: the same rule under another number. Its search over
       2..6 is d = 1..5, and of its windows -1, 0 and 1 all three are M = 1.
    2. S4's indicator is z_{t-d-1}, not z_t: it is shifted by d + 1 a second time. So are the z that
       its P(z < 0) counts: they are z_{t-d-R} .. z_{t-d-1}, not z_{t-R} .. z_{t-1}. S3 has the
       formula's own.
    3. Returns are cut at the window's first day before anything rolls, so that the window itself
       warms up.
    4. A sum or a lagged return that does not exist yet is no number and not below 0: I(.) is 0
       there. S1 and S2 are long meanwhile, and S4 counts those days as z that are not negative.
    5. There is no fallback. Without a negative z, g is infinite, or 0 / 0 without a negative y too.
       Infinite g times I = 1 is short; times I = 0, as 0 / 0, is NaN. Such days are dropped for S3
       or S4, and with them for all four, with the R + d + 1 days on which g does not exist yet.
    6. No tolerance: a return or a sum is negative when its float is.

    The script rolls its sums with pandas, this takes each afresh; they differ by rounding. It
    divides means where this compares counts: the signs are the same. Its choice of the best set
    (S3's and S4's is the row of S2's best) is the search's affair, not this function's.

    References
    ----------
    `summer speculations.py` in the author's repository dthomakos/Prognostikon-Code on GitHub,
    commit c1c822d.
    """
    if not np.isfinite(returns).all():
        bad = int(np.flatnonzero(~np.isfinite(returns))[0])
        raise ValueError(f"returns must be finite, entry {bad} is {returns[bad]}: leave it out")
    n = returns.size
    lag = delay + 1
    falls = returns < 0.0
    sums = np.full(n, np.nan)
    if window <= n:
        sums[window - 1 :] = np.lib.stride_tricks.sliding_window_view(returns, window).sum(axis=1)
    with_one = _later(falls, lag, False)
    with_sum = _later(sums < 0.0, lag, False)
    negative_y = _later(_count(falls, memory), 1, np.nan)
    held = np.stack(
        [
            np.where(with_one, -1.0, 1.0),
            np.where(with_sum, -1.0, 1.0),
            _estimated(with_one, negative_y, _later(negative_y, lag, np.nan)),
            _estimated(
                _later(with_sum, lag, False),
                negative_y,
                _later(_count(with_sum, memory), lag, np.nan),
            ),
        ]
    )
    return ScriptDays(held, ~np.isnan(held).any(axis=0))


def _estimated(
    below: NDArray[np.bool_], negative_y: NDArray[np.float64], negative_z: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sign of 1 - 2 #y / #z where the indicator is 1, and NaN where the script's is."""
    positions = np.where(below, np.sign(negative_z - 2.0 * negative_y), 1.0)
    no_quotient = (negative_z == 0.0) & (~below | (negative_y == 0.0))
    not_yet = np.isnan(negative_y) | np.isnan(negative_z)
    positions[no_quotient | not_yet] = np.nan
    return positions


def _count(marks: NDArray[np.bool_], memory: int) -> NDArray[np.float64]:
    """Return how many of the `memory` newest entries are marked; NaN while there are fewer."""
    counts = np.full(marks.size, np.nan)
    totals = np.concatenate([[0.0], np.cumsum(marks)])
    counts[memory - 1 :] = totals[memory:] - totals[: max(totals.size - memory, 0)]
    return counts


def _later(values: NDArray, lag: int, missing: float | bool) -> NDArray:  # type: ignore[type-arg]
    """Return values `lag` entries later, the first ones `missing`."""
    moved = np.full_like(values, missing)
    moved[lag:] = values[: max(values.size - lag, 0)]
    return moved
