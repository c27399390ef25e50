"""The factor that is tested: one of the book's, or a function of a user's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...feeds.arrays import Floats
from ...feeds.quoting import did_you_mean, shortened, shown
from ...strategies.sector.factors import FACTORS, Factor, Seen
from ..errors import ParameterError
from ..runs.found.user_files import in_a_line
from ..runs.found.user_functions import check_takes_one, code_hash, function_in, module_named
from .values import NotAFactor, values_of

ROLE = "factor"


class FactorStopped(RuntimeError):
    """A factor raised an error, or returned what is no factor."""

    exit_code = 5


@dataclass(frozen=True)
class FactorUnderTest:
    """A factor and where it comes from.

    Attributes
    ----------
    name : str
        Registered name, ``module:function`` or ``path/file.py:function``.
    function : callable
        From what was `Seen` after a session to one number a stock; larger is better.
    sha256 : str
        Hash of the code of its file; empty for the package's own factors.
    words : str
        First line of its docstring; empty without one.
    """

    name: str
    function: Factor
    sha256: str = ""
    words: str = ""

    @classmethod
    def of(cls, factor: str | Factor) -> FactorUnderTest:
        """Return the factor that a text names, or that is a function itself.

        Raises
        ------
        ParameterError
            There is no such factor, or it cannot be called with one value.
        """
        if callable(factor):
            name = getattr(factor, "__qualname__", type(factor).__name__)
            text = f"{getattr(factor, '__module__', '')}:{name}"
            check_takes_one(factor, text, ROLE, "what was seen")
            return cls(text, factor, _hash_of(factor), _first_line(factor))
        if factor in FACTORS:
            return cls(factor, FACTORS[factor], words=_first_line(FACTORS[factor]))
        where, colon, _ = factor.rpartition(":")
        if not colon:
            raise ParameterError(_unknown(factor))
        module = module_named(where)
        function = function_in(module, factor, ROLE)
        check_takes_one(function, factor, ROLE, "what was seen")
        return cls(factor, function, code_hash(module), _first_line(function))

    @property
    def short_name(self) -> str:
        """The name without the module or file."""
        return self.name.rpartition(":")[2]

    def of_session(self, seen: Seen) -> Floats:
        """Return the factor of a session, checked.

        Parameters
        ----------
        seen : Seen
            What was known of m stocks.

        Returns
        -------
        ndarray of shape (m,)
            NaN where it is not known.

        Raises
        ------
        FactorStopped
            The function raised an error, or returned something else than one number a stock; the
            message names factor, day and fault. NaN says that a value is not known; infinite ones
            are refused. See `values.values_of`.
        """
        tickers, named = seen.tickers, self._on(seen)  # before the author's code has it
        try:
            found = self.function(seen)
        except (Exception, SystemExit) as error:  # the author's code may raise anything
            words = in_a_line(error, getattr(self.function, "__module__", ""))
            raise FactorStopped(f"{named}: {words}") from error
        try:
            return values_of(found, tickers)
        except NotAFactor as error:
            raise FactorStopped(f"{named} {error}") from None

    def _on(self, seen: Seen) -> str:
        return f"factor {shortened(self.name)} on {seen.day}"


def _unknown(text: str) -> str:
    if text.endswith(".py"):
        return f"factor {shown(text)}: say which function of the file, as {text}:FUNCTION"
    return (
        f"there is no factor {shown(text)}{did_you_mean(text, FACTORS, or_known=True)}; a factor "
        "of your own is module:function or path/file.py:function"
    )


def _first_line(function: Callable[..., Any]) -> str:
    """Return what a function's docstring says first, without the shape that it ends with."""
    first = " ".join((inspect.getdoc(function) or "").strip().split("\n\n")[0].split())
    said = first.removeprefix("Return ").replace(", (m,)", "")
    return said[:1].upper() + said[1:]


def _hash_of(function: Callable[..., Any]) -> str:
    """Return the hash of the code of a function's module; empty where it has none."""
    module = inspect.getmodule(function)
    return "" if module is None or module.__name__ == "__main__" else code_hash(module)
