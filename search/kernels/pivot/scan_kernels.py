"""The steps of the sorted scan: scores that decide, their order, and each bias in turn."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ....feeds.compiling import compiled

BUCKETS = 2048
"""Buckets of one of the two passes of the sort."""


def items(
    scores: Any,
    weights: Any,
    loses: Any,
    first: int,
    end: int,
    score: Any,
    total: Any,
    rest: Any,
    loss_long: Any,
    loss_short: Any,
) -> tuple[int, int]:
    """Write the scores that decide, each with the bars up to the next one.

    Parameters
    ----------
    scores, weights, loses, first, end
        As for `sorted_scan`.
    score : ndarray of shape (n_bars,), written
        Scores in the order of time: the last up to `first`, and those after it up to `end`.
    total, rest : ndarray of shape (n_bars,), written
        Sum of the weights up to the next score, in two floats.
    loss_long, loss_short : ndarray of int64, shape (n_bars,), written
        Bars up to the next score on which each side loses.

    Returns
    -------
    tuple of int
        Number of scores, and of bars before the first.
    """
    n = 0
    idle = 0
    for t in range(first, -1, -1):
        if scores[t] == scores[t]:
            score[0] = scores[t]
            total[0] = rest[0] = 0.0
            loss_long[0] = loss_short[0] = 0
            n = 1
            break
    for t in range(first, end + 1):
        if t > first and scores[t] == scores[t]:
            score[n] = scores[t]
            total[n] = rest[n] = 0.0
            loss_long[n] = loss_short[n] = 0
            n += 1
        if t == end:
            break
        if n == 0:
            idle += 1
            continue
        high, low, weight = total[n - 1], rest[n - 1], weights[t]
        added = high + weight
        back = added - high
        low += (high - (added - back)) + (weight - back)
        total[n - 1] = added + low
        rest[n - 1] = low - (total[n - 1] - added)
        loss_long[n - 1] += loses[t] == 1
        loss_short[n - 1] += loses[t] == -1
    return n, idle


def sort(score: Any, order: Any, spare: Any, key: Any, count: Any) -> None:
    """Write the places of scores from the highest to the lowest.

    Two passes over 11 bits of a whole number that rises with the score; what they leave together is
    put right by insertion.

    Parameters
    ----------
    score : ndarray of shape (n,)
        No NaN.
    order : ndarray of int64, shape (n,), written
        Of equal scores the earlier first.
    spare, key : ndarray of int64, shape (n,)
        Memory to work in.
    count : ndarray of int64, shape (2048,)
        The same.
    """
    n = score.size
    least, most = score[0], score[0]
    for i in range(n):
        least, most = min(least, score[i]), max(most, score[i])
    buckets = count.size
    span = most - least
    scale = (buckets * buckets - 1.0) / span if span > 0.0 else 0.0
    if not scale < 1e300:
        scale = 0.0
    for i in range(n):
        key[i] = min(max(int((most - score[i]) * scale), 0), buckets * buckets - 1)
    for by_high in range(2):
        count[:] = 0
        for i in range(n):
            count[key[i] // buckets if by_high else key[i] % buckets] += 1
        place = 0
        for k in range(buckets):
            own = count[k]
            count[k] = place
            place += own
        for j in range(n):
            i = spare[j] if by_high else j
            k = key[i] // buckets if by_high else key[i] % buckets
            if by_high:
                order[count[k]] = i
            else:
                spare[count[k]] = i
            count[k] += 1
    for j in range(1, n):
        own = order[j]
        value = score[own]
        k = j
        while k > 0 and score[order[k - 1]] < value:
            order[k] = order[k - 1]
            k -= 1
        order[k] = own


def scan(
    score: Any,
    total: Any,
    rest: Any,
    loss_long: Any,
    loss_short: Any,
    order: Any,
    side: Any,
    bias: Any,
    gain: Any,
    switches: Any,
    losses: Any,
) -> int:
    """Write what each bias comes to; return how many there are.

    Parameters
    ----------
    score, total, rest, loss_long, loss_short : ndarray of shape (n,)
        As `items` writes them.
    order : ndarray of int64, shape (n,)
        As `sort` writes it.
    side : ndarray of int64, shape (n + 2,)
        Memory to work in.
    bias, gain, switches, losses : ndarray of shape (n + 1,), written
        `Biases`.
    """
    n = score.size
    high = low = 0.0
    lost = 0
    for i in range(n):
        for weight in (-total[i], -rest[i]):
            added = high + weight
            back = added - high
            low += (high - (added - back)) + (weight - back)
            high = added + low
            low -= high - added
        lost += loss_short[i]
    side[:] = 0
    turned = 0
    kept = 0
    for k in range(n + 1):
        if k == n or k == 0 or score[order[k]] != score[order[k - 1]]:
            if k == 0:
                bias[kept] = -score[order[0]] - 1.0
            elif k == n:
                bias[kept] = 1.0 - score[order[n - 1]]
            else:
                above, below = score[order[k - 1]], score[order[k]]
                middle = below + 0.5 * (above - below)
                bias[kept] = -middle if below < middle < above else np.nan
            gain[kept], switches[kept], losses[kept] = high, turned, lost
            kept += 1
        if k == n:
            break
        i = order[k]
        for weight in (2.0 * total[i], 2.0 * rest[i]):
            added = high + weight
            back = added - high
            low += (high - (added - back)) + (weight - back)
            high = added + low
            low -= high - added
        lost += loss_long[i] - loss_short[i]
        # Neighbours of the same side: two equal sides become two switches, or the other way round.
        if i > 0:
            turned += 1 - 2 * side[i]
        if i < n - 1:
            turned += 1 - 2 * side[i + 2]
        side[i + 1] = 1
    return kept


@cache
def compiled_items() -> Any:
    """Return `items` compiled."""
    return compiled(items, nogil=True, error_model="numpy")


@cache
def compiled_sort() -> Any:
    """Return `sort` compiled."""
    return compiled(sort, nogil=True, error_model="numpy")


@cache
def compiled_scan() -> Any:
    """Return `scan` compiled."""
    return compiled(scan, nogil=True, error_model="numpy")
