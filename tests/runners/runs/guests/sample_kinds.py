"""Strategies of the kinds that backtrader's own samples show: written anew, as users would."""

import datetime

import backtrader as bt


class GoldenCross(bt.Strategy):
    """Buys most of the account when a fast average rises above a slow one, by a sizer."""

    params = (("fast", 20), ("slow", 60), ("percents", 95))

    def __init__(self):
        averages = [bt.ind.SMA(period=period) for period in (self.p.fast, self.p.slow)]
        self.golden = bt.ind.CrossOver(*averages)
        self.setsizer(bt.sizers.PercentSizer(percents=self.p.percents))

    def next(self):
        if self.golden[0] == 1 and not self.position:
            self.buy()
        elif self.golden[0] == -1 and self.position:
            self.close()


class BracketByHand(bt.Strategy):
    """Bids below a rising market; a stop and a target hang on the bid, and time closes the rest."""

    params = dict(length=12, below=0.004, width=0.025, patience=4, longest=12)

    def __init__(self):
        self.rises = bt.ind.CrossUp(self.data.close, bt.ind.EMA(period=self.p.length))
        self.alive = {}
        self.entered = None

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy():
            self.entered = len(self)
        if not order.alive():
            self.alive.pop(order.ref, None)

    def next(self):
        if self.position:
            if self.alive and len(self) - self.entered >= self.p.longest:
                for order in self.alive.values():
                    self.cancel(order)
                self.close()
        elif not self.alive and self.rises:
            bid = self.data.close[0] * (1 - self.p.below)
            until = datetime.timedelta(days=self.p.patience)
            entry = self.buy(
                size=40, exectype=bt.Order.Limit, price=bid, valid=until, transmit=False
            )
            stop, target = bid * (1 - self.p.width), bid * (1 + self.p.width)
            out = self.sell(
                size=40, exectype=bt.Order.Stop, price=stop, parent=entry, transmit=False
            )
            gain = self.sell(size=40, exectype=bt.Order.Limit, price=target, parent=entry)
            self.alive = {order.ref: order for order in (entry, out, gain)}


class MomentumRotation(bt.Strategy):
    """Holds the strongest feeds, ranked anew every month, above their average only."""

    params = dict(lookback=40, held=2, filter=60)

    def __init__(self):
        self.momentum = {data: bt.ind.ROC(data, period=self.p.lookback) for data in self.datas}
        self.average = {data: bt.ind.SMA(data, period=self.p.filter) for data in self.datas}
        self.month = None

    def prenext(self):
        self.next()

    def next(self):
        month = self.datetime.date(0).month
        if month == self.month:
            return
        self.month = month
        ready = [d for d in self.datas if len(d) >= self.p.filter]
        ranked = sorted(ready, key=lambda d: self.momentum[d][0], reverse=True)
        chosen = [d for d in ranked if d.close[0] > self.average[d][0]][: self.p.held]
        for data in self.datas:
            if self.getposition(data).size and data not in chosen:
                self.order_target_percent(data, target=0.0)
        for data in chosen:
            self.order_target_percent(data, target=0.9 / self.p.held)


class CloseMinusAverage(bt.Indicator):
    """A signal: positive above the average."""

    lines = ("signal",)
    params = (("period", 30),)

    def __init__(self):
        self.lines.signal = self.data - bt.ind.SMA(period=self.p.period)


class SmaSignal(bt.SignalStrategy):
    """Long and short by the sign of one signal."""

    params = (("period", 30),)

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONGSHORT, CloseMinusAverage(self.data, period=self.p.period))


class StopTrail(bt.Strategy):
    """Enters on a new high and leaves by a trailing stop, sent once the entry has filled."""

    params = dict(channel=15, trailpercent=0.02, stake=50)

    def __init__(self):
        self.highest = bt.ind.Highest(self.data.high(-1), period=self.p.channel)
        self.trail = None

    def next(self):
        if not self.position:
            self.trail = None
            if self.data.close[0] > self.highest[0]:
                self.buy(size=self.p.stake)
        elif self.trail is None:
            self.trail = self.sell(
                size=self.p.stake, exectype=bt.Order.StopTrail, trailpercent=self.p.trailpercent
            )


class ThreeLimits(bt.Strategy):
    """Bids at three prices, of which one may fill, the lower ones for longer."""

    params = dict(rungs=((0.004, 3), (0.015, 30), (0.03, 60)), longest=8)

    def __init__(self):
        self.rises = bt.ind.CrossUp(self.data.close, bt.ind.SMA(period=10))
        self.waiting = set()
        self.bought = 0

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy():
            self.bought = len(self)
        if not order.alive():
            self.waiting.discard(order.ref)

    def next(self):
        if self.waiting:
            return
        if self.position:
            if len(self) >= self.bought + self.p.longest:
                self.close()
        elif self.rises:
            first = None
            for below, days in self.p.rungs:
                order = self.buy(
                    size=100,
                    exectype=bt.Order.Limit,
                    price=self.data.close[0] * (1 - below),
                    valid=self.data.datetime.date(0) + datetime.timedelta(days=days),
                    oco=first,
                )
                first = first or order
                self.waiting.add(order.ref)


class OrderTarget(bt.Strategy):
    """Takes its target, a size, a value or a fraction, from the calendar, one order at a time."""

    params = (("use", "percent"),)

    def __init__(self):
        self.order = None

    def notify_order(self, order):
        if not order.alive():
            self.order = None

    def next(self):
        if self.order is not None:
            return
        today = self.datetime.date(0)
        level = today.day if today.month % 2 else 30 - today.day
        targets = {
            "size": (self.order_target_size, 8 * level),
            "value": (self.order_target_value, 900 * level),
            "percent": (self.order_target_percent, level / 60),
        }
        send, target = targets[self.p.use]
        self.order = send(target=target)


class MacdTrend(bt.Strategy):
    """Enters where MACD turns up, and leaves below a stop that follows at three ranges."""

    params = (("ranges", 3.0), ("percents", 90))

    def __init__(self):
        macd = bt.ind.MACDHisto(period_me1=8, period_me2=17, period_signal=6)
        self.turns_up = bt.ind.CrossUp(macd.histo, bt.LineNum(0.0))
        self.range = bt.ind.ATR(period=14)
        self.sizer = bt.sizers.PercentSizer(percents=self.p.percents)

    def start(self):
        self.stop_price = 0.0

    def next(self):
        below = self.data.close[0] - self.p.ranges * self.range[0]
        if not self.position:
            self.stop_price = below
            if self.turns_up[0]:
                self.buy()
            return
        self.stop_price = max(self.stop_price, below)
        if self.data.close[0] < self.stop_price:
            self.close()


class KalmanHedge(bt.Indicator):
    """The slope of one price on another by a scalar Kalman filter, and its standardised error."""

    lines = ("beta", "score")
    params = (("noise", 1e-4), ("error", 4.0))
    _mindatas = 2

    def __init__(self):
        self.slope, self.variance = 1.0, 1.0
        self.addminperiod(2)

    def next(self):
        x, y = self.data1[0], self.data0[0]
        variance = self.variance + self.p.noise
        spread = x * x * variance + self.p.error
        error = y - self.slope * x
        gain = variance * x / spread
        self.slope += gain * error
        self.variance = variance * (1 - gain * x)
        self.lines.beta[0] = self.slope
        self.lines.score[0] = error / spread**0.5


class KalmanPair(bt.Strategy):
    """Sells the dear and buys the cheap one of two, and closes when they have met."""

    params = (("enter", 0.8), ("leave", 0.2), ("units", 200))

    def __init__(self):
        self.hedge = KalmanHedge(self.data0, self.data1)

    def next(self):
        score = self.hedge.score[0]
        held = self.getposition(self.data0).size
        if not held and abs(score) > self.p.enter:
            sell, buy = (self.data0, self.data1) if score > 0 else (self.data1, self.data0)
            hedged = int(self.p.units * abs(self.hedge.beta[0]))
            self.sell(sell, size=self.p.units if sell is self.data0 else hedged)
            self.buy(buy, size=self.p.units if buy is self.data0 else hedged)
        elif held and abs(score) < self.p.leave:
            self.close(data=self.data0)
            self.close(data=self.data1)
