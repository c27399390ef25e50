"""backtrader's own broker: the settings that it cannot honour, and the orders that it is sent.

It cannot size an order at its fill, it checks cash, and it pays no dividends. A run whose result
would differ silently is refused or stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import backtrader as bt

from ...feeds.conventions import FILLS, SIZES_AT
from ..errors import StrategyStopped, feed_name


def cannot(broker: Any, datas: Iterable[Any], fill: str, size_at: str) -> str | None:
    """Return why a plain broker cannot fill and size like this, or None where it can.

    Parameters
    ----------
    broker : backtrader.brokers.BackBroker
        As it is set when the run starts.
    datas : iterable of feeds
        The feeds that will be traded.
    fill, size_at : str
        As for `PlaybookStrategy`.
    """
    settings = broker.p
    if fill not in FILLS:
        return f"fill must be one of {', '.join(FILLS)}, got {fill!r}"
    if size_at not in SIZES_AT:
        return f"size_at must be one of {', '.join(SIZES_AT)}, got {size_at!r}"
    if fill == "close" and not settings.coc:
        return "fill='close' needs broker.set_coc(True) or a PlaybookBroker"
    if fill == "next_open" and settings.coc:
        return "fill='next_open' needs broker.set_coc(False) or a PlaybookBroker"
    if fill != "close" and size_at == "fill":
        return (
            f"fill={fill!r} is sized when it is sent by this broker: set size_at='decision' or "
            "use a PlaybookBroker"
        )
    slips = settings.slip_open and (settings.slip_perc or settings.slip_fixed)
    if fill == "close" and slips and not (settings.slip_out and settings.slip_match):
        return (
            "fill='close' with slippage is held within the next bar's high and low by this "
            "broker: set slip_out=True or use a PlaybookBroker"
        )
    for data in datas:
        scheme = broker.getcommissioninfo(data)
        if not scheme.stocklike or scheme.p.mult != 1.0:
            return (
                f"the commission scheme of {feed_name(data)} is one for futures: set "
                "stocklike=True and no mult"
            )
        if scheme.p.interest:
            return (
                f"the commission scheme of {feed_name(data)} charges interest, on the entry price "
                "and a bar late: leave it out, or use a PlaybookBroker, which has borrow fees"
            )
    return None


def order_targets(strategy: bt.Strategy, targets: Mapping[Any, float], fill: str) -> None:
    """Send orders that bring feeds to their weights, in shares fixed from this bar's close.

    Raises
    ------
    StrategyStopped
        The account is worth nothing, or a feed has no bar today: the order would fill at an old
        price.
    """
    today = strategy.datetime.date(0)
    value = strategy.broker.getvalue()
    if not value > 0:
        raise StrategyStopped(
            f"{today}: the account is worth {value:.2f}, which a plain broker trades on with; "
            "PlaybookBroker closes it"
        )
    kind = bt.Order.Close if fill == "next_close" else bt.Order.Market
    for data, weight in targets.items():
        if data.datetime.date(0) != today:
            raise StrategyStopped(
                f"{today}: {feed_name(data)} has no bar, and a plain broker would fill at an old "
                "price; PlaybookBroker waits for the next one"
            )
        size = weight * value / data.close[0] - strategy.getposition(data).size
        if size:
            send = strategy.buy if size > 0 else strategy.sell
            send(data=data, size=abs(size), exectype=kind)


def check_filled(order: bt.Order) -> None:
    """Raise StrategyStopped where a broker did not fill an order as it was sent."""
    if order.status in (order.Margin, order.Rejected, order.Partial):
        raise StrategyStopped(
            f"{order.data.datetime.date(0)}: {feed_name(order.data)}: order for {order.size:+g} "
            f"shares: {order.getstatusname().lower()}; PlaybookBroker has no cash check, and "
            "broker.setcommission(leverage=1e6) lifts that of a plain broker"
        )
