"""What a kernel's leave to use wide vectors comes to."""

import numpy as np
import pytest

from btplaybook.search.kernels.wide_vectors import allow_wide_vectors, wide_vectors


def halves(values):
    wide_vectors()
    for k in range(values.size):
        values[k] = values[k] / 2.0


def test_llvm_is_told_and_the_figures_do_not_change():
    numba = pytest.importorskip("numba")
    allow_wide_vectors()
    compiled = numba.njit(halves)
    plainly, fast = np.arange(100.0), np.arange(100.0)
    halves(plainly)
    compiled(fast)
    assert plainly.tolist() == fast.tolist() == (np.arange(100.0) / 2.0).tolist()
    (code,) = compiled.inspect_llvm().values()
    assert '"prefer-vector-width"="512"' in code
