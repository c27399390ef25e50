"""Chunks in threads of this process: kernels release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..reduction import Summary
from ..work import Chunk, Work
from .in_flight import AHEAD, in_flight


@dataclass(frozen=True)
class Threads:
    """The engine for one machine and compiled kernels: nothing is copied.

    Attributes
    ----------
    workers : int
    """

    workers: int

    def run(self, work: Work, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield a summary for each chunk; see `Engine`."""
        with ThreadPoolExecutor(self.workers, "search") as pool:
            yield from in_flight(
                lambda chunk: pool.submit(work, chunk), chunks, AHEAD * self.workers
            )
