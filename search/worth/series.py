"""Returns as every statistic of this room takes them: float64, oldest first, no gap."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...analyzers.statistics import ROUNDING
from ...feeds.arrays import Floats
from ..errors import SearchError
from .trials import checked_trials


def checked_series(returns: Any, name: str = "returns") -> Floats:
    """Return one series of returns as float64.

    Parameters
    ----------
    returns : array-like of shape (n_days,)
        Per period, fractions, oldest first.
    name : str
        What an error calls the series.

    Returns
    -------
    ndarray of shape (n_days,)

    Raises
    ------
    SearchError
        For another shape, and for a NaN or an infinity: it names the day.
    """
    series = np.asarray(returns, dtype=np.float64)
    if series.ndim != 1:
        raise SearchError(f"{name} must have the shape (n_days,), got {series.shape}")
    gaps = np.flatnonzero(~np.isfinite(series))
    if gaps.size:
        day = int(gaps[0])
        raise SearchError(
            f"{name}: {series[day]} at day {day} of {series.size}, counted from 0: "
            "give returns without gaps"
        )
    return series


def checked_sets(returns: Any) -> Floats:
    """Return the returns of many sets as float64.

    Parameters
    ----------
    returns : array-like of shape (n_days, n_sets)
        Per period, fractions, oldest first; a column for each set.

    Returns
    -------
    ndarray of shape (n_days, n_sets)

    Raises
    ------
    SearchError
        As for `checked_trials`.
    """
    table = np.asarray(returns, dtype=np.float64)
    checked_trials(table)
    return table


def deviations_of(table: Floats) -> Floats:
    """Return the standard deviation (``ddof=1``) of every set; what rounding explains is 0.0.

    Parameters
    ----------
    table : ndarray of shape (n_days, n_sets)
        Of at least two days, without gaps.

    Returns
    -------
    ndarray of shape (n_sets,)
        0.0 for a set whose returns do not vary, such as one that never trades.
    """
    deviations: Floats = table.std(axis=0, ddof=1)
    largest = np.maximum(1.0, np.maximum(table.max(axis=0), -table.min(axis=0)))
    deviations[deviations <= ROUNDING * largest] = 0.0
    return deviations
