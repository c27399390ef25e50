"""Whether backtrader runs the bodies of a strategy's methods."""

from __future__ import annotations

import inspect

import backtrader as bt

from ...strategies.playbook_strategy import PlaybookStrategy
from ..errors import ParameterError
from .gate import ACTING


def check_bodies(kind: type[bt.Strategy]) -> None:
    """Raise if nothing would run the body of a method.

    That of a coroutine or a generator no plain call runs; `next_open` is called with
    `cheat_on_open` alone, so that a strategy which acts there only would do nothing.
    """
    acts_at_the_open = kind.next_open is not bt.Strategy.next_open
    if acts_at_the_open and kind.next in (bt.Strategy.next, PlaybookStrategy.next):
        raise ParameterError(
            f"{kind.__name__} acts in next_open(), which backtrader calls with cheat_on_open "
            "alone: decide in next(), whose orders fill at the next open with --fill next_open"
        )
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
