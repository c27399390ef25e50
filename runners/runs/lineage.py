"""What a user's strategy took from a registered one, and what it changed of it."""

from __future__ import annotations

import inspect
from typing import NamedTuple

from ...strategies.playbook_strategy import PlaybookStrategy
from . import registry

NOT_SAID = frozenset(
    {
        "params", "lines", "linealias", "plotinfo", "plotlines", "alias", "aliased", "packages",
        "frompackages", "title",
    }
)  # fmt: skip
"""What backtrader gives every class, and the words over a page."""


class Lineage(NamedTuple):
    """A strategy that subclasses a registered one."""

    name: str
    """The registered name of the parent."""
    parent: registry.Strategy
    overrides: tuple[str, ...]
    """Methods and attributes of the parent that are replaced, in the order of their writing."""

    def words(self) -> str:
        """Say what is replaced; empty for nothing."""
        if not self.overrides:
            return ""
        return f"overrides {_listed(self.overrides)} of {self.parent.__name__}"


def lineage(strategy: registry.Strategy) -> Lineage | None:
    """Return the nearest registered strategy that one subclasses, and what it replaces of it.

    Returns
    -------
    Lineage or None
        None for a strategy that is registered itself, or that subclasses none that is.
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
    """Return what the classes before the parent define, and the parent has as well."""
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
