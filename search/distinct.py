"""Count the distinct rules of a search: sets with equal positions are one rule."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

CAPACITY = 1 << 20
"""Distinct hashes that are kept; up to so many, the count is exact."""


def spread(hashes: NDArray[np.float64]) -> Hashes:
    """Return the distinct hashes as evenly spread integers, rising.

    Parameters
    ----------
    hashes : ndarray of float64, shape (n,)
        NaN, where a set has none, is left out.

    Notes
    -----
    The bits pass through the finaliser of Steele, Lea and Flood's SplitMix64 (OOPSLA 2014), a
    bijection: what was different stays so, and any interval holds its fair share.
    """
    bits = (hashes[~np.isnan(hashes)] + 0.0).view(np.uint64)  # -0.0 and 0.0 are one
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return _once(bits ^ (bits >> np.uint64(31)))


class Distinct:
    """Counts distinct hashes in bounded memory.

    It keeps all hashes below a bound. The bound halves while more than `CAPACITY` lie below it, so
    at the end it is the largest that all hashes together allow, whatever their order. Above it
    hashes are not counted: the estimate is what is kept, times two for each halving; its standard
    error is 0.14 % at most (between 2**19 and 2**20 are kept).

    References
    ----------
    Flajolet (1990), On Adaptive Sampling, Computing 43, 391-400 (the method is Wegman's).
    """

    def __init__(self, kept: Hashes | None = None, halvings: int = 0) -> None:
        self._kept = np.empty(0, np.uint64) if kept is None else kept
        self._halvings = halvings
        self._waiting: list[Hashes] = []
        self._waiting_size = 0

    @classmethod
    def union(cls, parts: Iterable[Distinct]) -> Distinct:
        """Return what counts every hash of several counts once."""
        parts = list(parts)
        whole = cls(halvings=max((part.halvings for part in parts), default=0))
        for part in parts:
            whole.add(part.kept)
        return whole

    def add(self, hashes: Hashes) -> None:
        """Add hashes that `spread` returned."""
        below = self._below(hashes)
        self._waiting.append(below)
        self._waiting_size += below.size
        if self._waiting_size > CAPACITY // 2:  # a merge costs the same for few as for many
            self._merge()

    @property
    def kept(self) -> Hashes:
        """The hashes below the bound, rising."""
        self._merge()
        return self._kept

    @property
    def halvings(self) -> int:
        """How often the bound was halved; 0: `count` is exact."""
        self._merge()
        return self._halvings

    @property
    def count(self) -> int:
        """Distinct hashes, an estimate where `halvings` is not 0."""
        return int(self.kept.size) << self.halvings

    def _below(self, hashes: Hashes) -> Hashes:
        if not self._halvings:
            return hashes
        bound = np.uint64(1 << (64 - self._halvings))
        return hashes[: np.searchsorted(hashes, bound)]

    def _merge(self) -> None:
        if not self._waiting:
            return
        self._kept = _once(np.concatenate([self._kept, *map(self._below, self._waiting)]))
        self._waiting, self._waiting_size = [], 0
        while self._kept.size > CAPACITY:
            self._halvings += 1
            self._kept = self._below(self._kept).copy()  # a view would hold what it was cut from


def _once(hashes: Hashes) -> Hashes:
    """Return each hash once, rising; by sorting, five times as fast as `np.unique`."""
    hashes.sort()
    first = np.ones(hashes.size, np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    return hashes[first]
