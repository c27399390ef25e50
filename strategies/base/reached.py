"""The day that a strategy has reached, told to whoever watches the run."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[datetime.date], None]

_LISTENER: ContextVar[Listener | None] = ContextVar("reached", default=None)


def reached(day: datetime.date) -> None:
    """Tell the day; strategies whose bars take long call it at each of them."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(day)


@contextmanager
def told_to(listener: Listener | None) -> Iterator[None]:
    """Within the block, call `listener` with each day that is reached; None: nobody listens."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
