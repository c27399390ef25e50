"""Weights with which every member contributes the same to the book's variance: arrays alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats

Flags = NDArray[np.bool_]

STEPS = 60
"""Newton steps; a solution that exists is found in about ten."""

CONVERGED = 1e-10
"""Newton decrement at which the solution counts as found."""

LEAST_VARIANCE = 1e-10
"""Least variance of the whole, as a fraction of the variance of parts that move as one."""

AT_ONCE = 1_000
"""Days whose windows are held in memory together."""


def equal_risk_allocations(
    returns: Floats, held: Flags, counts: Flags, fallback: Floats, window: int
) -> tuple[Floats, Flags]:
    """Return the fractions that members decide over with equal contributions to variance, by day.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_members)
        Daily returns of the members, oldest first; see `weighting.member_returns`.
    held : ndarray of bool of the same shape
        Whether a member held something over the day.
    counts : ndarray of bool of the same shape
        Which members share the account after each day.
    fallback : ndarray of the same shape
        Fractions to take where the covariance cannot be used.
    window : int
        Days of returns in a covariance, >= 2.

    Returns
    -------
    tuple of ndarray of shape (n_days, n_members) and ndarray of bool of shape (n_days,)
        The fractions, which sum to 1 wherever a member counts, and which days fell back. The
        covariance at day t is that of the newest `window` days up to and including t on which all
        that count held a position. It cannot be used where there are fewer such days, where a
        member's returns do not vary over them, or where members hedge one another without any risk
        left: then no weights above 0 contribute the same.
    """
    found, fell_back = fallback.copy(), np.zeros(len(returns), dtype=bool)
    for members in np.unique(counts, axis=0):
        if members.sum() < 2:
            continue
        days = np.flatnonzero((counts == members).all(axis=1))
        joint = held[:, members].all(axis=1)
        taken = returns[joint][:, members]
        ends: NDArray[np.intp] = np.cumsum(joint, dtype=np.intp)[days]
        fell_back[days] = True
        for first in range(0, len(days), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            known = ends[some] >= window
            rows = days[some][known]
            if not len(rows):
                continue
            weights, usable = equal_risk(_covariances(taken, ends[some][known], window))
            found[np.ix_(rows[usable], members)] = weights[usable]
            fell_back[rows[usable]] = False
    return found, fell_back


def equal_risk(covariances: Floats) -> tuple[Floats, Flags]:
    """Return weights that make every part's contribution to variance the same.

    Parameters
    ----------
    covariances : ndarray of shape (n, m, m)
        Covariance matrices.

    Returns
    -------
    tuple of ndarray of shape (n, m) and ndarray of bool of shape (n,)
        For each matrix the weights a > 0 with sum 1 and a_i (Sigma a)_i the same for all i, and
        whether there are any. NaN where there are none.

    Notes
    -----
    With y = sigma a and the correlation C, a minimum of y'Cy / 2 - sum log y_i has y_i (C y)_i = 1
    for all i; the function is self-concordant, so that Newton's method with the step 1 / (1 +
    decrement) finds it from anywhere. For two parts it is the inverse of the volatilities, whatever
    their correlation above -1.

    References
    ----------
    Maillard, Roncalli, Teiletche, "The Properties of Equally Weighted Risk Contribution Portfolios"
    (2010), eq. 4 and section 3.2; Spinu, "An Algorithm for Computing Risk Parity Weights" (2013).
    """
    spread = np.sqrt(np.einsum("nii->ni", covariances))
    usable = (spread > 0.0).all(axis=1) & np.isfinite(covariances).all(axis=(1, 2))
    scale = np.where(spread > 0.0, spread, 1.0)
    correlation = covariances / (scale[:, :, None] * scale[:, None, :])
    y = np.ones(spread.shape)
    waits = usable.copy()
    found = np.zeros(len(y), dtype=bool)
    for _ in range(STEPS):
        if not waits.any():
            break
        rows = np.flatnonzero(waits)
        now, matrix = y[rows], correlation[rows]
        gradient = np.einsum("nij,nj->ni", matrix, now) - 1.0 / now
        hessian = matrix + np.eye(y.shape[1]) / (now**2)[:, :, None]
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        decrement = np.sqrt(np.maximum((gradient * step).sum(axis=1), 0.0))
        near = decrement < 0.25
        y[rows] = now - step / np.where(near, 1.0, 1.0 + decrement)[:, None]
        done = decrement < CONVERGED
        riskless = y[rows].sum(axis=1) ** 2 * LEAST_VARIANCE >= y.shape[1]  # y'Cy tends to m
        found[rows[done & ~riskless]] = True
        waits[rows[done | riskless]] = False
    weights = y / scale
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.where(found[:, None], weights, np.nan), found


def _covariances(returns: Floats, ends: NDArray[np.intp], window: int) -> Floats:
    """Return the sample covariances (n - 1) of the `window` rows before each end."""
    windows = np.lib.stride_tricks.sliding_window_view(returns, window, axis=0)[ends - window]
    centred = windows - windows.mean(axis=2, keepdims=True)
    found: Floats = np.matmul(centred, centred.transpose(0, 2, 1)) / (window - 1)
    return found
