"""Python looks for unreachable cycles less often while a run makes objects that all stay alive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 100_000
"""Objects made between two searches; Python's own number is 700 or 2,000."""


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Search for cycles after every `NEW_OBJECTS` new objects, for the length of a block."""
    before = gc.get_threshold()
    if 0 < before[0] < NEW_OBJECTS:
        gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
