"""Sending the work to other processes, once to each."""

from __future__ import annotations

import hashlib
import io
import pickle
from functools import lru_cache
from typing import Any, NamedTuple

import cloudpickle  # type: ignore[import-untyped]

from ..errors import SearchError
from ..reduction import Summary
from ..work import Chunk, Work


class Parcel(NamedTuple):
    """An object as bytes, and the name by which a process knows that it has unpacked them."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, thing: Any) -> Parcel:
        """Pack work, or any other object.

        Raises
        ------
        SearchError
            It holds what is defined in ``__main__``, or cannot be pickled.
        """
        packed = io.BytesIO()
        try:
            _Packer(packed, protocol=5).dump(thing)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            named = type(getattr(thing, "evaluator", thing)).__name__
            raise SearchError(
                f"{named} cannot be sent to other processes: {error}; use engine='threads'"
            ) from error
        content = packed.getvalue()
        return cls(content, hashlib.sha256(content).hexdigest())


def evaluated(parcel: Parcel, chunk: Chunk) -> Summary:
    """Evaluate a chunk in a worker."""
    work: Work = unpacked(parcel)
    return work(chunk)


def unpacked(parcel: Parcel) -> Any:
    """Return what was packed; a process unpacks it once."""
    return _content_of(_Digested(parcel))


class _Digested:
    """A parcel that is told by its digest."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digested) and self.parcel.digest == other.parcel.digest

    def __hash__(self) -> int:
        return hash(self.parcel.digest)


@lru_cache(maxsize=1)
def _content_of(digested: _Digested) -> Any:
    return pickle.loads(digested.parcel.content)


class _Packer(cloudpickle.Pickler):
    """Refuses what is defined in ``__main__``; the rest is as cloudpickle does it."""

    def persistent_id(self, thing: Any) -> None:
        """Look at each thing on its way; none is left out."""
        named = getattr(thing, "py_func", thing)  # compiled by numba
        if hasattr(named, "__qualname__") and getattr(named, "__module__", None) == "__main__":
            raise SearchError(
                f"{named.__qualname__} is defined in __main__: other processes would get a copy of "
                "it that has lost backtrader's params; move it into a module that they can import, "
                "or use engine='threads'"
            )
