"""Find strategies by name: registered ones, and a user's own by module or file."""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import backtrader as bt

from ...feeds.quoting import did_you_mean, shown
from ...strategies.playbook_strategy import PlaybookStrategy
from ..errors import ParameterError
from .bodies import check_bodies
from .found import entry_points
from .found.module_files import file_of_module
from .found.user_files import SHA256, USER_FILE, module_at, module_name, module_of

GROUP = entry_points.STRATEGIES

Strategy = type[bt.Strategy]

BUILT_IN = {"book": EntryPoint("book", "btplaybook.runners.runs.book.strategy:BookStrategy", GROUP)}
"""Strategies that are made of others, by name. They are found by it, and not listed: alone they
have nothing to do."""

BASES = (bt.Strategy, bt.SignalStrategy, PlaybookStrategy)
"""Classes that do nothing until they are subclassed."""


def registered() -> dict[str, EntryPoint]:
    """Return registered name to entry point, as `entry_points.registered`; nothing is imported."""
    return entry_points.registered(GROUP)


def loaded() -> tuple[dict[str, Strategy], list[str]]:
    """Return registered name to strategy, and a message for each entry point that is left out.

    An entry point is left out if it cannot be imported, is no backtrader strategy, or has a name
    that is taken.
    """
    strategies: dict[str, Strategy] = {}
    left_out = entry_points.hidden(GROUP)
    for name, point in registered().items():
        try:
            strategies[name] = _load(point)
        except ParameterError as error:
            left_out.append(str(error))
    return strategies, left_out


def resolve(text: str) -> Strategy:
    """Return the strategy that a registered name, ``module:Class`` or ``path/file.py:Class`` names.

    A file with one strategy needs no ``:Class``.

    Raises
    ------
    ParameterError
        The strategy is not found, cannot be imported, or is no backtrader strategy.
    """
    if text.endswith(".py"):
        return _only(text, module_of(Path(text)))
    if ":" not in text:
        points = registered()
        if text in BUILT_IN:
            return _load(BUILT_IN[text])
        if text not in points:
            raise ParameterError(
                f"no strategy is called {shown(text)}{did_you_mean(text, points, or_known=True)}"
            )
        return _load(points[text])
    where, _, name = text.rpartition(":")
    module = module_at(where)
    classes = {key: value for key, value in vars(module).items() if inspect.isclass(value)}
    if name not in classes:
        if where == "__main__":
            raise ParameterError(
                f"{name} was defined in a notebook or a script: put it into a file, and say "
                f"path/file.py:{name}; in Python, hand the class over"
            )
        own = strategies_in(classes)
        near = (
            did_you_mean(name, own, or_known=True) if own else ", nor any other backtrader strategy"
        )
        raise ParameterError(f"{where} has no class {shown(name)}{near}")
    return _checked(classes[name], text)


def loaded_class(text: str) -> Strategy | None:
    """Return the strategy of a text if it is loaded; a user's file is not executed again."""
    if ":" not in text:
        return resolve(text) if text in registered() or text in BUILT_IN else None
    where, _, name = text.rpartition(":")
    found: Any = sys.modules.get(module_name(Path(where)) if where.endswith(".py") else where)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if inspect.isclass(found) and issubclass(found, bt.Strategy) else None


def strategy_of(given: Strategy | str | Path) -> Strategy:
    """Return the strategy of a class, text or path.

    Raises
    ------
    ParameterError
        The class is no backtrader strategy; and the errors of `resolve`.
    """
    if isinstance(given, (str, Path)):
        return resolve(str(given))
    return _checked(given, getattr(given, "__qualname__", repr(given)))


def name_of(strategy: Strategy) -> str:
    """Return a strategy's registered name, or the text by which `resolve` finds it."""
    module = strategy.__module__
    if module.startswith(USER_FILE):
        module = str(sys.modules[module].__file__)
    path = f"{module}:{strategy.__qualname__}"
    points = {**registered(), **BUILT_IN}
    return next((name for name, point in points.items() if point.value == path), path)


def code_of(strategy: Strategy) -> dict[str, str] | None:
    """Return what run.json keeps of the code of a strategy that is not registered.

    Returns
    -------
    dict of str to str or None
        `file` and the `sha256` of its bytes. For a module, `file` is the module's name as a path,
        independent of where it is installed. None for a registered strategy, and for one that is
        not defined in a file.
    """
    module = sys.modules.get(strategy.__module__)
    if module is None or ":" not in name_of(strategy):
        return None
    if strategy.__module__.startswith(USER_FILE):
        return {"file": str(module.__file__), "sha256": str(vars(module)[SHA256])}
    file = getattr(module, "__file__", None)
    if not file or not os.path.isfile(file):
        return None
    content = Path(file).read_bytes()
    path = strategy.__module__.replace(".", "/") + Path(file).suffix
    return {"file": path, "sha256": hashlib.sha256(content).hexdigest()}


def file_of(text: str) -> Path | None:
    """Return the file that `resolve` would execute for a text, without executing it.

    Parameters
    ----------
    text : str
        ``module:Class``, ``path/file.py:Class`` or ``path/file.py``.

    Returns
    -------
    Path or None
        None for a registered strategy, by name or by module, and if no file is found.
    """
    if text.endswith(".py"):
        return Path(text)
    where, separator, _ = text.rpartition(":")
    points = {**registered(), **BUILT_IN}
    if not separator or any(point.value == text for point in points.values()):
        return None
    return Path(where) if where.endswith(".py") else file_of_module(where)


def strategies_in(names: Mapping[str, Any]) -> list[str]:
    """Return the names in a namespace that are strategies."""
    return [
        key
        for key, value in names.items()
        if inspect.isclass(value)
        and issubclass(value, bt.Strategy)
        and value not in BASES
        and not value.__module__.startswith("backtrader.")
    ]


def parameters(strategy: Strategy) -> dict[str, Any]:
    """Return a strategy's own parameters and their defaults, without those of every strategy."""
    common = dict(PlaybookStrategy.params._getitems())
    if not issubclass(strategy, PlaybookStrategy):
        common = {}
    return {name: value for name, value in strategy.params._getitems() if name not in common}


def _load(point: EntryPoint) -> Strategy:
    return _checked(entry_points.load(point), partial(entry_points.where, point))


def _only(text: str, module: Any) -> Strategy:
    """Return the single strategy of a file; if there are several, the error names them.

    Names that begin with an underscore count only where there are no others. The error suggests a
    class that no other class of the file derives from.
    """
    found = strategies_in(vars(module))
    defined = [key for key in found if vars(module)[key].__module__ == module.__name__]
    names = defined or found
    one, *more = [name for name in names if not name.startswith("_")] or names or [""]
    if not one:
        raise ParameterError(f"{text} holds no backtrader strategy")
    if more:
        listed = (one, *more)
        kinds = {name: vars(module)[name] for name in listed}
        last = next(name for name in listed if not _derived_from(kinds[name], kinds.values()))
        raise ParameterError(
            f"which class of the file? It holds {', '.join(listed)}: say {text}:{last}"
        )
    return _checked(vars(module)[one], text)


def _derived_from(kind: Strategy, kinds: Iterable[Strategy]) -> bool:
    return any(each is not kind and issubclass(each, kind) for each in kinds)


def _checked(found: Any, where: str | Callable[[], str]) -> Strategy:
    if inspect.isclass(found) and found in BASES:
        more = ": signals of add_signal belong to a cerebro" if found is bt.SignalStrategy else ""
        raise ParameterError(f"{found.__name__} is a base without a rule{more}; subclass it")
    if not (inspect.isclass(found) and issubclass(found, bt.Strategy)):
        text = where if isinstance(where, str) else where()
        raise ParameterError(f"{text} is no backtrader strategy: subclass bt.Strategy")
    check_bodies(found)
    return found
