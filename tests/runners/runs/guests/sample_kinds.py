"""Strategies of the kinds that backtrader's own samples show, written anew."""

import datetime

import backtrader as bt


class GoldenCross(bt.Strategy):
    """Invests most of the account while the fast average is above the slow one."""

    params = (("fast", 20), ("slow", 60), ("order_percentage", 0.95))

    def __init__(self):
        fast = bt.indicators.SMA(self.data.close, period=self.p.fast, plotname="fast")
        slow = bt.indicators.SMA(self.data.close, period=self.p.slow, plotname="slow")
        self.crossover = bt.indicators.CrossOver(fast, slow)
        self.setsizer(bt.sizers.PercentSizer(percents=100 * self.p.order_percentage))

    def next(self):
        if self.position.size == 0 and self.crossover > 0:
            self.buy()
        if self.position.size > 0 and self.crossover < 0:
            self.close()


class BracketByHand(bt.Strategy):
    """A limit entry with a stop and a target that hang on it, sent one by one."""

    params = dict(
        ma=bt.ind.SMA, p1=5, p2=15, limit=0.005, limdays=3, limdays2=1000, hold=10, switchp1p2=False
    )

    def notify_order(self, order):
        if order.status == order.Completed:
            self.holdstart = len(self)
        if not order.alive() and order.ref in self.orefs:
            self.orefs.remove(order.ref)

    def __init__(self):
        ma1, ma2 = self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2)
        if self.p.switchp1p2:
            ma1, ma2 = ma2, ma1
        self.cross = bt.ind.CrossOver(ma1, ma2)
        self.orefs = []

    def next(self):
        if self.orefs:
            return
        if not self.position:
            if self.cross > 0.0:
                close = self.data.close[0]
                p1 = close * (1.0 - self.p.limit)
                p2, p3 = p1 - 0.02 * close, p1 + 0.02 * close
                entry, later = (
                    datetime.timedelta(self.p.limdays),
                    datetime.timedelta(self.p.limdays2),
                )
                o1 = self.buy(
                    size=10, exectype=bt.Order.Limit, price=p1, valid=entry, transmit=False
                )
                o2 = self.sell(
                    size=10,
                    exectype=bt.Order.Stop,
                    price=p2,
                    valid=later,
                    parent=o1,
                    transmit=False,
                )
                o3 = self.sell(
                    size=10,
                    exectype=bt.Order.Limit,
                    price=p3,
                    valid=later,
                    parent=o1,
                    transmit=True,
                )
                self.orefs = [o1.ref, o2.ref, o3.ref]
        elif (len(self) - self.holdstart) >= self.p.hold:
            self.close()


class MomentumRotation(bt.Strategy):
    """Holds the strongest feeds, ranked anew every month, above their average only."""

    params = dict(lookback=40, held=2, filter=60)

    def __init__(self):
        self.inds = {}
        for d in self.datas:
            self.inds[d] = dict(
                momentum=bt.ind.ROC(d, period=self.p.lookback),
                average=bt.ind.SMA(d, period=self.p.filter),
            )
        self.month = None

    def prenext(self):
        self.next()

    def next(self):
        month = self.datetime.date(0).month
        if month == self.month:
            return
        self.month = month
        ready = [d for d in self.datas if len(d) >= self.p.filter]
        ranked = sorted(ready, key=lambda d: self.inds[d]["momentum"][0], reverse=True)
        chosen = [d for d in ranked if d.close[0] > self.inds[d]["average"][0]][: self.p.held]
        for d in self.datas:
            if self.getposition(d).size and d not in chosen:
                self.order_target_percent(d, target=0.0)
        for d in chosen:
            self.order_target_percent(d, target=0.9 / self.p.held)


class CloseMinusAverage(bt.Indicator):
    """A signal: positive above the average."""

    lines = ("signal",)
    params = (("period", 30),)

    def __init__(self):
        self.lines.signal = self.data - bt.indicators.SMA(period=self.p.period)


class SmaSignal(bt.SignalStrategy):
    """Long and short by the sign of one signal."""

    params = (("period", 30),)

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONGSHORT, CloseMinusAverage(self.data, period=self.p.period))


class StopTrail(bt.Strategy):
    """Enters on a cross of averages and leaves by a trailing stop."""

    params = dict(
        ma=bt.ind.SMA,
        p1=6,
        p2=18,
        stoptype=bt.Order.StopTrail,
        trailamount=0.0,
        trailpercent=0.02,
    )

    def __init__(self):
        ma1, ma2 = self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2)
        self.crup = bt.ind.CrossUp(ma1, ma2)
        self.order = None

    def next(self):
        if not self.position:
            if self.crup:
                self.buy(size=50)
                self.order = None
        elif self.order is None:
            price, limit = None, None
            if self.p.stoptype == bt.Order.StopTrailLimit:
                price = self.data.close[0]
                limit = price - 1.0
            self.order = self.sell(
                size=50,
                exectype=self.p.stoptype,
                trailamount=self.p.trailamount,
                trailpercent=self.p.trailpercent,
                price=price,
                plimit=limit,
            )


class ThreeLimits(bt.Strategy):
    """Three limits of growing validity of which one may fill, and a holding time."""

    params = dict(
        ma=bt.ind.SMA, p1=5, p2=15, limit=0.005, limdays=3, limdays2=60, hold=10, do_oco=True
    )

    def notify_order(self, order):
        if order.status == order.Completed:
            self.holdstart = len(self)
        if not order.alive() and order.ref in self.orefs:
            self.orefs.remove(order.ref)

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2))
        self.orefs = []

    def next(self):
        if self.orefs:
            return
        if not self.position:
            if self.cross > 0.0:
                orders = []
                for step, days in ((1, 3), (4, 60), (8, 60)):
                    orders.append(
                        self.buy(
                            exectype=bt.Order.Limit,
                            price=self.data.close[0] * (1.0 - step * self.p.limit),
                            valid=datetime.timedelta(days),
                            oco=orders[0] if self.p.do_oco and orders else None,
                            size=100,
                        )
                    )
                self.orefs = [order.ref for order in orders]
        elif len(self) - self.holdstart >= self.p.hold:
            self.close()


class OrderTarget(bt.Strategy):
    """Takes the day of the month as its target: a size, a value or a fraction."""

    params = (("use", "percent"),)

    def notify_order(self, order):
        if order.status == order.Completed:
            self.order = None
        if not order.alive():
            self.order = None

    def start(self):
        self.order = None

    def next(self):
        if self.order:
            return
        day = self.data.datetime.date(0).day
        size = day if self.datetime.date(0).month % 2 else 31 - day
        if self.p.use == "size":
            self.order = self.order_target_size(target=10 * size)
        elif self.p.use == "value":
            self.order = self.order_target_value(target=size * 1000)
        else:
            self.order = self.order_target_percent(target=size / 100.0)


class MacdSettings(bt.Strategy):
    """Enters on a MACD cross with the trend, and trails the stop by hand with the ATR."""

    params = (
        ("macd1", 12),
        ("macd2", 26),
        ("macdsig", 9),
        ("atrperiod", 14),
        ("atrdist", 3.0),
        ("smaperiod", 30),
        ("dirperiod", 10),
    )

    def notify_order(self, order):
        if order.status == order.Completed:
            pass
        if not order.alive():
            self.order = None

    def __init__(self):
        self.macd = bt.indicators.MACD(
            self.data,
            period_me1=self.p.macd1,
            period_me2=self.p.macd2,
            period_signal=self.p.macdsig,
        )
        self.mcross = bt.indicators.CrossOver(self.macd.macd, self.macd.signal)
        self.atr = bt.indicators.ATR(self.data, period=self.p.atrperiod)
        self.sma = bt.indicators.SMA(self.data, period=self.p.smaperiod)
        self.smadir = self.sma - self.sma(-self.p.dirperiod)
        self.sizer = bt.sizers.PercentSizer(percents=90)

    def start(self):
        self.order = None

    def next(self):
        if self.order:
            return
        if not self.position:
            if self.mcross[0] > 0.0 and self.smadir < 2.0:
                self.order = self.buy()
                self.pstop = self.data.close[0] - self.atr[0] * self.p.atrdist
        else:
            pclose = self.data.close[0]
            if pclose < self.pstop:
                self.close()
            else:
                self.pstop = max(self.pstop, pclose - self.atr[0] * self.p.atrdist)


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
