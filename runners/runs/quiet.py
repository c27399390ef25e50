"""Code of a user that runs many times: what it prints is left out."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Stdout:
    """How many blocks are under way in this process, and the output that comes back after them."""

    lock = threading.Lock()
    blocks = 0
    before: Any = None
    nowhere: Any = None


@contextmanager
def without_prints() -> Iterator[None]:
    """Send what is printed to nowhere, in all threads, while any of them is in such a block."""
    with _Stdout.lock:
        if not _Stdout.blocks:
            _Stdout.nowhere = _Stdout.nowhere or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
            _Stdout.before, sys.stdout = sys.stdout, _Stdout.nowhere
        _Stdout.blocks += 1
    try:
        yield
    finally:
        with _Stdout.lock:
            _Stdout.blocks -= 1
            if not _Stdout.blocks:
                sys.stdout = _Stdout.before
