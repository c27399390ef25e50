"""Returns of many tried sets, a column each: checked, and read in blocks of columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...analyzers.statistics import ROUNDING
from ...feeds.arrays import Bools, Floats, Rows
from ..errors import SearchError

Trials = NDArray[np.float32] | NDArray[np.float64]

SETS_AT_ONCE = 512
"""Columns that are computed together. It is a constant, because a matrix product may round a
column otherwise when it stands among others: equal inputs give equal bits."""

LARGEST = 1e6
"""No return of one period is larger; squares of what is smaller stay within floats."""

DAYS_AT_ONCE = 256


def checked_trials(returns: Trials) -> Trials:
    """Return the returns of many sets as they are, or refuse them.

    Parameters
    ----------
    returns : ndarray of float32 or float64, shape (n_days, n_sets)
        Simple returns per period as fractions, oldest first, a column a set.

    Returns
    -------
    ndarray of shape (n_days, n_sets)
        The same array, not a copy.

    Raises
    ------
    SearchError
        Another shape or type, no day, no set; a NaN, an infinity or a return beyond `LARGEST`,
        with its day and set, both counted from 0.
    """
    if returns.ndim != 2 or 0 in returns.shape:
        raise SearchError(
            f"returns of sets must have the shape (days, sets) and be not empty, "
            f"got the shape {returns.shape}"
        )
    if returns.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise SearchError(f"returns of sets must be float32 or float64, got {returns.dtype}")
    for first in range(0, returns.shape[0], DAYS_AT_ONCE):
        days = returns[first : first + DAYS_AT_ONCE]
        sound = np.abs(days) <= LARGEST  # False for a NaN, too
        if not sound.all():
            day, column = np.argwhere(~sound)[0]
            raise SearchError(
                f"returns of sets must be numbers within {LARGEST:g}, got {days[day, column]} "
                f"on day {first + day} in set {column} (both from 0): leave that set out"
            )
    return returns


def column_blocks(n_sets: int) -> Iterator[slice]:
    """Yield slices of `SETS_AT_ONCE` columns that cover all sets; the last may be shorter."""
    for first in range(0, n_sets, SETS_AT_ONCE):
        yield slice(first, min(first + SETS_AT_ONCE, n_sets))


def centred(returns: Trials) -> tuple[Floats, Floats, Bools]:
    """Return columns less their means, the means, and which columns move at all.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_sets)
        Sound returns, few enough columns for a copy in float64.

    Returns
    -------
    deviations : ndarray of float64, shape (n_days, n_sets)
        Exactly 0 in a column that does not move.
    means : ndarray of float64, shape (n_sets,)
    moves : ndarray of bool, shape (n_sets,)
        False where rounding alone explains the standard deviation, as in a constant column.
    """
    deviations = np.array(returns, dtype=np.float64)
    scale = np.maximum(1.0, np.abs(deviations).max(axis=0))
    means = deviations.mean(axis=0)
    deviations -= means
    spread = np.sqrt(np.einsum("ts,ts->s", deviations, deviations) / deviations.shape[0])
    moves = spread > ROUNDING * scale
    deviations[:, ~moves] = 0.0
    return deviations, means, moves


def evenly_spaced(n_sets: int, at_most: int) -> Rows:
    """Return up to `at_most` column numbers, evenly spaced over all, ascending, none twice."""
    count = min(n_sets, at_most)
    return (np.arange(count) * n_sets // count).astype(np.intp)
