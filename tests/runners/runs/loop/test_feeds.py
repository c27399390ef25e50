"""Feeds of every kind give the same bits: tables, files, minutes, time zones, weeks out of days."""

import datetime as dt

import backtrader as bt
import numpy as np
import pandas as pd
import pytest
from markets import feed, frame, several
from same_bits import differences

from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.samples import sample


class Looks(bt.Strategy):
    """Reads its feeds in every way, and trades a little."""

    def __init__(self):
        self.told = []

    def prenext(self):
        self.next()

    def next(self):
        for data in self.datas:
            if not len(data):
                continue
            close = data.close
            self.told.append((
                close[0], close[-1], close.get(size=3), close.get(ago=-1, size=2), close.array[0],
                data.datetime[0], data.datetime.date(0), data.datetime.time(), data.num2date(),
                data.datetime.datetime(0, naive=False), data.datetime.dt(), data.datetime.tm(),
                close.plotrange(0, 3), close.getzero(1, 2), close.getzeroval(2), data.lines[0][0],
                len(close), data.buflen(), data.volume[0], list(data.get(size=2)), data[0],
                self.data_close[0], data._name, data.close.idx, data.lines.datetime.tm_raw(),
                data.tick_close, data.tick_last, getattr(data, "tick_volume", "none"),
                data.datetime.date(-1) if len(data) > 1 else None,
            ))  # fmt: skip
            if len(data) < data.buflen():
                self.told.append(close[1])
            if len(self) % 5 == 0:
                self.buy(data, size=3, exectype=bt.Order.Limit, price=close[0], valid=0)
            elif len(self) % 7 == 0:
                self.close(data)


def same(add, looks=("nobody", "always"), **options):
    def set_up(cerebro):
        add(cerebro)
        cerebro.addstrategy(Looks)

    return differences(set_up, looks, **options)


def _one(**options):
    return lambda cerebro: cerebro.adddata(feed(4, feed_options=options))


def ours(cerebro):
    bars = sample("sp500").between(dt.date(2012, 1, 1), dt.date(2012, 3, 30))
    cerebro.adddata(BarsFeed(bars=bars.without_dividends()))


TABLES = {
    "from a date": _one(fromdate=dt.datetime(2020, 1, 20)),
    "to a date": _one(todate=dt.datetime(2020, 3, 9)),
    "nothing in between": lambda c: (
        several(c, 2),
        c.adddata(feed(4, feed_options={"fromdate": dt.datetime(2031, 1, 1)})),
    ),
    "columns by name": lambda c: c.adddata(
        feed(4, feed_options={"open": "close", "volume": None, "high": 1})
    ),
    "dates in a column": lambda c: c.adddata(
        bt.feeds.PandasData(dataname=frame(4).reset_index(), datetime=0)
    ),
    "whole prices": lambda c: c.adddata(bt.feeds.PandasData(dataname=frame(4).astype(int))),
    "small floats": lambda c: c.adddata(bt.feeds.PandasData(dataname=frame(4).astype("float32"))),
    "text": lambda c: c.adddata(bt.feeds.PandasData(dataname=frame(4).astype(object))),
    "nullable": lambda c: c.adddata(bt.feeds.PandasData(dataname=frame(4).astype("Float64"))),
    "booleans": lambda c: c.adddata(
        bt.feeds.PandasData(dataname=frame(4).assign(volume=lambda t: t.close > t.open))
    ),
    "minutes": lambda c: c.adddata(
        feed(4, freq="7min", start="2020-01-01 15:58",
             feed_options={"timeframe": bt.TimeFrame.Minutes, "sessionend": dt.time(17, 30)})
    ),
    "odd moments": lambda c: c.adddata(feed(4, freq="86399.123457s")),
    "zone of the table": lambda c: c.adddata(
        bt.feeds.PandasData(dataname=frame(4).tz_localize("America/New_York"))
    ),
    "session": _one(sessionend=dt.time(16, 0)),
    "room ahead": lambda c: several(c, 2),
    "one bar": lambda c: c.adddata(feed(4, n_bars=1)),
    "ours": ours,
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_tables(table):
    assert same(TABLES[table], lookahead=3 if table == "room ahead" else 0) == []


class Zone(dt.tzinfo):
    """A zone as backtrader wants it, with `localize`."""

    def utcoffset(self, moment):
        return dt.timedelta(hours=-5)

    def dst(self, moment):
        return dt.timedelta(0)

    def localize(self, moment):
        return moment.replace(tzinfo=self)


@pytest.mark.parametrize("named", [["tz"], ["tzinput"], ["tz", "tzinput"]], ids=str)
def test_time_zones(named):
    options = {"timeframe": bt.TimeFrame.Minutes, **dict.fromkeys(named, Zone())}

    def add(cerebro):
        cerebro.adddata(feed(4, freq="h", feed_options=options))

    assert same(add) == []
    assert same(add, ["always"], tz=Zone()) == []


def test_a_file(tmp_path):
    path = tmp_path / "bars.csv"
    frame(6).to_csv(path)

    def add(cerebro):
        cerebro.adddata(
            bt.feeds.GenericCSVData(dataname=str(path), dtformat="%Y-%m-%d", openinterest=-1)
        )

    assert same(add) == []


def weeks(cerebro):
    cerebro.adddata(feed(4))
    cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Weeks)


def weeks_alone(cerebro):
    cerebro.resampledata(feed(4), timeframe=bt.TimeFrame.Weeks)


def two_time_frames(cerebro):
    cerebro.adddata(feed(4))
    table = frame(4).resample("W-FRI").last()
    cerebro.adddata(bt.feeds.PandasData(dataname=table, timeframe=bt.TimeFrame.Weeks))


def hours(cerebro):
    options = {"timeframe": bt.TimeFrame.Minutes, "compression": 10}
    cerebro.adddata(feed(4, freq="10min", feed_options=options))
    cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Minutes, compression=60)


def weeks_by_hand(cerebro):
    cerebro.adddata(feed(4))
    weekly = feed(4)
    weekly.resample(timeframe=bt.TimeFrame.Weeks)
    cerebro.adddata(weekly)


@pytest.mark.parametrize(
    ("add", "fast"),
    [(weeks, False), (weeks_alone, False), (hours, False), (weeks_by_hand, True),
     (two_time_frames, True)],
)  # fmt: skip
def test_longer_time_frames(add, fast):
    assert same(add, fast=fast) == []


class Weekly(bt.Strategy):
    """Holds days against the average of weeks, whose line it couples to the days."""

    def __init__(self):
        self.weekly = bt.ind.SMA(self.data1, period=3)
        self.daily = bt.ind.SMA(self.data0, period=5)

    def next(self):
        if self.daily[0] > self.weekly[0]:
            self.order_target_percent(target=0.5)
        else:
            self.close()


class Coupled(Weekly):
    def __init__(self):
        super().__init__()
        self.signal = self.daily > self.weekly()


@pytest.mark.parametrize("kind", [Weekly, Coupled])
@pytest.mark.parametrize("add", [weeks, two_time_frames], ids=lambda one: one.__name__)
def test_indicators_of_two_time_frames(kind, add):
    def set_up(cerebro):
        add(cerebro)
        cerebro.addstrategy(kind)

    assert differences(set_up, ["nobody", "always"], fast=None) == []


def test_a_filter():
    def add(cerebro):
        data = feed(4)
        data.addfilter_simple(lambda data: data.close[0] < 100)
        cerebro.adddata(data)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame(5)))
        cerebro.datas[1].addfilter(bt.filters.HeikinAshi)

    assert same(add) == []


class Adjusted(bt.feeds.PandasData):
    """Has a line of its own, which the table may lack."""

    lines = ("signal", "absent")
    params = (("signal", -1), ("absent", -1))


class Doubled(bt.feeds.PandasData):
    """Looks at each row."""

    def _load(self):
        there = super()._load()
        if there:
            self.lines.close[0] *= 2
        return there


@pytest.mark.parametrize("kind", [Adjusted, Doubled])
def test_feeds_of_other_classes(kind):
    table = frame(4)
    table["Signal"] = np.arange(len(table))
    assert same(lambda cerebro: cerebro.adddata(kind(dataname=table))) == []


def test_bars_that_compensate_each_other():
    def add(cerebro):
        several(cerebro, 2)
        cerebro.datas[1].compensate(cerebro.datas[0])

    assert same(add) == []


def test_dates_out_of_order_take_backtraders_loop():
    table = frame(4, n_bars=40)
    for rows in (pd.concat([table.iloc[:20], table.iloc[19:]]), table.iloc[::-1]):

        def add(cerebro, rows=rows):
            cerebro.adddata(bt.feeds.PandasData(dataname=rows))
            cerebro.adddata(feed(5, n_bars=40))

        assert same(add, fast=False) == []
