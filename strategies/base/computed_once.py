"""What strategies on the same bars compute once: one runs, and others reuse its results.

A run makes its strategy again with a few parameters changed, to compare it with variants of itself.
Much of what a variant computes depends on no parameter that changed. Results are kept while a
block of `computed_once` lasts, and no longer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_KEPT: ContextVar[dict[Hashable, dict[Any, Any]] | None] = ContextVar("computed_once", default=None)


class Same:
    """An object that is compared by identity, as a part of a key; it is kept alive by it."""

    __slots__ = ("of",)

    def __init__(self, of: object) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        """Return whether both stand for one and the same object."""
        return isinstance(other, Same) and self.of is other.of

    def __hash__(self) -> int:
        """Return a hash of the object's identity."""
        return id(self.of)


@contextmanager
def computed_once() -> Iterator[None]:
    """Keep results within the block, for strategies to reuse; a block within another joins it."""
    if _KEPT.get() is not None:
        yield
        return
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def kept() -> bool:
    """Return whether results are kept, as within a block of `computed_once`."""
    return _KEPT.get() is not None


def results_of(key: Hashable) -> dict[Any, Any]:
    """Return the results under a key, to read and to add to; outside of a block an empty dict.

    Parameters
    ----------
    key : hashable
        Everything that the results depend on: parameters by value, bars and inputs as `Same`.
    """
    known = _KEPT.get()
    return {} if known is None else known.setdefault(key, {})
