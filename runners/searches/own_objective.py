"""An objective of a user's own: a function of the result of a run."""

from __future__ import annotations

import hashlib
import inspect
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ...feeds.quoting import did_you_mean, shown
from ...search.evaluator import COLUMNS
from ..errors import ParameterError
from ..runs.found.user_files import SHA256, module_at, module_name
from ..runs.result import RunResult

Function = Callable[[RunResult], Any]


@dataclass(frozen=True)
class OwnObjective:
    """A function from a `RunResult` to a number, larger is better; each process imports it anew.

    Attributes
    ----------
    text : str
        ``module:function`` or ``path/file.py:function``.
    sha256 : str
        Hash of the code of its file.
    """

    text: str
    sha256: str

    @classmethod
    def of(cls, text: str) -> OwnObjective | None:
        """Return the objective that a text names; None for the name of a statistic.

        Raises
        ------
        ParameterError
            There is no such function, it cannot be called with a result alone, it has the name of
            a statistic, or it is defined in ``__main__``, where other processes cannot find it.
        """
        where, colon, name = text.rpartition(":")
        if not colon:
            return None
        if where == "__main__":
            raise ParameterError(
                f"{name} is defined in __main__, where other processes cannot find it: put it into "
                "a file, and say path/file.py:function"
            )
        module = _module(where)
        if name in COLUMNS:
            raise ParameterError(f"{text}: a statistic has that name already; rename the function")
        _check_called(_function_in(module, text), text)
        return cls(text, _hash(module))

    @property
    def name(self) -> str:
        """The name of the function; its column has that name."""
        return self.text.rpartition(":")[2]

    def function(self) -> Function:
        """Return the function.

        Raises
        ------
        ParameterError
            Its code is no longer that of the search.
        """
        module = _module(self.text.rpartition(":")[0])
        if _hash(module) != self.sha256:
            raise ParameterError(f"the code of {self.text} has changed since the search began")
        return _function_in(module, self.text)


def score(function: Function, result: RunResult) -> float:
    """Return what a function makes of a result; NaN for None and for an infinite value.

    Raises
    ------
    ParameterError
        It returned something that is no number.
    """
    value = function(result)
    try:
        number = float("nan") if value is None else float(value)
    except (TypeError, ValueError):
        raise ParameterError(
            f"objective {function.__name__}: it returned {shown(value)}, which is no number"
        ) from None
    return number if math.isfinite(number) else float("nan")


def _check_called(function: Function, text: str) -> None:
    """Raise if a function cannot be called with one value."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C
        return
    try:
        signature.bind(None)
    except TypeError as error:
        raise ParameterError(
            f"objective {text}: it is called with the result of a run alone: {error}"
        ) from None


def _module(where: str) -> ModuleType:
    """Return a module; a file that is loaded already, and unchanged, is not executed again."""
    if where.endswith(".py"):
        path = Path(where)
        loaded = sys.modules.get(module_name(path))
        if loaded is not None and path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            if vars(loaded).get(SHA256) == content:
                return loaded
    return module_at(where)


def _function_in(module: ModuleType, text: str) -> Function:
    name = text.rpartition(":")[2]
    found: Function | None = vars(module).get(name)
    if not callable(found):
        known = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        near = did_you_mean(name, known, or_known=True) if known else ": it has no function"
        raise ParameterError(f"objective {text}: there is no function {shown(name)}{near}")
    return found


def _hash(module: ModuleType) -> str:
    """Return the hash of a module's code; of its name where it has no file."""
    if own := vars(module).get(SHA256):
        return str(own)
    file = Path(module.__file__ or "")
    content = file.read_bytes() if file.is_file() else module.__name__.encode()
    return hashlib.sha256(content).hexdigest()
