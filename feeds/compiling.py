"""Functions compiled by numba, which is slow to import and hence imported only here.

numba keeps what it compiled: in `__pycache__` beside the source, or, where that folder cannot be
written, in its own cache folder of this user, or in the folder that NUMBA_CACHE_DIR names. Where
none can be written, each process compiles anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

COMPILING = (
    "numba compiles the rule or the account, which takes some seconds; what it makes is kept "
    "for the next time"
)

_told: list[Callable[[str], None]] = []


def compiled(function: Callable[..., Any], **options: Any) -> Any:
    """Return a function compiled by numba when it is first called.

    Parameters
    ----------
    function : callable
        A function of a module, so that its machine code can be kept.
    **options
        Those of `numba.njit`.
    """
    import numba

    _listen()
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that numba may write its cache to
        return numba.njit(**options)(function)


@contextmanager
def told(say: Callable[[str], None]) -> Iterator[None]:
    """Call `say` within the block when a function is really compiled, once; not if it was kept."""
    _told.append(say)
    try:
        yield
    finally:
        if say in _told:
            _told.remove(say)


@cache
def _listen() -> None:
    from numba.core import event

    class Starts(event.Listener):
        """Hears when a function is compiled."""

        def on_start(self, event: Any) -> None:
            while _told:
                _told.pop()(COMPILING)

        def on_end(self, event: Any) -> None:
            """Nothing: only the wait is told."""

    event.register("numba:compile", Starts())  # type: ignore[no-untyped-call]
