"""backtrader analyzers that a caller adds to a run."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import backtrader as bt

from ...feeds.quoting import did_you_mean, shown
from ..errors import ParameterError

Analyzers = Mapping[str, Any] | Iterable[Any]
"""Name to analyzer class, or classes without names; a pair (class, mapping) sets parameters."""


class Analyzer(NamedTuple):
    """A backtrader analyzer class and its parameters."""

    kind: type
    parameters: Mapping[str, Any]


def analyzers_from(given: Analyzers, taken: Collection[str]) -> dict[str, Analyzer]:
    """Return the analyzers by their names in ``strategy.analyzers``.

    Parameters
    ----------
    given : mapping of str to class, or iterable of classes
        A class without a name gets its class name in lower case, as in backtrader.
    taken : collection of str
        Names that the run already uses.

    Raises
    ------
    ParameterError
        Something that is no analyzer, a parameter that it does not have, or a name for two.
    """
    if inspect.isclass(given) or isinstance(given, str) or not isinstance(given, Iterable):
        given = () if given is None else (given,)  # a single class instead of several
    named: Iterable[tuple[Any, Any]] = (
        given.items() if isinstance(given, Mapping) else ((None, one) for one in given)
    )
    found: dict[str, Analyzer] = {}
    for name, one in named:
        kind, parameters = one if isinstance(one, tuple) and len(one) == 2 else (one, {})
        if not (inspect.isclass(kind) and issubclass(kind, bt.Analyzer)):
            raise ParameterError(
                f"analyzers takes classes of backtrader analyzers, got {shown(kind)}"
            )
        if not isinstance(parameters, Mapping):
            raise ParameterError(
                f"the parameters of analyzer {kind.__name__} are a mapping, got {shown(parameters)}"
            )
        known: list[str] = vars(kind)["params"]._getkeys()
        if unknown := [key for key in parameters if key not in known]:
            near = (
                did_you_mean(str(unknown[0]), known, or_known=True) if known else "; it takes none"
            )
            raise ParameterError(
                f"analyzer {kind.__name__} has no parameter {shown(unknown[0])}{near}"
            )
        name = kind.__name__.lower() if name is None else name
        if not (isinstance(name, str) and name.isidentifier()):
            raise ParameterError(f"an analyzer cannot be called {shown(name)}: use letters and _")
        if name in found or name in taken:
            raise ParameterError(
                f"two analyzers are called {name}: name them, as {{'NAME': CLASS}}"
            )
        found[name] = Analyzer(kind, parameters)
    return found


def analyses_of(ran: Any, analyzers: Mapping[str, Analyzer]) -> dict[str, Any]:
    """Return the analysis of each analyzer by name."""
    return {name: getattr(ran.analyzers, name).get_analysis() for name in analyzers}
