"""Split a strategy's docstring into its parts."""

from __future__ import annotations

import inspect

import backtrader as bt

from ....strategies.playbook_strategy import PlaybookStrategy
from ....strategies.rule_strategy import RuleStrategy
from .numpydoc import Documented, parameters_of, parts_of

BASES = (PlaybookStrategy, RuleStrategy, bt.Strategy, bt.SignalStrategy)
"""Classes whose docstrings describe no rule."""


def text_of(documented: object) -> str:
    """Return a strategy's docstring.

    A strategy without a docstring has that of the strategy that it subclasses; it has none if it
    subclasses one of `BASES` directly.
    """
    text = inspect.getdoc(documented) or ""
    bare = documented not in BASES and text in map(inspect.getdoc, BASES)
    return "" if bare else text


def parts(documented: object) -> dict[str, str]:
    """Return the parts of a docstring: heading to text; the text before the first heading is ""."""
    return parts_of(text_of(documented))


def documented_parameters(kind: type) -> dict[str, Documented]:
    """Return what a strategy's docstring and those of its base classes say of each parameter."""
    found: dict[str, Documented] = {}
    for each in kind.__mro__:
        if each not in BASES:
            found = parameters_of(inspect.cleandoc(vars(each).get("__doc__") or "")) | found
    return found
