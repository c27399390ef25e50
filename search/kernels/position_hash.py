"""Hashes of series of positions, by which equal series are counted once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ODD = np.uint64(0x9E3779B97F4A7C15)
MANTISSA = np.uint64(52)
MINUS_ZERO = np.uint64(1 << 63)
HALF = np.uint64(32)
KEPT = np.uint64(12)
"""Bits dropped at the end: 52 are left, which a float holds exactly."""


def position_hashes(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a hash of each row, the same on every machine.

    Parameters
    ----------
    positions : ndarray of shape (n_sets, n_bars)
        Weights in force after each bar's decision from the opening day on, oldest first.

    Returns
    -------
    ndarray of shape (n_sets,)
        Whole numbers in [0, 2^52). Two given series that differ share one with a probability of
        about 2^-52; -0.0 is 0.0.

    Notes
    -----
    ``h = sum over t of multiplier_t x code(position_t)`` modulo 2^64, its two halves mixed at the
    end: a sum over bars, so that a kernel which holds positions as +1, 0 and -1 can add it up from
    `bar_codes`. A code is the float's bits with sign and exponent repeated at the lower end, where
    +1 and -1 would else be alike. Multipliers are the sequence of SplitMix64 (Steele, Lea and Flood
    (2014). Fast splittable pseudorandom number generators. OOPSLA), made odd.
    """
    words = (np.asarray(positions, dtype=np.float64) + 0.0).view(np.uint64)
    codes: NDArray[np.uint64] = (words ^ (words >> MANTISSA)) * multipliers(words.shape[1])
    return finished(codes.sum(axis=1, dtype=np.uint64))


def bar_codes(weight: float, n_bars: int) -> NDArray[np.uint64]:
    """Return the term of the sum that a position of `weight` gives at each bar, shape (n_bars,)."""
    word = np.array([weight + 0.0]).view(np.uint64)
    codes: NDArray[np.uint64] = (word ^ (word >> MANTISSA)) * multipliers(n_bars)
    return codes


def finished(sums: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the hashes of sums over bars (modulo 2^64), the same shape."""
    mixed = (sums ^ (sums >> HALF)) * ODD
    mixed ^= mixed >> HALF
    return (mixed >> KEPT).astype(np.float64)


@lru_cache(maxsize=8)
def multipliers(n_bars: int) -> NDArray[np.uint64]:
    """Return one odd number for each bar, shape (n_bars,), read-only: all callers share it."""
    word = (np.arange(n_bars, dtype=np.uint64) + np.uint64(1)) * ODD
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: NDArray[np.uint64] = word ^ (word >> np.uint64(31)) | np.uint64(1)
    found.flags.writeable = False
    return found
