"""The orders of so many shares that a backtrader strategy has sent and that still wait."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from typing import Any

import backtrader as bt

from ....brokers.ledger import instrument
from .account import Account
from .orders import LIMIT, ON_CLOSE, ON_OPEN, STOP, Order
from .words_of_orders import price_text

KINDS = {
    bt.Order.Market: ON_OPEN,
    bt.Order.Close: ON_CLOSE,
    bt.Order.Limit: LIMIT,
    bt.Order.Stop: STOP,
    bt.Order.StopLimit: STOP,
    bt.Order.StopTrail: STOP,
    bt.Order.StopTrailLimit: STOP,
}
TRAILING = (bt.Order.StopTrail, bt.Order.StopTrailLimit)


def pending_orders(
    broker: Any, session: datetime.date, own: Account, prices: Mapping[str, float]
) -> list[Order]:
    """Return the orders that can fill in the next session, market orders first.

    Parameters
    ----------
    broker : OrderBroker
        The broker after the run.
    session : date
        The next session; orders that expire before it are left out.
    own : Account
        What the run holds.
    prices : mapping of str to float
        Last closes.
    """
    waiting = [
        order
        for order in (*broker.pending, *broker.submitted)
        if order.alive() and not (order.valid and bt.num2date(order.valid).date() < session)
    ]
    value = own.value(prices)
    found = [_order(order, session, own, prices, value) for order in waiting]
    first = (ON_OPEN, ON_CLOSE)
    return sorted(found, key=lambda each: first.index(each.order) if each.order in first else 2)


def scaled(
    orders: Iterable[Order], own: Account, account: Account, prices: Mapping[str, float]
) -> list[Order]:
    """Return limits and stops for another account: shares in proportion to the values."""
    ratio = account.value(prices) / own.value(prices)
    found = []
    for order in orders:
        size = math.copysign(math.floor(abs(order.size) * ratio + 1e-9), order.size)
        if size and order.order in (LIMIT, STOP):
            held = account.shares.get(order.instrument, 0.0)
            found.append(order.of(size, held))
    return found


def _order(
    order: bt.Order,
    session: datetime.date,
    own: Account,
    prices: Mapping[str, float],
    value: float,
) -> Order:
    name = instrument(order.data)
    kind = KINDS[order.exectype]
    size, held = float(order.executed.remsize), own.shares.get(name, 0.0)
    price, limit = order.created.price, order.created.pricelimit
    words = []
    if order.triggered:
        kind, price = LIMIT, limit
    elif order.exectype in (bt.Order.StopLimit, bt.Order.StopTrailLimit) and limit:
        words.append(f"then at a limit of {price_text(limit)}")
    if order.exectype in TRAILING:
        words.append("the stop trails the price")
    if not order.active():
        words.append("once the order that it belongs to is filled")
    if order.oco is not None:
        words.append("one of a group in which a fill cancels the others")
    if order.valid:
        words.append(f"valid until {bt.num2date(order.valid).date()}")
    at_price = kind in (LIMIT, STOP)
    at = float(price) if at_price else prices[name]
    return Order(
        instrument=name,
        size=size,
        held=held,
        weight=(held + size) * at / value if value > 0 else None,
        order=kind,
        on=session,
        price=at,
        trigger=at if at_price else None,
        words=", ".join(words),
    )
