"""Run a search: an engine evaluates chunks of parameter sets, one reduction sums them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .. import __version__
from .engines.engine import Engine, engine_named
from .errors import SearchError, SearchStopped, SpaceError
from .evaluator import Evaluator, check_objective
from .found import Found, with_parameters
from .marginals import Layout
from .objectives import kernel_of
from .reduction import DEFINED, Indices, Reduction, Rows
from .space import Space
from .store import Store, stored_rows
from .work import Chunk, Work, chunk_size, chunks_of

SCHEMA = 2
"""Version of a store's files: 2 since its tables count the ruined sets."""
KEPT = 1_000_000
"""Most sets of which a store keeps every row."""
HELD = 1 << 16
"""Most sets of which every row is kept in memory when there is no store."""


class Progress(NamedTuple):
    """How far a search is."""

    places: int
    """Sets gone through, those that the constraints rule out among them."""
    of: int
    """As many as there will be; for a sample under constraints more may follow."""
    evaluated: int
    ruined: int
    best_index: int | None
    best: float | None
    """The best objective so far; None while no set has one."""


def search(
    space: Space,
    evaluator: Evaluator,
    objective: str,
    *,
    engine: str | Engine = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    sample: int | None = None,
    seed: int = 0,
    store: Path | str | None = None,
    manifest: Mapping[str, Any] | None = None,
    top: int = 100,
    chunk: int | None = None,
    say: Callable[[Progress], object] | None = None,
) -> Found:
    """Evaluate all sets of a space, or a random sample of them.

    Beyond `HELD` sets memory does not grow with their number. The outcome is the same to the last
    bit for any engine, number of workers, chunk size, and however often a search with a store was
    interrupted.

    Parameters
    ----------
    space : Space
        The sets.
    evaluator : Evaluator
        What gives a set its statistics.
    objective : str
        The column that ranks; larger is better.
    engine : {"threads", "processes", "dask"} or Engine
        Where chunks are evaluated.
    workers, scheduler
        As for `engines.engine.engine_named`.
    sample : int or None
        That many sets that satisfy the constraints, each at most once, at random; all of them
        where the constraints leave fewer. None: every set.
    seed : int
        Of the sample; >= 0.
    store : Path, str or None
        Folder that the search is kept in and resumed from. Up to a million sets it holds every row.
    manifest : mapping or None
        What the evaluator's figures hang on, as JSON takes it: vintage of the bars, terms, versions
        of its kernel. A store needs it, and refuses a search with another.
    top : int
        How many of the best sets are kept, >= 1.
    chunk : int or None
        Sets evaluated at one go; None: by the number of sets, 256 to 65,536.
    say : callable or None
        Called after each chunk, with the progress.

    Returns
    -------
    Found

    Raises
    ------
    SearchError
        A wrong argument, or an evaluator that cannot be sent to other processes.
    SpaceError
        A sample found no set that satisfies the constraints.
    StoreError
        The store holds another search, is in use, or is damaged.
    SchedulerUnreachable
        No dask scheduler answers.
    SearchStopped
        The disk is full, the folder cannot be written, or workers died. What was stored stays.
    """
    columns = tuple(evaluator.columns)
    check_objective(objective, columns)
    _check_names(space, columns)
    _check_numbers(space, sample=sample, seed=seed, top=top, chunk=chunk)
    through = engine_named(engine, workers, scheduler)
    most = space.size if sample is None else sample
    size = chunk or chunk_size(most)
    keeps_rows = _most_evaluated(space, sample) <= (HELD if store is None else KEPT)
    work = Work(space, evaluator, objective, top, None if sample is None else seed, keeps_rows)
    reduction = Reduction(Layout(space), columns, objective, top)
    with _opened(
        store,
        manifest,
        {
            "schema": SCHEMA,
            "btplaybook": __version__,
            "space": {**space.plain(), "digest": space.digest},
            "objective": objective,
            "sample": sample,
            "seed": None if sample is None else seed,
            "top": top,
            "chunk": size,
            "evaluator": kernel_of(evaluator),
            "columns": list(columns),
        },
    ) as kept:
        if kept is not None:
            kept.load(reduction)
        chunks = chunks_of(work, sample, size)
        held = Held(columns)
        _run(through, work, chunks, reduction, kept, held, Watch(say, most, size))
        if reduction.evaluated == 0:
            raise SpaceError("no set satisfies the constraints")
        read = held.rows if kept is None else partial(stored_rows, kept.folder)
        found = Found.of(
            reduction,
            space,
            reduction.evaluated if sample is None else space.count,
            partial(_rows, space, read) if keeps_rows else None,
        )
        if kept is not None:
            kept.conclude(found.plain())
    return found


@dataclass
class Watch:
    """Reports the progress of a search to the caller."""

    say: Callable[[Progress], object] | None
    of: int
    chunk: int
    finished: int = 0

    def tell(self, reduction: Reduction) -> None:
        """Report the progress after a chunk."""
        self.finished += 1
        if self.say is None:
            return
        best = reduction.best
        some = best.indices.size > 0 and best.standing[0] == DEFINED
        column = reduction.columns.index(reduction.objective)
        self.say(
            Progress(
                places=min(self.finished * self.chunk, self.of),
                of=self.of,
                evaluated=reduction.evaluated,
                ruined=reduction.ruined,
                best_index=int(best.indices[0]) if some else None,
                best=float(best.rows[0, column]) if some else None,
            )
        )


@dataclass
class Held:
    """Rows of a search without a store, in memory."""

    columns: tuple[str, ...]
    chunks: dict[int, tuple[Indices, Rows]] = field(default_factory=dict)

    def keep(self, number: int, indices: Indices, rows: Rows, columns: tuple[str, ...]) -> None:
        """Take the rows of a chunk, as `Store.keep` does."""
        self.chunks[number] = (indices, rows)

    def rows(self) -> pd.DataFrame:
        """Return what `store.stored_rows` would: `index`, the statistics, in the search's order."""
        parts = [self.chunks[number] for number in sorted(self.chunks)]
        indices = np.concatenate([indices for indices, _ in parts])
        rows = np.concatenate([rows for _, rows in parts])
        return pd.DataFrame({"index": indices, **dict(zip(self.columns, rows.T, strict=True))})


def _run(
    engine: Engine,
    work: Work,
    chunks: Iterator[Chunk],
    reduction: Reduction,
    store: Store | None,
    held: Held,
    watch: Watch,
) -> None:
    """Evaluate all chunks that the store does not have and add them to the reduction."""
    keeper = held if store is None else store
    finished = frozenset(store.finished) if store is not None else frozenset()
    watch.finished = len(finished)
    remaining = (chunk for chunk in chunks if chunk.number not in finished)
    try:
        with closing(engine.run(work, remaining)) as summaries:
            for chunk in summaries:
                if chunk.indices is not None and chunk.rows is not None:
                    keeper.keep(chunk.number, chunk.indices, chunk.rows, reduction.columns)
                reduction.add(chunk)
                if store is not None:
                    store.finish(chunk.number, reduction, work.rows)
                watch.tell(reduction)
    except BaseException:
        if store is not None:
            with suppress(SearchStopped):  # of a full disk the first error has told already
                store.save(reduction, work.rows)
        raise
    if store is not None:
        store.save(reduction, work.rows)


def _opened(
    folder: Path | str | None, manifest: Mapping[str, Any] | None, own: Mapping[str, Any]
) -> AbstractContextManager[Store | None]:
    if folder is None:
        return nullcontext()
    if not manifest:
        raise SearchError(
            "a store needs a manifest: the vintage of the bars, the terms, the kernel's versions"
        )
    for name in manifest.keys() & own.keys():
        raise SearchError(f"manifest: {name!r} is the search's own entry")
    return Store.opened(Path(folder), {**manifest, **own})  # what was asked before what follows


def _rows(space: Space, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return with_parameters(space, read())


def _most_evaluated(space: Space, sample: int | None) -> int:
    allowed = space.size if space.count is None else space.count
    return allowed if sample is None else min(sample, allowed)


def _check_names(space: Space, columns: tuple[str, ...]) -> None:
    for name in ("index", *columns):
        if name in space.names:
            raise SearchError(f"parameter {name!r} has the name of a column of the results")


def _check_numbers(
    space: Space, *, sample: int | None, seed: int, top: int, chunk: int | None
) -> None:
    for name, value in (("sample", sample), ("top", top), ("chunk", chunk)):
        if value is not None and value < 1:
            raise SearchError(f"{name} must be >= 1, got {value}")
    if seed < 0:
        raise SearchError(f"seed must be >= 0, got {seed}")
    allowed = space.size if space.count is None else space.count
    if sample is not None and sample > allowed:
        raise SearchError(f"a sample of {sample} from a space of {allowed} sets")
