"""Runs of every kind give the same bits: timers, signals, several strategies, stops and errors."""

import datetime as dt

import backtrader as bt
import pytest
from flips import Flips, with_one
from markets import feed, several
from same_bits import differences

from btplaybook.brokers.errors import RunStopped
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro


class Timed(Flips):
    def __init__(self):
        self.average = bt.ind.SMA(period=3)
        self.add_timer(bt.timer.SESSION_START, weekdays=[2, 4], offset=dt.timedelta(hours=1))
        self.add_timer(bt.timer.SESSION_END, monthdays=[10], monthcarry=True, which="month")
        self.told = []

    def notify_timer(self, timer, when, *args, **kwargs):
        self.told.append((when, self.broker.getvalue(), self.data.close[0]))
        self.sell(size=2) if kwargs else self.buy(size=1)


class Cheating(Flips):
    """Reads the account before the broker does, at a bar whose prices are known."""

    params = (("reads", True),)

    def __init__(self):
        self.add_timer(bt.timer.SESSION_START, cheat=True)
        self.told = []

    def notify_timer(self, timer, when, *args, **kwargs):
        self.told.append((self.position.adjbase, getattr(self.position, "datetime", None)))
        if self.p.reads:
            self.told.append((self.broker.getvalue(), self.broker.getvalue([self.data])))
            self.told.append((self.broker.get_leverage(), self.broker.fundvalue))
        if len(self) % 9 == 3:
            self.buy(size=len(self.told) % 7)


@pytest.mark.parametrize("kind", [Timed, Cheating])
@pytest.mark.parametrize("coo", [False, True])
def test_timers(kind, coo):
    def set_up(cerebro):
        with_one(kind)(cerebro)
        cerebro.broker.set_coo(coo)
        cerebro.add_timer(bt.timer.SESSION_START, monthdays=[3], strats=True)

    assert differences(set_up, stdstats=False) == []


def sign(period):
    class Sign(bt.Indicator):
        lines = ("signal",)

        def __init__(self):
            self.lines.signal = self.data - bt.ind.SMA(period=period)

    return Sign


@pytest.mark.parametrize("kind", [bt.SIGNAL_LONGSHORT, bt.SIGNAL_LONG, bt.SIGNAL_SHORT])
def test_signals(kind):
    def set_up(cerebro):
        cerebro.adddata(feed(8))
        cerebro.add_signal(kind, sign(7))
        cerebro.add_signal(bt.SIGNAL_LONGEXIT, sign(4))
        cerebro.signal_accumulate(kind == bt.SIGNAL_LONG)

    assert differences(set_up, ["nobody"]) == []


class Signals(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_LONGSHORT, bt.ind.CrossOver(self.data, bt.ind.SMA(period=5)))

    def next(self):
        self.last = len(self)


def test_a_signal_strategy():
    assert differences(with_one(Signals)) == []


def test_several_strategies():
    def set_up(cerebro):
        several(cerebro, 2)
        for every in (3, 5):
            cerebro.addstrategy(Flips, every=every)
        cerebro.addstrategy(Timed)
        cerebro.addstrategy(Signals)
        cerebro.addsizer_byidx(3, bt.sizers.PercentSizer, percents=10)

    assert differences(set_up) == []


def optimized(kind, **options):
    cerebro = kind(maxcpus=1, **options)
    cerebro.adddata(feed(8))
    cerebro.optstrategy(Flips, every=range(3, 7), stake=(5, 50))
    cerebro.addanalyzer(bt.analyzers.TimeReturn)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    told = [
        (type(run).__name__, vars(run.p), [each.get_analysis() for each in run.analyzers])
        for runs in cerebro.run() for run in runs
    ]  # fmt: skip
    return repr(told), cerebro


@pytest.mark.parametrize("options", [{}, {"optreturn": False}, {"optdatas": False}], ids=str)
def test_optimizations(options):
    theirs, _ = optimized(bt.Cerebro, **options)
    mine, cerebro = optimized(FastCerebro, **options)
    assert mine == theirs
    assert cerebro.loop_taken == "fast"


OPTIONS = (
    {"quicknotify": True}, {"tradehistory": True}, {"stdstats": False}, {"oldbuysell": True},
    {"oldtrades": True}, {"lookahead": 5},
)  # fmt: skip


class Restless(Flips):
    """Sends orders from its notifications, and uses what they tell."""

    def __init__(self):
        self.average = bt.ind.SMA(period=3)

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy():
            price = order.executed.price
            self.sell(exectype=bt.Order.Stop, price=price * 0.99, size=5)

    def notify_trade(self, trade):
        if trade.isclosed:
            self.buy(size=3, exectype=bt.Order.Limit, price=self.data.low[0], valid=0)

    def notify_cashvalue(self, cash, value):
        if len(self) % 8 == 0 and cash > 9_000:
            self.buy(size=1)

    def notify_fund(self, cash, value, fundvalue, shares):
        self.fund = fundvalue, shares


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_options_of_a_cerebro(options):
    def set_up(cerebro):
        several(cerebro, 2)
        cerebro.addstrategy(Restless)

    assert differences(set_up, **options) == []


SLOW = (
    {"cheat_on_open": True}, {"runonce": False}, {"preload": False}, {"oldsync": True},
    {"exactbars": 1}, {"exactbars": -1},
)  # fmt: skip


class AtTheOpen(Flips):
    def next_open(self):
        if len(self) % 5 == 0:
            self.buy(size=2)


@pytest.mark.parametrize("options", SLOW, ids=str)
def test_what_takes_backtraders_loop(options):
    assert differences(with_one(AtTheOpen), ["nobody", "always"], fast=False, **options) == []
    cerebro = FastCerebro(loop="fast", **options)
    with_one(Flips)(cerebro)
    with pytest.raises(ParameterError, match="the fast loop cannot take this run: "):
        cerebro.run()


def test_a_cerebro_without_strategies_or_bars():
    assert differences(lambda cerebro: cerebro.adddata(feed(8)), ["nobody"]) == []
    assert differences(lambda cerebro: None, ["nobody"], fast=None) == []


def test_a_strategy_that_moves_its_lines_is_told():
    class Moves(Flips):
        def next(self):
            self.data.rewind()

    cerebro = FastCerebro()
    with_one(Moves)(cerebro)
    with pytest.raises(RunStopped, match="moves a line by itself"):
        cerebro.run()
