"""Chunks on a dask cluster: this machine's, or any number of machines behind a scheduler."""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..errors import SchedulerUnreachable, SearchError, SearchStopped
from ..reduction import Summary
from ..work import Chunk, Work
from .cores import cores
from .in_flight import AHEAD
from .shipping import Parcel, evaluated

PATIENCE = 4.0
"""Seconds that a scheduler has to answer, and then for a worker to be there."""
TRIES = 4
"""How often a chunk is begun before the search is stopped."""


@dataclass(frozen=True)
class Dask:
    """dask.distributed; the work is sent once to each worker.

    Attributes
    ----------
    scheduler : str or None
        Its address, such as ``tcp://10.0.0.5:8786``; None: a cluster on this machine, which lives
        as long as the search.
    workers : int or None
        Processes of a cluster on this machine; None: one a core.
    """

    scheduler: str | None = None
    workers: int | None = None

    def run(self, work: Work, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield a summary for each chunk; see `Engine`.

        A worker that dies is survived: its chunks are evaluated by the others.

        Raises
        ------
        SearchError
            dask is not installed, or the work cannot be sent.
        SchedulerUnreachable
            No scheduler answers there, or it has no workers.
        SearchStopped
            A chunk was begun `TRIES` times, and a worker died each time; or no worker is left.
        """
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError as error:
            raise SearchError("engine 'dask' needs: pip install btplaybook[cluster]") from error
        parcel = Parcel.of(work)
        with ExitStack() as stack:
            address: Any = self.scheduler
            if address is None:
                address = stack.enter_context(
                    distributed.LocalCluster(
                        n_workers=self.workers or cores(),
                        threads_per_worker=1,
                        dashboard_address=None,
                    )
                )
            client = stack.enter_context(_client(distributed, address))
            yield from _Run(distributed, client, parcel).summaries(chunks)


def _client(distributed: Any, address: Any) -> Any:
    """Return a client of a scheduler that answers and has a worker."""
    named = f"the dask scheduler at {address}"
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerUnreachable(f"{named} does not answer: {error}") from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise SchedulerUnreachable(f"{named} has no workers") from error
    return client


class _Run:
    """One search on one client."""

    def __init__(self, distributed: Any, client: Any, parcel: Parcel) -> None:
        self.distributed = distributed
        self.client = client
        self.parcel = parcel
        self.sent = self._scatter()
        self.chunks: dict[Any, Chunk] = {}
        """Under way, by future."""
        self.tries: dict[int, int] = {}
        """By number of chunk; those that succeed at once are never in it."""

    def summaries(self, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield as results come, a bounded number of chunks under way."""
        waiting = iter(chunks)
        limit = AHEAD * max(1, sum(self.client.nthreads().values()))
        completed = self.distributed.as_completed(loop=self.client.loop)
        for chunk in islice(waiting, limit):
            completed.add(self._begin(chunk))
        try:
            while not completed.is_empty():
                future = next(completed)
                chunk = self.chunks.pop(future)
                found = self._result(future, chunk)
                future.release()
                if found is None:
                    completed.add(self._begin(chunk))
                    continue
                yield found
                for following in islice(waiting, 1):
                    completed.add(self._begin(following))
        finally:
            if self.chunks:
                self.client.cancel(list(self.chunks))

    def _begin(self, chunk: Chunk) -> Any:
        future = self.client.submit(evaluated, self.sent, chunk, pure=False)
        self.chunks[future] = chunk
        return future

    def _result(self, future: Any, chunk: Chunk) -> Summary | None:
        """Return the result; None where the chunk is to be begun again."""
        from concurrent.futures import CancelledError

        if not future.cancelled():
            try:
                summary: Summary = future.result()
                return summary
            except (CancelledError, self.distributed.KilledWorker) as error:
                fault: Exception | None = error
        else:
            fault = None
        self.tries[chunk.number] = self.tries.get(chunk.number, 1) + 1
        if self.tries[chunk.number] > TRIES:
            raise SearchStopped(
                f"chunk {chunk.number} was begun {TRIES} times, and its worker died each time"
            ) from fault
        if self.sent.status != "finished":  # every worker that held the work died with it
            self.sent = self._scatter()
        return None

    def _scatter(self) -> Any:
        # Named at random: named by its content, a second search's release would take the first's.
        try:
            (future,) = self.client.scatter([self.parcel], broadcast=True, hash=False)
        except TimeoutError as error:
            raise SearchStopped(
                "no worker of the dask cluster is left: start workers, then search again; with a "
                "store it goes on from there"
            ) from error
        return future
