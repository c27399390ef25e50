"""Trades out of the fills that a broker tells of, in fewer steps than backtrader's strategy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import backtrader as bt

Trade = bt.Trade
_NEW = object.__new__


def hears_as_ever(strategy: Any) -> bool:
    """Return whether a strategy takes a broker's notifications in backtrader's own way."""
    own = "_addnotification" in vars(strategy)
    return not own and type(strategy)._addnotification is bt.Strategy._addnotification


def hearing(strategy: Any) -> Callable[[Any], None]:
    """Return the function that takes a notification, as backtrader's `_addnotification`.

    It is for runs without `quicknotify` and without a history of trades.
    """
    trades = strategy._trades

    def hear(order: Any) -> None:
        if not order.params.simulated:
            strategy._orderspending.append(order)
        executed = order.executed
        if not executed.size:
            return
        data = order.params.data
        if data._compensate is not None:
            data = data._compensate
        number = order.params.tradeid
        of_this_kind = trades[data][number]
        if not of_this_kind:
            of_this_kind.append(Trade(data=data, tradeid=number))
        trade = of_this_kind[-1]
        ended = strategy._tradespending
        for bit in executed.iterpending():
            if bit is None:
                break
            if bit.closed:
                _update(trade, order, bit.closed, bit.price, bit.closedcomm)
                if trade.isclosed:
                    ended.append(_copy(trade))
            if bit.opened:
                if trade.isclosed:
                    trade = Trade(data=data, tradeid=number)
                    of_this_kind.append(trade)
                _update(trade, order, bit.opened, bit.price, bit.openedcomm)
                if trade.isclosed:
                    ended.append(_copy(trade))
            if trade.justopened:
                ended.append(_copy(trade))

    return hear


def _update(trade: Any, order: Any, size: float, price: float, commission: float) -> None:
    """Change a trade by a part of a fill, as `Trade.update` does without a history."""
    scheme = order.comminfo
    data, held = trade.data, trade.size
    bars = len(data.lines.lines[0])
    trade.commission += commission
    trade.size = left = held + size
    trade.justopened = opened = bool(not held and size)
    if opened:
        trade.baropen = bars
        trade.dtopen = 0.0 if order.params.simulated else data.datetime[0]
        trade.long = left > 0
    trade.isopen = bool(left)
    trade.barlen = bars - trade.baropen
    trade.isclosed = closed = bool(held and not left)
    if closed:
        trade.isopen = False
        trade.barclose = bars
        trade.dtclose = data.datetime[0]
        trade.status = Trade.Closed
    elif left:
        trade.status = Trade.Open
    if abs(left) > abs(held):
        trade.price = (held * trade.price + size * price) / left
        gain = 0.0
    else:
        gain = scheme.profitandloss(-size, trade.price, price)
    trade.pnl += gain
    trade.pnlcomm = trade.pnl - trade.commission
    trade.value = scheme.getvaluesize(left, trade.price)


def _copy(trade: Any) -> Any:
    copied = _NEW(Trade)
    vars(copied).update(vars(trade))
    return copied
