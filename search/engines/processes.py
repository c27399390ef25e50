"""Chunks in processes of this machine: for evaluators that hold the interpreter's lock."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import ClassVar

from ..errors import SearchStopped
from ..reduction import Summary
from ..work import Chunk, Work
from .in_flight import AHEAD, in_flight
from .shipping import Parcel, evaluated


@dataclass(frozen=True)
class Processes:
    """joblib's loky workers; each receives the work once, when it starts.

    Attributes
    ----------
    workers : int
        At most; a search of fewer chunks starts as many as it has chunks.
    """

    workers: int

    def run(self, work: Work, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield a summary for each chunk; see `Engine`.

        Raises
        ------
        SearchError
            The work cannot be sent.
        SearchStopped
            A worker died.
        """
        from joblib.externals.loky import BrokenProcessPool  # type: ignore[import-untyped]
        from joblib.externals.loky.process_executor import (  # type: ignore[import-untyped]
            ProcessPoolExecutor,
        )

        chunks = iter(chunks)
        first = list(islice(chunks, self.workers))
        # A process takes a second to start: no more of them than there are chunks.
        workers = max(1, len(first))
        pool = ProcessPoolExecutor(workers, initializer=_receive, initargs=(Parcel.of(work),))
        try:
            yield from in_flight(
                partial(pool.submit, _evaluated), chain(first, chunks), AHEAD * workers
            )
        except BrokenProcessPool as error:
            raise SearchStopped(
                "a worker process died (killed, or out of memory): search again, with the same "
                "store it goes on from there"
            ) from error
        finally:
            pool.shutdown(wait=True, kill_workers=True)


class _Received:
    parcel: ClassVar[Parcel]


def _receive(parcel: Parcel) -> None:
    _Received.parcel = parcel


def _evaluated(chunk: Chunk) -> Summary:
    return evaluated(_Received.parcel, chunk)
