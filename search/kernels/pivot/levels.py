"""Biases and bands of the pivot rule as levels of its score without bias, each only once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from ...errors import SearchError

SAME = 1e-12
"""Levels at most so far apart, per unit of the largest, are one but for rounding."""

LARGEST = np.int64(2**63 - 1)

Numbers = NDArray[np.int64]


class Levels(NamedTuple):
    """Levels that scores are compared with, rising, and the rules that pairs of them make.

    A score u without bias is above level k where ``u > high[k]``. Exactly, the sets of the level
    have levels from ``low[k]`` to ``high[k]``: only of a score between the two this is not known.
    """

    low: Floats
    """Shape (n_levels,)."""
    high: Floats
    """Shape (n_levels,), rising."""
    long_level: Numbers
    """Level above which each rule becomes long, shape (n_rules,)."""
    short_level: Numbers
    """Level that a score must not be above for each rule to become short, shape (n_rules,)."""
    rule_of_set: Numbers
    """Rule of each set, shape (n_sets,); sets count bias, long, short band, the last fastest."""
    first_set: Numbers
    """Lowest set of each rule, shape (n_rules,)."""
    n_sets: Numbers
    """Sets of each rule, shape (n_rules,)."""


def levels_of(
    biases: Sequence[float],
    bands_long: Sequence[float],
    bands_short: Sequence[float],
    *,
    exact: bool = False,
) -> Levels:
    """Return the levels of all sets of a bias and two bands.

    The rule is long where u + c > h_L and short where u + c < -h_S. So a set acts through h_L - c
    and -h_S - c alone, and on grids of equal steps many sets are one rule.

    Parameters
    ----------
    biases, bands_long, bands_short : sequence of float
        c, h_L and h_S; h >= 0, all finite, none empty.
    exact : bool
        True: levels that rounding sets apart stay apart, so that no score is between `low` and
        `high`. There are many times more rules then.

    Raises
    ------
    SearchError
        No value, one that is not finite, or a band below 0.
    """
    axes = [np.asarray(list(axis), np.float64) for axis in (biases, bands_long, bands_short)]
    for name, axis in zip(("bias", "band_long", "band_short"), axes, strict=True):
        least = -np.inf if name == "bias" else 0.0
        if axis.size == 0 or not np.isfinite(axis).all() or axis.min() < least:
            wanted = "numbers" if name == "bias" else "numbers >= 0"
            raise SearchError(f"{name}: finite {wanted}, at least one, got {axis.tolist()[:5]}")
    bias, band_long, band_short = axes
    above = highest(bias[:, None], band_long[None, :], strict=False)
    below = highest(bias[:, None], -band_short[None, :], strict=True)
    apart = 0.0 if exact else SAME * (1.0 + np.abs(bias).max() + max(map(np.max, axes[1:])))
    low_long, high_long, long_group = _groups(above, apart)
    low_short, high_short, short_group = _groups(below, apart)
    low, high = np.append(low_long, low_short), np.append(high_long, high_short)
    order = np.argsort(high, kind="stable")
    place = np.argsort(order, kind="stable")
    long_of = place[long_group][:, :, None]
    short_of = place[short_group + low_long.size][:, None, :]
    pairs = (long_of * high.size + short_of).reshape(-1)
    codes, first, rule, count = np.unique(
        pairs, return_index=True, return_inverse=True, return_counts=True
    )
    return Levels(
        low[order], high[order], codes // high.size, codes % high.size, rule, first, count
    )


def highest(bias: Floats, level: Floats, *, strict: bool) -> Floats:
    """Return the highest u for which the sum u + bias, rounded, is at most a level.

    Parameters
    ----------
    bias, level : ndarray
        Finite; broadcast against each other.
    strict : bool
        True: below the level instead of at most it.

    Notes
    -----
    Rounding keeps the order, so that the floats with the property are those up to one. It is found
    by halving among the floats in between, of which there can be 2^62 near 0.
    """
    bias, level = np.broadcast_arrays(np.asarray(bias, float), np.asarray(level, float))
    reach = 1.0 + np.abs(bias) + np.abs(level)
    inside, outside = _ordinal(level - bias - reach), _ordinal(level - bias + reach)
    while (outside > inside + 1).any():
        middle = (inside >> 1) + (outside >> 1) + (inside & outside & 1)
        total = _float(middle) + bias
        within = total < level if strict else total <= level
        inside, outside = np.where(within, middle, inside), np.where(within, outside, middle)
    return _float(inside)


def _ordinal(values: Floats) -> Numbers:
    """Return whole numbers in the order of the floats, neighbours one apart."""
    bits = np.array(values, np.float64, order="C").view(np.int64)
    return np.asarray(bits ^ ((bits >> 63) & LARGEST))


def _float(ordinals: Numbers) -> Floats:
    bits = ordinals ^ ((ordinals >> 63) & LARGEST)
    return np.array(bits, np.int64, order="C").view(np.float64)


def _groups(levels: Floats, apart: float) -> tuple[Floats, Floats, Numbers]:
    """Return lowest and highest of each group of near levels, and each level's group."""
    values, inverse = np.unique(levels.reshape(-1), return_inverse=True)
    begins = np.append(True, np.diff(values) > apart)
    group = np.cumsum(begins) - 1
    ends = np.append(begins[1:], True)
    return values[begins], values[ends], group[inverse].reshape(levels.shape)
