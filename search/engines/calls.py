"""Calls of one function on this machine's cores: a few at a time, round after round."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from ..errors import SearchError, SearchStopped
from .shipping import Parcel


class NotSent(RuntimeError):
    """Other processes cannot call the function: they cannot unpack it."""


class Calls:
    """Processes that call one function, this one among them; `close` ends the others.

    Parameters
    ----------
    function : callable
        A picklable function of one argument, or an object that can be called so.
    workers : int
        Number of processes, >= 2 and with this one, which has work while the others start.
    ready : callable or None
        Called with `function` in each of the others when it starts, so that what all calls need is
        there by the first one.

    Raises
    ------
    NotSent
        The function is defined in ``__main__``, cannot be pickled, or cannot be written to a
        temporary file.

    Notes
    -----
    The function travels in a file: what a process is started with, it must read before the next one
    is started, which would cost this process half a second for each.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        workers: int,
        ready: Callable[[Any], object] | None = None,
    ) -> None:
        from joblib.externals.loky.process_executor import (  # type: ignore[import-untyped]
            ProcessPoolExecutor,
        )

        try:
            content = Parcel.of((function, ready)).content
            self._folder = tempfile.TemporaryDirectory(prefix="btplaybook-")
            sent = Path(self._folder.name, "function")
            sent.write_bytes(content)
        except (SearchError, OSError) as error:
            raise NotSent(str(error)) from error
        self._function = function
        self._others = workers - 1
        self._pool = ProcessPoolExecutor(self._others, initializer=_receive, initargs=(sent,))
        self._pool.submit(_nothing)  # the pool starts its processes with its first call

    def __call__(
        self, arguments: Sequence[Any], told: Callable[[int], object] = lambda done: None
    ) -> list[Any]:
        """Return the result of each argument, in their order.

        Parameters
        ----------
        arguments : sequence
            One for each call.
        told : callable
            Called with the number of finished calls as it grows; the default ignores it.

        Raises
        ------
        NotSent
            A process cannot unpack the function: its module cannot be imported there.
        SearchStopped
            A process died.
        """
        from joblib.externals.loky import BrokenProcessPool  # type: ignore[import-untyped]

        results: dict[int, Any] = {}
        waiting = list(range(len(arguments)))[::-1]
        sent: dict[int, Any] = {}
        try:
            while waiting or sent:
                # One more than can be at work, so that none waits for this process; one stays here.
                while len(waiting) > 1 and len(sent) <= self._others:
                    number = waiting.pop()
                    sent[number] = self._pool.submit(_called, arguments[number])
                if waiting:
                    number = waiting.pop()
                    results[number] = self._function(arguments[number])
                else:
                    wait(sent.values(), return_when=FIRST_COMPLETED)
                for number in [key for key, future in sent.items() if future.done()]:
                    results[number] = sent.pop(number).result()
                told(len(results))
        except BrokenProcessPool as error:
            raise SearchStopped("a worker process died (killed, or out of memory)") from error
        except pickle.PicklingError as error:
            raise NotSent(str(error)) from error
        return [results[number] for number in range(len(arguments))]

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(wait=True, kill_workers=True)
        self._folder.cleanup()


class _Received:
    sent: ClassVar[Path]


def _receive(sent: Path) -> None:
    _Received.sent = sent
    with contextlib.suppress(Exception, SystemExit):  # the first call meets it again, and tells it
        function, ready = _unpacked()
        if ready is not None:
            ready(function)


@cache
def _unpacked() -> Any:
    return pickle.loads(_Received.sent.read_bytes())


def _nothing() -> None:
    pass


def _called(argument: Any) -> Any:
    try:
        function, _ = _unpacked()
    except Exception as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error
    return function(argument)
