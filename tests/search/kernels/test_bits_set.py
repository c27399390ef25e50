"""The count of a word's bits, compiled and plain."""

import numpy as np
import pytest

from btplaybook.search.kernels.bits_set import allow_bits_set, bits_set


def counted(words, counts):
    for k in range(words.size):
        counts[k] = bits_set(words[k])


def test_counts_are_those_of_python_compiled_too():
    numba = pytest.importorskip("numba")
    allow_bits_set()
    words = np.random.default_rng(0).integers(0, 2**64, 52, np.uint64)
    words[:2] = 0, 2**64 - 1
    plainly, compiled = np.zeros(words.size, np.uint64), np.zeros(words.size, np.uint64)
    counted(words, plainly)
    numba.njit(counted)(words, compiled)
    assert compiled.tolist() == plainly.tolist() == [bin(int(word)).count("1") for word in words]
