"""List a strategy's parameters for readers, and what a subclass changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import registry
from ..found.lineage import Lineage, lineage

MANY = 8
"""Number of parameters above which those with default values are left out."""


def shown_params(strategy: str, params: Mapping[str, Any]) -> list[str]:
    """List parameters and their values; if there are many, only those that differ from the default.

    Parameters
    ----------
    strategy : str
        The strategy's name in run.json. Defaults are those of the registered strategy. For a user's
        subclass of one, values that differ from the parent's are shown next to the parent's value,
        its own parameters are always shown, and overridden methods and attributes are named.
    params : mapping of str to object
        Name to value.

    Returns
    -------
    list of str
    """
    kind = registry.loaded_class(strategy)
    family = None if kind is None else lineage(kind)
    defaults = registry.parameters(family.parent if family else kind) if kind else {}
    params = {name: value for name, value in params.items() if not _of_signals(name, value)}
    moved = [name for name, value in params.items() if not _at_default(defaults, name, value)]
    named = list(params) if len(params) <= MANY else moved
    words = [
        f"{name} {worded(params[name])}{_instead(defaults, name, family) if name in moved else ''}"
        for name in named
    ]
    if len(params) > MANY:
        others = len(params) - len(moved)
        of = f" in {family.name}" if family else ""
        words.append(f"{others} {'other ' if moved else ''}parameters at their defaults{of}")
    return [*words, family.words()] if family and family.overrides else words


def parameter_rows(strategy: str, params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return rows: the strategy, each parameter with its value, and what a subclass changed."""
    kind = registry.loaded_class(strategy)
    family = None if kind is None else lineage(kind)
    defaults = registry.parameters(family.parent) if family else {}
    rows = [("strategy", strategy)]
    for name, value in params.items():
        if _of_signals(name, value):
            continue
        moved = family is not None and not _at_default(defaults, name, value)
        rows.append((name, f"{worded(value)}{_instead(defaults, name, family) if moved else ''}"))
    if family is not None:
        rows.append(("subclasses", family.name))
        if family.overrides:
            rows.append(("overrides", ", ".join(family.overrides)))
    return rows


def changed_parameters(strategy: str, params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return name and value of each parameter that is not at the strategy's default.

    Without a registered or loaded class, all parameters are returned: their defaults are unknown.
    """
    kind = registry.loaded_class(strategy)
    family = None if kind is None else lineage(kind)
    defaults = registry.parameters(family.parent if family else kind) if kind else {}
    return [
        (name, worded(value))
        for name, value in params.items()
        if not _of_signals(name, value) and not _at_default(defaults, name, value)
    ]


def worded(value: Any) -> str:
    """Return a value as text: a table as its keys and values, tables with names as their names."""
    if isinstance(value, Mapping):
        told = (f"{key} {worded(one)}" for key, one in value.items() if one is not None)
        return ", ".join(told)
    tables = isinstance(value, (list, tuple)) and all(isinstance(one, Mapping) for one in value)
    if tables and value and all("name" in one for one in value):
        return ", ".join(str(one["name"]) for one in value)
    return str(value)


def _of_signals(name: str, value: Any) -> bool:
    """Return whether a parameter is one of backtrader's `SignalStrategy`, left at its default."""
    unset = {"signals": [], "_accumulate": False, "_concurrent": False, "_data": None}
    return name in unset and bool(value == unset[name])


def _at_default(defaults: Mapping[str, Any], name: str, value: Any) -> bool:
    return name in defaults and bool(defaults[name] == value)


def _instead(defaults: Mapping[str, Any], name: str, family: Lineage | None) -> str:
    """Return text with the parent's value of a parameter; empty if the strategy has no parent."""
    if family is None:
        return ""
    has = f"{defaults[name]} in" if name in defaults else "not in"
    return f" ({has} {family.name})"
