"""The summary of a search: counts, best sets, histogram, marginals, distinct rules.

A chunk of sets becomes a `Summary`; summaries are taken into one `Reduction` in any order, cut in
any way, and give the same to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .distinct import Distinct, spread
from .evaluator import POSITIONS, RUINED
from .histogram import BINS, histogram
from .marginals import Cells, Layout

Indices = NDArray[np.int64]
Rows = NDArray[np.float64]

DEFINED, UNDEFINED, RUIN = range(3)
"""Standing of a set, in the order of rank."""


class Best(NamedTuple):
    """Sets from the best to the worst.

    Those whose objective is a finite number come first, the largest before; then those without
    one; then the ruined. Ties go to the smaller index.
    """

    indices: Indices
    standing: NDArray[np.int8]
    rows: Rows


class Summary(NamedTuple):
    """The summary of one chunk of sets."""

    number: int
    """Of the chunk."""
    evaluated: int
    undefined: int
    ruined: int
    best: Best
    histogram: NDArray[np.int64]
    cells: Cells
    hashes: NDArray[np.uint64] | None
    """Distinct ones, rising; None where the evaluator gives none."""
    indices: Indices | None = None
    rows: Rows | None = None
    """Every set, where rows are kept."""


def summary(
    number: int,
    layout: Layout,
    columns: tuple[str, ...],
    objective: str,
    top: int,
    sets: tuple[Indices, Indices],
    rows: Rows,
) -> Summary:
    """Sum up a chunk.

    Parameters
    ----------
    number : int
        Of the chunk.
    layout : Layout
        Of the space.
    columns : tuple of str
        Names of the statistics.
    objective : str
        The one that ranks; larger is better. An infinite value ranks as none.
    top : int
        How many of the best sets are kept.
    sets : tuple of ndarray of int64, shapes (n,) and (n_names, n)
        Numbers of the sets, and what `Space.digits` returns for them.
    rows : ndarray of float64, shape (n, n_columns)
    """
    indices, digits = sets
    values, standing = standings(columns, objective, rows)
    defined = standing == DEFINED
    chosen = ranked(values, standing, indices, top)
    count = np.bincount(standing, minlength=3)
    return Summary(
        number=number,
        evaluated=len(indices),
        undefined=int(count[UNDEFINED]),
        ruined=int(count[RUIN]),
        best=Best(indices[chosen], standing[chosen], rows[chosen]),
        histogram=histogram(values if defined.all() else values[defined]),
        cells=Cells.of(layout, indices, digits, values, defined, standing == RUIN),
        hashes=spread(rows[:, columns.index(POSITIONS)]) if POSITIONS in columns else None,
    )


def standings(
    columns: tuple[str, ...], objective: str, rows: Rows
) -> tuple[Rows, NDArray[np.int8]]:
    """Return the objective of sets and how they stand, two arrays of shape (n,).

    Parameters
    ----------
    columns, objective, rows
        As for `summary`.
    """
    values = rows[:, columns.index(objective)] + 0.0  # -0.0 becomes 0.0: one bit pattern for ties
    standing = np.where(np.isfinite(values), np.int8(DEFINED), np.int8(UNDEFINED))
    if RUINED in columns:
        standing[rows[:, columns.index(RUINED)] >= 0] = RUIN
    return values, standing


@dataclass
class Reduction:
    """The summary of all chunks so far.

    Attributes
    ----------
    layout : Layout
    columns : tuple of str
    objective : str
    top : int
        As for `summary`.
    """

    layout: Layout
    columns: tuple[str, ...]
    objective: str
    top: int
    evaluated: int = 0
    undefined: int = 0
    ruined: int = 0
    best: Best = field(init=False)
    histogram: NDArray[np.int64] = field(init=False)
    cells: Cells = field(init=False)
    distinct: Distinct | None = field(init=False)
    """None where the evaluator gives no hashes."""

    def __post_init__(self) -> None:
        self.best = Best(
            np.empty(0, np.int64), np.empty(0, np.int8), np.empty((0, len(self.columns)))
        )
        self.histogram = np.zeros(BINS, np.int64)
        self.cells = Cells.blank(self.layout.cells)
        self.distinct = Distinct() if POSITIONS in self.columns else None

    def add(self, chunk: Summary) -> None:
        """Add a chunk; each chunk once."""
        self.evaluated += chunk.evaluated
        self.undefined += chunk.undefined
        self.ruined += chunk.ruined
        self._add_best(chunk.best)
        self.histogram += chunk.histogram
        self.cells.add(chunk.cells)
        if self.distinct is not None and chunk.hashes is not None:
            self.distinct.add(chunk.hashes)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, from which `restore` goes on."""
        found: dict[str, NDArray[Any]] = {
            "counts": np.array([self.evaluated, self.undefined, self.ruined], np.int64),
            "best_indices": self.best.indices,
            "best_standing": self.best.standing,
            "best_rows": self.best.rows,
            "histogram": self.histogram,
            "tally": self.cells.tally,
            "extremes": self.cells.extremes,
        }
        if self.distinct is not None:
            found["hashes"] = self.distinct.kept
            found["halvings"] = np.array(self.distinct.halvings)
        return found

    def restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Go on from what `arrays` returned for the same search."""
        self.evaluated, self.undefined, self.ruined = map(int, arrays["counts"])
        self.best = Best(arrays["best_indices"], arrays["best_standing"], arrays["best_rows"])
        self.histogram = arrays["histogram"]
        self.cells = Cells(self.cells.numbers, arrays["tally"], arrays["extremes"])
        if self.distinct is not None:
            self.distinct = Distinct(arrays["hashes"], int(arrays["halvings"]))

    def _add_best(self, chunk: Best) -> None:
        indices = np.concatenate([self.best.indices, chunk.indices])
        standing = np.concatenate([self.best.standing, chunk.standing])
        rows = np.concatenate([self.best.rows, chunk.rows])
        values = rows[:, self.columns.index(self.objective)] + 0.0
        chosen = ranked(values, standing, indices, self.top)
        self.best = Best(indices[chosen], standing[chosen], rows[chosen])


def ranked(
    values: NDArray[np.float64], standing: NDArray[np.int8], indices: Indices, top: int
) -> NDArray[np.intp]:
    """Return the places of the best sets, the best first; see `Best`.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Read where a set is defined.
    standing : ndarray of int8, shape (n,)
    indices : ndarray of int64, shape (n,)
    top : int
        How many are wanted.
    """
    best = np.flatnonzero(standing == DEFINED)
    best = best[_firsts(-values[best], indices[best], top)]
    best = best[np.lexsort((indices[best], -values[best]))]
    for rank in (UNDEFINED, RUIN):
        if best.size < top:
            others = np.flatnonzero(standing == rank)
            few = others[_firsts(indices[others], indices[others], top - best.size)]
            best = np.concatenate([best, few[np.argsort(indices[few])]])
    return best


def _firsts(keys: NDArray[Any], indices: Indices, top: int) -> NDArray[np.intp]:
    """Return, in no order, the places of the smallest keys; of equal ones, of smaller indices."""
    if keys.size <= top:
        return np.arange(keys.size)
    last = np.partition(keys, top - 1)[top - 1]
    below = np.flatnonzero(keys < last)
    equal = np.flatnonzero(keys == last)
    wanted = top - below.size
    if equal.size > wanted:
        equal = equal[np.argpartition(indices[equal], wanted - 1)[:wanted]]
    return np.concatenate([below, equal])
