"""Scores as bits: 64 bars a word, a word for each level that a score can be above."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from ....feeds.compiling import compiled
from .levels import Levels

CELLS = 1024
"""Cells of the table that says near which level a score is."""

Words = NDArray[np.uint64]


class Cells(NamedTuple):
    """Where to look for the level of a score, so that it needs no search."""

    origin: float
    per_unit: float
    level: NDArray[np.int64]
    """First level that a score of the cell may not be above, shape (CELLS,)."""
    lowest: Floats
    """Lowest `Levels.low` from each level on, shape (n_levels + 1,); the last is infinite."""


def cells_of(levels: Levels) -> Cells:
    """Return the table of levels."""
    origin, top = float(levels.high[0]), float(levels.high[-1])
    per_unit = (CELLS - 2) / max(top - origin, 1e-9)
    # A cell early: rounding may move a score over the edge of a cell, never by a whole one.
    edges = origin + (np.arange(CELLS) - 2.0) / per_unit
    level = np.searchsorted(levels.high, edges).astype(np.int64)
    level[0] = 0
    lowest = np.append(levels.low, np.inf)
    lowest = np.ascontiguousarray(np.minimum.accumulate(lowest[::-1])[::-1])
    return Cells(origin, per_unit, level, lowest)


def level_bits(
    scores: Any,
    high: Any,
    lowest: Any,
    origin: float,
    per_unit: float,
    cells: Any,
    starts: Any,
    bins: Any,
    above: Any,
    valid: Any,
    last_above: Any,
    last_below: Any,
) -> int:
    """Write which scores are above which level; return how many are between `low` and `high`.

    Parameters
    ----------
    scores : ndarray of shape (n_bars,)
        Scores without bias, oldest first; NaN: the bar keeps the side.
    high : ndarray of shape (n_levels,)
        `Levels.high`.
    lowest, origin, per_unit, cells
        `Cells`.
    starts : ndarray of int64, shape (n_words + 2,)
        First bar of each word, and the bar after the last: at most 64 bars a word.
    bins : ndarray of uint64, shape (n_levels + 1,)
        Memory to work in.
    above : ndarray of uint64, shape (n_words + 1, n_levels), written
        Bit k of a word: bar ``starts[word] + k`` is above the level.
    valid : ndarray of uint64, shape (n_words + 1,), written
        Bars with a score.
    last_above, last_below : ndarray of int64, shape (n_levels,), written
        Last bar before `starts[0]` above the level, and not above it; -1 without any.
    """
    n_levels = high.size
    between = 0
    last_above[:] = -1
    last_below[:] = -1
    one = np.uint64(1)
    nothing = np.uint64(0)
    for t in range(starts[0]):
        score = scores[t]
        if score == score:
            place = (score - origin) * per_unit + 1.0
            k = cells[int(min(max(place, 0.0), cells.size - 1.0))]
            while k < n_levels and high[k] < score:
                k += 1
            between += lowest[k] < score
            if k:
                last_above[k - 1] = t
            if k < n_levels:
                last_below[k] = t
    for k in range(n_levels - 1, 0, -1):
        last_above[k - 1] = max(last_above[k - 1], last_above[k])
    for k in range(1, n_levels):
        last_below[k] = max(last_below[k], last_below[k - 1])
    for w in range(starts.size - 1):
        bins[:] = nothing
        bit = one
        for t in range(starts[w], starts[w + 1]):
            score = scores[t]
            if score == score:
                place = (score - origin) * per_unit + 1.0
                k = cells[int(min(max(place, 0.0), cells.size - 1.0))]
                while k < n_levels and high[k] < score:
                    k += 1
                between += lowest[k] < score
                bins[k] |= bit
            bit <<= one
        seen = nothing
        row = above[w]
        for k in range(n_levels, 0, -1):
            seen |= bins[k]
            row[k - 1] = seen
        valid[w] = seen | bins[0]
    return between


@cache
def compiled_level_bits() -> Any:
    """Return `level_bits` compiled."""
    return compiled(level_bits, nogil=True, error_model="numpy")
