"""The bars at which a strategy that sends its own orders is asked."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import backtrader as bt

from ..errors import ParameterError
from .loop.listeners import listens

ACTING = ("prenext", "nextstart", "next", "notify_timer", "notify_cashvalue", "notify_fund")
"""Methods in which a strategy acts, of those that backtrader calls in a run."""

STARTING = ("nextstart", "next")
"""Of these, those that also tell when the strategy would have started."""


class Gate(bt.Analyzer):
    """Let a strategy act from the day on which the account opens, and end each bar for its broker.

    Bars before that day only warm up its indicators. Add it as the first analyzer: the others then
    see the account after the fills of the close.

    Parameters
    ----------
    opens : date
        Day on which the account opens.
    lengths : sequence of int
        Number of bars of each feed.
    """

    params = (("opens", None), ("lengths", ()))

    def start(self) -> None:
        """Put the methods in which the strategy acts behind the gate."""
        strategy: Any = self.strategy
        self._check_lengths()
        self._started = strategy.nextstart
        self._passed_start = False
        self._opens = float(self.p.opens.toordinal())
        for name in ACTING:
            if listens(strategy, name) or name in STARTING:
                setattr(strategy, name, self._behind(name, getattr(strategy, name)))

    def prenext(self) -> None:
        """End the bar."""
        self.strategy.broker.end_of_bar()

    nextstart = next = prenext

    def _check_lengths(self) -> None:
        """Raise if a feed is too short for the indicators, and `next` would never be called."""
        strategy: Any = self.strategy
        if type(strategy).prenext is not bt.Strategy.prenext:
            return  # it acts while its indicators warm up
        needs = zip(strategy.datas, strategy._minperiods, self.p.lengths, strict=True)
        for data, needed, bars in needs:
            if bars < needed:
                raise ParameterError(
                    f"{type(strategy).__name__} needs {needed} bars before next() is called, and "
                    f"{data._name} has {bars}"
                )

    def _is_open(self, name: str) -> bool:
        """Return whether the account is open when a method is called."""
        if name != "notify_timer":
            return bool(self.strategy.lines.datetime[0] >= self._opens)
        # A timer runs before the strategy's own date moves on.
        today = max(data.datetime[0] for data in self.strategy.datas if len(data))
        return bool(today >= self._opens and self.strategy.broker.opened)

    def _behind(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(act)
        def acted(*arguments: Any, **named: Any) -> Any:
            if not self._is_open(name):
                self._passed_start |= name == "nextstart"
                return None
            if name == "next" and self._passed_start:
                self._passed_start = False  # the bar at which it would have started was too early
                return self._started(*arguments, **named)
            return act(*arguments, **named)

        return acted
