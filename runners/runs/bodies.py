"""Whether backtrader runs the bodies of a strategy's methods."""

from __future__ import annotations

import inspect

import backtrader as bt

from ..errors import ParameterError
from .gate import ACTING


def check_bodies(kind: type[bt.Strategy]) -> None:
    """Raise if a method is a coroutine or a generator, whose body no plain call runs."""
    for name in ACTING:
        method = getattr(kind, name)
        if inspect.iscoroutinefunction(method):
            what = "a coroutine (async def)"
        elif inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method):
            what = "a generator (it has a yield)"
        else:
            continue
        raise ParameterError(
            f"{name}() of {kind.__name__} is {what}: backtrader never runs its body"
        )
