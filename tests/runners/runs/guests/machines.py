"""Backtrader strategies that live by their notifications, their signals and their positions."""

import datetime

import backtrader as bt


class Journal(bt.Strategy):
    """A state machine: acts on orders, trades and cash as they are notified."""

    params = (("risk", 0.02), ("rest", 5))

    def __init__(self):
        self.losses = self.resting = 0
        self.peak = self.drawdown = 0.0
        self.entry = self.stop_order = None
        self.log = []

    def notify_cashvalue(self, cash, value):
        self.peak = max(self.peak, value)
        self.drawdown = 1 - value / self.peak
        self.cash_seen = cash

    def notify_order(self, order):
        if order.status in (order.Submitted, order.Accepted):
            return
        self.log.append((self.datetime.date(0), order.getstatusname(), order.executed.price))
        if order.status == order.Completed and order is not self.stop_order and order.isbuy():
            price = order.executed.price * (1 - self.p.risk)
            self.stop_order = self.sell(
                size=order.executed.size, exectype=bt.Order.Stop, price=price
            )
        self.entry = None

    def notify_trade(self, trade):
        if trade.isclosed:
            self.losses = self.losses + 1 if trade.pnlcomm < 0 else 0
            if self.losses >= 2:
                self.resting = self.p.rest

    def next(self):
        if self.resting:
            self.resting -= 1
        elif not self.position and self.entry is None:
            units = int(self.cash_seen * (0.8 if self.drawdown < 0.03 else 0.3))
            size = int(units // self.data.close[0])
            self.entry = self.buy(size=size)
        elif self.position and self.data.close[0] > self.position.price * 1.03:
            if self.stop_order and self.stop_order.alive():
                self.cancel(self.stop_order)
            self.close()


class SignalBook(bt.SignalStrategy):
    """Long and short by one signal, out by another."""

    params = dict(fast=8, slow=21)

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.fast), bt.ind.SMA(period=self.p.slow)
        self.signal_add(bt.SIGNAL_LONGSHORT, bt.ind.CrossOver(fast, slow))
        momentum = bt.ind.Momentum(self.data, period=5)
        self.signal_add(bt.SIGNAL_LONGEXIT, momentum + 3.0)

    def next(self):
        self.last_bar = len(self)


class Pyramid(bt.Strategy):
    """Adds to a winner up to four units, sells in parts, and turns over past the average."""

    def __init__(self):
        self.average = bt.ind.SMA(period=15)
        self.units = 0

    def next(self):
        close, held = self.data.close[0], self.position
        if held.size >= 0 and close < self.average[0] * 0.985:
            self.order_target_size(target=-60)  # one order that turns the position over
            self.units = 0
        elif held.size < 0:
            if close > self.average[0]:
                self.order_target_size(target=50)
                self.units = 1
        elif self.units < 4 and (not held.size or close > held.price * (1 + 0.005 * self.units)):
            self.buy(size=50)
            self.units += 1
        elif held.size > 60 and close > held.price * 1.02:
            self.sell(size=held.size // 3)


class CloseAndDay(bt.Strategy):
    """Orders at the close, orders for one day, and two books kept apart by their trade ids."""

    def next(self):
        turn = len(self) % 8
        if turn == 0:
            self.buy(exectype=bt.Order.Close, size=30, tradeid=1)
        elif turn == 2:
            self.buy(
                size=40,
                tradeid=2,
                exectype=bt.Order.Limit,
                price=self.data.low[0],
                valid=datetime.timedelta(0),
            )
        elif turn == 3:
            price = self.data.high[0]
            self.sell(size=10, tradeid=2, exectype=bt.Order.Limit, price=price, valid=0)
        elif turn == 4:
            self.sell(exectype=bt.Order.Close, size=20, tradeid=1)
        elif turn == 6 and self.position.size > 150:
            self.close(exectype=bt.Order.Close, tradeid=1)
