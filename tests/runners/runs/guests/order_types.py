"""Backtrader strategies that send every type of order: plain files, as a user would write them."""

import datetime

import backtrader as bt


class MarketFlips(bt.Strategy):
    """Turns over at the next open when the close crosses its average."""

    params = dict(period=12, stake=150)

    def __init__(self):
        self.average = bt.ind.SMA(self.data, period=self.p.period)
        self.cross = bt.ind.CrossOver(self.data.close, self.average)

    def next(self):
        if self.cross > 0:
            self.close()
            self.buy(size=self.p.stake)
        elif self.cross < 0:
            self.close()
            self.sell(size=self.p.stake)


class LimitsWithDeadline(bt.Strategy):
    """Bids below the market for some days, offers above it, and moves what did not fill."""

    params = (("below", 0.99), ("above", 1.015), ("days", 6))

    def __init__(self):
        self.bid = self.offer = None

    def notify_order(self, order):
        if not order.alive():
            if self.bid is not None and order.ref == self.bid.ref:
                self.bid = None
            if self.offer is not None and order.ref == self.offer.ref:
                self.offer = None

    def next(self):
        close = self.data.close[0]
        if not self.position and self.bid is None:
            valid = datetime.timedelta(days=self.p.days) if len(self) % 2 else None
            self.bid = self.buy(
                size=200, exectype=bt.Order.Limit, price=close * self.p.below, valid=valid
            )
            self.sent_at = len(self)
        elif self.bid is not None and self.bid.valid is None and len(self) - self.sent_at > 4:
            self.cancel(self.bid)
        if self.position and self.offer is None:
            until = self.data.datetime.datetime(0) + datetime.timedelta(days=3)
            self.offer = self.sell(
                size=self.position.size,
                exectype=bt.Order.Limit,
                price=close * self.p.above,
                valid=until,
            )


class StopEntries(bt.Strategy):
    """Enters a breakout of the channel by stop or stop-limit, and leaves by the opposite stop."""

    params = (("channel", 10),)

    def __init__(self):
        self.high = bt.ind.Highest(self.data.high, period=self.p.channel)
        self.low = bt.ind.Lowest(self.data.low, period=self.p.channel)
        self.waiting = []

    def notify_order(self, order):
        if not order.alive():
            self.waiting = [one for one in self.waiting if one.ref != order.ref]

    def next(self):
        for order in list(self.waiting):
            self.cancel(order)
        self.waiting = []
        if not self.position:
            self.waiting = [
                self.buy(size=100, exectype=bt.Order.Stop, price=self.high[0]),
                self.sell(
                    size=80,
                    exectype=bt.Order.StopLimit,
                    price=self.low[0],
                    plimit=self.low[0] * 1.002,
                ),
            ]
        elif self.position.size > 0:
            self.waiting = [self.sell(size=100, exectype=bt.Order.Stop, price=self.low[0])]
        else:
            size = abs(self.position.size)
            high = self.high[0]
            self.waiting = [
                self.buy(size=size, exectype=bt.Order.StopLimit, price=high, plimit=high * 1.001)
            ]


class TrailingExits(bt.Strategy):
    """Buys at the open and leaves by a trailing stop: an amount, a fraction, or with a limit."""

    params = (("rest", 3), ("fraction", 0.02), ("amount", 2.5))

    def __init__(self):
        self.trades = 0
        self.flat_since = 0

    def notify_order(self, order):
        if order.status != order.Completed:
            return
        if order.isbuy():
            kind = self.trades % 3
            if kind == 0:
                self.sell(exectype=bt.Order.StopTrail, trailpercent=self.p.fraction, size=120)
            elif kind == 1:
                self.sell(exectype=bt.Order.StopTrail, trailamount=self.p.amount, size=120)
            else:
                price = self.data.close[0]
                self.sell(
                    exectype=bt.Order.StopTrailLimit,
                    price=price,
                    plimit=price - self.p.amount * 1.2,
                    trailamount=self.p.amount,
                    size=120,
                )
            self.trades += 1
        else:
            self.flat_since = len(self)

    def next(self):
        if not self.position and len(self) - self.flat_since == self.p.rest:
            self.buy(size=120)


class Brackets(bt.Strategy):
    """Enters by a limit between a stop and a target, long and short in turn."""

    params = (("wait", 4), ("width", 0.02))

    def __init__(self):
        self.orders = []
        self.count = 0

    def notify_order(self, order):
        if not order.alive():
            self.orders = [one for one in self.orders if one.ref != order.ref]

    def next(self):
        if self.orders:
            entry = self.orders[0]
            if not self.position and len(self) - self.sent_at > self.p.wait and entry.alive():
                self.cancel(entry)
            return
        if self.position:
            return
        close, width = self.data.close[0], self.p.width
        self.sent_at = len(self)
        self.count += 1
        if self.count % 3 == 1:
            self.orders = self.buy_bracket(
                size=200,
                price=close * 0.998,
                stopprice=close * (1 - width),
                limitprice=close * (1 + width),
            )
        elif self.count % 3 == 2:
            self.orders = self.sell_bracket(
                size=150,
                price=close * 1.002,
                valid=datetime.timedelta(days=20),
                stopprice=close * (1 + width),
                limitprice=close * (1 - width),
            )
        else:
            self.orders = self.buy_bracket(
                size=100,
                exectype=bt.Order.Market,
                stopexec=bt.Order.StopTrail,
                stopargs={"trailpercent": width},
                limitprice=close * (1 + width),
            )


class OneCancelsOther(bt.Strategy):
    """Straddles the market with three orders of which one may fill, and leaves by two more."""

    def __init__(self):
        self.group = []

    def notify_order(self, order):
        if not order.alive():
            self.group = [one for one in self.group if one.ref != order.ref]

    def next(self):
        if self.group:
            return
        close = self.data.close[0]
        if not self.position:
            first = self.buy(size=100, exectype=bt.Order.Limit, price=close * 0.99)
            second = self.buy(size=90, exectype=bt.Order.Stop, price=close * 1.01, oco=first)
            third = self.sell(
                size=80,
                exectype=bt.Order.Stop,
                price=close * 0.98,
                oco=second,
                valid=datetime.timedelta(days=10),
            )
            self.group = [first, second, third]
        else:
            size = self.position.size
            leave = self.sell if size > 0 else self.buy
            side = 1 if size > 0 else -1
            take = leave(size=abs(size), exectype=bt.Order.Limit, price=close * (1 + side * 0.01))
            stop = leave(
                size=abs(size), exectype=bt.Order.Stop, price=close * (1 - side * 0.01), oco=take
            )
            self.group = [take, stop]
