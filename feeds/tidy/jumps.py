"""Days on which the price jumps as a split makes it jump."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..arrays import Dates, Floats

#: New shares for old ones that a jump is held against, the usual ones first; each counts the
#: other way round too. A rare one is named only where no usual one explains the jump.
USUAL = ((4, 3), (3, 2), (2, 1), (3, 1), (4, 1), (5, 1), (10, 1), (20, 1))
RARE = ((6, 1), (7, 1), (8, 1), (15, 1), (25, 1), (30, 1), (50, 1), (100, 1))

#: How far the price may move on such a day beside the split, as a logarithm: for ratios below 2,
#: which lie close together and among real crashes, and for the others.
MOVE_BELOW_2, MOVE = 0.10, 0.15

#: Least size of a jump, in robust standard deviations of a day's move.
ORDINARY_DAYS = 8.0

_SHOWN = 5
_NORMAL = 1.4826  # median absolute deviation to standard deviation, of a normal distribution


class Jump(NamedTuple):
    """One day whose jump a split ratio explains."""

    date: np.datetime64
    ratios: tuple[tuple[int, int], ...]
    """New shares and the old ones that they replace, the likeliest first."""


def moves(open_: Floats, close: Floats) -> Floats:
    """Return the logarithm of each bar's first price over the close before; shape (n,), first 0.

    The first price is the open; it is the close where the open only repeats the close before.
    NaN where a price is missing or not positive.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(open_[1:] == close[:-1], close[1:], open_[1:])
        found = np.log(first / close[:-1])
    found[~np.isfinite(found)] = np.nan
    return np.concatenate(([0.0], found))


def split_like_jumps(dates: Dates, open_: Floats, close: Floats, dividend: Floats) -> list[Jump]:
    """Find the days whose jump a split ratio explains.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first.
    open_, close, dividend : ndarray of float64, shape (n,)
        Prices, and the cash paid on ex-dates: a jump that it explains is none.

    Returns
    -------
    list of Jump
        Oldest first. A real crash or rise of this size is found as well.
    """
    if len(dates) < 2:
        return []
    jump = moves(open_, close)
    with_paid = moves(open_ + dividend, close)
    # A dividend explains a fall of the price, never a rise.
    jump = np.where(np.abs(with_paid) < np.abs(jump), with_paid, jump)
    ordinary = _NORMAL * float(np.nanmedian(np.abs(np.diff(np.log(close)))))
    large = np.flatnonzero(np.abs(jump) > max(ORDINARY_DAYS * ordinary, 0.15))
    found = [Jump(dates[row], explaining(-jump[row])) for row in large]
    return [each for each in found if each.ratios]


def explaining(logarithm: float) -> tuple[tuple[int, int], ...]:
    """Return the ratios that explain the logarithm of one, the nearest first; rare ones last."""
    for ratios in (USUAL, RARE):
        near = [
            pair
            for pair in _both_ways(ratios)
            if _away(pair, logarithm) <= (MOVE_BELOW_2 if max(pair) < 2 * min(pair) else MOVE)
        ]
        if near:
            return tuple(sorted(near, key=lambda pair: _away(pair, logarithm)))
    return ()


def nearest_ratio(logarithm: float) -> tuple[int, int, float]:
    """Return the ratio, usual or rare, nearest to a logarithm: new shares, old ones, distance."""
    new, old = min(_both_ways(USUAL + RARE), key=lambda pair: _away(pair, logarithm))
    return new, old, _away((new, old), logarithm)


def _both_ways(ratios: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    return [pair for new, old in ratios for pair in ((new, old), (old, new))]


def _away(pair: tuple[int, int], logarithm: float) -> float:
    return abs(math.log(pair[0] / pair[1]) - logarithm)


def jump_warnings(dates: Dates, columns: Mapping[str, Floats], calendar: str) -> list[str]:
    """List the days whose jump a split ratio explains, a line each, the first few of them.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first.
    columns : mapping of str to ndarray of float64, shape (n,)
        open, close and dividend, without faults.
    calendar : str
        Of "24/7" no jump is listed: what trades on every day of the week is not split.
    """
    if calendar == "24/7":
        return []
    found = split_like_jumps(dates, columns["open"], columns["close"], columns["dividend"])
    lines = []
    for jump in found[:_SHOWN]:
        row = int(np.searchsorted(dates, jump.date))
        before, after = columns["close"][row - 1 : row + 1]
        words = " or ".join(f"{new}:{old}" for new, old in jump.ratios)
        new, old = jump.ratios[0]
        ratio = f"{new}" if old == 1 else f"{new}/{old}"
        lines.append(
            f"the close goes from {before:.6g} to {after:.6g} on {jump.date}, as by a split of "
            f"{words} that no column states (if it was one: --split "
            f"{jump.date}={ratio})"
        )
    if len(found) > _SHOWN:
        lines.append(f"and {len(found) - _SHOWN} more days that look like splits")
    return lines
