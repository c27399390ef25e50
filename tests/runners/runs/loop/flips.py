"""A strategy that trades, for others to build upon, and a cerebro with it."""

import backtrader as bt
from markets import feed


class Flips(bt.Strategy):
    """Turns over every few bars."""

    params = (("every", 6), ("stake", 10))

    def next(self):
        if len(self) % self.p.every == 0:
            self.close() if self.position else self.buy(size=self.p.stake)


def with_one(*kinds, **named):
    def set_up(cerebro):
        cerebro.adddata(feed(8), name="S0")
        for kind in kinds:
            cerebro.addstrategy(kind, **named)

    return set_up
