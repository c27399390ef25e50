"""Python searches for unreachable cycles less often while it makes objects that all stay alive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

IN_A_RUN = 100_000
"""New objects between two searches while a run makes its orders; Python's own number is 700."""

IN_A_COMMAND = 10_000
"""The same while a command works: its imports make 200,000 objects, hardly any of them garbage."""


@contextmanager
def collected_rarely(new_objects: int = IN_A_RUN) -> Iterator[None]:
    """Search for cycles after so many new objects, within the block; never more often than before.

    A search that is turned off stays so.
    """
    before = gc.get_threshold()
    if 0 < before[0] < new_objects:
        gc.set_threshold(new_objects, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
