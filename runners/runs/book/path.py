"""What a book holds, day by day: allocations to members, netted targets, what is ordered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from .terms import BAND, DAILY, BookTerms

ROUNDING = 1e-12
"""By how much numbers differ that would be equal without rounding: an allocation that has not
drifted from its target; gross exposure from its limit, as a fraction of it."""


@dataclass(frozen=True, eq=False)
class Path:
    """A book's targets by day, from the opening day on, oldest first.

    Attributes
    ----------
    allocations : ndarray of shape (n_days, n_members)
        Fraction of the account's value that each member decides over.
    scale : ndarray of shape (n_days,)
        Factor on all weights that keeps the gross limit, <= 1.
    targets : ndarray of shape (n_days, n_instruments)
        Netted target weights.
    whole : ndarray of bool, shape (n_days,)
        Whether all holdings are brought back to their targets.
    ordered : ndarray of bool, shape (n_days, n_instruments)
        What is ordered.
    """

    allocations: Floats
    scale: Floats
    targets: Floats
    whole: NDArray[np.bool_]
    ordered: NDArray[np.bool_]


def path_of(
    weights: Floats,
    ordered: NDArray[np.bool_],
    returns: Floats,
    allocations: Floats,
    period_ends: NDArray[np.bool_],
    terms: BookTerms,
) -> Path:
    """Return the path of a book from its opening day on.

    Parameters
    ----------
    weights : ndarray of shape (n_days, n_members, n_instruments)
        Target weights of each member after each bar, oldest first.
    ordered : ndarray of bool of the same shape
        What a member's own account would order there.
    returns : ndarray of shape (n_days, n_members)
        Returns of the members; see `weighting.member_returns`.
    allocations : ndarray of shape (n_days, n_members)
        Target allocations; see `weighting.target_allocations`.
    period_ends : ndarray of bool, shape (n_days,)
        Whether a day is the last session of its week, month or quarter, as `rebalance` says.
    terms : BookTerms
        The terms of the book.

    Notes
    -----
    Allocations are set at the opening, when the set of members that count changes, and as
    `rebalance` says; between, they are constant. Whether they have drifted is judged from the
    members' returns: a_m grows to a_m (1 + r_m) / (1 + sum_k a_k r_k). At a rebalance nothing is
    done where nothing has drifted; with "daily" it is done at every bar.
    Target of an instrument: scale x sum_m a_m w_mi, correctly rounded, so that the order of the
    members does not matter.
    """
    days = len(weights)
    held = np.zeros_like(allocations)
    whole = np.zeros(days, dtype=bool)
    now = drifted = allocations[0]
    for day in range(days):
        target = allocations[day]
        if day:
            drifted = _drifted(drifted, returns[day])
        apart = float(np.abs(drifted - target).max())
        whole[day] = (
            day == 0
            or bool(((target > 0.0) != (now > 0.0)).any())
            or terms.rebalance == DAILY
            or (terms.rebalance == BAND and not apart <= terms.band)
            or (terms.rebalance not in (DAILY, BAND) and period_ends[day] and not apart <= ROUNDING)
        )
        if whole[day]:
            now = drifted = target
        held[day] = now
    netted = _netted(held, weights)
    scale = _scale(netted, terms.max_gross)
    targets = netted * scale[:, None]
    changed = np.vstack([targets[:1] != 0.0, targets[1:] != targets[:-1]])
    due = changed | (ordered & (held > 0.0)[:, :, None]).any(axis=1) | whole[:, None]
    return Path(held, scale, targets, whole, due)


def _drifted(allocations: Floats, returns: Floats) -> Floats:
    """Return allocations after a day; NaN where the members have lost everything."""
    grown = 1.0 + math.fsum((allocations * returns).tolist())
    if not grown > 0.0:
        return np.full_like(allocations, np.nan)
    found: Floats = allocations * (1.0 + returns) / grown
    return found


def _netted(allocations: Floats, weights: Floats) -> Floats:
    """Return sum_m a_m w_mi for each day and instrument, correctly rounded."""
    parts = allocations[:, :, None] * weights
    if parts.shape[1] <= 2:  # two numbers have one sum, in either order
        found: Floats = parts.sum(axis=1)
        return found
    netted: Floats = parts.sum(axis=1)
    several = np.nonzero((parts != 0.0).sum(axis=1) > 2)
    netted[several] = [math.fsum(cell) for cell in parts[several[0], :, several[1]].tolist()]
    return netted


def _scale(targets: Floats, limit: float | None) -> Floats:
    if limit is None:
        return np.ones(len(targets))
    gross = np.abs(targets).sum(axis=1)
    over = gross > limit * (1.0 + ROUNDING)
    return np.where(over, limit / np.where(gross > 0.0, gross, 1.0), 1.0)
