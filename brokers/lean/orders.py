"""backtrader's orders, made and copied in fewer steps, with the same values in them."""

from __future__ import annotations

import math
from collections import deque
from functools import cache
from typing import Any

import backtrader as bt

Base, OrderData, Feed = bt.order.OrderBase, bt.order.OrderData, bt.feed.AbstractDataBase
ExecutionBit = bt.order.OrderExecutionBit
PLAIN_TYPES = (None, bt.Order.Market, bt.Order.Close, bt.Order.Limit, bt.Order.Stop)
"""Order types that neither trail nor have a second price."""

_DEFAULTS = dict(Base.params._getitems())
_NEW = object.__new__


def new_order(
    kind: type[bt.Order],
    owner: Any,
    data: Any,
    size: float,
    price: float | None = None,
    exectype: int | None = None,
    **named: Any,
) -> bt.Order:
    """Return ``kind(owner=owner, data=data, ...)``, an order with the same values.

    Parameters
    ----------
    kind : type
        backtrader's `BuyOrder` or `SellOrder`.
    owner, data, size, price, exectype
        As for backtrader's orders; `size` is the absolute number of shares.
    **named
        Other parameters of the order. With any other than its default, backtrader makes it.
    """
    parameters = {
        **_DEFAULTS, "owner": owner, "data": data, "size": size, "price": price,
        "exectype": exectype, **named,
    }  # fmt: skip
    moment = data.datetime[0]
    if (
        exectype not in PLAIN_TYPES
        or _asks_for_more(parameters)
        or not _counts_days(data.__class__)
        or data._tz is not None
        or moment % 1.0 != 0.0
    ):
        return kind(**parameters)
    order = _NEW(kind)
    values = vars(order)
    values["params"] = values["p"] = params = _NEW(kind.params)
    vars(params).update(parameters)
    if kind.ordtype != Base.Buy:
        values["size"] = size = -size
    if exectype is None:
        values["exectype"] = bt.Order.Market
    values["ref"] = next(Base.refbasis)
    values["broker"] = values["comminfo"] = None
    values["_plimit"] = limit = parameters["pricelimit"]
    values["info"] = bt.utils.AutoOrderedDict()
    values["triggered"] = False
    values["_active"] = parameters["parent"] is None
    values["status"] = Base.Created
    values["_limitoffset"] = 0.0
    values["position"] = 0
    values["dteos"] = math.fsum((moment, *_parts_of_a_day(data.p.sessionend)))
    close = data.close[0]
    values["created"] = _order_data(moment, size, price or close, 0, close, limit, None)
    values["executed"] = _order_data(None, 0, 0.0, size, 0.0, 0.0, 0.0)
    return order


def clone(order: bt.Order) -> bt.Order:
    """Return ``order.clone()``, which is what a broker notifies of."""
    copied = _NEW(type(order))
    values = vars(copied)
    values.update(vars(order))
    executed = order.executed
    executed.p1, executed.p2 = executed.p2, len(executed.exbits)
    values["executed"] = done = _NEW(OrderData)
    vars(done).update(vars(executed))
    return copied


def fill(
    order: bt.Order,
    moment: float,
    size: float,
    price: float,
    closed: float,
    closed_value: float,
    closed_fee: float,
    opened: float,
    opened_value: float,
    opened_fee: float,
    margin: float | None,
    profit: float,
    held: float,
    average: float,
) -> None:
    """Write a fill into an order, as ``order.execute`` does; `size` is not 0."""
    bit = _NEW(ExecutionBit)
    values = vars(bit)
    values["dt"] = moment
    values["size"] = size
    values["price"] = price
    values["closed"] = closed
    values["opened"] = opened
    values["closedvalue"] = closed_value
    values["openedvalue"] = opened_value
    values["closedcomm"] = closed_fee
    values["openedcomm"] = opened_fee
    values["value"] = closed_value + opened_value
    values["comm"] = closed_fee + opened_fee
    values["pnl"] = profit
    values["psize"] = held
    values["pprice"] = average
    executed = order.executed
    executed.exbits.append(bit)
    executed.remsize -= size
    executed.dt = moment
    before = executed.size * executed.price
    executed.size += size
    executed.price = (before + size * price) / executed.size
    executed.value += bit.value
    executed.comm += bit.comm
    executed.pnl += profit
    executed.psize = held
    executed.pprice = average
    executed.margin = margin
    order.status = Base.Partial if executed.remsize else Base.Completed


def _asks_for_more(parameters: dict[str, Any]) -> bool:
    """Return whether an order has an end, a trail or a second price, or is simulated."""
    return (
        parameters["valid"] is not None
        or bool(parameters["pricelimit"])
        or parameters["trailamount"] is not None
        or parameters["trailpercent"] is not None
        or bool(parameters["simulated"])
    )


def _order_data(
    moment: float | None,
    size: float,
    price: float,
    remaining: float,
    close: float,
    limit: float | None,
    trail: float | None,
) -> Any:
    """Return backtrader's `OrderData` of an order with one price."""
    made = _NEW(OrderData)
    values = vars(made)
    values["pclose"] = close
    values["exbits"] = deque()
    values["p1"] = values["p2"] = 0
    values["dt"] = moment
    values["size"] = size
    values["remsize"] = remaining
    values["price"] = values["pricelimit"] = price
    values["trailamount"] = values["trailpercent"] = trail
    values["_plimit"] = limit
    values["value"] = values["comm"] = values["pnl"] = 0.0
    values["margin"] = None
    values["psize"] = values["pprice"] = 0
    return made


@cache
def _counts_days(kind: Any) -> bool:
    """Return whether a class of feeds counts days as backtrader's do."""
    return kind.date2num is Feed.date2num


@cache
def _parts_of_a_day(session_end: Any) -> tuple[float, float, float, float]:
    """Return the end of a session in parts of a day, as `backtrader.date2num` adds them up."""
    return (
        session_end.hour / 24.0,
        session_end.minute / 1440.0,
        session_end.second / 86400.0,
        session_end.microsecond / 86400e6,
    )
