"""Backtrader strategies on which the account is meant to differ from backtrader's broker."""

import backtrader as bt


class WholeFlips(bt.Strategy):
    """Turns the whole account over in one order."""

    def next(self):
        if len(self) % 10 == 1:
            value = self.broker.getvalue()
            side = 1 if len(self) % 20 == 1 else -1
            self.order_target_value(target=side * value * 0.999)


class OneTooLarge(bt.Strategy):
    """Sends an order that cash does not cover before one that it covers."""

    def next(self):
        if len(self) == 10:
            self.buy(self.data0, size=2_000)
            self.buy(self.data1, size=10)


class StopAndExit(bt.Strategy):
    """Leaves at the close of a day while a stop for the same shares waits."""

    def next(self):
        if not self.position and len(self) % 5 == 0:
            self.buy(size=100)
        elif self.position:
            close = self.data.close[0]
            self.sell(size=100, exectype=bt.Order.Stop, price=close * 0.999, oco=self.close())


class Untimely(bt.Strategy):
    """Bids at the last low of a feed that has no bar on the next day."""

    def next(self):
        for data in self.datas[1:]:
            if len(self) % 7 == 0:
                self.buy(data, size=10, exectype=bt.Order.Limit, price=data.low[0])


class Levered(bt.Strategy):
    """Sets a commission scheme with leverage, by which sizes grow."""

    def __init__(self):
        self.broker.setcommission(leverage=2.0)

    def next(self):
        if len(self) % 10 == 5:
            self.order_target_percent(target=0.3 if len(self) % 20 == 5 else 0.6)


class LargeShort(bt.Strategy):
    """Goes short by a little more than the account's value, between a stop and a target."""

    def next(self):
        if len(self) == 10:
            close = self.data.close[0]
            self.sell_bracket(
                size=1_020,
                exectype=bt.Order.Market,
                stopprice=close * 1.03,
                limitprice=close * 0.97,
            )
