"""The base of every strategy here: it asks for target weights and sees to the orders."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import backtrader as bt

from .errors import StrategyError, StrategyStopped

Weights = Mapping[Any, float]
"""Feed to signed fraction of the account's value; -1 is 100 % short."""

REBALANCE = ("on_change", "daily")
EVERY = ("day", "week", "month")


class Decision(NamedTuple):
    """What a strategy wanted to hold after reading a bar."""

    date: datetime.date
    weights: tuple[float, ...]
    """Signed weights in the order of the strategy's feeds."""


class PlaybookStrategy(bt.Strategy):
    """A strategy that says what to hold; how it gets there is settled here.

    Subclass it and write `target_weights`. `next` and `prenext` belong to this class.

    Parameters
    ----------
    fill : {"close", "next_open", "next_close"}
        Where orders fill: at the close of the bar that decides (a market-on-close order whose
        condition is known just before the close: idealised), at the next bar's open, or its close.
    size_at : {"fill", "decision"}
        Shares from the account's value and the price at the fill (idealised for the two later
        fills), or at the deciding bar's close.
    rebalance : {"on_change", "daily"}
        Order only where a feed's target changes, its shares held between; or back to the target at
        every bar.
    every : {"day", "week", "month"}
        Decide at every bar, or at the last exchange session of each week or month.
    account_from : date or None
        First day whose decision is traded; bars before it warm up. None: the first bar.

    Attributes
    ----------
    decisions : list of Decision
        One for each bar that decided, oldest first, warm-up included.

    Raises
    ------
    StrategyError
        A parameter out of range, or a broker that cannot honour `fill` and `size_at`.
    StrategyStopped
        A target that is NaN, infinite, or for a feed that has no bar yet; an order that a plain
        backtrader broker refused or filled in part.
    """

    params: Any = (
        ("fill", "close"),
        ("size_at", "fill"),
        ("rebalance", "on_change"),
        ("every", "day"),
        ("account_from", None),
    )

    def target_weights(self) -> Weights | None:
        """Return what to hold from here on: feed to weight of the account's value.

        A feed that is left out is 0; None is no change. Only this bar and older ones may be read.
        """
        raise NotImplementedError(f"{type(self).__name__} has no target_weights()")

    def index_sides(self) -> dict[Any, int] | None:
        """Return feed to +1 or -1 where one index is traded, long or by its inverse; else None."""
        return {self.data: 1} if len(self.datas) == 1 else None

    def bars_needed(self) -> int:
        """Return how many bars the first decision takes; a run over fewer is a mistake."""
        return 1

    @classmethod
    def title(cls) -> str:
        """Return the strategy's name in words, as reports print it."""
        return " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", cls.__name__))

    def start(self) -> None:
        """Refuse settings that could not be honoured, before the first bar."""
        one_of("rebalance", self.p.rebalance, REBALANCE)
        one_of("every", self.p.every, EVERY)
        cannot = getattr(self.broker, "cannot", self._plain_broker_cannot)
        if reason := cannot(self.p.fill, self.p.size_at):
            raise StrategyError(f"{type(self).__name__}: {reason}")
        self.decisions: list[Decision] = []
        self._targets: dict[Any, float] | None = None
        self._ordered = dict.fromkeys(self.datas, 0.0)
        self._deciding_days = self._last_sessions() if self.p.every != "day" else None

    def next(self) -> None:
        """Decide where this bar decides, and order what follows from it."""
        today = self.datetime.date(0)
        if len(self.data) and (self._deciding_days is None or today in self._deciding_days):
            stated = self.target_weights()
            if stated is not None:
                self._targets = self._complete(stated, today)
            if self._targets is not None:
                self.decisions.append(Decision(today, tuple(self._targets.values())))
        if self._targets is None or (self.p.account_from and today < self.p.account_from):
            return
        orders = self._due(self._targets, today)
        self._ordered.update(orders)
        if hasattr(self.broker, "order_targets"):
            self.broker.order_targets(self, orders, fill=self.p.fill, size_at=self.p.size_at)
        else:
            self._order_shares(orders)

    prenext = next  # a feed that starts late must not hold up the others

    def notify_order(self, order: bt.Order) -> None:
        """Stop where a plain backtrader broker did not fill an order as it was sent."""
        if order.status in (order.Margin, order.Rejected, order.Partial):
            raise StrategyStopped(
                f"{self.datetime.date(0)}: {_name(order.data)}: order for {order.size:+g} shares: "
                f"{order.getstatusname().lower()}; PlaybookBroker has no cash check"
            )

    def _complete(self, stated: Weights, today: datetime.date) -> dict[Any, float]:
        """Return a weight for every feed, or say which one cannot be."""
        targets = dict.fromkeys(self.datas, 0.0)
        for data, weight in stated.items():
            if data not in targets:
                raise StrategyStopped(f"{today}: target_weights() names {data!r}, which is no feed")
            if not math.isfinite(weight):
                raise StrategyStopped(f"{today}: the target weight of {_name(data)} is {weight!r}")
            if weight and not len(data):
                raise StrategyStopped(f"{today}: {_name(data)} has a target but no bar yet")
            targets[data] = float(weight)
        return targets

    def _due(self, targets: dict[Any, float], today: datetime.date) -> dict[Any, float]:
        """Return the targets that have to be ordered now."""
        ordered = self._ordered
        if self.p.rebalance == "on_change":
            return {data: w for data, w in targets.items() if w != ordered[data]}
        return {
            data: w
            for data, w in targets.items()
            if w != ordered[data] or (w and data.datetime.date(0) == today)
        }

    def _last_sessions(self) -> frozenset[datetime.date]:
        """Return the last sessions of each period, known from the feeds' exchange calendars."""
        days: set[datetime.date] = set()
        for data in self.datas:
            if not hasattr(data, "period_end"):
                raise StrategyError(
                    f"every={self.p.every!r} needs feeds that know their exchange's calendar: "
                    "load the bars with BarsFeed"
                )
            days |= data.period_end(self.p.every)
        return frozenset(days)

    # -- a plain backtrader broker ----------------------------------------------------------------

    def _plain_broker_cannot(self, fill: str, size_at: str) -> str | None:
        """Return why backtrader's own broker cannot fill and size like this, or None."""
        one_of("fill", fill, ("close", "next_open", "next_close"))
        one_of("size_at", size_at, ("fill", "decision"))
        at_close = bool(self.broker.p.coc)
        if fill == "close" and not at_close:
            return "fill='close' needs broker.set_coc(True) or a PlaybookBroker"
        if fill == "next_open" and at_close:
            return "fill='next_open' needs broker.set_coc(False) or a PlaybookBroker"
        if fill != "close" and size_at == "fill":
            return (
                f"fill={fill!r} is sized when it is sent by this broker: set size_at='decision' or "
                "use a PlaybookBroker"
            )
        return None

    def _order_shares(self, orders: dict[Any, float]) -> None:
        """Send orders of so many shares, sized from this bar's close."""
        kind = bt.Order.Close if self.p.fill == "next_close" else bt.Order.Market
        value = self.broker.getvalue()
        for data, weight in orders.items():
            size = weight * value / data.close[0] - self.getposition(data).size
            if size:
                send = self.buy if size > 0 else self.sell
                send(data=data, size=abs(size), exectype=kind)


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise StrategyError unless a parameter has one of its values."""
    if value not in allowed:
        raise StrategyError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")


def _name(data: Any) -> str:
    return str(data._name or f"data{data._id - 1}")
