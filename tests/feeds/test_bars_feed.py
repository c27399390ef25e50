"""BarsFeed delivers what PandasData delivers, bar for bar, in every mode of cerebro."""

import datetime as dt
import pickle
from dataclasses import replace
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.calendars import CalendarError
from btplaybook.feeds.simulated.prices import simulated_bars

LINES = ("datetime", "open", "high", "low", "close", "volume", "openinterest", "dividend")

MODES = [
    pytest.param({}, id="preloaded"),
    pytest.param({"runonce": False}, id="preloaded-bar-by-bar"),
    pytest.param({"preload": False}, id="not-preloaded"),
    pytest.param({"preload": False, "runonce": False}, id="neither"),
    pytest.param({"exactbars": 1}, id="least-memory"),
    pytest.param({"exactbars": -1}, id="less-memory"),
    pytest.param({"lookahead": 3}, id="lookahead"),
]


class DividendData(bt.feeds.PandasData):
    """The stock feed, with our extra line: the oracle."""

    lines = ("dividend",)
    params = (("dividend", -1),)


class Recorder(bt.Strategy):
    """Writes down all that it can see at each step, and an average that needs three bars."""

    params = (("period", 3),)

    def __init__(self) -> None:
        self.average = bt.indicators.SMA(self.data.close, period=self.p.period)
        self.seen: list[str] = []

    def prenext(self) -> None:
        self.next()

    def next(self) -> None:
        for feed in self.datas:
            if len(feed):
                values = [float(getattr(feed, line)[0]) for line in LINES]
                self.seen.append(repr((feed._name, len(feed), values, len(self.average))))


class FridaysOut:
    """A filter, after backtrader's own, that takes Friday's bars out."""

    def __init__(self, data: bt.feed.DataBase) -> None:
        pass

    def __call__(self, data: bt.feed.DataBase) -> bool:
        if data.datetime.date(0).weekday() == 4:
            data.backwards()
            return True
        return False


class FiveHoursWest(dt.tzinfo):
    """A time zone without summer time."""

    def utcoffset(self, _: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(hours=-5)

    def dst(self, _: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(0)


@pytest.fixture(scope="module")
def bars() -> Bars:
    return simulated_bars(3, name="ONE").between("2006-01-01", "2006-06-30")


class Unasked(bt.brokers.BackBroker):
    """The broker of a run that is about lines alone."""

    pays_dividends = True


def cerebro_of(**mode: Any) -> bt.Cerebro:
    cerebro = bt.Cerebro(**mode)
    cerebro.broker = Unasked()
    return cerebro


def seen(*feeds: bt.feed.DataBase, **mode: Any) -> list[str]:
    cerebro = cerebro_of(stdstats=False, **mode)
    for feed in feeds:
        cerebro.adddata(feed)
    cerebro.addstrategy(Recorder)
    (recorder,) = cerebro.run()
    assert recorder.seen
    return recorder.seen


def stock(bars: Bars, **params: Any) -> DividendData:
    return DividendData(dataname=bars.frame(), name=bars.name, **params)


@pytest.mark.parametrize("mode", MODES)
class TestEqualsPandasData:
    def test_whole(self, bars: Bars, mode: dict[str, Any]) -> None:
        assert seen(BarsFeed(bars=bars), **mode) == seen(stock(bars), **mode)

    @pytest.mark.parametrize(
        ("window", "n_bars"),
        [
            pytest.param({"fromdate": dt.date(2006, 3, 1)}, 86, id="from"),
            pytest.param({"todate": dt.date(2006, 3, 1)}, 40, id="to"),
            pytest.param(
                {"fromdate": dt.datetime(2006, 2, 4), "todate": dt.datetime(2006, 2, 10)}, 5,
                id="week-both-included",
            ),
            pytest.param({"fromdate": dt.date(2000, 1, 1)}, 125, id="wider"),
        ],
    )  # fmt: skip
    def test_window(
        self, bars: Bars, mode: dict[str, Any], window: dict[str, Any], n_bars: int
    ) -> None:
        delivered = seen(BarsFeed(bars=bars, **window), **mode)
        assert delivered == seen(stock(bars, **window), **mode)
        assert len(delivered) == n_bars

    def test_feeds_of_different_dates(self, bars: Bars, mode: dict[str, Any]) -> None:
        frame = bars.frame()
        late = Bars.from_frame(frame.iloc[10:], "LATE")
        holes = Bars.from_frame(frame.drop(index=frame.index[5:60:7]), "HOLES")
        ended = Bars.from_frame(frame.iloc[:-20], "ENDED")
        # With exactbars=1 backtrader itself fails, with any feed, on a day without a bar.
        tables = (bars, late) if mode.get("exactbars") == 1 else (bars, late, holes, ended)
        ours = seen(*(BarsFeed(bars=table) for table in tables), **mode)
        assert ours == seen(*(stock(table) for table in tables), **mode)

    def test_filter(self, bars: Bars, mode: dict[str, Any]) -> None:
        ours, theirs = BarsFeed(bars=bars), stock(bars)
        for feed in (ours, theirs):
            feed.addfilter(FridaysOut)
        delivered = seen(ours, **mode)
        assert delivered == seen(theirs, **mode)
        assert len(delivered) < len(bars) * 0.85

    def test_run_again(self, bars: Bars, mode: dict[str, Any]) -> None:
        feed = BarsFeed(bars=bars, todate=dt.date(2006, 3, 1))
        assert seen(feed, **mode) == seen(feed, **mode)


@pytest.mark.parametrize("runonce", [True, False])
def test_resampling_equals_pandas_data(bars: Bars, runonce: bool) -> None:
    def weekly(feed: bt.feed.DataBase) -> list[str]:
        cerebro = cerebro_of(stdstats=False, runonce=runonce)
        cerebro.resampledata(feed, name="WEEKLY", timeframe=bt.TimeFrame.Weeks)
        cerebro.addstrategy(Recorder)
        (recorder,) = cerebro.run()
        return recorder.seen

    assert weekly(BarsFeed(bars=bars)) == weekly(stock(bars))


def test_an_input_time_zone_equals_pandas_data(bars: Bars) -> None:
    ours = seen(BarsFeed(bars=bars, tzinput=FiveHoursWest()))
    assert ours == seen(stock(bars, tzinput=FiveHoursWest()))
    assert ours != seen(BarsFeed(bars=bars))


def test_buffers_equal_those_of_pandas_data(bars: Bars) -> None:
    def buffers(feed: bt.feed.DataBase) -> list[bytes]:
        cerebro = cerebro_of(stdstats=False, lookahead=4)
        cerebro.adddata(feed)
        cerebro.addstrategy(bt.Strategy)
        cerebro.run()
        return [getattr(feed, line).array.tobytes() for line in LINES]

    ours = buffers(BarsFeed(bars=bars))
    assert ours == buffers(stock(bars))
    assert len(ours[0]) == 8 * (len(bars) + 4)


@pytest.mark.parametrize("maxcpus", [1, 2])
@pytest.mark.parametrize("optdatas", [True, False])
def test_optstrategy(bars: Bars, maxcpus: int, optdatas: bool) -> None:
    cerebro = cerebro_of(stdstats=False, maxcpus=maxcpus, optdatas=optdatas, optreturn=False)
    cerebro.adddata(BarsFeed(bars=bars))
    cerebro.optstrategy(Recorder, period=[3, 5])
    lengths = [len(recorder.seen) for (recorder,) in cerebro.run()]
    assert lengths == [len(bars), len(bars)]


class Ranged(BarsFeed):
    """A subclass with a line of its own, filled row by row in backtrader's way."""

    lines = ("range",)

    def _load(self) -> bool:
        loaded = super()._load()
        if loaded:
            self.lines.range[0] = self.lines.high[0] - self.lines.low[0]
        return loaded


class Unfilled(BarsFeed):
    """A subclass whose line nobody fills."""

    lines = ("spare",)


def test_a_subclass_may_add_a_line(bars: Bars) -> None:
    ranged, unfilled = Ranged(bars=bars, name="X"), Unfilled(bars=bars, name="X")
    assert seen(ranged) == seen(unfilled) == seen(BarsFeed(bars=bars, name="X"))
    assert list(ranged.lines.range.array) == (bars.high - bars.low).tolist()
    assert len(unfilled.lines.spare.array) == len(bars)
    assert np.isnan(unfilled.lines.spare.array).all()


def test_feed_is_picklable(bars: Bars) -> None:
    again = pickle.loads(pickle.dumps(BarsFeed(bars=bars, name="X")))
    assert again.bars == bars
    assert seen(again) == seen(BarsFeed(bars=bars, name="X"))


def test_name_and_calendar(bars: Bars) -> None:
    assert BarsFeed(bars=bars)._name == "ONE"
    assert BarsFeed(bars=bars, name="OTHER")._name == "OTHER"
    assert BarsFeed(dataname=bars).bars is bars
    assert BarsFeed(bars=bars).calendar == "XNYS"
    cerebro = bt.Cerebro()
    assert cerebro.adddata(BarsFeed(bars=bars), name="ADDED")._name == "ADDED"


@pytest.mark.parametrize("given", [None, pd.DataFrame(), "SPY.csv"])
def test_something_else_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match=r"BarsFeed needs bars=Bars\(\.\.\.\), got"):
        BarsFeed(dataname=given)


def test_period_end() -> None:
    # April 2020: Good Friday was the 10th; the bars break off in the middle of a week and month.
    dates = np.array(["2020-04-08", "2020-04-09", "2020-04-17", "2020-04-30", "2020-05-06"])
    ones = np.ones(5)
    feed = BarsFeed(bars=Bars("A", dates, ones, ones, ones, ones, ones, ones * 0))
    assert feed.period_end("week") == {dt.date(2020, 4, 9), dt.date(2020, 4, 17)}
    assert feed.period_end("month") == {dt.date(2020, 4, 30)}
    assert feed.period_end("day") == {dt.date.fromisoformat(date) for date in dates}
    with pytest.raises(CalendarError, match="every must be one of day, week, month"):
        feed.period_end("hour")


class Averages(bt.Strategy):
    """Uses lines, indicators and observers, and no volume."""

    def __init__(self) -> None:
        self.average = bt.indicators.SMA(period=3)
        self.range = bt.indicators.ATR(period=3)

    def next(self) -> None:
        if not self.position:
            self.buy(size=1)


class OnBalance(bt.Indicator):
    """Reads the volume of its feed."""

    lines = ("total",)

    def __init__(self) -> None:
        self.lines.total = bt.indicators.SumN(self.data.volume, period=2)


def without_volume(bars: Bars) -> Bars:
    return replace(bars, volume=np.full(len(bars), np.nan))


@pytest.mark.parametrize("mode", MODES)
def test_bars_without_volume_run_where_it_is_not_read(bars: Bars, mode: dict[str, Any]) -> None:
    totals = []
    for table in (bars, without_volume(bars)):
        cerebro = cerebro_of(**mode)  # with its observers
        cerebro.adddata(BarsFeed(bars=table))
        cerebro.addstrategy(Averages)
        cerebro.run()
        totals.append(cerebro.broker.getvalue())
    assert totals[0] == totals[1]


def test_bars_without_volume_can_be_resampled(bars: Bars) -> None:
    cerebro = cerebro_of()
    cerebro.resampledata(BarsFeed(bars=without_volume(bars)), timeframe=bt.TimeFrame.Weeks)
    cerebro.addstrategy(Averages)
    cerebro.run()
    assert cerebro.broker.getvalue() != 10_000.0


def test_an_indicator_of_volume_refuses_bars_without_it(bars: Bars) -> None:
    for table, expected in ((bars, None), (without_volume(bars), BarsError)):
        cerebro = cerebro_of()
        cerebro.adddata(BarsFeed(bars=table))
        cerebro.addindicator(OnBalance)
        cerebro.addstrategy(Averages)
        if expected is None:
            cerebro.run()
            continue
        with pytest.raises(expected, match="ONE has no volume: this strategy reads it") as raised:
            cerebro.run()
        assert raised.value.exit_code == 4


# -- dividends that a broker would not pay ---------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_broker_that_pays_no_dividends_is_refused(bars: Bars, mode: dict[str, Any]) -> None:
    n_paid = np.count_nonzero(bars.dividend)
    cerebro = bt.Cerebro(**mode)
    cerebro.adddata(BarsFeed(bars=bars))
    cerebro.addstrategy(Averages)
    with pytest.raises(BarsError) as refused:
        cerebro.run()
    line = str(refused.value)
    assert line.startswith(f"ONE: {n_paid} dividends would be lost")
    assert "cerebro.broker = OrderBroker()" in line
    assert "PlaybookBroker()" in line
    assert "bars.without_dividends()" in line
    assert "\n" not in line


def test_a_second_run_asks_again(bars: Bars) -> None:
    feed = BarsFeed(bars=bars)
    assert seen(feed)
    cerebro = bt.Cerebro()
    cerebro.adddata(feed)
    cerebro.addstrategy(Averages)
    with pytest.raises(BarsError, match="would be lost"):
        cerebro.run()


def test_resampled_and_replayed_bars_ask_too(bars: Bars) -> None:
    for add in (bt.Cerebro.resampledata, bt.Cerebro.replaydata):
        cerebro = bt.Cerebro()
        add(cerebro, BarsFeed(bars=bars), timeframe=bt.TimeFrame.Weeks)
        cerebro.addstrategy(Averages)
        with pytest.raises(BarsError, match="would be lost"):
            cerebro.run()


@pytest.mark.parametrize("case", ["none left", "outside"])
def test_backtraders_broker_may_have_bars_without_dividends(bars: Bars, case: str) -> None:
    day = bars.dates[np.flatnonzero(bars.dividend)[0]].item()
    feed = (
        BarsFeed(bars=bars.without_dividends())
        if case == "none left"
        else BarsFeed(bars=bars, todate=day - dt.timedelta(days=1))
    )
    cerebro = bt.Cerebro()
    cerebro.adddata(feed)
    cerebro.addstrategy(Averages)
    cerebro.run()
    assert cerebro.broker.getvalue() != 10_000.0
