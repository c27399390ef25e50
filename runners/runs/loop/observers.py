"""backtrader's own observers in fewer steps, with the same lines."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
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


def observing(
    strategy: Any, late: Collection[Any], undo: ExitStack
) -> Callable[[int], None]:
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
    of_orders = [observer for observer in observers if type(observer) is kinds.BuySell]
    counted = list(of_orders)  # those whose counts of executions are not 0

    def observe(_missing: int) -> None:
        cursor.index = bar = cursor.index + 1
        for values in arrays:
            values.append(_NAN)
        for values, answer in account:
            values[bar] = answer()
        if counted:
            for observer in counted:
                observer.curbuylen = observer.curselllen = 0
            counted.clear()
        if of_orders and strategy._orderspending:
            filled = {id(order.data) for order in strategy._orderspending if order.executed.size}
            for observer in of_orders:
                if id(observer.data) in filled:
                    observer.next()
                    counted.append(observer)
        if strategy._tradespending:
            for observer in of_trades:
                observer.next()

    return observe


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
