"""Find a user's function by ``module:function`` or ``path/file.py:function``."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from ....feeds.quoting import did_you_mean, shown
from ...errors import ParameterError
from .user_files import SHA256, module_at, module_name


def module_named(where: str) -> ModuleType:
    """Return a module; a file that is loaded already, and unchanged, is not executed again.

    Raises
    ------
    ParameterError
        The module does not exist, or its import fails.
    """
    if where.endswith(".py"):
        path = Path(where)
        loaded = sys.modules.get(module_name(path))
        if loaded is not None and path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            if vars(loaded).get(SHA256) == content:
                return loaded
    return module_at(where)


def function_in(module: ModuleType, text: str, role: str) -> Callable[..., Any]:
    """Return the function of a module that the last part of a text names.

    Parameters
    ----------
    module : module
    text : str
        ``module:function`` or ``path/file.py:function``.
    role : str
        What the function is, for the message: "objective".

    Raises
    ------
    ParameterError
        There is no such function.
    """
    name = text.rpartition(":")[2]
    found: Callable[..., Any] | None = vars(module).get(name)
    if not callable(found):
        known = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        near = did_you_mean(name, known, or_known=True) if known else ": it has no function"
        raise ParameterError(f"{role} {text}: there is no function {shown(name)}{near}")
    return found


def check_takes_one(function: Callable[..., Any], text: str, role: str, value: str) -> None:
    """Raise ParameterError if a function cannot be called with one value; `value` says which."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C
        return
    try:
        signature.bind(None)
    except TypeError as error:
        raise ParameterError(f"{role} {text}: it is called with {value} alone: {error}") from None


def code_hash(module: ModuleType) -> str:
    """Return the hash of a module's code; of its name where it has no file."""
    if own := vars(module).get(SHA256):
        return str(own)
    file = Path(module.__file__ or "")
    content = file.read_bytes() if file.is_file() else module.__name__.encode()
    return hashlib.sha256(content).hexdigest()
