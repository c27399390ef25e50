"""Calls of one function in processes of this machine: a few at a time, round after round."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self

from ..errors import SearchError, SearchStopped
from .shipping import Parcel, unpacked


class NotSent(RuntimeError):
    """Other processes cannot call the function: they cannot unpack it."""


class Calls:
    """Processes that call one function; they live until the end of the ``with`` block.

    Parameters
    ----------
    function : callable
        A picklable function of one argument, or an object that can be called so.
    workers : int
        Number of processes.

    Raises
    ------
    NotSent
        The function is defined in ``__main__``, or cannot be pickled.
    """

    def __init__(self, function: Callable[[Any], Any], workers: int) -> None:
        from joblib.externals.loky.process_executor import (  # type: ignore[import-untyped]
            ProcessPoolExecutor,
        )

        try:
            parcel = Parcel.of(function)
        except SearchError as error:
            raise NotSent(str(error)) from error
        self._pool = ProcessPoolExecutor(workers, initializer=_receive, initargs=(parcel,))

    def __call__(self, arguments: Sequence[Any]) -> list[Any]:
        """Return the result of each argument, in their order.

        Raises
        ------
        NotSent
            A process cannot unpack the function: its module cannot be imported there.
        SearchStopped
            A process died.
        """
        from joblib.externals.loky import BrokenProcessPool  # type: ignore[import-untyped]

        try:
            futures = [self._pool.submit(_called, argument) for argument in arguments]
            return [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise SearchStopped("a worker process died (killed, or out of memory)") from error
        except pickle.PicklingError as error:
            raise NotSent(str(error)) from error

    def __enter__(self) -> Self:
        """Return the calls."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._pool.shutdown(wait=True, kill_workers=True)


class _Received:
    parcel: ClassVar[Parcel]


def _receive(parcel: Parcel) -> None:
    _Received.parcel = parcel


def _called(argument: Any) -> Any:
    try:
        function = unpacked(_Received.parcel)
    except Exception as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error
    return function(argument)
