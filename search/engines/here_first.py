"""The first chunks in this process, the rest in others: for work that may be over soon."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from itertools import chain

from ..reduction import Summary
from ..work import Chunk, Work
from .processes import Processes
from .shipping import Parcel

AS_LONG_AS_A_START = 1.0
"""Seconds of work here before other processes are started: as long as one takes to start."""


@dataclass(frozen=True)
class HereFirst:
    """Works here as long as a process takes to start, then in processes.

    Attributes
    ----------
    others : Processes
        Not started where the work is over by then.
    """

    others: Processes

    def run(self, work: Work, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield a summary for each chunk; see `Engine`.

        Raises
        ------
        SearchError
            The work cannot be sent, which is told even where it would not have been.
        SearchStopped
            A worker died.
        """
        Parcel.of(work)
        chunks = iter(chunks)
        begun = time.perf_counter()
        while time.perf_counter() - begun < AS_LONG_AS_A_START:
            chunk = next(chunks, None)
            if chunk is None:
                return
            yield work(chunk)
        left = next(chunks, None)
        if left is not None:
            yield from self.others.run(work, chain([left], chunks))
