"""Find what a user's strategy overrides of the registered strategy that it subclasses."""

from __future__ import annotations

import inspect
from typing import NamedTuple

from ....strategies.playbook_strategy import PlaybookStrategy
from .. import registry

NOT_SAID = frozenset(
    {
        "params", "lines", "linealias", "plotinfo", "plotlines", "alias", "aliased", "packages",
        "frompackages", "title",
    }
)  # fmt: skip
"""Attributes that backtrader gives every class, and the text attributes of pages."""


class Lineage(NamedTuple):
    """A strategy that subclasses a registered strategy."""

    name: str
    """The registered name of the parent."""
    parent: registry.Strategy
    overrides: tuple[str, ...]
    """Overridden methods and attributes of the parent, in the order of the source."""

    def words(self) -> str:
        """Return text that names what is overridden; empty if nothing is."""
        if not self.overrides:
            return ""
        return f"overrides {_listed(self.overrides)} of {self.parent.__name__}"


def lineage(strategy: registry.Strategy) -> Lineage | None:
    """Return a strategy's nearest registered base class, and what is overridden of it.

    Returns
    -------
    Lineage or None
        None if the strategy is registered itself or has no registered base class.
    """
    names = {kind: registry.name_of(kind) for kind in strategy.__mro__ if _is_strategy(kind)}
    known = registry.registered()
    for kind, name in names.items():
        if name in known:
            if kind is strategy:
                return None
            return Lineage(name, kind, _overrides(strategy, kind))
    return None


def _overrides(strategy: registry.Strategy, parent: registry.Strategy) -> tuple[str, ...]:
    """Return the names that the classes before the parent define and that the parent has too."""
    before = strategy.__mro__[: strategy.__mro__.index(parent)]
    found: dict[str, None] = {}
    for kind in reversed(before):
        for name, value in vars(kind).items():
            if name in NOT_SAID or not _is_said(name, value):
                continue
            if hasattr(parent, name) and not _same(value, inspect.getattr_static(parent, name)):
                found[name] = None
    return tuple(found)


def _is_said(name: str, value: object) -> bool:
    """Return whether a name is a method of any kind, or a public attribute."""
    if name.startswith("__") and name.endswith("__"):
        return name == "__init__"
    methods = (classmethod, staticmethod, property)
    return inspect.isfunction(value) or isinstance(value, methods) or not name.startswith("_")


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, str | int | float | tuple) and one == other)


def _is_strategy(kind: type) -> bool:
    return issubclass(kind, PlaybookStrategy)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
