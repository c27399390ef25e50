"""Weights without forecasts: equal, or from volatilities alone, under a cap."""

from __future__ import annotations

from typing import Unpack

import numpy as np

from ...feeds.arrays import Floats
from .groups import in_proportion
from .limits import GroupLimits, Limits
from .weights_error import WeightsError, check_known


def equal(m: int, cap: float, **given: Unpack[GroupLimits]) -> Floats:
    """Return the weight 1 / m for each of m names; `WeightsError` where that is above the cap.

    Names of a group that would pass its cap have less, and the others more.
    """
    return _capped(np.ones(m), cap, **given)


def equal_variance(volatility: Floats, cap: float, **given: Unpack[GroupLimits]) -> Floats:
    """Return weights under which each position has the same variance, w proportional to 1 / sigma.

    Parameters
    ----------
    volatility : ndarray of shape (m,)
        Standard deviations of the names' returns, in any one unit.
    cap : float
        Largest weight of a name, in (0, 1]. What is above it goes to the others, in proportion.
    **given
        `floor`, `groups` and `group_cap`, as in `Limits`.

    Returns
    -------
    ndarray of shape (m,)
        Weights > 0 that sum to 1.

    Raises
    ------
    StrategyError
        A limit out of range.
    WeightsError
        A volatility that is 0, NaN or infinite, no name at all, or limits that m names cannot keep.
    """
    return _capped(_calmness(volatility), cap, **given)


def inverse_variance(volatility: Floats, cap: float, **given: Unpack[GroupLimits]) -> Floats:
    """Return weights proportional to 1 / sigma ** 2; else as `equal_variance`.

    Of uncorrelated names these are the weights with the least variance.
    """
    return _capped(_calmness(volatility) ** 2, cap, **given)


def _capped(shares: Floats, cap: float, **given: Unpack[GroupLimits]) -> Floats:
    """Return weights in proportion to shares, what is above the cap spread over the others."""
    limits = Limits(shares.size, cap, **given)
    cap = limits.cap
    if limits.floor or limits.group_cap:
        groups = limits.groups if limits.group_cap else None
        return in_proportion(shares, cap, limits.floor, groups, limits.group_cap)
    weights: Floats = shares / shares.sum()
    full = np.zeros(shares.size, dtype=np.bool_)
    while (over := weights > cap).any():
        full |= over
        rest = shares[~full]
        weights[full] = cap
        weights[~full] = rest / rest.sum() * (1.0 - cap * full.sum())
    return weights


def _calmness(volatility: Floats) -> Floats:
    """Return 1 / sigma relative to that of the least volatile name, in (0, 1]."""
    volatility = np.asarray(volatility, dtype=np.float64)
    check_known("volatilities", volatility, (volatility.size,))
    still = int((volatility <= 0.0).sum())
    if still:
        raise WeightsError(f"the volatility of {still} of {volatility.size} names is not above 0")
    calmness = volatility.min(initial=np.inf) / volatility
    return np.asarray(np.maximum(calmness, 1e-100), dtype=np.float64)  # its square is not 0
