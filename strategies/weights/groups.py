"""Caps on the sum of a group's weights, as of a sub-industry, and what they leave room for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats

Ints = NDArray[np.intp]


def members(groups: Sequence[str] | None) -> dict[str, Ints]:
    """Return the places of each group's names; names whose group is "" are in none."""
    named = [] if groups is None else list(groups)
    return {
        group: np.array([place for place, each in enumerate(named) if each == group])
        for group in dict.fromkeys(named)
        if group
    }


def least_group_cap(groups: Sequence[str], cap: float, floor: float = 0.0) -> float:
    """Return the smallest cap of a group under which weights can sum to 1.

    Parameters
    ----------
    groups : sequence of str, length m
        Each name's group, "" for none.
    cap, floor : float
        Largest and smallest weight of a name; m names at the cap sum to 1 or more.

    Returns
    -------
    float
        0 where the names without a group can make up everything.
    """
    sizes = np.sort([rows.size for rows in members(groups).values()])
    wanted = 1.0 - cap * (len(groups) - int(sizes.sum()))
    least = floor * float(sizes.max(initial=0))
    if wanted <= 0.0:
        return least
    rooms, filled = cap * sizes, 0.0
    for place, room in enumerate(rooms):  # the smallest groups are full first
        level = (wanted - filled) / (rooms.size - place)
        if level <= room:
            return max(float(level), least)
        filled += room
    return max(float(rooms.max(initial=0.0)), least)


def filled_in_order(
    order: Ints, cap: float, floor: float, groups: Sequence[str] | None, group_cap: float
) -> Floats:
    """Return weights that sum to 1, as much as the limits allow for the first names of an order.

    Parameters
    ----------
    order : ndarray of int, shape (m,)
        Places of the names, the first the one that is given most.
    cap, floor : float
        Largest and smallest weight of a name.
    groups : sequence of str, length m, or None
        Each name's group.
    group_cap : float
        Largest sum of a group's weights.

    Returns
    -------
    ndarray of shape (m,)
        Weights of the names. Of any values that fall along the order they give the largest mean.
    """
    weights = np.full(order.size, floor)
    rows = members(groups)
    rooms = {group: group_cap - floor * places.size for group, places in rows.items()}
    left = 1.0 - floor * order.size
    for place in order:
        group = groups[place] if groups is not None else ""
        more = min(cap - floor, left, rooms.get(group, np.inf))
        weights[place] += max(more, 0.0)
        left -= max(more, 0.0)
        if group in rooms:
            rooms[group] -= max(more, 0.0)
    return weights


def in_proportion(
    shares: Floats, cap: float, floor: float, groups: Sequence[str] | None, group_cap: float
) -> Floats:
    """Return weights that sum to 1, in proportion to shares as far as the limits allow.

    Every weight is its share times one factor, raised to the floor and cut to the cap; in a group
    that would pass its cap the factor is a smaller one, of its own.

    Parameters
    ----------
    shares : ndarray of shape (m,)
        Above 0, in any one unit.
    cap, floor, groups, group_cap
        As for `filled_in_order`; they leave room for weights that sum to 1.

    Returns
    -------
    ndarray of shape (m,)
        The weights.
    """
    highest = np.full(shares.size, np.inf)
    for places in members(groups).values():
        if places.size * cap > group_cap:
            own = shares[places]
            highest[places] = _factor(own, np.full(own.size, np.inf), cap, floor, group_cap)
    factor = _factor(shares, highest, cap, floor, 1.0)
    weights: Floats = np.clip(np.minimum(factor, highest) * shares, floor, cap)
    return weights


def _factor(shares: Floats, highest: Floats, cap: float, floor: float, total: float) -> float:
    """Return the factor at which the weights sum to a total: their sum is linear between bends."""
    limits = highest[np.isfinite(highest)]
    bends = np.unique(np.concatenate([[0.0], floor / shares, cap / shares, limits]))

    def made(factor: float) -> float:
        return float(np.clip(np.minimum(factor, highest) * shares, floor, cap).sum())

    low, high = 0, bends.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if made(bends[middle]) < total else (low, middle)
    below, above = made(bends[low]), made(bends[high])
    if above <= below:
        return float(bends[high])
    share = min(max((total - below) / (above - below), 0.0), 1.0)
    return float(bends[low] + share * (bends[high] - bends[low]))
