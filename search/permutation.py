"""A seeded permutation of 0 .. size-1; any part of it is computed without the rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

ROUNDS = 8


@dataclass(frozen=True)
class Permutation:
    """A Feistel network over the bits of a place, repeated until the result is below `size`.

    Each round mixes a keyed hash of one half of the bits into the other half, which a second time
    would undo: so the network is a bijection of all numbers of that many bits. Applied again to
    what lies at or beyond `size` it becomes one of 0 .. size-1 (cycle walking); at most half of
    all numbers lie there.

    Attributes
    ----------
    size : int
        In [1, 2**62].
    seed : int
        Of the rounds' keys; >= 0.

    References
    ----------
    Black, Rogaway (2002), Ciphers with Arbitrary Finite Domains, CT-RSA, sections 3 and 4.
    """

    size: int
    seed: int

    def __call__(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what stands at some places of the permutation.

        Parameters
        ----------
        places : ndarray of int64, shape (n,)
            In [0, size).

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        image = self._network(places.astype(np.uint64))
        outside = np.flatnonzero(image >= self.size)
        while outside.size:
            image[outside] = self._network(image[outside])
            outside = outside[image[outside] >= self.size]
        return image.astype(np.int64)

    def _network(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
        bits = max(2, (self.size - 1).bit_length())
        low_bits = np.uint64(bits // 2)
        high_bits = np.uint64(bits - bits // 2)
        low_mask = (np.uint64(1) << low_bits) - np.uint64(1)
        high_mask = (np.uint64(1) << high_bits) - np.uint64(1)
        low, high = numbers & low_mask, numbers >> low_bits
        for number, key in enumerate(self._keys):
            if number % 2:
                low ^= _mixed(high, key) & low_mask
            else:
                high ^= _mixed(low, key) & high_mask
        return (high << low_bits) | low

    @cached_property
    def _keys(self) -> NDArray[np.uint64]:
        # The size is a key too: the samples of two spaces are unlike, not shifted.
        words = np.random.SeedSequence([self.seed, self.size]).generate_state(2 * ROUNDS)
        return words.view(np.uint64)


def _mixed(half: NDArray[np.uint64], key: np.uint64) -> NDArray[np.uint64]:
    """Return hashes; the two multiplications and shifts let every bit reach the lowest ones."""
    mixed = (half ^ key) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    return mixed
