"""Analyzers that nobody reads during a run, computed after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import backtrader as bt
import numpy as np

from .....brokers.lean_broker import LeanBroker
from ..cursors import Cursor
from ..listeners import listens
from . import bar_by_bar
from .account import Account
from .plays import can_wait, compute, fits
from .run import Run
from .unread import READERS, SETTERS, Unread, names_in


class Deferred:
    """What is noted at each bar for the analyzers of a strategy that wait for the end of the run.

    Attributes
    ----------
    analyzers : list of Analyzer
        In backtrader's order.
    """

    def __init__(self, strategy: Any, analyzers: list[Any], own: Cursor) -> None:
        self.analyzers = analyzers
        self._strategy, self._own = strategy, own
        self._account = Account(strategy.broker)
        self._trades: list[tuple[int, list[Any]]] = []
        self._bars = 0

    def note(self) -> None:
        """Note the account and the trades of the bar, after the strategy's `next`."""
        bar = self._own.index
        self._account.note(bar)
        if self._strategy._tradespending:
            self._trades.append((bar, self._strategy._tradespending))
        self._bars = bar + 1

    @contextmanager
    def until_the_end(self) -> Iterator[None]:
        """Keep the analyzers from being read, and compute them when the block ends."""
        collection = self._strategy.analyzers
        usual = type(collection)
        collection.__class__ = Unread
        try:
            yield
        finally:
            collection.__class__ = usual
            newest = self._own.index
            self._own.index = self._bars - 1  # a bar at which the strategy raised does not count
            self._play()
            self._own.index = newest

    def _play(self) -> None:
        line = self._strategy.lines.datetime
        moments = np.array(line.array[: self._bars], dtype=np.float64)
        run = Run(moments, line, self._account.worth(moments), self._trades)
        ordinary = [analyzer for analyzer in self.analyzers if fits(analyzer, run)]
        others = [analyzer for analyzer in self.analyzers if analyzer not in ordinary]
        for analyzer in ordinary:
            compute(analyzer, run)
        if others:
            bar_by_bar.play(others, run, self._strategy.broker, self._own)


def defer(strategy: Any, own: Cursor) -> Deferred | None:
    """Return the analyzers of a strategy that can wait for the end of the run, or None.

    They are of exactly backtrader's classes, nobody's code reads an analyzer during the run or
    sets the cash, and their figures come of the account and of the trades.

    Parameters
    ----------
    strategy : Strategy
        Started.
    own : Cursor
        Its clock.
    """
    if strategy.cerebro.p.quicknotify or listens(strategy, "_notify"):
        return None
    as_ever = type(strategy.broker) in (bt.brokers.BackBroker, LeanBroker)
    waiting = [each for each in strategy.analyzers if can_wait(each, as_ever)]
    live = [each for each in strategy.analyzers if each not in waiting]
    others = [*strategy.getobservers(), *strategy.getindicators(), strategy._sizer, *live]
    strategies = strategy.cerebro.runningstrats
    if not waiting or names_in([*strategies, *others]) & (READERS | SETTERS):
        return None
    return Deferred(strategy, waiting, own)
