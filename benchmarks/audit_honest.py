"""Honest strategies with much state of their own, which an audit must leave alone."""

# ruff: noqa: D102  the names of the classes say what they do

from __future__ import annotations

import collections
import datetime
import random
from typing import Any

import backtrader as bt
import numpy as np

from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class GoldenCross(bt.Strategy):
    """Averages that cross, with a sizer."""

    def __init__(self) -> None:
        self.cross = bt.ind.CrossOver(bt.ind.EMA(period=5), bt.ind.SMA(period=20))
        self.setsizer(bt.sizers.PercentSizer(percents=50))

    def next(self) -> None:
        if self.cross[0] > 0:
            self.buy()
        elif self.cross[0] < 0 and self.position:
            self.close()


class Brackets(bt.Strategy):
    """Bracket orders about a limit, whose parts are cancelled by one another."""

    def __init__(self) -> None:
        self.orders: list[Any] = []

    def notify_order(self, order: bt.Order) -> None:
        if not order.alive() and order in self.orders:
            self.orders.remove(order)

    def next(self) -> None:
        if not self.orders and not self.position:
            close = self.data.close[0]
            self.orders = self.buy_bracket(
                size=10, price=0.995 * close, limitprice=1.03 * close, stopprice=0.97 * close
            )


class OneCancelsTheOther(bt.Strategy):
    """Two limits, one above and one below; an order lives three days."""

    def next(self) -> None:
        if self.position:
            self.close()
            return
        close = self.data.close[0]
        life = {"valid": datetime.timedelta(days=3)}
        low = self.buy(size=3, exectype=bt.Order.Limit, price=0.99 * close, **life)
        self.sell(size=3, exectype=bt.Order.Limit, price=1.01 * close, oco=low, **life)


class TrailingStops(bt.Strategy):
    """Trailing stops whose width is the average range."""

    def __init__(self) -> None:
        self.range, self.stop_order = bt.ind.ATR(period=14), None

    def next(self) -> None:
        if not self.position:
            self.buy(size=5)
            self.stop_order = self.sell(
                size=5, exectype=bt.Order.StopTrail, trailamount=2 * self.range[0]
            )


class CancelsOldOrders(bt.Strategy):
    """Keeps a list of orders with their age, and cancels those older than four bars."""

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[Any, int]] = {}

    def next(self) -> None:
        for ref, (order, since) in list(self.waiting.items()):
            if not order.alive():
                del self.waiting[ref]
            elif len(self) - since > 4:
                self.cancel(order)
        if len(self.waiting) < 3 and self.position.size < 20:
            order = self.buy(size=2, exectype=bt.Order.Limit, price=0.98 * self.data.close[0])
            self.waiting[order.ref] = (order, len(self))
        elif self.position.size >= 10:
            self.close()


class LearnsFromTrades(bt.Strategy):
    """Sizes by the trades that it has closed, told by notify_trade."""

    def __init__(self) -> None:
        self.gains: list[float] = []

    def notify_trade(self, trade: bt.Trade) -> None:
        if trade.isclosed:
            self.gains.append(trade.pnlcomm)

    def next(self) -> None:
        won = sum(gain > 0 for gain in self.gains[-10:])
        if len(self) % 7 == 0:
            self.buy(size=1 + won)
        elif len(self) % 7 == 3 and self.position:
            self.close()


class OwnDeque(bt.Strategy):
    """A z-score over closes that it keeps itself."""

    def __init__(self) -> None:
        self.closes: collections.deque[float] = collections.deque(maxlen=20)

    def prenext(self) -> None:
        self.next()

    def next(self) -> None:
        self.closes.append(self.data.close[0])
        score = (self.closes[-1] - np.mean(self.closes)) / (np.std(self.closes) or 1.0)
        self.order_target_percent(target=float(np.clip(-score / 4, -0.5, 0.5)))


class SeededNoise(bt.Strategy):
    """Random, with generators that each run seeds anew."""

    def __init__(self) -> None:
        self.drawn, self.dice = np.random.default_rng(7), random.Random(7)

    def next(self) -> None:
        if self.drawn.random() < 0.2:
            self.order_target_size(target=self.dice.randint(-5, 5))


class RanksItsFeeds(bt.Strategy):
    """Holds the stronger of two feeds, from the month's first bar on."""

    def __init__(self) -> None:
        self.roc = {data: bt.ind.ROC(data.close, period=15) for data in self.datas}
        self.month = 0

    def next(self) -> None:
        month = self.datetime.date(0).month
        if month == self.month:
            return
        self.month = month
        best = max(self.datas, key=lambda data: self.roc[data][0])
        for data in self.datas:
            self.order_target_percent(data, target=0.8 if data is best else 0.0)


class OnATimer(bt.Strategy):
    """Acts when a timer calls it, at the month's first session."""

    def __init__(self) -> None:
        self.add_timer(when=bt.Timer.SESSION_START, monthdays=[1], monthcarry=True)

    def notify_timer(self, timer: Any, when: Any, *arguments: Any, **named: Any) -> None:
        self.order_target_percent(target=0.3 if self.getposition().size else 0.6)

    def next(self) -> None:
        pass


class BreaksItsLosses(bt.Strategy):
    """Watches the account's own value, and stays out after a drawdown."""

    def __init__(self) -> None:
        self.best, self.out_until = 0.0, 0

    def next(self) -> None:
        value = self.broker.getvalue()
        self.best = max(self.best, value)
        if value < 0.97 * self.best:
            self.best, self.out_until = value, len(self) + 10
        self.order_target_percent(target=0.9 if len(self) > self.out_until else 0.0)


class SlicesWhatIsKnown(bt.Strategy):
    """Reads arrays and tables of its feed, and only the bars so far."""

    def next(self) -> None:
        known = self.data.p.bars.close[: len(self)]
        also = np.array(self.data.close.array[: len(self)])
        got = self.data.close.get(ago=0, size=10)
        above = len(got) == 10 and known[-1] > np.mean(got) and also[-1] > np.mean(also)
        self.order_target_size(target=4 if above else 0)


class Midpoint(bt.Indicator):
    """An indicator with both ways to compute it."""

    lines = ("middle",)

    def next(self) -> None:
        self.lines.middle[0] = (self.data.high[0] + self.data.low[0]) / 2

    def once(self, start: int, end: int) -> None:
        high, low, middle = self.data.high.array, self.data.low.array, self.lines.middle.array
        for place in range(start, end):
            middle[place] = (high[place] + low[place]) / 2


class OwnIndicator(bt.Strategy):
    """An indicator of its own, averaged, and delayed by a bar."""

    def __init__(self) -> None:
        self.middle = bt.ind.SMA(Midpoint(self.data).middle, period=8)
        self.rises = self.middle > self.middle(-1)

    def next(self) -> None:
        self.order_target_percent(target=0.7 if self.rises[0] else -0.2)


class Signals(bt.SignalStrategy):
    """Declared signals in place of orders."""

    def __init__(self) -> None:
        self.signal_add(bt.SIGNAL_LONGSHORT, bt.ind.CrossOver(self.data, bt.ind.SMA(period=12)))


class StopsInAndOut(bt.Strategy):
    """Stop-limit entries, and closes it all at a month's last session that it can count."""

    def next(self) -> None:
        if not self.position and len(self) % 5 == 0:
            high = max(self.data.high.get(size=5) or [self.data.high[0]])
            self.buy(size=2, exectype=bt.Order.StopLimit, price=high, plimit=1.01 * high)
        elif self.position and len(self) % 20 == 0:
            self.close()


class FiltersTheTrend(PlaybookStrategy):
    """A Kalman filter of the log price, updated bar by bar, which sets the weight."""

    def __init__(self) -> None:
        super().__init__()
        self.level, self.slope, self.variance = None, 0.0, 1.0

    def target_weights(self) -> dict[Any, float]:
        price = float(np.log(self.data.close[0]))
        if self.level is None:
            self.level = price
        self.variance += 1e-4
        gain = self.variance / (self.variance + 1e-2)
        surprise = price - self.level - self.slope
        self.level += self.slope + gain * surprise
        self.slope += 0.1 * gain * surprise
        self.variance *= 1.0 - gain
        return {self.data: float(np.clip(100.0 * self.slope, -1.0, 1.0))}


HONEST = (
    GoldenCross, Brackets, OneCancelsTheOther, TrailingStops, CancelsOldOrders, LearnsFromTrades,
    OwnDeque, SeededNoise, RanksItsFeeds, OnATimer, BreaksItsLosses, SlicesWhatIsKnown,
    OwnIndicator, Signals, StopsInAndOut, FiltersTheTrend,
)  # fmt: skip
