"""Python searches for unreachable cycles less often while it makes objects that all stay alive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

IN_A_RUN = 100_000
"""New objects between two searches while a run makes its orders; Python's own number is 700."""

IN_A_COMMAND = 10_000
"""The same while a command works: its imports make 200,000 objects, hardly any of them garbage."""


IN_MANY_RUNS = 500_000
"""The same while runs follow each other whose results are dropped: three of them, some 50 MB."""


@contextmanager
def collected_rarely(new_objects: int = IN_A_RUN) -> Iterator[None]:
    """Search for cycles after so many new objects, within the block; never more often than before.

    A search that is turned off stays so.
    """
    before = gc.get_threshold()
    collect_rarely(new_objects)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def collect_rarely(new_objects: int) -> None:
    """Do the same from now on in this process, as in one that makes runs and nothing else."""
    first, *others = gc.get_threshold()
    if 0 < first < new_objects:
        gc.set_threshold(new_objects, *others)
