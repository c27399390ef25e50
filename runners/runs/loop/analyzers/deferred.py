"""Analyzers and observers that nobody reads during a run, computed after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import backtrader as bt
import numpy as np

from .....brokers.lean.broker import LeanBroker
from ..cursors import Cursor
from ..listeners import listens
from ..observers import ACCOUNT, are_usual, fill
from . import bar_by_bar
from .account import Account
from .plays import OF_TRADES, acting_parts, can_wait, compute, fits
from .run import Run
from .told_trade import ToldTrade, told
from .unread import READERS, SETTERS, VIEWERS, Unread, names_in

BackBroker = bt.brokers.BackBroker


class Deferred:
    """What is noted at each bar for what waits for the end of a strategy's run.

    Attributes
    ----------
    analyzers, observers : list
        What waits, in backtrader's order.
    live : list of Analyzer
        The strategy's other analyzers.
    """

    def __init__(
        self, strategy: Any, analyzers: list[Any], observers: list[Any], own: Cursor
    ) -> None:
        self.analyzers, self.observers = analyzers, observers
        self.live = [each for each in acting_parts(strategy.analyzers) if each not in analyzers]
        self._strategy, self._own = strategy, own
        self._account = Account(strategy.broker)
        self._trades: list[ToldTrade] = []
        self._hears_trades = any(type(each) in OF_TRADES for each in analyzers)
        self._bars = 0

    def note(self) -> None:
        """Note the account and the trades of the bar, after the strategy's `next`."""
        bar = self._own.index
        self._account.note(bar)
        if self._hears_trades and self._strategy._tradespending:
            self._trades += [told(trade, bar) for trade in self._strategy._tradespending]
        self._bars = bar + 1

    @contextmanager
    def until_the_end(self) -> Iterator[None]:
        """Keep what waits from being read, and compute it when the block ends."""
        strategy = self._strategy
        unread = [strategy.analyzers] if self.analyzers else []
        unread += [strategy.stats] if self.observers else []
        usual = [type(collection) for collection in unread]
        for collection in unread:
            collection.__class__ = Unread
        try:
            yield
        finally:
            for collection, kind in zip(unread, usual, strict=True):
                collection.__class__ = kind
            newest = self._own.index
            self._own.index = self._bars - 1  # a bar at which the strategy raised does not count
            self._play()
            self._own.index = newest

    def _play(self) -> None:
        line = self._strategy.lines.datetime
        moments = np.array(line.array[: self._bars], dtype=np.float64)
        worth = self._account.worth(moments)
        fill(self.observers, worth)
        run = Run(moments, line, worth, self._trades)
        ordinary = [analyzer for analyzer in self.analyzers if fits(analyzer, run)]
        others = [analyzer for analyzer in self.analyzers if analyzer not in ordinary]
        for analyzer in ordinary:
            compute(analyzer, run)
        if others:
            bar_by_bar.play(others, run, self._strategy, self._own)


def defer(strategy: Any, own: Cursor) -> Deferred | None:
    """Return the analyzers and observers that can wait for the end of the run, or None.

    They are of exactly backtrader's classes, nobody's code reads one during the run or changes the
    account by hand, and their figures come of the account and of the trades.

    Parameters
    ----------
    strategy : Strategy
        Started.
    own : Cursor
        Its clock.
    """
    cerebro = strategy.cerebro
    if type(strategy.broker) not in (LeanBroker, BackBroker):
        return None  # its account may change within a bar, after the analyzers have heard of it
    if cerebro.p.quicknotify or listens(strategy, "_notify") or not _all_close(cerebro.datas):
        return None
    as_ever = _answers_as_ever(strategy.broker)
    analyzers = [each for each in acting_parts(strategy.analyzers) if can_wait(each, as_ever)]
    observers = strategy.getobservers()
    viewed = [each for each in observers if type(each) in ACCOUNT] if are_usual(observers) else []
    if not analyzers and not viewed:
        return None
    names = names_in(cerebro.runningstrats)
    if names & SETTERS:
        return None
    analyzers = [] if names & READERS else analyzers
    viewed = [] if names & VIEWERS or not as_ever else viewed
    return Deferred(strategy, analyzers, viewed, own) if analyzers or viewed else None


def _all_close(feeds: Iterable[Any]) -> bool:
    """Return whether every bar has a close, so that what is not held is worth nothing.

    Before a feed's first bar backtrader reads the end of its line, where `lookahead` leaves NaN.
    """
    return all(np.isfinite(np.frombuffer(feed.lines.close.array)).all() for feed in feeds)


def _answers_as_ever(broker: Any) -> bool:
    """Return whether a broker that is asked for its value answers what backtrader's does."""
    return type(broker) is LeanBroker or all(
        getattr(type(broker), name, None) is getattr(BackBroker, name) and name not in vars(broker)
        for name in ("getvalue", "get_value", "fundvalue", "getcash")
    )
