"""A bounded number of calls under way on a pool of workers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice

from ..reduction import Summary
from ..work import Chunk

AHEAD = 3
"""Chunks under way for each worker: enough that none waits, few enough that memory stays flat."""


def in_flight(
    submit: Callable[[Chunk], Future[Summary]], chunks: Iterable[Chunk], limit: int
) -> Generator[Summary, None, None]:
    """Yield summaries as they come, with at most `limit` chunks begun and not yet yielded."""
    waiting = iter(chunks)
    begun = {submit(chunk) for chunk in islice(waiting, limit)}
    try:
        while begun:
            done, begun = wait(begun, return_when=FIRST_COMPLETED)
            # What has succeeded is handed on before an error ends it all.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                yield future.result()
                begun.update(submit(chunk) for chunk in islice(waiting, 1))
    finally:
        for future in begun:
            future.cancel()
