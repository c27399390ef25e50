"""Sending the work to other processes, once to each."""

from __future__ import annotations

import hashlib
import io
import pickle
from functools import lru_cache
from typing import Any, NamedTuple, cast

import cloudpickle  # type: ignore[import-untyped]

from ..errors import SearchError
from ..reduction import Summary
from ..work import Chunk, Work


class Parcel(NamedTuple):
    """Work as bytes, and the name by which a process knows that it has unpacked them."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, work: Work) -> Parcel:
        """Pack work.

        Raises
        ------
        SearchError
            It holds what is defined in ``__main__``, or cannot be pickled.
        """
        packed = io.BytesIO()
        try:
            _Packer(packed, protocol=5).dump(work)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise SearchError(
                f"{type(work.evaluator).__name__} cannot be sent to other processes: {error}; "
                "use engine='threads'"
            ) from error
        content = packed.getvalue()
        return cls(content, hashlib.sha256(content).hexdigest())


def evaluated(parcel: Parcel, chunk: Chunk) -> Summary:
    """Evaluate a chunk in a worker."""
    return _unpacked(parcel)(chunk)


class _Digested:
    """A parcel that is told by its digest."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digested) and self.parcel.digest == other.parcel.digest

    def __hash__(self) -> int:
        return hash(self.parcel.digest)


def _unpacked(parcel: Parcel) -> Work:
    return _work_of(_Digested(parcel))


@lru_cache(maxsize=1)
def _work_of(digested: _Digested) -> Work:
    return cast(Work, pickle.loads(digested.parcel.content))


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
