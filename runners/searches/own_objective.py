"""An objective of a user's own: a function of the result of a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...feeds.quoting import shown
from ...search.evaluator import COLUMNS
from ..errors import ParameterError
from ..runs.found.user_functions import check_takes_one, code_hash, function_in, module_named
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
        module = module_named(where)
        if name in COLUMNS:
            raise ParameterError(f"{text}: a statistic has that name already; rename the function")
        function = function_in(module, text, "objective")
        check_takes_one(function, text, "objective", "the result of a run")
        return cls(text, code_hash(module))

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
        module = module_named(self.text.rpartition(":")[0])
        if code_hash(module) != self.sha256:
            raise ParameterError(f"the code of {self.text} has changed since the search began")
        return function_in(module, self.text, "objective")


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
