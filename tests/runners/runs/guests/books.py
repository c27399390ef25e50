"""Backtrader strategies that size by targets and sizers, and that trade several feeds."""

import backtrader as bt


class Targets(bt.Strategy):
    """Goes to target sizes, values and fractions in turn, on every feed."""

    params = (("every", 7),)

    def next(self):
        if len(self) % self.p.every:
            return
        turn = len(self) // self.p.every % 4
        for k, data in enumerate(self.datas):
            share = 0.8 / len(self.datas)
            if turn == 0:
                self.order_target_size(data, target=100 - 130 * (k % 2))
            elif turn == 1:
                self.order_target_value(data, target=20_000 * (1 - 2 * (k % 2)))
            elif turn == 2:
                self.order_target_percent(data, target=share)
            else:
                self.order_target_percent(data, target=0.0)


class HalfOfCash(bt.Sizer):
    """Buys for half of the free cash, sells what is held."""

    params = (("fraction", 0.5),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        if isbuy:
            return int(cash * self.p.fraction / data.close[0])
        return self.strategy.getposition(data).size


SIZERS = {
    "percent": (bt.sizers.PercentSizer, {"percents": 60}),
    "all-in": (bt.sizers.AllInSizer, {}),
    "all-in-whole": (bt.sizers.AllInSizerInt, {}),
    "reverser": (bt.sizers.FixedReverser, {"stake": 120}),
    "fixed": (bt.sizers.FixedSize, {"stake": 77}),
    "own": (HalfOfCash, {"fraction": 0.4}),
}


class Sized(bt.Strategy):
    """Crosses two averages and leaves the size to a sizer."""

    params = dict(sizer="percent", fast=5, slow=15, ma=bt.ind.EMA)

    def __init__(self):
        kind, parameters = SIZERS[self.p.sizer]
        self.setsizer(kind(**parameters))
        fast, slow = (self.p.ma(period=period) for period in (self.p.fast, self.p.slow))
        self.cross = bt.ind.CrossOver(fast, slow)

    def next(self):
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and (self.position.size > 0 or self.p.sizer == "reverser"):
            self.sell()


class LateListings(bt.Strategy):
    """Holds equal parts of the feeds that have a bar today, from their first bar on."""

    params = (("every", 9), ("bids", True))

    def prenext(self):
        self.next()

    def next(self):
        today = self.datetime.date(0)
        here = [d for d in self.datas if len(d) and d.datetime.date(0) == today]
        if len(self) % self.p.every == 0:
            for data in here:
                self.order_target_percent(data, target=0.9 / len(self.datas))
        for data in here:
            if self.getposition(data).size and data.close[0] < 0.97 * data.open[0]:
                self.close(data)
            elif self.p.bids and len(data) % 23 == 0:
                self.buy(data, size=10, exectype=bt.Order.Limit, price=data.low[0])


class Timers(bt.Strategy):
    """Rebalances on timers: in the middle of the month, and on Mondays."""

    def __init__(self):
        self.add_timer(
            when=bt.timer.SESSION_START, monthdays=[15], monthcarry=True, purpose="month"
        )
        self.add_timer(bt.timer.SESSION_START, weekdays=[1], weekcarry=True, purpose="week")

    def notify_timer(self, timer, when, *args, **kwargs):
        if kwargs["purpose"] == "month":
            for data in self.datas:
                self.order_target_percent(data, target=0.6 / len(self.datas))
        else:
            for data in self.datas:
                if self.getposition(data).size > 20:
                    self.sell(data, size=20)
