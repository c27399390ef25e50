"""Lines of strategies in a cerebro of a user's own, as its recorder kept them."""

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.recorded.recorder import Recorder
from btplaybook.runners.runs.recorded.result import recorded


def frame_of(rows=slice(0, 300), seed=0):
    """Simulated bars as `PandasData` takes them."""
    bars = sample("simulated", seed=seed)
    columns = ("open", "high", "low", "close", "volume")
    values = {name: getattr(bars, name) for name in columns}
    return pd.DataFrame(values, pd.DatetimeIndex(bars.dates)).iloc[rows]


class Averages(bt.Strategy):
    """Hold the feed; draw an average."""

    params = (("period", 10),)

    def __init__(self):
        self.average = bt.ind.SMA(period=self.p.period)

    def next(self):
        if not self.position:
            self.buy(size=10)

    def plot_lines(self):
        return {f"SMA {self.p.period}": self.average}


class Weekly(bt.Strategy):
    """An average of the second, weekly feed, on both."""

    def __init__(self):
        self.average = bt.ind.SMA(self.data1, period=4)

    def plot_lines(self):
        return {"weekly": self.average, "days": {"weekly": self.average}}


def cerebro_of(prices, **settings):
    cerebro = bt.Cerebro(**settings)
    data = cerebro.adddata(bt.feeds.PandasData(dataname=prices), name="days")
    cerebro.addanalyzer(Recorder)
    return cerebro, data


@pytest.mark.parametrize(
    "settings", [{}, {"runonce": False}, {"preload": False}, {"exactbars": -1}, {"exactbars": 1}],
    ids=str,
)  # fmt: skip
def test_a_recorder_keeps_the_lines_by_date(settings):
    prices = frame_of()
    cerebro, _ = cerebro_of(prices, **settings)
    cerebro.addstrategy(Averages)
    (ran,) = cerebro.run()
    lines = recorded(ran).lines
    assert list(lines) == ["days"]
    found = lines["days"]["SMA 10"]
    expected = prices["close"].rolling(10).mean()
    assert list(found.index) == list(prices.index)
    if settings.get("exactbars") == 1:  # the newest values alone are kept
        expected = expected.where(found.notna())
        assert found.iloc[-1] == pytest.approx(expected.iloc[-1], rel=1e-12)
        assert 1 <= found.notna().sum() < 20
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("runonce", [True, False])
def test_a_weekly_line_is_laid_on_days_by_date(runonce):
    prices = frame_of()
    cerebro, data = cerebro_of(prices, runonce=runonce)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Weeks, name="weeks")
    cerebro.addstrategy(Weekly)
    (ran,) = cerebro.run()
    lines = recorded(ran).lines
    ends = [bt.num2date(stamp).date() for stamp in ran.data1.datetime.array]
    closes = pd.Series(np.array(ran.data1.close.array), pd.DatetimeIndex(ends))
    weekly = closes.rolling(4).mean()
    np.testing.assert_allclose(lines["weeks"]["weekly"], weekly, rtol=1e-12)
    daily = lines["days"]["weekly"]
    assert len(daily) == len(prices)
    for day, value in daily.items():
        before = weekly[weekly.index <= day]
        expected = before.iloc[-1] if len(before) else np.nan
        np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_bars_within_a_day_count_with_the_day_s_last():
    stamps = [
        day + pd.Timedelta(hours=hour)
        for day in pd.date_range("2020-01-06", "2020-01-17", freq="B")
        for hour in (10, 12, 16)
    ]
    closes = np.linspace(100.0, 130.0, len(stamps))
    prices = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), closes), stamps)
    cerebro = bt.Cerebro()
    feed = bt.feeds.PandasData(
        dataname=prices, timeframe=bt.TimeFrame.Minutes, volume=None, openinterest=None
    )
    cerebro.adddata(feed, name="days")
    cerebro.addstrategy(Averages, period=4)
    cerebro.addanalyzer(Recorder)
    (ran,) = cerebro.run()
    found = recorded(ran).lines["days"]["SMA 4"]
    expected = prices["close"].rolling(4).mean().groupby(prices.index.normalize()).nth(-1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert len(found) == 10


def test_strategies_of_one_cerebro_share_a_chart():
    cerebro, _ = cerebro_of(frame_of())
    for period in (5, 10, 5):
        cerebro.addstrategy(Averages, period=period)
    ran = cerebro.run()
    assert list(recorded(ran[0]).lines["days"].columns) == ["SMA 5", "SMA 10", "SMA 5 (2)"]


def test_each_set_of_an_optstrategy_keeps_its_own():
    cerebro, _ = cerebro_of(frame_of())
    cerebro.optstrategy(Averages, period=(5, 10))
    ran = cerebro.run(maxcpus=2)
    labels = [list(recorded(each[0]).lines["days"].columns) for each in ran]
    assert labels == [["SMA 5"], ["SMA 10"]]


def test_a_bad_answer_ends_the_report_and_not_the_user_s_run():
    class Bad(bt.Strategy):
        def plot_lines(self):
            return {"x": [1.0]}

    cerebro, _ = cerebro_of(frame_of())
    cerebro.addstrategy(Bad)
    (ran,) = cerebro.run()
    with pytest.raises(ParameterError, match="'x' has 1 values, and days has 300 bars"):
        recorded(ran)
