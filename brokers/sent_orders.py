"""What a ledger keeps of an order as the strategy sent it."""

from __future__ import annotations

import datetime
import math
from typing import Any

import backtrader as bt

from .ledger import Sent, instrument

CANCEL, TARGET = "Cancel", "Target"
"""Kinds of `Sent` beside backtrader's order types."""


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
