"""What an engine is, and how it is chosen."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Protocol

from ...feeds.quoting import did_you_mean
from ..errors import SearchError
from ..reduction import Summary
from ..work import Chunk, Work
from .cores import cores

ENGINES = ("threads", "processes", "dask")
BY_RUNS = "processes, once it pays"
"""What stands in for threads where each set is run bar by bar: see `HereFirst`."""


class Engine(Protocol):
    """Evaluates chunks."""

    def run(self, work: Work, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield a summary for each chunk, in any order.

        Chunks are taken as they are needed, a bounded number at a time. What was begun is given up
        when the iterator is closed.
        """
        ...


def engine_named(
    engine: str | Engine, workers: int | None = None, scheduler: str | None = None
) -> Engine:
    """Return an engine.

    Parameters
    ----------
    engine : {"threads", "processes", "dask"} or Engine
        An engine is returned as it is.
    workers : int or None
        Threads or processes; None: as many as this process may use cores. Of a dask scheduler's
        workers all are used.
    scheduler : str or None
        Address of a dask scheduler; None: a cluster on this machine.

    Raises
    ------
    SearchError
        Unknown name, `workers` < 1, or a scheduler where none is used.
    """
    if not isinstance(engine, str):
        if workers is not None or scheduler is not None:
            raise SearchError("workers and scheduler belong to an engine's name: this is an engine")
        return engine
    if engine not in (*ENGINES, BY_RUNS):
        hint = did_you_mean(engine, ENGINES) or f"; known: {', '.join(ENGINES)}"
        raise SearchError(f"no engine {engine!r}{hint}")
    if workers is not None and workers < 1:
        raise SearchError(f"workers must be >= 1, got {workers}")
    if engine != "dask" and scheduler is not None:
        named = "threads" if engine == BY_RUNS else engine
        raise SearchError(f"a scheduler goes with engine 'dask', not with {named!r}")
    if engine == "dask":
        from .dask import Dask

        return Dask(scheduler, workers)
    if engine in ("processes", BY_RUNS):
        from .here_first import HereFirst
        from .processes import Processes

        processes = Processes(workers or cores())
        return processes if engine == "processes" else HereFirst(processes)
    from .threads import Threads

    return Threads(workers or cores())
