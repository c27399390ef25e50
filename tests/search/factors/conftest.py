"""A small market of noise, on which every figure of a factor exists."""

import numpy as np
import pytest

N_SESSIONS, N_NAMES, STEP = 700, 24, 5


@pytest.fixture(scope="session")
def noise():
    """Return values (s, m), daily residual returns (n, m) and rows (s,), some of them unknown."""
    rng = np.random.default_rng(7)
    residuals = 0.01 * rng.standard_t(4, (N_SESSIONS, N_NAMES))
    residuals[:60, 3] = np.nan  # a late listing
    rows = np.arange(60, N_SESSIONS, STEP)
    values = np.cumsum(rng.standard_normal((rows.size, N_NAMES)), axis=0)
    values[rng.random(values.shape) < 0.05] = np.nan
    return values, residuals, rows
