"""Every possible bias of a score line without hysteresis, from one sort."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from ...errors import SearchError
from .scan_kernels import BUCKETS, compiled_items, compiled_scan, compiled_sort

BITS = 104
"""Bits of a sum in two floats that are exact whatever the order of the terms."""


class Biases(NamedTuple):
    """What each possible bias comes to, from the lowest bias (always short) to the highest.

    Entry k is of the biases with which the k highest scores are above 0: entries of equal scores
    but the last of them are left out.
    """

    bias: Floats
    """In the middle between the two scores that it parts, with the sign turned; one more than the
    highest score, or less than the lowest, at the two ends. NaN where no float is between them."""
    gain: Floats
    """Sum of side times weight, rounded once."""
    switches: NDArray[np.int64]
    """From one side to the other, after the first bar up to the end, that bar included."""
    losses: NDArray[np.int64]
    """Bars on which the side held lost."""
    idle: int
    """Bars before the first score, for all biases the same."""

    @property
    def best(self) -> int:
        """The entry of the highest gain that a bias reaches, the lowest bias of several."""
        return int(np.nanargmax(np.where(np.isnan(self.bias), -np.inf, self.gain)))


def sorted_scan(
    scores: Floats, weights: Floats, loses: NDArray[np.int8], first: int, end: int
) -> Biases:
    """Return gain, switches and losing bars of every bias, without bands.

    Parameters
    ----------
    scores : ndarray of shape (n_bars,)
        Without bias, oldest first; NaN: the bar keeps the side.
    weights : ndarray of shape (n_bars,)
        What being long from each close to the next gains.
    loses : ndarray of int8, shape (n_bars,)
        The side that loses from each close to the next, +1 or -1, or 0.
    first, end : int
        Bar of the first decision that counts, and the bar at whose close the sums end.

    Raises
    ------
    SearchError
        No score up to `end`, bars out of order, or weights so different in size that their sum
        needs more than 104 bits.

    Notes
    -----
    The side is the sign of score + bias. From one bias to the next one score changes its sign: its
    weight is added twice, and only the switches to its two neighbours in time change. Sums are kept
    in two floats, which hold them exactly, and are rounded once: the same bits as the correctly
    rounded sum of all terms. A bias that is a score with the sign turned keeps the side on the
    score's bars; such biases are not among those here.
    """
    return SortedScan(weights, loses, first, end)(scores)


class SortedScan:
    """`sorted_scan` of many score lines on one market; each thread has its own.

    Parameters
    ----------
    weights, loses, first, end
        As for `sorted_scan`, and so are the errors.
    """

    def __init__(self, weights: Floats, loses: NDArray[np.int8], first: int, end: int) -> None:
        size = weights.size
        if not 0 <= first < end < size or loses.shape != weights.shape:
            raise SearchError(f"first decision {first}, end {end}: 0 <= first < end < {size} bars")
        check_exact(weights[first:end])
        self._market = weights, loses, first, end
        self._memory = ScanMemory(end - first + 1)

    def __call__(self, scores: Floats) -> Biases:
        """Return what every bias of a line comes to."""
        weights, _, _, end = self._market
        if scores.shape != weights.shape:
            raise SearchError(f"{scores.size} scores, and weights of {weights.size} bars")
        n, idle = self._memory.fill(scores, *self._market)
        if n == 0:
            raise SearchError(f"no score up to bar {end}: no bias decides")
        bias, gain = np.empty(n + 1), np.empty(n + 1)
        switches, losses = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
        kept = compiled_scan()(*self._memory.items(n), bias, gain, switches, losses)
        return Biases(bias[:kept], gain[:kept], switches[:kept], losses[:kept], idle)


def check_exact(weights: Floats) -> None:
    """Refuse weights whose sums two floats do not hold exactly.

    Parameters
    ----------
    weights : ndarray

    Raises
    ------
    SearchError
        One is not finite, or the smallest unit is too small for the sum of all.
    """
    if not np.isfinite(weights).all():
        raise SearchError("a gain is not finite")
    sizes = np.abs(weights[weights != 0.0])
    if not sizes.size:
        return
    mantissa, exponent = np.frexp(sizes)
    whole = np.ldexp(mantissa, 53).astype(np.int64)
    unit = int((exponent - 53 + np.log2((whole & -whole).astype(np.float64)).astype(int)).min())
    if math.log2(2.0 * float(sizes.sum())) - unit > BITS:
        raise SearchError(
            f"gains from {sizes.min():g} to {sizes.max():g}: their sums need more than {BITS} bits"
        )


class ScanMemory:
    """Arrays that a scan works in; each thread has its own.

    Parameters
    ----------
    room : int
        Bars from the first decision to the end, both included.
    """

    def __init__(self, room: int) -> None:
        self._score, self._sum, self._rest = np.empty((3, room))
        self._loss_long, self._loss_short = np.empty((2, room), np.int64)
        self._order, self._spare, self._key = np.empty((3, room), np.int64)
        self._count = np.empty(BUCKETS, np.int64)
        self._side = np.empty(room + 2, np.int64)

    def fill(
        self, scores: Floats, weights: Floats, loses: NDArray[np.int8], first: int, end: int
    ) -> tuple[int, int]:
        """Join bars without a score to the one before them; return the items and the idle bars."""
        found: tuple[int, int] = compiled_items()(
            scores,
            weights,
            loses,
            first,
            end,
            self._score,
            self._sum,
            self._rest,
            self._loss_long,
            self._loss_short,
        )
        return found

    def items(self, n: int) -> tuple[Any, ...]:
        """Return what `scan` reads and works in, of n items; they are sorted first."""
        score, order = self._score[:n], self._order[:n]
        compiled_sort()(score, order, self._spare[:n], self._key[:n], self._count)
        return (
            score,
            self._sum[:n],
            self._rest[:n],
            self._loss_long[:n],
            self._loss_short[:n],
            order,
            self._side[: n + 2],
        )
