"""Strategies by name: registered ones, and a user's own by module or file."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from ..strategies.playbook_strategy import PlaybookStrategy
from .errors import ParameterError, did_you_mean
from .user_files import USER_FILE, module_of

GROUP = "btplaybook.strategies"
"""Entry-point group that an installed package registers its strategies in."""

Strategy = type[PlaybookStrategy]


def registered() -> dict[str, EntryPoint]:
    """Return registered name to entry point, in the order of names; nothing is imported.

    Where two distributions register one name, btplaybook's own counts, else that of the
    distribution whose name comes first.
    """
    found: dict[str, EntryPoint] = {}
    for point in _points():
        found.setdefault(point.name, point)
    return dict(sorted(found.items()))


def loaded() -> tuple[dict[str, Strategy], list[str]]:
    """Return registered name to strategy, and a line for each entry point that is left out.

    Left out is what cannot be imported, is no `PlaybookStrategy`, or has a name that is taken.
    """
    points = registered()
    strategies: dict[str, Strategy] = {}
    left_out = [
        f"{_described(point)} ({point.value}) is hidden by that of {_distribution(first)}"
        for point in _points()
        if point != (first := points[point.name])
    ]
    for name, point in points.items():
        try:
            strategies[name] = _load(point)
        except ParameterError as error:
            left_out.append(str(error))
    return strategies, left_out


def resolve(text: str) -> Strategy:
    """Return the strategy that a name, ``module:Class`` or ``path/file.py:Class`` stands for.

    A file with one strategy needs no ``:Class``.

    Raises
    ------
    ParameterError
        Nothing is found there, it cannot be imported, or it is no `PlaybookStrategy`.
    """
    if text.endswith(".py"):
        return _only(text, module_of(Path(text)))
    if ":" not in text:
        points = registered()
        if text not in points:
            raise ParameterError(f"no strategy is called {text!r}{did_you_mean(text, points)}")
        return _load(points[text])
    where, _, name = text.rpartition(":")
    module = module_of(Path(where)) if where.endswith(".py") else _from_module(where)
    classes = {key: value for key, value in vars(module).items() if inspect.isclass(value)}
    if name not in classes:
        if where == "__main__":
            raise ParameterError(
                f"{name} was defined in a notebook or a script: put it into a file, and say "
                f"path/file.py:{name}; in Python, hand the class over"
            )
        own = _strategies_in(classes)
        near = did_you_mean(name, own) if own else ", nor any other PlaybookStrategy"
        raise ParameterError(f"{where} has no class {name!r}{near}")
    return _checked(classes[name], text)


def strategy_of(given: Strategy | str | Path) -> Strategy:
    """Return a strategy that was handed over, or that a text or path stands for.

    Raises
    ------
    ParameterError
        It is no `PlaybookStrategy`; and what `resolve` raises.
    """
    if isinstance(given, (str, Path)):
        return resolve(str(given))
    return _checked(given, getattr(given, "__qualname__", repr(given)))


def name_of(strategy: Strategy) -> str:
    """Return a strategy's registered name, or what `resolve` finds it by."""
    module = strategy.__module__
    if module.startswith(USER_FILE):
        module = str(sys.modules[module].__file__)
    path = f"{module}:{strategy.__qualname__}"
    return next((name for name, point in registered().items() if point.value == path), path)


def parameters(strategy: Strategy) -> dict[str, Any]:
    """Return a strategy's own parameters and their defaults; not those that every strategy has."""
    common = dict(PlaybookStrategy.params._getitems())
    return {name: value for name, value in strategy.params._getitems() if name not in common}


def _points() -> list[EntryPoint]:
    """Return all entry points of the group, those first that count where a name is taken twice."""

    def precedence(point: EntryPoint) -> tuple[bool, str, str]:
        distribution = _distribution(point)
        return distribution != "btplaybook", distribution, point.value

    return sorted(entry_points(group=GROUP), key=precedence)


def _distribution(point: EntryPoint) -> str:
    unnamed = "an unnamed distribution"
    try:
        if point.dist is None or "Name" not in point.dist.metadata:
            return unnamed
        return point.dist.metadata["Name"]
    except FileNotFoundError:  # so says the backport, which takes over once anything imports it
        return unnamed


def _described(point: EntryPoint) -> str:
    return f"{point.name!r} of {_distribution(point)}"


def _load(point: EntryPoint) -> Strategy:
    try:
        found = point.load()
    except (Exception, SystemExit) as error:  # an import runs whatever a plugin's author wrote
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise ParameterError(f"{_described(point)} cannot be loaded: {words}") from error
    return _checked(found, f"{_described(point)} ({point.value})")


def _from_module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except (ImportError, ValueError) as error:
        raise ParameterError(f"module {name!r} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:  # an import runs whatever the module's author wrote
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise ParameterError(f"module {name!r} cannot be imported: {words}") from error


def _only(text: str, module: Any) -> Strategy:
    """Return the one strategy of a file; name them where there are others."""
    found = _strategies_in(vars(module))
    defined = [key for key in found if vars(module)[key].__module__ == module.__name__]
    one, *more = defined or found or [""]
    if not one:
        raise ParameterError(f"{text} holds no PlaybookStrategy")
    if more:
        raise ParameterError(
            f"which class of the file? It holds {', '.join((one, *more))}: say {text}:{one}"
        )
    return _checked(vars(module)[one], text)


def _strategies_in(names: Mapping[str, Any]) -> list[str]:
    """Return the names of strategies among others."""
    return [
        key
        for key, value in names.items()
        if inspect.isclass(value)
        and issubclass(value, PlaybookStrategy)
        and value is not PlaybookStrategy
    ]


def _checked(found: Any, text: str) -> Strategy:
    if not (inspect.isclass(found) and issubclass(found, PlaybookStrategy)):
        raise ParameterError(f"{text} is not a PlaybookStrategy: subclass it")
    return found
