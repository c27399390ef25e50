"""What a ledger keeps of an order as the strategy sent it."""

from __future__ import annotations

import datetime
import math
from typing import Any

import backtrader as bt

from .errors import RunStopped
from .ledger import Sent, instrument

CANCEL, TARGET = "Cancel", "Target"
"""Kinds of `Sent` beside backtrader's order types."""


_PYTHONS = {int, float, type(None)}
PRICES = ("price", "plimit", "trailamount", "trailpercent")
"""Arguments of an order that are prices or distances."""


def as_numbers(
    day: datetime.date, data: Any, size: Any, prices: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """Return an order's size and prices as Python numbers, so that they reckon as such.

    Raises
    ------
    RunStopped
        The size is no finite number, or a price is no number.
    """
    given = (*prices[:2], *map(named.get, PRICES))
    if type(size) in (int, float) and math.isfinite(size) and {*map(type, given)} <= _PYTHONS:
        return size, prices, named
    shares = _python(size)
    if shares is None or not math.isfinite(shares):
        raise RunStopped(f"{day}: {instrument(data)}: an order of {size!r} shares")
    for name in PRICES:
        if name in named and named[name] is not None:
            named = {**named, name: _price(day, data, named[name])}
    first = tuple(each if each is None else _price(day, data, each) for each in prices[:2])
    return shares, (*first, *prices[2:]), named


def _price(day: datetime.date, data: Any, price: Any) -> float:
    number = _python(price)
    if number is None:
        raise RunStopped(f"{day}: {instrument(data)}: an order at the price {price!r}")
    return float(number)


def _python(value: Any) -> int | float | None:
    """Return a number as Python's own; None if it is none."""
    if type(value) is int or type(value) is float:
        return value
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def order_sent(order: bt.Order, day: datetime.date, fill: str) -> Sent:
    """Return an order of so many shares as it was sent."""
    stated = order.p
    return Sent(
        day,
        instrument(order.data),
        order.getordername(),
        order.size,
        math.nan,
        fill,
        _number(None if order.exectype == bt.Order.Market else stated.price),
        _number(stated.pricelimit),
        _number(stated.trailamount or stated.trailpercent),
        bt.num2date(order.valid).date().isoformat() if order.valid else "",
    )


def cancel_sent(order: bt.Order, day: datetime.date) -> Sent:
    """Return the cancellation of an order: its shares, price and limit say which."""
    price, limit = _number(order.p.price), _number(order.p.pricelimit)
    return Sent(
        day, instrument(order.data), CANCEL, order.size, math.nan, "", price, limit, math.nan, ""
    )


def target_sent(data: Any, weight: float, fill: str, day: datetime.date) -> Sent:
    """Return an order for a target weight."""
    nan = math.nan
    return Sent(day, instrument(data), TARGET, nan, weight, fill, nan, nan, nan, "")


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
