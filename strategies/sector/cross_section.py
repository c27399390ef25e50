"""Sums over the stocks of a session that do not hang on who else is in the panel."""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Floats


def summed(x: Floats) -> Floats:
    """Return the sum over the last axis, added up from left to right.

    Parameters
    ----------
    x : ndarray of shape (..., m)
        0 for a stock that does not count; no NaN.

    Returns
    -------
    ndarray of shape (..., 1)
        The same to the last bit wherever the zeros stand and however many there are, which NumPy's
        own sum, in pairs, does not promise; 0 for m = 0.
    """
    if not x.shape[-1]:
        return np.zeros((*x.shape[:-1], 1))
    total: Floats = np.add.accumulate(x, axis=-1)[..., -1:]
    return total
