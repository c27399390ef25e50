"""What one bar of a run asks of a strategy, its analyzers and its observers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import backtrader as bt

from .analyzers.deferred import Deferred, defer
from .cursors import Cursor
from .indicators import Followers
from .listeners import acting, listeners, listens
from .observers import are_usual, observing

Waiting = Sequence[tuple[int, Cursor]]
"""Bars that a strategy needs of each clock before its `next`."""


def bar_of(
    strategy: Any, following: Followers, waiting: Waiting, undo: ExitStack
) -> Callable[[float], None]:
    """Return the function that takes a strategy through one bar, as backtrader's `_oncepost`.

    Parameters
    ----------
    strategy : Strategy
        Started, with its lines on the cursor `following.own`, which ticks at every bar of the run.
    following : Followers
        Its indicators.
    waiting : sequence of (int, Cursor)
        Bars that the strategy needs of each clock before its `next`.
    undo : ExitStack
        What ends with the run; analyzers that wait for its end are computed there.
    """
    own, _, pairs = following
    moments = strategy.lines.datetime.array
    others = [line.array for line in strategy.lines if line is not strategy.lines.datetime]
    deferred = defer(strategy, own)
    live = [*strategy.analyzers] if deferred is None else deferred.live
    tell, every_bar = _teller(strategy, live)
    own_now = vars(strategy)  # a strategy may begin to listen during the run
    analyze = _analyzing(live, deferred)
    observe = _observing(strategy, [] if deferred is None else deferred.observers, undo)
    if deferred is not None:
        undo.enter_context(deferred.until_the_end())
    ((needed, clock),) = waiting[:1]
    alone = len(waiting) == 1

    def bar(moment: float) -> None:
        for follower, leader in pairs:
            follower.index = leader.index
        own.index += 1
        moments.append(moment)
        for other in others:
            other.append(_NAN)
        pending = strategy._orderspending or strategy._tradespending
        if pending or every_bar or "notify_cashvalue" in own_now or "notify_fund" in own_now:
            tell()
        if alone:
            missing = needed - clock.index - 1
        else:
            missing = max(bars - each.index - 1 for bars, each in waiting)
        strategy._minperstatus = missing
        if missing < 0:
            strategy.next()
        elif missing:
            strategy.prenext()
        else:
            strategy.nextstart()
        if analyze is not None:
            analyze(missing)
        if observe is not None:
            observe(missing)
        if pending or strategy._orderspending or strategy._tradespending:
            strategy.clear()

    return bar


_NAN = float("nan")
ACCOUNT = ("notify_cashvalue", "notify_fund")


def _teller(strategy: Any, live: Sequence[Any]) -> tuple[Callable[[], None], bool]:
    """Return what tells of orders, trades and the account, as backtrader's `_notify`.

    And whether it has something to tell at bars without orders and trades.
    """
    if listens(strategy, "_notify"):
        return strategy._notify, True
    every = [*live, *strategy._slave_analyzers]
    hear_orders = [each._notify_order for each in listeners(every, "notify_order")]
    hear_trades = [each._notify_trade for each in listeners(every, "notify_trade")]
    hears_account = [
        (each._notify_cashvalue, each._notify_fund)
        for each in every
        if any(listeners([each], name) for name in ACCOUNT)
    ]
    asks = any(listens(strategy, name) for name in ACCOUNT)
    already_told = strategy.cerebro.p.quicknotify
    broker = strategy.broker

    def told() -> None:
        if not already_told:
            for order in strategy._orderspending:
                if order.exectype != bt.Order.Historical or order.p.histnotify:
                    strategy.notify_order(order)
                for hear in hear_orders:
                    hear(order)
            for trade in strategy._tradespending:
                strategy.notify_trade(trade)
                for hear in hear_trades:
                    hear(trade)
        if asks or hears_account or any(name in vars(strategy) for name in ACCOUNT):
            cash, value = broker.getcash(), broker.getvalue()
            price, shares = broker.fundvalue, broker.fundshares
            strategy.notify_cashvalue(cash, value)
            strategy.notify_fund(cash, value, price, shares)
            for hear_cash, hear_fund in hears_account:
                hear_cash(cash, value)
                hear_fund(cash, value, price, shares)

    return told, asks or bool(hears_account)


def _analyzing(live: Sequence[Any], deferred: Deferred | None) -> Callable[[int], None] | None:
    analyzers = acting(live)
    if not (analyzers or deferred):
        return None
    note = None if deferred is None else deferred.note

    def analyze(missing: int) -> None:
        if note is not None:
            note()
        for analyzer in analyzers:
            if missing < 0:
                analyzer._next()
            elif missing:
                analyzer._prenext()
            else:
                analyzer._nextstart()

    return analyze


def _observing(strategy: Any, late: Sequence[Any], undo: ExitStack) -> Callable[[int], None] | None:
    observers = strategy.getobservers()
    if not observers:
        return None
    if are_usual(observers):
        return observing(strategy, late, undo)

    def observe(missing: int) -> None:
        strategy._next_observers(missing, once=True)

    return observe
