"""From raw factors to loadings, their composite, and the score from 1 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .cross_section import average_ranks, summed

WINSOR = 0.025
LEAST_NAMES = 3
ALIKE = 1e-12
"""Relative spread up to which names differ by rounding alone."""


def z_scores(x: Floats, *, winsor: float = WINSOR) -> Floats:
    """Return winsorised z-scores over the last axis.

    Parameters
    ----------
    x : ndarray of shape (..., m)
        One cross-section along the last axis; NaN where not known, no infinity.
    winsor : float
        Values outside the quantiles `winsor` and 1 - `winsor` (interpolated linearly) are moved to
        them first, in [0, 0.5).

    Returns
    -------
    ndarray of shape (..., m)
        Mean 0 and standard deviation (ddof 0) 1 over the known names. NaN stays NaN; fewer than 3
        known names are all NaN; names that do not differ are all 0.

    Raises
    ------
    StrategyError
        For a quantile out of range.
    ValueError
        For an infinite value.
    """
    if not 0.0 <= winsor < 0.5:
        raise StrategyError(f"winsor must be in [0, 0.5), got {winsor}")
    if np.isinf(x).any():
        raise ValueError("a factor is infinite; NaN says that it is not known")
    known = ~np.isnan(x)
    count = known.sum(axis=-1, keepdims=True)
    if x.shape[-1] == 0:
        return x.copy()
    ordered = np.sort(x, axis=-1)  # NaN comes last
    low = _quantile(ordered, count, winsor)
    high = _quantile(ordered, count, 1.0 - winsor)
    moved = np.clip(x, low, high)
    mean = summed(np.where(known, moved, 0.0)) / np.maximum(count, 1)
    apart = np.where(known, moved - mean, 0.0)
    deviation = np.sqrt(summed(apart**2) / np.maximum(count, 1))
    differ = high - low > ALIKE * np.maximum(np.abs(high), np.abs(low))
    z = np.where(differ, apart / np.where(differ, deviation, 1.0), 0.0)
    return np.where(known & (count >= LEAST_NAMES), z, np.nan)


def _quantile(ordered: Floats, count: NDArray[np.intp], q: float) -> Floats:
    place = q * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    lower, upper = _at(ordered, below), _at(ordered, above)
    between: Floats = lower + (upper - lower) * (place - below)
    return between


def _at(ordered: Floats, place: NDArray[np.intp]) -> Floats:
    """Return one value of each row, as `take_along_axis` does in several times the time."""
    rows = ordered.reshape(-1, ordered.shape[-1])
    return rows[np.arange(len(rows)), place.ravel()].reshape(place.shape)


class Usable(NamedTuple):
    """Which factors count on a date."""

    columns: NDArray[np.bool_]
    """Shape (k,)."""
    known: NDArray[np.intp]
    """Names that each factor is known for, shape (k,)."""
    least: NDArray[np.intp]
    """Names that each needs, shape (k,)."""

    def mark(self, names: Sequence[str]) -> str:
        """Return what a report says about the factors that do not count; empty where all do."""
        return "; ".join(
            f"without {name}: known for {known} of the {least} names it needs"
            for name, counts, known, least in zip(
                names, self.columns, self.known, self.least, strict=True
            )
            if not counts
        )


def usable_factors(loadings: Floats, least: int | Sequence[int] = 30) -> Usable:
    """Return which factors are known for names enough to count on this date.

    Parameters
    ----------
    loadings : ndarray of shape (m, k)
        NaN where a factor is not known for a name.
    least : int or sequence of int of length k
        Names that a factor must be known for; one number is every factor's.

    Returns
    -------
    Usable
    """
    known = (~np.isnan(loadings)).sum(axis=0)
    needed = np.broadcast_to(np.asarray(least, dtype=np.intp), known.shape)
    return Usable(known >= needed, known, needed)


class Composite(NamedTuple):
    """The weighted loadings, and how many were missing."""

    value: Floats
    """Shape (..., m); NaN for a name of which no factor that has a weight is known."""
    missing: NDArray[np.intp]
    """Names that have a value although this factor is not known, shape (..., k)."""


def composite(loadings: Floats, weights: Floats) -> Composite:
    """Return the weighted mean of the loadings; a missing loading is neutral, 0.

    Parameters
    ----------
    loadings : ndarray of shape (..., m, k)
        NaN where a factor is not known for a name.
    weights : ndarray of shape (k,)
        >= 0, not all 0; only their proportions matter. A factor of weight 0 is ignored.

    Returns
    -------
    Composite
        A missing loading counts as 0, the mean of the names that have it.

    Raises
    ------
    StrategyError
        For weights that are negative, not numbers, or all 0.
    """
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != loadings.shape[-1:]:
        raise ValueError(f"{shares.shape} weights for loadings of {loadings.shape[-1:]} factors")
    if not (np.isfinite(shares).all() and (shares >= 0.0).all() and shares.any()):
        raise StrategyError(f"factor weights must be >= 0 and not all 0, got {shares.tolist()}")
    counts = shares > 0.0
    known = ~np.isnan(loadings)
    any_known: NDArray[np.bool_] = np.any(known & counts, axis=-1)
    value = (np.where(known, loadings, 0.0) * (shares / shares.sum())).sum(axis=-1)
    missing = (~known & counts & any_known[..., None]).sum(axis=-2)
    return Composite(np.where(any_known, value, np.nan), missing)


def score_1_to_100(value: Floats) -> Floats:
    """Return the rank over the last axis, rescaled to 1 (lowest) .. 100 (highest).

    Parameters
    ----------
    value : ndarray of shape (..., m)
        NaN where not known.

    Returns
    -------
    ndarray of shape (..., m)
        Ties share the mean of their ranks. NaN stays NaN; a single known name has 50.5.
    """
    ranks = average_ranks(value)
    count = (~np.isnan(value)).sum(axis=-1, keepdims=True)
    scores: Floats = np.where(
        count > 1, 1.0 + 99.0 * (ranks - 1.0) / np.maximum(count - 1, 1), ranks + 49.5
    )
    return scores
