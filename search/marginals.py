"""Mean and best objective of each value of a parameter, and of each pair of values.

Sums are exact integers in units of 2**-60, so that they depend neither on the order of the sets nor
on how they were cut into chunks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..feeds.compiling import compiled
from .space import Space

PER_TABLE = 40_000
"""Most cells of a table; larger tables are not kept."""
PER_SEARCH = 400_000
"""Most cells of all pairs together; pairs are taken in the space's order while they fit."""
SUMMABLE = 2.0**31
"""A cell with a value at or beyond it has no mean."""

STEPS_IN_PYTHON = 20_000
"""Sets put into a table, and cells added, from which on numba is worth its start: without it, a
step takes some microseconds."""

_steps = [0]
"""Such steps of this process so far."""

SETS, RUINED, DEFINED, WHOLE, MIDDLE, LOW, BEST_INDEX = range(7)
BEST, WORST = range(2)


class Table(NamedTuple):
    """A grouping of sets by one parameter or two."""

    first: int
    second: int
    """-1: by the first alone."""
    width: int
    """Values of the second; 1 where there is none."""
    offset: int
    cells: int


@dataclass(frozen=True)
class Layout:
    """Where each table's cells lie in one row of cells."""

    space: Space

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Each parameter by itself, then each pair, as far as they are small enough."""
        return tuple(self._tables())

    @property
    def cells(self) -> int:
        """Cells of all tables together."""
        return sum(table.cells for table in self.tables)

    @property
    def plan(self) -> NDArray[np.int64]:
        """`first`, `second`, `width`, `offset` of each table, shape (n_tables, 4)."""
        return np.array([table[:4] for table in self.tables], np.int64).reshape(-1, 4)

    def _tables(self) -> Iterator[Table]:
        lengths = [len(values) for values in self.space.values]
        offset = 0
        for first, length in enumerate(lengths):
            if length <= PER_TABLE:
                yield Table(first, -1, 1, offset, length)
                offset += length
        pairs = 0
        for first, second in combinations(range(len(lengths)), 2):
            cells = lengths[first] * lengths[second]
            if cells <= PER_TABLE and pairs + cells <= PER_SEARCH:
                yield Table(first, second, lengths[second], offset, cells)
                offset += cells
                pairs += cells


class Cells(NamedTuple):
    """Counts, sums and best values of some cells.

    `tally` holds, of each cell: its sets; the ruined among them; those that are not and whose
    objective exists; the whole, middle and low part of their sum; and the number of the best.
    `extremes` holds the best and the worst value.
    """

    numbers: NDArray[np.int64]
    tally: NDArray[np.int64]
    extremes: NDArray[np.float64]

    @classmethod
    def blank(cls, n_cells: int) -> Cells:
        """Return empty cells."""
        tally = np.zeros((n_cells, BEST_INDEX + 1), np.int64)
        tally[:, BEST_INDEX] = -1
        extremes = np.empty((n_cells, 2))
        extremes[:, BEST], extremes[:, WORST] = -np.inf, np.inf
        return cls(np.arange(n_cells), tally, extremes)

    @classmethod
    def of(
        cls,
        layout: Layout,
        indices: NDArray[np.int64],
        digits: NDArray[np.int64],
        values: NDArray[np.float64],
        defined: NDArray[np.bool_],
        ruined: NDArray[np.bool_],
    ) -> Cells:
        """Return the cells that a chunk of sets touches.

        Parameters
        ----------
        layout : Layout
            Of the space.
        indices, digits : ndarray of int64, shapes (n,) and (n_names, n)
            Sets, and the places of their values.
        values : ndarray of float64, shape (n,)
            The objective; read where `defined`.
        defined, ruined : ndarray of bool, shape (n,)
            No set is both; one that is neither has no objective.
        """
        blank = cls.blank(layout.cells)
        plan = layout.plan
        _quickest(gather, len(plan) * indices.size)(
            plan, indices, digits, values, defined, ruined, blank.tally, blank.extremes
        )
        touched = np.flatnonzero(blank.tally[:, SETS])
        return cls(touched, blank.tally[touched], blank.extremes[touched])

    def add(self, other: Cells) -> None:
        """Add other cells to these, which must be the cells of all tables."""
        _quickest(join, other.numbers.size)(
            other.numbers, other.tally, other.extremes, self.tally, self.extremes
        )

    def means(self) -> NDArray[np.float64]:
        """Return the mean of each cell, correctly rounded; NaN where there is none."""
        found = np.full(len(self.tally), np.nan)
        small = (np.abs(self.extremes) < SUMMABLE).all(axis=1) & (self.tally[:, DEFINED] > 0)
        for row in np.flatnonzero(small):
            count, whole, middle, low = map(int, self.tally[row, DEFINED : LOW + 1])
            found[row] = ((whole << 60) + (middle << 30) + low) / (count << 60)
        return found


def gather(
    plan: Any,
    indices: Any,
    digits: Any,
    values: Any,
    defined: Any,
    ruined: Any,
    tally: Any,
    extremes: Any,
) -> None:
    """Add sets one by one to the cells that they belong to; compiled by numba where many do."""
    for table in range(plan.shape[0]):
        first, second, width, offset = plan[table]
        rows = digits[first]
        columns = digits[second]  # of no meaning where second is -1: width is 1 then, and
        across = 0 if second < 0 else 1  # they count for nothing
        for one in range(indices.size):
            cell = offset + rows[one] * width + across * columns[one]
            tally[cell, SETS] += 1
            if not defined[one]:
                tally[cell, RUINED] += ruined[one]
                continue
            value = values[one]
            tally[cell, DEFINED] += 1
            if abs(value) < SUMMABLE:
                whole = np.trunc(value)  # towards zero: what is left of a small loss is exact too
                finer = (value - whole) * 1073741824.0  # 2**30
                middle = np.trunc(finer)
                tally[cell, WHOLE] += np.int64(whole)
                tally[cell, MIDDLE] += np.int64(middle)
                tally[cell, LOW] += np.int64(np.rint((finer - middle) * 1073741824.0))
            if value > extremes[cell, BEST] or (
                value == extremes[cell, BEST] and indices[one] < tally[cell, BEST_INDEX]
            ):
                extremes[cell, BEST] = value
                tally[cell, BEST_INDEX] = indices[one]
            if value < extremes[cell, WORST]:
                extremes[cell, WORST] = value


def join(numbers: Any, tally: Any, extremes: Any, into_tally: Any, into_extremes: Any) -> None:
    """Add cells to cells; compiled by numba where they are many."""
    for one in range(numbers.size):
        cell = numbers[one]
        value = extremes[one, BEST]
        index = tally[one, BEST_INDEX]
        if tally[one, DEFINED] > 0 and (
            into_tally[cell, DEFINED] == 0
            or value > into_extremes[cell, BEST]
            or (value == into_extremes[cell, BEST] and index < into_tally[cell, BEST_INDEX])
        ):
            into_extremes[cell, BEST] = value
            into_tally[cell, BEST_INDEX] = index
        into_extremes[cell, WORST] = min(into_extremes[cell, WORST], extremes[one, WORST])
        for part in range(BEST_INDEX):
            into_tally[cell, part] += tally[one, part]
        # The lower parts overflow into the higher: no number of sets is too large for them.
        carry = into_tally[cell, LOW] >> 30
        into_tally[cell, LOW] -= carry << 30
        into_tally[cell, MIDDLE] += carry
        carry = into_tally[cell, MIDDLE] >> 30
        into_tally[cell, MIDDLE] -= carry << 30
        into_tally[cell, WHOLE] += carry


def _quickest(function: Callable[..., None], steps: int) -> Callable[..., None]:
    """Return `gather` or `join`, compiled unless that is not worth the start of numba."""
    if "numba" not in sys.modules and _steps[0] + steps <= STEPS_IN_PYTHON:
        _steps[0] += steps
        return function
    return _compiled(function)


@cache
def _compiled(function: Callable[..., None]) -> Callable[..., None]:
    quick: Callable[..., None] = compiled(function, nogil=True)
    return quick
