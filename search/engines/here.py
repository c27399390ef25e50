"""Chunks one after the other in the thread that asks: for a search that is itself one of many."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from ..reduction import Summary
from ..work import Chunk, Work


class Here:
    """The engine without workers."""

    def run(self, work: Work, chunks: Iterable[Chunk]) -> Generator[Summary, None, None]:
        """Yield a summary for each chunk; see `Engine`."""
        for chunk in chunks:
            yield work(chunk)
