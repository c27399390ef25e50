"""backtrader's own observers in fewer steps, with the same lines."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from inspect import getmembers, isfunction
from typing import TYPE_CHECKING, Any

import backtrader as bt

from .cursors import Cursor, put_on, take_off

if TYPE_CHECKING:
    from .analyzers.worth import Worth

kinds = bt.observers
LineBuffer = bt.linebuffer.LineBuffer

ACCOUNT = (kinds.Broker, kinds.Value, kinds.Cash, kinds.FundValue)
"""Observers whose lines are the account's."""
OF_TRADES = (kinds.Trades, kinds.DataTrades)
LEAN = (*ACCOUNT, *OF_TRADES, kinds.BuySell)
METHODS = frozenset(name for name, _ in getmembers(bt.Observer, isfunction))
"""What is not an observer of backtrader's any more when it is set on one."""

_NAN = float("nan")


def are_usual(observers: Sequence[Any]) -> bool:
    """Return whether all observers of a strategy are of exactly backtrader's classes."""
    return all(
        type(observer) in LEAN
        and not observer._analyzers
        and METHODS.isdisjoint(vars(observer))
        and all(map(_is_plain, observer.lines))
        for observer in observers
    )


def _is_plain(line: Any) -> bool:
    return (
        type(line) is LineBuffer
        and not line.bindings
        and line.mode == LineBuffer.UnBounded
        and line._idx == -1
    )


def observing(strategy: Any, late: Collection[Any], undo: ExitStack) -> Callable[[int], None]:
    """Return what takes the observers of a strategy through one bar, after its `next`.

    Parameters
    ----------
    strategy : Strategy
        Whose observers `are_usual`.
    late : collection of Observer
        Those of the account whose lines are filled after the run.
    undo : ExitStack
        What ends with the run.
    """
    observers = strategy.getobservers()
    lines = [line for observer in observers for line in observer.lines]
    cursor = Cursor()
    put_on(lines, cursor)
    undo.callback(take_off, lines)
    arrays = [line.array for line in lines]
    ahead = max(map(len, arrays))  # backtrader has as many NaN ahead of the newest bar
    for values in arrays:
        values.extend([_NAN] * ahead)
    undo.callback(_cut, arrays, cursor, ahead)
    broker = strategy.broker
    ask: dict[str, Callable[[], Any]] = {
        "cash": lambda: broker.getcash(),
        "values": lambda: broker.getvalue(),
        "fund_values": lambda: broker.fundvalue,
    }
    account = [
        (line.array, ask[what])
        for observer in observers
        if type(observer) in ACCOUNT and observer not in late
        for line, what in _sources(observer)
    ]
    of_trades = [observer for observer in observers if type(observer) in OF_TRADES]
    of_orders: dict[int, list[Any]] = {}
    for observer in observers:
        if type(observer) is kinds.BuySell:
            of_orders.setdefault(id(observer.data), []).append(observer)
    counted = [observer for each in of_orders.values() for observer in each]

    def observe(_missing: int) -> None:
        cursor.index = bar = cursor.index + 1
        if bar >= 2 * ahead:  # there are more dates than the first feed has bars
            for values in arrays:
                values.append(_NAN)
        for values, answer in account:
            values[bar] = answer()
        if counted:
            for observer in counted:
                observer.curbuylen = observer.curselllen = 0
            counted.clear()
        if of_orders and strategy._orderspending:
            counted.extend(_show(strategy._orderspending, of_orders, bar))
        if strategy._tradespending:
            for observer in of_trades:
                observer.next()

    return observe


def _cut(arrays: Sequence[Any], cursor: Cursor, ahead: int) -> None:
    """Leave lines with as many entries as backtrader's have after the newest bar."""
    length = ahead + cursor.index + 1
    for values in arrays:
        del values[length:]
        values.extend([_NAN] * (length - len(values)))


def _show(orders: Sequence[Any], of_orders: Mapping[int, list[Any]], bar: int) -> Iterator[Any]:
    """Write the mean prices of executions into `BuySell` observers; yield those written to."""
    prices: dict[int, tuple[list[float], list[float]]] = {}
    for order in orders:
        executed = order.executed
        if executed.size:
            bought_and_sold = prices.setdefault(id(order.params.data), ([], []))
            bought_and_sold[order.ordtype != bt.Order.Buy].append(executed.price)
    for feed, (bought, sold) in prices.items():
        for observer in of_orders.get(feed, ()):
            buy, sell = (math.fsum(each) / (len(each) or _NAN) for each in (bought, sold))
            if observer.p.barplot:
                data, distance = observer.data, observer.p.bardist
                buy = data.low[0] * (1 - distance) if buy == buy else _NAN
                sell = data.high[0] * (1 + distance) if sell == sell else _NAN
            observer.lines.buy.array[bar] = buy
            observer.lines.sell.array[bar] = sell
            observer.curbuylen, observer.curselllen = len(bought), len(sold)
            yield observer


def fill(observers: Sequence[Any], worth: Worth) -> None:
    """Write an account into the lines of observers of it, from the first bar on."""
    for observer in observers:
        for line, what in _sources(observer):
            values = getattr(worth, what)
            line.array[: len(values)] = array("d", values.tobytes())


def _sources(observer: Any) -> Iterator[tuple[Any, str]]:
    """Yield each line of an observer of the account, and what it shows of it."""
    lines, kind = observer.lines, type(observer)
    if kind is kinds.Cash:
        yield lines.cash, "cash"
    elif kind is kinds.FundValue:
        yield lines.fundval, "fund_values"
    elif observer._fundmode:
        yield lines.value, "fund_values"
    else:
        yield lines.value, "values"
        if kind is kinds.Broker:
            yield lines.cash, "cash"
