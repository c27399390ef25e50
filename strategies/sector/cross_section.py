"""Sums over the stocks of a session that do not depend on which others are in the panel."""

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
        The place and number of the zeros do not change its last bit, as they may in NumPy's
        pairwise sum. 0 for m = 0.
    """
    if not x.shape[-1]:
        return np.zeros((*x.shape[:-1], 1))
    total: Floats = np.add.accumulate(x, axis=-1)[..., -1:]
    return total


def average_ranks(x: Floats) -> Floats:
    """Return the ranks over the last axis, 1 for the smallest; ties share the mean of theirs.

    Parameters
    ----------
    x : ndarray of shape (..., m)
        NaN where not known.

    Returns
    -------
    ndarray of shape (..., m)
        NaN stays NaN, and has no rank.
    """
    flat = x.reshape(-1, x.shape[-1]) if x.size else x.reshape(0, x.shape[-1])
    ranks = np.empty(flat.shape)
    for row, values in enumerate(flat):
        ordered = np.sort(values)  # NaN comes last
        below = ordered.searchsorted(values, side="left")
        ranks[row] = (below + ordered.searchsorted(values, side="right") + 1) / 2.0
    ranks[np.isnan(flat)] = np.nan
    return ranks.reshape(x.shape)
