"""What one bar of a run asks of a strategy, its analyzers and its observers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import backtrader as bt

from .analyzers.deferred import Deferred, defer
from .cursors import Cursor
from .listeners import acting, listeners, listens
from .observers import are_usual, observing

Waiting = Sequence[tuple[int, Cursor]]
"""Bars that a strategy needs of each clock before its `next`."""


def bar_of(
    strategy: Any, own: Cursor, waiting: Waiting, undo: ExitStack
) -> Callable[[float], None]:
    """Return the function that takes a strategy through one bar, as backtrader's `_oncepost`.

    Parameters
    ----------
    strategy : Strategy
        Started, with its lines on the cursor `own`.
    own : Cursor
        The strategy's own clock, which ticks at every bar of the run.
    waiting : sequence of (int, Cursor)
        As the name says.
    undo : ExitStack
        What ends with the run; analyzers that wait for its end are computed there.
    """
    moments = strategy.lines.datetime.array
    others = [line.array for line in strategy.lines if line is not strategy.lines.datetime]
    deferred = defer(strategy, own)
    live = [*strategy.analyzers] if deferred is None else deferred.live
    tell = _teller(strategy, live)
    analyze = _analyzing(live, deferred)
    observe = _observing(strategy, [] if deferred is None else deferred.observers, undo)
    if deferred is not None:
        undo.enter_context(deferred.until_the_end())
    ((needed, clock),) = waiting[:1]
    alone = len(waiting) == 1

    def bar(moment: float) -> None:
        own.index += 1
        moments.append(moment)
        for other in others:
            other.append(_NAN)
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
        if strategy._orderspending or strategy._tradespending:
            strategy.clear()

    return bar


_NAN = float("nan")


def _teller(strategy: Any, live: Sequence[Any]) -> Callable[[], None]:
    """Return what tells of orders, trades and the account, as backtrader's `_notify`."""
    if listens(strategy, "_notify"):
        tell: Callable[[], None] = strategy._notify
        return tell
    every = [*live, *strategy._slave_analyzers]
    hear_orders = [each._notify_order for each in listeners(every, "notify_order")]
    hear_trades = [each._notify_trade for each in listeners(every, "notify_trade")]
    hears_account = [
        (each._notify_cashvalue, each._notify_fund)
        for each in every
        if listeners([each], "notify_cashvalue") or listeners([each], "notify_fund")
    ]
    told_orders = listens(strategy, "notify_order")
    told_trades = listens(strategy, "notify_trade")
    account = bool(
        hears_account or listens(strategy, "notify_cashvalue") or listens(strategy, "notify_fund")
    )
    already_told = strategy.cerebro.p.quicknotify
    broker = strategy.broker

    def told() -> None:
        if not already_told:
            for order in strategy._orderspending:
                if told_orders and (order.exectype != bt.Order.Historical or order.p.histnotify):
                    strategy.notify_order(order)
                for hear in hear_orders:
                    hear(order)
            for trade in strategy._tradespending:
                if told_trades:
                    strategy.notify_trade(trade)
                for hear in hear_trades:
                    hear(trade)
        if account:
            cash, value = broker.getcash(), broker.getvalue()
            price, shares = broker.fundvalue, broker.fundshares
            strategy.notify_cashvalue(cash, value)
            strategy.notify_fund(cash, value, price, shares)
            for hear_cash, hear_fund in hears_account:
                hear_cash(cash, value)
                hear_fund(cash, value, price, shares)

    return told


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
