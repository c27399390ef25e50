"""Lines, indicators, observers and analyzers give the same bits, whatever is made of what."""

import datetime as dt

import backtrader as bt
import pytest
from markets import feed, several
from same_bits import differences


class Trades(bt.Strategy):
    """Buys and sells by its first indicator, after its subclass has made some."""

    def __init__(self):
        self.signal = self.make()

    def next(self):
        if self.signal[0] > 0 and not self.position:
            self.buy(size=10)
        elif self.signal[0] <= 0 and self.position:
            self.close()


class Crossing(Trades):
    def make(self):
        fast, slow = bt.ind.SMA(period=4), bt.ind.EMA(self.data.close, period=9)
        return bt.ind.CrossOver(fast, slow)


class OfIndicators(Trades):
    def make(self):
        rsi = bt.ind.RSI(self.data.close, period=6, safediv=True)
        self.smooth = bt.ind.SMA(rsi, period=3)
        self.again = bt.ind.Highest(self.smooth, period=4)
        return self.smooth - 50


class Operations(Trades):
    def make(self):
        average = bt.ind.SMA(self.data.close, period=5)
        above, rising = self.data.close > average, self.data.close > self.data.close(-1)
        both = bt.And(above, rising, self.data.volume > 500)
        self.largest = bt.Max(self.data.open, self.data.close(-2), average)
        self.chosen = bt.If(both, self.data.high, -self.data.low)
        self.sums = bt.Sum(average, 1.0, self.data.close) / 2 - abs(average)
        return both


class Numbers(Trades):
    """Compares with a constant line, whose clock is the strategy itself."""

    def make(self):
        macd = bt.ind.MACDHisto(period_me1=4, period_me2=8, period_signal=3)
        self.up = bt.ind.CrossUp(macd.histo, bt.LineNum(0.0))
        self.added = self.data.close + bt.LineNum(1.0)
        return macd.histo


class Reverse(Trades):
    def make(self):
        self.less = 200.0 - self.data.close
        self.part = 1.0 / self.data.close
        self.morning = self.data.datetime < dt.time(12, 0)
        return (100.5 > self.data.close) + 0.0  # noqa: SIM300


class Ahead(Trades):
    def make(self):
        self.future = self.data.close(2)
        return bt.ind.Momentum(period=3)


class Bands(bt.Indicator):
    """Has children, of which one is assigned to a line, and computes the other by hand."""

    lines = ("middle", "width")
    params = (("period", 6),)

    def __init__(self):
        self.lines.middle = bt.ind.SMA(self.data, period=self.p.period)
        self.deviation = bt.ind.StdDev(self.data, period=self.p.period)

    def next(self):
        self.lines.width[0] = 2 * self.deviation[0] + self.lines.width[-1] * 0


class Vectors(bt.Indicator):
    """Computes all its values at once."""

    lines = ("value",)

    def __init__(self):
        self.addminperiod(3)

    def once(self, start, end):
        for bar in range(start, end):
            self.lines.value.array[bar] = self.data.array[bar] - self.data.array[bar - 2]


class Own(Trades):
    def make(self):
        self.bands = Bands(self.data.close)
        self.vector = Vectors(self.data.close)
        return bt.ind.SMA(self.bands.lines.middle - self.data.close, period=2)


class WithLines(Trades):
    """Writes into lines of its own, one of which is bound to an indicator."""

    lines = ("mine", "bound")

    def make(self):
        self.lines.bound = bt.ind.SMA(period=3)
        return bt.ind.Momentum(period=3)

    def next(self):
        super().next()
        self.lines.mine[0] = len(self) + self.data.close[0]
        self.lines.bound[0] = self.lines.mine[-1]


class Library(Trades):
    """Takes the indicators that keep a state, have many lines or many children."""

    def make(self):
        self.many = [
            bt.ind.Stochastic(), bt.ind.BollingerBands(), bt.ind.ATR(), bt.ind.ADX(period=5),
            bt.ind.Ichimoku(tenkan=3, kijun=5, senkou=7, senkou_lead=5, chikou=4),
            bt.ind.ParabolicSAR(), bt.ind.KAMA(period=5), bt.ind.HMA(period=5),
            bt.ind.AroonOscillator(period=5), bt.ind.CCI(period=5), bt.ind.WilliamsR(period=5),
            bt.ind.PercentRank(period=5), bt.ind.DPO(period=6), bt.ind.TRIX(period=3),
            bt.ind.HeikinAshi() if False else bt.ind.PivotPoint(), bt.ind.UpDay(),
            bt.ind.OLS_Slope_InterceptN(self.data.close, self.data.open, period=4)
            if False else bt.ind.PctChange(period=2),
        ]  # fmt: skip
        return bt.ind.ROC(period=3)


KINDS = (Crossing, OfIndicators, Operations, Reverse, Ahead, Own, WithLines, Library)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_indicators(kind):
    def set_up(cerebro):
        cerebro.adddata(feed(7))
        cerebro.addstrategy(kind)

    assert differences(set_up) == []


@pytest.mark.parametrize("kind", [Crossing, Operations, Numbers, Own], ids=lambda one: one.__name__)
def test_indicators_with_a_cache_of_lines(kind):
    def set_up(cerebro):
        several(cerebro, 2)
        cerebro.addstrategy(kind)
        cerebro.addindicator(bt.ind.SMA, period=7)

    assert differences(set_up, ["nobody", "always"], objcache=True, fast=None) == []


def test_a_constant_line():
    def set_up(cerebro):
        cerebro.adddata(feed(7))
        cerebro.addstrategy(Numbers)

    assert differences(set_up) == []


class OnSeveral(bt.Strategy):
    """Makes indicators of every feed, and of two feeds together."""

    def __init__(self):
        self.averages = {data: bt.ind.SMA(data, period=5) for data in self.datas}
        self.apart = self.data0.close - self.data1.close
        self.ratio = bt.DivByZero(self.data1.close, self.data0.close, zero=0.0)
        self.smooth = bt.ind.EMA(self.apart, period=3)

    def prenext(self):
        self.next()

    def next(self):
        for data, average in self.averages.items():
            if len(average) and data.close[0] > average[0]:
                self.order_target_size(data, target=5)
            elif len(data):
                self.order_target_size(data, target=0)


def test_indicators_of_several_feeds():
    def set_up(cerebro):
        several(cerebro)
        cerebro.addstrategy(OnSeveral)

    assert differences(set_up) == []


ANALYZERS = (
    (bt.analyzers.AnnualReturn, {}), (bt.analyzers.Calmar, {}), (bt.analyzers.DrawDown, {}),
    (bt.analyzers.TimeDrawDown, {}), (bt.analyzers.GrossLeverage, {}),
    (bt.analyzers.PositionsValue, {"cash": True, "headers": True}), (bt.analyzers.PyFolio, {}),
    (bt.analyzers.LogReturnsRolling, {}), (bt.analyzers.PeriodStats, {}),
    (bt.analyzers.Returns, {}), (bt.analyzers.SharpeRatio, {"timeframe": bt.TimeFrame.Days}),
    (bt.analyzers.SharpeRatio_A, {}), (bt.analyzers.SQN, {}), (bt.analyzers.TimeReturn, {}),
    (bt.analyzers.TradeAnalyzer, {}), (bt.analyzers.Transactions, {"headers": True}),
    (bt.analyzers.VWR, {}),
)  # fmt: skip
OBSERVERS = (
    bt.observers.Value, bt.observers.Cash, bt.observers.FundValue, bt.observers.FundShares,
    bt.observers.DrawDown, bt.observers.TimeReturn, bt.observers.LogReturns,
    bt.observers.DrawDownLength,
)  # fmt: skip


@pytest.mark.parametrize("stdstats", [True, False])
def test_all_analyzers_and_observers(stdstats):
    def set_up(cerebro):
        several(cerebro, 2)
        cerebro.broker.setcash(50_000)
        cerebro.addstrategy(Crossing)
        for kind, named in ANALYZERS:
            cerebro.addanalyzer(kind, **named)
        if not stdstats:
            for observer in OBSERVERS:
                cerebro.addobserver(observer)
            cerebro.addobservermulti(bt.observers.BuySell, barplot=True)

    assert differences(set_up, stdstats=stdstats) == []


def test_each_analyzer_alone():
    for kind, named in ANALYZERS:
        if kind is bt.analyzers.AnnualReturn:
            continue  # it reads the observer

        def set_up(cerebro, kind=kind, named=named):
            cerebro.adddata(feed(2, n_bars=40))
            cerebro.addstrategy(Crossing)
            cerebro.addanalyzer(kind, **named)

        assert differences(set_up, ["nobody"], stdstats=False) == []
