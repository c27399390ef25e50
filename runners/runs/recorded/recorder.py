"""An analyzer that records the account of any cerebro."""

from __future__ import annotations

import datetime
import math
from typing import Any

import backtrader as bt

from ....brokers.ledger import Sent, Unfilled
from ....brokers.sent_orders import order_sent
from ...errors import ParameterError
from ..lines.asked import lines_of
from . import terms
from .recording import Execution, Feed, Moment, Recording

COLUMNS = ("open", "high", "low", "close", "volume")

REFUSED = {
    bt.Order.Margin: "cash did not cover it (Margin)",
    bt.Order.Rejected: "the broker rejected it",
}
"""States in which a broker refuses an order, in words."""

WAITING = (bt.Order.Created, bt.Order.Submitted, bt.Order.Accepted, bt.Order.Partial)


class Recorder(bt.Analyzer):
    """Record a strategy's account, fills and bars, so that its tearsheet can be made.

    Add it to any cerebro with any broker. It reads and changes nothing: data, orders, commissions,
    slippage and other analyzers stay as they are.

    Notes
    -----
    `get_analysis` returns ``{"recording": Recording}``, plain data also for `optstrategy`;
    `recorded` makes a `RunResult` of it and `tearsheet` its page.

    Examples
    --------
    >>> import backtrader as bt
    >>> from btplaybook import Recorder, recorded, sample
    >>> from btplaybook.feeds.bars_feed import BarsFeed
    >>> class Holder(bt.Strategy):
    ...     def next(self):
    ...         if not self.position:
    ...             self.buy(size=10)
    >>> cerebro = bt.Cerebro()
    >>> cerebro.adddata(BarsFeed(bars=sample("sp500")))  # doctest: +ELLIPSIS
    <...>
    >>> cerebro.addstrategy(Holder)
    0
    >>> cerebro.addanalyzer(Recorder)
    >>> (strategy,) = cerebro.run()
    >>> len(recorded(strategy).trades)
    1
    """

    def start(self) -> None:
        """Open the record."""
        self._moments: list[Moment] = []
        self._executions: list[Execution] = []
        self._fresh: list[tuple[bt.Order, Any]] = []
        self._bits_seen: dict[int, int] = {}
        self._orders: dict[int, bt.Order] = {}
        self._sent: dict[int, Sent] = {}
        self._unfilled: list[Unfilled] = []
        self._starting_cash = self._stated_cash()
        self._fund_shares = float(getattr(self.strategy.broker, "fundshares", math.nan))
        datas = self.strategy.datas
        names = terms.unique_names(datas)
        self._place = {data: k for k, data in enumerate(datas)}
        self._names = dict(zip(datas, names, strict=True))
        self._feeds = [
            Feed(
                self._names[data],
                terms.source_of(data),
                terms.stated_by(data),
                "dividend" in data.lines.getlinealiases(),
                **terms.of_scheme(self.strategy.broker, data),
            )
            for data in datas
        ]
        self._bars_seen = dict.fromkeys(datas, 0)

    def notify_order(self, order: bt.Order) -> None:
        """Keep an order as it was sent, its executions, and whether it was refused."""
        if order.ref not in self._sent:
            day = self._date(order.created.dt)
            fill = "next_open" if order.exectype == bt.Order.Market else ""
            name = self._names[order.data]
            self._sent[order.ref] = order_sent(order, day, fill)._replace(instrument=name)
        before = self._orders.get(order.ref)
        self._orders[order.ref] = order
        bits = list(order.executed.exbits)
        self._fresh += [(order, bit) for bit in bits[self._bits_seen.get(order.ref, 0) :]]
        self._bits_seen[order.ref] = len(bits)
        if order.status in REFUSED and (before is None or before.status != order.status):
            self._unfilled.append(self._unfilled_order(order, REFUSED[order.status]))

    def next(self) -> None:
        """Record the account and the bars; backtrader also calls it before the first `next`."""
        strategy, broker = self.strategy, self.strategy.broker
        if not self._moments:
            self._starting_cash = self._stated_cash()  # a strategy may set it as it starts
        for data, feed in zip(strategy.datas, self._feeds, strict=True):
            self._see(data, feed)
        known = [data if len(data) else None for data in strategy.datas]
        self._moments.append(
            Moment(
                strategy.datetime.datetime(0),
                float(broker.getvalue()),
                float(broker.getcash()),
                float(getattr(broker, "fundvalue", math.nan)),
                float(getattr(broker, "fundshares", math.nan)),
                tuple(terms.size_held(broker, data) for data in strategy.datas),
                tuple(math.nan if data is None else data.open[0] for data in known),
                tuple(math.nan if data is None else data.close[0] for data in known),
            )
        )
        self._executions += [self._executed(order, bit) for order, bit in self._fresh]
        self._fresh.clear()

    def stop(self) -> None:
        """Close the record."""
        self._unfilled += [
            self._unfilled_order(order, "no bar left to fill it")
            for order in self._orders.values()
            if order.status in WAITING
        ]
        strategy, broker = self.strategy, self.strategy.broker
        self.rets = {
            "recording": Recording(
                **terms.of_strategy(strategy),
                settings=terms.settings_of(strategy, self._names, self._starting_cash),
                feeds=self._feeds,
                moments=self._moments,
                executions=self._executions,
                unfilled=self._unfilled,
                sent=list(self._sent.values()),
                starting_cash=self._starting_cash,
                fund_shares=self._fund_shares,
                cash_was_set=self._stated_cash() != self._starting_cash,
                **self._lines(),
                ledger=getattr(broker, "ledger", None),
            )
        }
        # An optstrategy sends the analyzer between processes: no order or feed goes with it.
        self._orders, self._fresh = {}, []
        self._place, self._names, self._bars_seen = {}, {}, {}

    def _lines(self) -> dict[str, Any]:
        """Return the lines of `plot_lines`; a fault of theirs must not end the user's run."""
        try:
            return {"lines": lines_of(self.strategy, {f.name: f.dates() for f in self._feeds})}
        except ParameterError as error:
            return {"lines_fault": str(error)}

    def _see(self, data: Any, feed: Feed) -> None:
        """Keep the newest bar of a feed, if it is new or still growing."""
        bars = len(data)
        if bars == self._bars_seen[data] and not (bars and data.replaying):
            return
        values = [float(getattr(data.lines, column)[0]) for column in COLUMNS]
        dividend = float(data.lines.dividend[0]) if feed.has_dividends else 0.0
        row = data.datetime.datetime(0), (*values, dividend)
        if bars == self._bars_seen[data]:
            feed.rows[-1] = row
        else:
            feed.rows.append(row)
        self._bars_seen[data] = bars

    def _executed(self, order: bt.Order, bit: Any) -> Execution:
        data = order.data if order.data._compensate is None else order.data._compensate
        scheme = self.strategy.broker.getcommissioninfo(data)
        moment, market = self._priced(order, bit)
        commission = bit.comm
        if terms.charges_interest(scheme):  # backtrader adds it to what closing a position costs
            parts = [part for part in (bit.closed, bit.opened) if part]
            commission = sum(scheme.getcommission(part, bit.price) for part in parts)
        return Execution(
            len(self._moments) - 1,
            self._date(bit.dt),
            self._place[data],
            moment,
            float(bit.size),
            float(bit.price),
            float(market if terms.slips(self.strategy.broker) else bit.price),
            float(commission),
        )

    def _priced(self, order: bt.Order, bit: Any) -> tuple[str, float]:
        """Return the moment of an execution and the market's price before slippage."""
        created = order.created
        if order.exectype == bt.Order.Market:
            settings = self.strategy.broker.p
            at_close = getattr(settings, "coc", False) and order.info.get("coc", True)
            at_open = getattr(settings, "coo", False) and not at_close
            if bit.dt == created.dt and not at_open:
                return "close", created.pclose  # cheat on close
            return "open", order.data.open[0]
        if order.exectype == bt.Order.Close:
            return "close", bit.price
        if order.exectype in (bt.Order.Stop, bt.Order.StopTrail):
            reach = max if bit.size > 0 else min
            return "during", reach(order.data.open[0], created.price)
        return "during", bit.price

    def _unfilled_order(self, order: bt.Order, reason: str) -> Unfilled:
        words = f"{order.getordername()} {order.executed.remsize:+g} shares"
        day = self._date(order.created.dt)
        return Unfilled(day, self._names[order.data], math.nan, words, reason)

    def _stated_cash(self) -> float:
        broker = self.strategy.broker
        return float(getattr(broker, "startingcash", None) or broker.getcash())

    def _date(self, stamp: float) -> datetime.date:
        zone = self.strategy.lines.datetime._tz
        day: datetime.date = bt.num2date(stamp, zone).date()
        return day
