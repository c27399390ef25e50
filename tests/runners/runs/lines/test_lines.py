"""Lines of `plot_lines`: values by date, the feed that each belongs to, and bad answers."""

import datetime

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sign.sign_s1 import SignS1
from btplaybook.strategies.sma_switch import SmaSwitch

ARITHMETIC = 1e-12
OTHER = "OTHER"


def bars_of(name="ONE", seed=0, rows=slice(0, 300)):
    """Simulated bars, some of them."""
    whole = sample("simulated", seed=seed)
    columns = ("open", "high", "low", "close", "volume")
    values = {column: getattr(whole, column)[rows] for column in columns}
    dates = whole.dates[rows]
    return Bars(name, dates, **values, dividend=np.zeros(len(dates)), price_only=True)


def average(bars, period):
    """The oracle: pandas' rolling mean by date."""
    index = pd.DatetimeIndex(bars.dates)
    return pd.Series(bars.close, index).rolling(period).mean()


def same(found, expected):
    """Assert that two Series hold the same values by date, NaN where the other has it."""
    np.testing.assert_array_equal(found.index, expected.index)
    np.testing.assert_allclose(found, expected, rtol=ARITHMETIC)


def test_the_sma_switch_draws_its_average_from_the_opening_day_on():
    bars = bars_of()
    result = run(SmaSwitch, bars, period=20, start=str(bars.dates[11]), strips=False)
    assert list(result.lines) == ["ONE"]
    frame = result.lines["ONE"]
    assert list(frame.columns) == ["SMA 20"]
    assert frame.index[0] == result.daily.index[0] == pd.Timestamp(bars.dates[10])
    same(frame["SMA 20"], average(bars, 20).iloc[10:])
    assert frame["SMA 20"].isna().sum() == 9
    assert "SMA 20" not in result.to_json()


def test_a_rule_of_its_own_in_a_subclass_has_no_average():
    class Other(SmaSwitch):
        @classmethod
        def rule_call(cls, params):
            return SignS1.rule_call({"d": 1})

    assert run(Other, bars_of(), strips=False).lines == {}


def test_a_strategy_without_the_method_or_without_lines_has_none():
    class Plain(bt.Strategy):
        pass

    class House(PlaybookStrategy):
        def target_weights(self):
            return 1.0

    assert run(Plain, bars_of(), strips=False).lines == {}
    assert run(House, bars_of(), strips=False).lines == {}


class Many(bt.Strategy):
    """Every kind of answer, on two feeds."""

    def __init__(self):
        self.bands = bt.ind.BollingerBands(period=10)
        self.second = bt.ind.SMA(self.data1, period=5)
        self.of_line = bt.ind.SMA(self.data1.close, period=5)
        self.nested = bt.ind.SMA(self.second, period=3)
        self.double = self.second * 2.0
        self.above = self.data1.high - self.data1.low
        self.yesterday = self.data1.close(-1)
        self.seen = []

    def prenext(self):
        self.seen.append(np.nan)

    def next(self):
        self.seen.append(self.data.close[0])

    def plot_lines(self):
        return {
            "middle": self.bands,
            "top": self.bands.top,
            "second": self.second,
            "of line": self.of_line,
            "nested": self.nested,
            "double": self.double,
            "range": self.above,
            "yesterday": self.yesterday,
            "feed": self.data1,
            "seen": self.seen,
            "given": pd.Series([1.0, np.nan], index=[datetime.date(2005, 1, 1), LATER]),
            OTHER: {"low": self.data.low},
        }


LATER = datetime.date(2005, 6, 1)


@pytest.mark.parametrize("preload", [True, False])
def test_each_line_belongs_to_the_feed_that_it_ticks_with(preload):
    first, second = bars_of(), bars_of(OTHER, seed=1)
    lines = run(Many, [first, second], strips=False, preload=preload).lines
    assert list(lines) == ["ONE", OTHER]
    assert list(lines["ONE"].columns) == ["middle", "top", "seen", "given"]
    assert list(lines[OTHER].columns) == [
        "second", "of line", "nested", "double", "range", "yesterday", "feed", "low"
    ]  # fmt: skip
    one, other = lines["ONE"], lines[OTHER]
    same(one["middle"], average(first, 10))
    top = average(first, 10) + 2.0 * pd.Series(first.close, one.index).rolling(10).std(ddof=0)
    np.testing.assert_allclose(one["top"], top, rtol=1e-9)
    for label in ("second", "of line"):
        same(other[label], average(second, 5))
    np.testing.assert_allclose(other["double"], 2.0 * average(second, 5), rtol=ARITHMETIC)
    np.testing.assert_allclose(other["nested"], average(second, 5).rolling(3).mean(), rtol=1e-12)
    np.testing.assert_allclose(other["range"], second.high - second.low, rtol=ARITHMETIC)
    np.testing.assert_array_equal(other["yesterday"].iloc[1:], second.close[:-1])
    np.testing.assert_array_equal(other["feed"], second.close)
    np.testing.assert_array_equal(other["low"], first.low)
    known = one["seen"].dropna()
    np.testing.assert_array_equal(known, first.close[len(first) - len(known) :])
    given = one["given"]
    assert given.first_valid_index() == one.index[0]
    assert (given[given.index < str(LATER)] == 1.0).all()
    assert given[given.index >= str(LATER)].isna().all()


@pytest.mark.parametrize("preload", [True, False])
def test_feeds_that_begin_late_and_have_gaps_keep_their_own_dates(preload):
    class Both(bt.Strategy):
        def __init__(self):
            self.late = bt.ind.SMA(self.data1, period=5)

        def plot_lines(self):
            return {"late": self.late, self.data: {"of the other": self.late}}

    first = bars_of()
    keep = np.array([t for t in range(60, 300) if t % 7])
    second = bars_of(OTHER, seed=1, rows=keep)
    lines = run(Both, [first, second], strips=False, preload=preload).lines
    expected = average(second, 5)
    same(lines[OTHER]["late"], expected)
    on_first = lines["ONE"]["of the other"]
    assert len(on_first) == len(first)
    same(on_first, expected.reindex(on_first.index, method="ffill"))
    assert on_first.iloc[:64].isna().all()


def test_a_series_of_weeks_is_a_staircase_and_a_zone_s_local_date_counts():
    fridays = pd.date_range("2005-01-07", "2006-06-01", freq="W-FRI")
    weekly = pd.Series(np.arange(len(fridays), dtype=float), fridays)
    zoned = weekly.set_axis(fridays.tz_localize("America/New_York") + pd.Timedelta(hours=16))
    periods = weekly.set_axis(pd.period_range("2005-01-07", periods=len(fridays), freq="W-FRI"))

    class Weekly(bt.Strategy):
        def plot_lines(self):
            return {"weekly": weekly, "zoned": zoned, "periods": periods}

    bars = bars_of()
    frame = run(Weekly, bars, strips=False).lines["ONE"]
    for day, value in frame["weekly"].items():
        before = fridays[fridays <= day]
        assert np.isnan(value) if before.empty else value == weekly[before[-1]]
    for label in ("zoned", "periods"):
        pd.testing.assert_series_equal(frame[label], frame["weekly"], check_names=False)


def test_a_numbered_series_is_a_value_for_each_bar_and_infinity_is_none():
    class Numbered(bt.Strategy):
        def plot_lines(self):
            closes = pd.Series(np.array(self.data.close.array))
            return {"max": closes.rolling(3).max(), "inf": [np.inf, *closes[1:]]}

    bars = bars_of()
    frame = run(Numbered, bars, strips=False).lines["ONE"]
    np.testing.assert_array_equal(frame["max"], pd.Series(bars.close).rolling(3).max())
    assert np.isnan(frame["inf"].iloc[0])
    np.testing.assert_array_equal(frame["inf"].iloc[1:], bars.close[1:])


def test_a_run_that_is_stopped_early_keeps_what_it_saw():
    class Short(bt.Strategy):
        def __init__(self):
            self.seen = []

        def next(self):
            self.seen.append(self.data.close[0])
            if len(self) == 50:
                self.env.runstop()

        def plot_lines(self):
            return {"seen": self.seen}

    bars = bars_of()
    seen = run(Short, bars, strips=False).lines["ONE"]["seen"]
    np.testing.assert_array_equal(seen.iloc[:50], bars.close[:50])


class Counted(SmaSwitch):
    """The switch, counting who asks."""

    asked = 0

    def plot_lines(self):
        type(self).asked += 1
        return super().plot_lines()


class CountedOrders(bt.Strategy):
    """A strategy that sends its own orders, counting who asks."""

    asked = 0

    def next(self):
        if len(self) % 20 == 0:
            self.order_target_percent(target=0.9 if len(self) % 40 else 0.0)

    def plot_lines(self):
        type(self).asked += 1
        return {"close": self.data}


@pytest.mark.parametrize("kind", [Counted, CountedOrders])
def test_only_the_run_itself_asks_and_once(kind, monkeypatch):
    monkeypatch.setattr(kind, "asked", 0)
    bars = bars_of()
    run(kind, bars, figures_only=True)
    audit(kind, bars, cuts=1)
    tomorrow(kind, bars)
    assert kind.asked == 0
    run(kind, bars, strips=True)
    assert kind.asked == 1


def answering(answer):
    """A strategy called Guest whose `plot_lines` calls a function with the strategy."""
    return type("Guest", (bt.Strategy,), {"plot_lines": lambda self: answer(self)})


BAD = {
    "nothing": (lambda s: None, "must return label to line, as .* got None"),
    "a list": (lambda s: [1.0] * 300, "must return label to line, as .* got "),
    "a frame": (lambda s: pd.DataFrame({"a": [1.0]}), "must return label to line"),
    "too short": (lambda s: {"x": [1.0] * 299}, "'x' has 299 values, and ONE has 300 bars: return"),
    "too long": (lambda s: {"x": np.ones(301)}, "'x' has 301 values, and ONE has 300 bars"),
    "text": (lambda s: {"x": "close"}, "'x' must be a line, an indicator, .* got 'close'"),
    "texts": (lambda s: {"x": ["a"] * 300}, "'x' must be a line, an indicator, "),
    "a number": (lambda s: {"x": 1.0}, "'x' must be a line, an indicator, .* got 1.0"),
    "two columns": (lambda s: {"x": np.ones((300, 2))}, "'x' must be a line, an indicator, "),
    "a label that is none": (lambda s: {3: s.data}, "a label must be a text, got 3"),
    "an empty label": (lambda s: {" ": s.data}, "a label must be a text, got ' '"),
    "an unknown feed": (
        lambda s: {"OEN": {"x": s.data}},
        "names a feed 'OEN'; did you mean 'ONE'.; the feeds are ONE: return feed to lines",
    ),
    "one label twice": (
        lambda s: {"x": s.data, s.data: {"x": s.data}},
        "'x' is there twice for ONE",
    ),
    "an index without dates": (
        lambda s: {"x": pd.Series([1.0], index=["monday"])},
        "'x': the index of the Series must be dates",
    ),
    "a line of after the run": (
        lambda s: {"x": s.data.close + 1.0},
        r"'x' has no values: make the line in __init__\(\)",
    ),
    "an error of its own": (
        lambda s: {"x": s.no_such_indicator},
        "raised AttributeError: .*no_such_indicator",
    ),
}


@pytest.mark.parametrize(("answer", "words"), BAD.values(), ids=BAD)
def test_a_bad_answer_is_one_line_that_names_strategy_and_label(answer, words):
    with pytest.raises(ParameterError, match=rf"^Guest: plot_lines\(\):? ?{words}") as caught:
        run(answering(answer), bars_of(), strips=False)
    assert "\n" not in str(caught.value)
