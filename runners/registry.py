"""Strategies by name: registered ones, and a user's own by module or file."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import zlib
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from ..strategies.playbook_strategy import PlaybookStrategy
from .errors import ParameterError, did_you_mean

GROUP = "btplaybook.strategies"
"""Entry-point group that an installed package registers its strategies in."""

USER_FILE = "user_strategy_"
"""How the names of modules begin that are loaded from a user's files."""

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

    Raises
    ------
    ParameterError
        Nothing is found there, it cannot be imported, or it is no `PlaybookStrategy`.
    """
    if ":" not in text:
        points = registered()
        if text.endswith(".py"):
            raise ParameterError(f"which class of the file? Say {text}:Class")
        if text not in points:
            raise ParameterError(f"no strategy is called {text!r}{did_you_mean(text, points)}")
        return _load(points[text])
    where, _, name = text.rpartition(":")
    module = _from_file(Path(where)) if where.endswith(".py") else _from_module(where)
    classes = {key: value for key, value in vars(module).items() if inspect.isclass(value)}
    if name not in classes:
        own = [
            key
            for key, value in classes.items()
            if issubclass(value, PlaybookStrategy) and value is not PlaybookStrategy
        ]
        near = did_you_mean(name, own) if own else ", nor any other PlaybookStrategy"
        raise ParameterError(f"{where} has no class {name!r}{near}")
    return _checked(classes[name], text)


def loaded_class(text: str) -> Strategy | None:
    """Return what `resolve` would, if it is loaded already; a user's file is not run again."""
    if ":" not in text:
        return resolve(text) if text in registered() else None
    where, _, name = text.rpartition(":")
    found: Any = sys.modules.get(_module_name(Path(where)) if where.endswith(".py") else where)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if inspect.isclass(found) and issubclass(found, PlaybookStrategy) else None


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


def _from_file(path: Path) -> Any:
    if not path.is_file():
        raise ParameterError(f"there is no file {path}")
    name = _module_name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ParameterError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)  # as it was given, for `name_of`
    sys.modules[spec.name] = module  # backtrader looks a class's module up when it makes one
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError) as error:
        raise ParameterError(f"{path} cannot be imported: {error}") from error
    return module


def _module_name(path: Path) -> str:
    """Return the name of a user's module: files of one name in two folders are two."""
    return f"{USER_FILE}{path.stem}_{zlib.crc32(bytes(path.resolve())):08x}"


def _from_module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except (ImportError, ValueError) as error:
        raise ParameterError(f"module {name!r} cannot be imported: {error}") from error


def _checked(found: Any, text: str) -> Strategy:
    if not (inspect.isclass(found) and issubclass(found, PlaybookStrategy)):
        raise ParameterError(f"{text} is not a PlaybookStrategy: subclass it")
    return found
