"""How the targets depend on one close: the prices at which they change, and the ranges between."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

Answer = TypeVar("Answer")

PRECISION = 1e-9
"""Width of the last interval of a bisection, relative to the price."""

INSIDE = 1e-6
"""Distance from a trigger at which the targets beyond it are read, relative to the price."""


class Region(NamedTuple, Generic[Answer]):
    """A range of closes with one answer."""

    low: float | None
    """Lower end, not part of the range; None: there is none."""
    high: float | None
    """Upper end, not part of the range; None: there is none."""
    answer: Answer

    def holds(self, price: float) -> bool:
        """Return whether a price lies inside."""
        return (self.low is None or price > self.low) and (self.high is None or price < self.high)

    def nearest(self, price: float) -> float:
        """Return a price if it lies in the range, else the end of the range next to it."""
        return min(max(price, self.low or 0.0), math.inf if self.high is None else self.high)


def nearest_changes(
    answer: Callable[[float], object], now: float, distances: Sequence[float]
) -> list[float]:
    """Return the nearest prices below and above the present one at which an answer changes.

    Parameters
    ----------
    answer : callable
        Price to anything that can be compared.
    now : float
        The present price, > 0.
    distances : sequence of float
        Relative distances from it at which the answer is read, rising, > 0 and < 1. Two changes
        between neighbouring distances are not seen.

    Returns
    -------
    list of float
        None, one or two prices, rising, each found by bisection to `PRECISION`.
    """
    here = answer(now)
    found = []
    for way in (-1.0, 1.0):
        inner = now
        for distance in distances:
            outer = now * (1.0 + way * distance)
            if answer(outer) != here:
                found.append(_bisected(answer, here, inner, outer))
                break
            inner = outer
    return found


def _bisected(answer: Callable[[float], object], here: object, inner: float, outer: float) -> float:
    while abs(outer - inner) > PRECISION * inner:
        middle = 0.5 * (inner + outer)
        if answer(middle) == here:
            inner = middle
        else:
            outer = middle
    return 0.5 * (inner + outer)


def regions(
    points: Iterable[float], now: float, answer: Callable[[float], Answer]
) -> list[Region[Answer]]:
    """Return the ranges between prices, with the answer in each; equal neighbours are one range.

    Parameters
    ----------
    points : iterable of float
        Prices at which the answer may change; those that are not > 0 are left out.
    now : float
        The present price. The answer is read there if it lies inside a range, else just inside the
        end that is nearest.
    answer : callable
        Price to an answer.
    """
    ends = [None, *sorted({float(p) for p in points if p > 0.0 and math.isfinite(p)}), None]
    found: list[Region[Answer]] = []
    for low, high in pairwise(ends):
        read = answer(_inside(low, high, now))
        if found and found[-1].answer == read:
            found[-1] = Region(found[-1].low, high, read)
        else:
            found.append(Region(low, high, read))
    return found


def around(found: Sequence[Region[Answer]], now: float, here: Answer) -> list[Region[Answer]]:
    """Return the range of the present price and its neighbours, lowest first.

    Parameters
    ----------
    found : sequence of Region
        From `regions`.
    now : float
        The present price.
    here : Answer
        The answer at it, which says to which range a price on a border belongs.
    """
    place = next((i for i, region in enumerate(found) if region.holds(now)), None)
    if place is None:
        beside = [i for i, region in enumerate(found) if now in (region.low, region.high)]
        place = next((i for i in beside if found[i].answer == here), beside[-1])
    return list(found[max(place - 1, 0) : place + 2])


def _inside(low: float | None, high: float | None, now: float) -> float:
    if Region(low, high, None).holds(now):
        return now
    if low is not None and high is not None and high / low - 1.0 < 4.0 * INSIDE:
        return 0.5 * (low + high)
    if low is not None and now <= low:
        return low * (1.0 + INSIDE)
    assert high is not None
    return high * (1.0 - INSIDE)
