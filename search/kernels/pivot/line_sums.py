"""What every threshold pair of a score line gains, on one market and up to several ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....analyzers.statistics import ROUNDING
from ....feeds.arrays import Floats
from ...errors import SearchError
from .bit_lanes import compiled_bit_lanes
from .bits import Cells, Words, cells_of, compiled_level_bits
from .levels import Levels
from .scores import Forces
from .space import Line, PivotSpace

WORD = 64


class Layout(NamedTuple):
    """How bars lie in words, and what they gain."""

    starts: NDArray[np.int64]
    """First bar of each word, and the bar after the last; shape (n_words + 2,)."""
    ends: NDArray[np.int64]
    """Word before each end, shape (n_ends,)."""
    weights: Floats
    """Shape (n_kinds, n_bars)."""
    lose_long: Words
    """Shape (n_words,)."""
    lose_short: Words


def layout_of(weights: Floats, returns: Floats, first: int, ends: Sequence[int]) -> Layout:
    """Return the words of a market.

    Parameters
    ----------
    weights : ndarray of shape (n_kinds, n_bars) or (n_bars,)
        What being long from each close to the next gains, oldest first: of each kind, such as
        points and percent. Those from the last end on are not read.
    returns : ndarray of shape (n_bars,)
        Whose sign says which side loses from each close to the next; up to `ROUNDING` neither.
    first : int
        Bar of the first decision that counts.
    ends : sequence of int
        Bars at whose close the sums end, rising, each after `first`.

    Raises
    ------
    SearchError
        Ends that do not rise or are beyond the bars, shapes that differ, or a gain that is not
        finite.
    """
    weights = np.atleast_2d(np.asarray(weights, np.float64))
    n_bars = weights.shape[1]
    if returns.shape != (n_bars,):
        raise SearchError(f"weights of {n_bars} bars, and returns of shape {returns.shape}")
    bounds = [first, *ends]
    rising = all(before < after for before, after in pairwise(bounds))
    if not ends or first < 0 or not rising or bounds[-1] >= n_bars:
        raise SearchError(
            f"first decision {first}, ends {list(ends)}: 0 <= first < ends < {n_bars}"
        )
    counted = weights[:, first : bounds[-1]], returns[first : bounds[-1]]
    if not all(np.isfinite(part).all() for part in counted):
        raise SearchError(f"a gain from bar {first} to bar {bounds[-1]} is not finite")
    pieces = [np.arange(begin, end, WORD) for begin, end in pairwise(bounds)]
    starts = np.concatenate([*pieces, [bounds[-1], bounds[-1] + 1]]).astype(np.int64)
    after = np.cumsum([piece.size for piece in pieces]) - 1
    n_words = starts.size - 2
    place = np.repeat(np.arange(n_words), np.diff(starts[:-1]))
    bars = np.arange(first, bounds[-1])
    bit = np.uint64(1) << (bars - starts[place]).astype(np.uint64)
    lose_long, lose_short = np.zeros(n_words, np.uint64), np.zeros(n_words, np.uint64)
    for words, loses in ((lose_long, returns < -ROUNDING), (lose_short, returns > ROUNDING)):
        own = loses[first : bounds[-1]]
        np.bitwise_or.at(words, place[own], bit[own])
    return Layout(starts, after.astype(np.int64), weights, lose_long, lose_short)


class Sums(NamedTuple):
    """What the rules of a line come to; overwritten by the next line."""

    gains: Floats
    """Shape (n_ends, n_kinds, n_rules)."""
    counts: NDArray[np.int64]
    """Switches, losing and idle bars, shape (n_ends, 3, n_rules): see `bit_lanes`."""
    levels: Levels
    """Whose rules they are: those of the space, or its exact ones."""


class LineSums:
    """The sums of any line of a space; each thread has its own.

    Parameters
    ----------
    forces : Forces
        Of the market.
    layout : Layout
        Of the same market.
    space : PivotSpace
        Whose thresholds are evaluated.
    """

    def __init__(self, forces: Forces, layout: Layout, space: PivotSpace) -> None:
        if forces.close.size != layout.weights.shape[1]:
            raise SearchError(
                f"{forces.close.size} closes, and weights of {layout.weights.shape[1]} bars"
            )
        self.forces, self.layout, self.space = forces, layout, space
        self._usual = _Memory(space.levels, layout)
        self._exact: _Memory | None = None

    def __call__(self, line: Line) -> Sums:
        """Return the sums of all rules of a line: those of `pivot_side`, whatever rounding does."""
        scores = self.forces.scores(line)
        memory = self._usual
        if memory.fill(scores, self.layout):
            if self._exact is None:
                self._exact = _Memory(self.space.exact_levels, self.layout)
            memory = self._exact
            memory.fill(scores, self.layout)
        return memory.sums(self.layout)


class _Memory:
    """Arrays that the kernels write."""

    def __init__(self, levels: Levels, layout: Layout) -> None:
        n_levels, n_rules = levels.high.size, levels.long_level.size
        n_words, n_ends = layout.starts.size - 1, layout.ends.size
        self.levels, self.cells = levels, cells_of(levels)
        self.bins, self.valid = np.empty(n_levels + 1, np.uint64), np.empty(n_words, np.uint64)
        self.above = np.empty((n_words, n_levels), np.uint64)
        self.last = np.empty((2, n_levels), np.int64)
        self.gains = np.empty((n_ends, layout.weights.shape[0], n_rules))
        self.counts = np.empty((n_ends, 3, n_rules), np.int64)

    def fill(self, scores: Floats, layout: Layout) -> int:
        """Write the bits of scores; return how many scores the levels do not tell apart."""
        cells: Cells = self.cells
        found: int = compiled_level_bits()(
            scores,
            self.levels.high,
            cells.lowest,
            cells.origin,
            cells.per_unit,
            cells.level,
            layout.starts,
            self.bins,
            self.above,
            self.valid,
            *self.last,
        )
        return found

    def sums(self, layout: Layout) -> Sums:
        compiled_bit_lanes()(
            self.above,
            self.valid,
            *self.last,
            self.levels.long_level,
            self.levels.short_level,
            layout.starts,
            layout.weights,
            layout.lose_long,
            layout.lose_short,
            layout.ends,
            self.gains,
            self.counts,
        )
        return Sums(self.gains, self.counts, self.levels)
