"""The work of one worker: a chunk of sets in, its summary out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import SearchError
from .evaluator import Evaluator
from .marginals import Layout
from .permutation import Permutation
from .reduction import DEFINED, Summary, standings, summary
from .space import Space

CHUNK = 1 << 16
SMALLEST_CHUNK = 1 << 8
CHUNKS = 64
"""Number of chunks of a small search, so that every worker gets some."""


class Chunk(NamedTuple):
    """A stretch of consecutive sets of the search."""

    number: int
    start: int
    stop: int
    take: int | None = None
    """How many of the sets that the constraints leave are evaluated; None: all."""


@dataclass(frozen=True)
class Work:
    """Everything that is the same for all chunks; picklable where the evaluator is.

    Attributes
    ----------
    space : Space
    evaluator : Evaluator
    objective : str
    top : int
        How many of the best sets are kept.
    seed : int or None
        Chunks are stretches of a permutation of the sets; None: of the sets in order.
    rows : bool
        Whether every set's row is handed back.
    """

    space: Space
    evaluator: Evaluator
    objective: str
    top: int
    seed: int | None
    rows: bool

    def __call__(self, chunk: Chunk) -> Summary:
        """Evaluate a chunk.

        Raises
        ------
        SearchError
            The evaluator returned another shape than its columns call for.
        """
        indices = self.indices(chunk)
        digits = self.space.digits(indices)
        if self.space.constraints:
            holds = np.flatnonzero(self.space.allowed_at(digits))[: chunk.take]
            indices, digits = indices[holds], digits[:, holds]
        rows = self._evaluated(indices)
        brief = summary(
            chunk.number, self._layout, self.evaluator.columns, self.objective, self.top,
            (indices, digits), rows,
        )  # fmt: skip
        return brief._replace(indices=indices, rows=rows) if self.rows else brief

    def best(self, chunk: Chunk) -> float:
        """Return the largest objective of a chunk, NaN where no set that was not ruined has one.

        Raises
        ------
        SearchError
            The evaluator returned another shape than its columns call for.
        """
        indices = self.indices(chunk)
        if self.space.constraints:
            indices = indices[self.space.allowed(indices)][: chunk.take]
        rows = self._evaluated(indices)
        values, standing = standings(tuple(self.evaluator.columns), self.objective, rows)
        defined = values[standing == DEFINED]
        return float(defined.max()) if defined.size else math.nan

    def _evaluated(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        columns = self.evaluator.columns
        rows = self.evaluator(indices) if indices.size else np.empty((0, len(columns)))
        if rows.shape != (indices.size, len(columns)) or rows.dtype != np.float64:
            raise SearchError(
                f"{type(self.evaluator).__name__} returned {rows.dtype} of shape {rows.shape}, not "
                f"float64 of shape {(indices.size, len(columns))}"
            )
        return rows

    def indices(self, chunk: Chunk) -> NDArray[np.int64]:
        """Return the sets of a chunk, those that the constraints rule out among them."""
        places = np.arange(chunk.start, chunk.stop)
        return places if self.seed is None else self._order(places)

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.space)

    @cached_property
    def _order(self) -> Permutation:
        assert self.seed is not None
        return Permutation(self.space.size, self.seed)


def chunks_of(work: Work, sample: int | None, size: int) -> Iterator[Chunk]:
    """Yield the chunks of a search.

    Parameters
    ----------
    work : Work
    sample : int or None
        As for `driver.search`.
    size : int
        Sets of a chunk, those that the constraints rule out among them.
    """
    if sample is None:
        yield from _in_order(work.space.size, size)
    else:
        yield from _sampled(work, sample, size)


def chunk_size(sets: int) -> int:
    """Return how many sets are evaluated at one go, by the number of all."""
    return min(CHUNK, max(SMALLEST_CHUNK, -(-sets // CHUNKS)))


def _in_order(size: int, chunk: int) -> Iterator[Chunk]:
    for number, start in enumerate(range(0, size, chunk)):
        yield Chunk(number, start, min(start + chunk, size))


def _sampled(work: Work, sample: int, chunk: int) -> Iterator[Chunk]:
    """Yield stretches of the permutation until enough sets satisfy the constraints."""
    space = work.space
    if not space.constraints:
        yield from _in_order(sample, chunk)
        return
    missing = sample
    for stretch in _in_order(space.size, chunk):
        allowed = int(np.count_nonzero(space.allowed(work.indices(stretch))))
        take = min(allowed, missing)
        missing -= take
        yield stretch._replace(take=take)
        if not missing:
            return
