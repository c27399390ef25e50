"""A strategy's parameters as run.json holds them, and back."""

from __future__ import annotations

import datetime
import inspect
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...feeds.quoting import shown
from ..errors import ParameterError
from . import registry
from .found.user_files import USER_FILE


def told(value: Any) -> Any:
    """Return a parameter's value as JSON.

    Numbers, texts, booleans, None, and lists and mappings of them stay as they are; NumPy numbers
    become Python numbers. Anything else is the text ``<module.Name>`` of the class or function, or
    of the object's class; a date is its ISO text.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else f"<{value}>"
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): told(one) for key, one in value.items()}
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    named = value if inspect.isclass(value) or hasattr(value, "__qualname__") else type(value)
    module = str(getattr(named, "__module__", ""))
    if module.startswith(USER_FILE) and module in sys.modules:
        return f"<{Path(str(sys.modules[module].__file__)).name}:{named.__qualname__}>"
    return f"<{module}.{named.__qualname__}>"


def params_again(kind: registry.Strategy, kept: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the parameters of a run.json that a run of the strategy must be given.

    A value that is an object of Python is left out where it is the strategy's default.

    Raises
    ------
    ParameterError
        Such a value is not the default: only Python can give it.
    """
    given = {}
    defaults = registry.parameters(kind)
    for name, value in kept.items():
        if not _holds_object(value):
            given[name] = value
        elif name not in defaults or told(defaults[name]) != value:
            raise ParameterError(
                f"{where}: {name} was {shown(value)}, an object of Python: run it again from Python"
            )
    return given


def as_declared(kind: registry.Strategy, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as a strategy's defaults declare them: a date from its ISO text.

    Raises
    ------
    ParameterError
        A text or number is given where the default is a class or another object of Python, or a
        text that is no date where it is a date.
    """
    defaults = registry.parameters(kind)
    return {name: _like(name, defaults[name], value) for name, value in given.items()}


def _like(name: str, default: Any, value: Any) -> Any:
    if isinstance(default, datetime.date) and isinstance(value, str):
        try:
            return type(default).fromisoformat(value)
        except ValueError:
            raise ParameterError(
                f"{name} must be a date like {default.isoformat()}, got {shown(value)}"
            ) from None
    plain = value is None or isinstance(value, (bool, int, float, str, list))
    if plain and value is not None and _holds_object(told(default)):
        raise ParameterError(
            f"{name} is {told(default)} by default, an object of Python: {shown(value)} cannot "
            "replace it; subclass the strategy, or run it from Python"
        )
    return value


def _holds_object(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("<") and value.endswith(">")
    if isinstance(value, Mapping):
        value = list(value.values())
    return isinstance(value, list) and any(map(_holds_object, value))
