"""Cerebros as people build them: data frames, a sizer, backtrader's own broker."""

import backtrader as bt
import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.recorded.recorder import Recorder


def ordinary(seed=0, rows=slice(0, 300)):
    """Return simulated bars as a frame."""
    return frame_of(sample("simulated", seed=seed), rows)


def frame_of(bars, rows=slice(None)):
    """Return bars as the frame that `PandasData` takes."""
    columns = ("open", "high", "low", "close", "volume")
    index = pd.DatetimeIndex(bars.dates)
    return pd.DataFrame({name: getattr(bars, name) for name in columns}, index).iloc[rows]


class Witness(bt.Analyzer):
    """What the broker and `notify_order` say themselves."""

    def start(self):
        self.values, self.cash, self.refs, self.bits = {}, {}, {}, []

    def notify_order(self, order):
        for bit in list(order.executed.exbits)[self.refs.get(order.ref, 0) :]:
            self.bits.append((bt.num2date(bit.dt).date(), order.data._name, bit.size, bit.price))
        self.refs[order.ref] = len(order.executed.exbits)

    def next(self):
        day = self.strategy.datetime.date(0)
        self.values[day] = self.strategy.broker.getvalue()
        self.cash[day] = self.strategy.broker.getcash()


@pytest.fixture
def build():
    """Return a function that builds a cerebro with a recorder and a witness."""

    def cerebro_of(kind, *feeds, sizer=None, commission=0.001, witness=Witness, **params):
        cerebro = bt.Cerebro()
        for number, data in enumerate(feeds or (ordinary(),)):
            feed = bt.feeds.PandasData(dataname=data) if isinstance(data, pd.DataFrame) else data
            cerebro.adddata(feed, name=f"F{number}")
        cerebro.addstrategy(kind, **params)
        if sizer:
            cerebro.addsizer(bt.sizers.PercentSizer, percents=sizer)
        cerebro.broker.setcash(100_000.0)
        cerebro.broker.setcommission(commission=commission)
        cerebro.addanalyzer(Recorder)
        cerebro.addanalyzer(witness, _name="witness")
        return cerebro

    return cerebro_of


@pytest.fixture(name="ordinary", scope="session")
def _ordinary():
    """Return the function that makes simulated bars a frame."""
    return ordinary
