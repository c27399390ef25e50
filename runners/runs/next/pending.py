"""The orders of so many shares that a backtrader strategy has sent and that still wait."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
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
TURNS = {ON_OPEN: 0, ON_CLOSE: 1}
"""Market orders are listed first."""

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
    alive = [order for order in (*broker.pending, *broker.submitted) if order.alive()]
    waiting = [order for order in alive if not _gone(session, order, alive, broker._ocos)]
    groups = _groups(broker, waiting)
    book = _Book(session, own, prices)
    waiting.sort(key=lambda order: (waits_for(order) is not None, _turn(order)))
    for order in waiting:
        book.add(order, groups.get(order.ref))
    return sorted(book.found.values(), key=lambda each: TURNS.get(each.order, 2))


def scaled(orders: Iterable[Order], ratio: float, opened: Account, closed: Account) -> list[Order]:
    """Return limits, stops and exits that wait for an entry, for another account.

    Parameters
    ----------
    orders : iterable of Order
        Those of the run.
    ratio : float
        The account's value over that of the run: shares are in proportion. An order that closes a
        position closes all of it.
    opened, closed : Account
        The account after its orders for the open, and after those for the close too.
    """
    found = []
    for order in orders:
        entry = order.entry
        if order.order not in (LIMIT, STOP) and entry is None:
            continue
        after = closed if entry is not None and entry.order == ON_CLOSE else opened
        held = after.shares.get(order.instrument, 0.0)
        if entry is not None and entry.order in (LIMIT, STOP):
            held += _in_proportion(entry, ratio) * (entry.instrument == order.instrument)
        closes = order.held and not order.held + order.size
        if size := -held if closes else _in_proportion(order, ratio):
            found.append(order.of(size, held))
    return found


def waits_for(order: bt.Order) -> bt.Order | None:
    """Return the order whose fill another needs before it works; None if it works already."""
    parent = order.parent
    return parent if parent is not None and parent.alive() else None


class _Book:
    """The orders that wait, told one after the other: what fills first, and entries, first."""

    def __init__(self, session: datetime.date, own: Account, prices: Mapping[str, float]) -> None:
        self._session, self._prices, self._value = session, prices, own.value(prices)
        self._opened = dict(own.shares)
        self._closed: dict[str, float] = {}
        self.found: dict[int, Order] = {}

    def add(self, order: bt.Order, group: int | None) -> None:
        """Tell an order, and move on what is held at the open and at the close."""
        parent, name = waits_for(order), instrument(order.data)
        entry = None if parent is None else self.found[parent.ref]
        opened, closed = self._opened.get(name, 0.0), self._closed.get(name, 0.0)
        held = opened + closed if _kind(order) == ON_CLOSE else opened
        if entry is not None:
            entered = entry.instrument == name and entry.order != ON_OPEN
            held = entry.held + entry.size if entered else opened
        told = self._order(order, held, entry, group)
        self.found[order.ref] = told
        if entry is None and told.order == ON_OPEN:
            self._opened[name] = opened + told.size
        elif entry is None and told.order == ON_CLOSE:
            self._closed[name] = closed + told.size

    def _order(self, order: bt.Order, held: float, entry: Order | None, group: int | None) -> Order:
        name, kind, size = instrument(order.data), _kind(order), float(order.executed.remsize)
        now = self._prices[name]
        at_price = kind in (LIMIT, STOP)
        at = _price(order) if at_price else now
        return Order(
            instrument=name,
            size=size,
            held=held,
            weight=(held + size) * at / self._value if self._value > 0 else None,
            order=kind,
            on=self._session,
            price=at,
            trigger=at if at_price else None,
            words=_words(order),
            now=now if at_price else None,
            entry=entry,
            group=group,
        )


def _ends_before(session: datetime.date, order: bt.Order) -> bool:
    """Return whether an order, or the one that it waits for, expires before a session."""
    parent = waits_for(order)
    if parent is not None and _ends_before(session, parent):
        return True
    return bool(order.valid) and bt.num2date(order.valid).date() < session


def _gone(
    session: datetime.date, order: bt.Order, alive: Sequence[bt.Order], ocos: Mapping[int, int]
) -> bool:
    """Return whether an order is cancelled before a session's prices reach it.

    It expires, or its parent does; or one of its group (OCO) that stands before it in the queue, as
    the broker takes them in turn.
    """
    if _ends_before(session, order):
        return True
    group = ocos.get(order.ref, order.ref)
    before = alive[: [each.ref for each in alive].index(order.ref)]
    return any(
        ocos.get(each.ref, each.ref) == group and _ends_before(session, each) for each in before
    )


def _groups(broker: Any, waiting: Iterable[bt.Order]) -> dict[int, int]:
    """Return order reference to number of group, for orders that cancel one another."""
    members: dict[tuple[str, int], list[int]] = {}
    for order in waiting:
        if order.parent is not None:
            key = ("bracket", order.parent.ref)
        else:
            key = ("oco", broker._ocos.get(order.ref, order.ref))
        members.setdefault(key, []).append(order.ref)
    several = [refs for refs in members.values() if len(refs) > 1]
    return {ref: number for number, refs in enumerate(several, 1) for ref in refs}


def _in_proportion(order: Order, ratio: float) -> float:
    """Return the whole shares of an order for an account of so many times the value."""
    return math.copysign(math.floor(abs(order.size) * ratio + 1e-9), order.size)


def _kind(order: bt.Order) -> str:
    return LIMIT if order.triggered else KINDS[order.exectype]


def _turn(order: bt.Order) -> int:
    return TURNS.get(_kind(order), 2)


def _price(order: bt.Order) -> float:
    return float(order.created.pricelimit if order.triggered else order.created.price)


def _words(order: bt.Order) -> str:
    words, limit = [], order.created.pricelimit
    stop_limit = order.exectype in (bt.Order.StopLimit, bt.Order.StopTrailLimit)
    if stop_limit and limit and not order.triggered:
        words.append(f"then at a limit of {price_text(limit)}")
    if order.exectype in TRAILING:
        words.append("the stop trails the price")
    if order.valid:
        words.append(f"valid until {bt.num2date(order.valid).date()}")
    return ", ".join(words)
