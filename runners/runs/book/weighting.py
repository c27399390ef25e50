"""What each member of a book weighs: pure functions of arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from .terms import EQUAL, FIXED, BookTerms

Flags = NDArray[np.bool_]


def instrument_returns(closes: Floats, dividends: Floats) -> Floats:
    """Return the simple returns of instruments from close to close, dividends included.

    Parameters
    ----------
    closes : ndarray of shape (n_days, n_instruments)
        Last known closes, oldest first; NaN before an instrument's first bar.
    dividends : ndarray of the same shape
        Cash per share on the ex-date, else 0.

    Returns
    -------
    ndarray of the same shape
        (C_t + D_t) / C_(t-1) - 1; 0 on the first day, before and on an instrument's first bar.
    """
    found = np.zeros_like(closes)
    with np.errstate(invalid="ignore"):
        found[1:] = (closes[1:] + dividends[1:]) / closes[:-1] - 1.0
    return np.where(np.isnan(found), 0.0, found)


def member_returns(weights: Floats, returns: Floats) -> tuple[Floats, Flags]:
    """Return what a member gains on each day, and whether it held something over it.

    Parameters
    ----------
    weights : ndarray of shape (n_days, n_instruments)
        Target weights after each bar, oldest first.
    returns : ndarray of the same shape
        Returns of the instruments.

    Returns
    -------
    tuple of ndarray of shape (n_days,)
        sum_i w_i(t-1) R_i(t): without costs, each target reached at the close that decides it and
        kept; 0 on the first day. And whether any w_i(t-1) is not 0.
    """
    before = np.vstack([np.zeros(weights.shape[1]), weights[:-1]])
    return (before * returns).sum(axis=1), (before != 0.0).any(axis=1)


def trailing_volatility(returns: Floats, held: Flags, window: int) -> Floats:
    """Return the volatility of a member over its last days with a position.

    Parameters
    ----------
    returns, held : ndarray of shape (n_days,)
        As `member_returns` returns them, oldest first.
    window : int
        Days with a position that are looked at, >= 2.

    Returns
    -------
    ndarray of shape (n_days,)
        At day t the sample standard deviation (n - 1) of the newest `window` returns up to and
        including t of days with a position, per bar. NaN with fewer days, and where the returns do
        not vary.
    """
    found = np.full(len(returns), np.nan)
    taken = returns[held]
    if len(taken) < window:
        return found
    spread = np.lib.stride_tricks.sliding_window_view(taken, window).std(axis=1, ddof=1)
    newest = np.cumsum(held) - window
    known = newest >= 0
    found[known] = spread[newest[known]]
    return np.where(found > 0.0, found, np.nan)


def target_allocations(
    begun: Flags, volatilities: Floats, fixed: Sequence[float | None], terms: BookTerms
) -> Floats:
    """Return the fraction of the account's value that each member decides over, were it set today.

    Parameters
    ----------
    begun : ndarray of bool, shape (n_days, n_members)
        Whether a member has decided.
    volatilities : ndarray of shape (n_days, n_members)
        As `trailing_volatility` returns them; NaN where unknown.
    fixed : sequence of float or None
        The members' own weights.
    terms : BookTerms
        How to weight.

    Returns
    -------
    ndarray of shape (n_days, n_members)
        Equal: 1/n over the n members that have decided. Inverse volatility: (1/s_m) / sum_k (1/s_k)
        over those whose volatility is known; so for equal risk, which falls back on it. Fixed: the
        member's weight once it has decided. A row sums to 1, or to 0 while no member counts; with
        fixed weights to less while some do not.
    """
    if terms.weights == FIXED:
        return np.where(begun, np.array(fixed, dtype=float), 0.0)
    if terms.weights == EQUAL:
        raw = begun.astype(float)
    else:
        raw = np.where(begun & (volatilities > 0.0), 1.0 / volatilities, 0.0)
    totals = np.array([math.fsum(row) for row in raw.tolist()])[:, None]
    found: Floats = np.divide(raw, totals, out=np.zeros_like(raw), where=totals > 0.0)
    return found
