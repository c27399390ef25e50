"""What the base class settles for every strategy."""

import datetime

import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.strategies.errors import StrategyError, StrategyStopped
from btplaybook.strategies.playbook_strategy import PlaybookStrategy, in_words

N = 60


def bars_of(name="A", first=0, start="2024-01-01"):
    days = np.busday_offset(start, np.arange(N), roll="forward")[first:]
    n = len(days)
    close = 100.0 + np.arange(n)
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    return Bars(name, days, volume=np.ones(n), dividend=np.zeros(n), calendar="24/7", **columns)


class Says(PlaybookStrategy):
    """Holds what a function of the strategy says."""

    params = (("say", None),)

    def target_weights(self):
        return self.p.say(self)


def run(say, *bars, broker=None, feed=None, **params):
    engine = bt.Cerebro(stdstats=False)
    engine.broker = broker or PlaybookBroker(cash=1e6)
    for table in bars or (bars_of(),):
        engine.adddata(
            feed(dataname=table.frame()) if feed else BarsFeed(bars=table), name=table.name
        )
    engine.addstrategy(Says, say=say, **params)
    (ran,) = engine.run()
    return ran


def test_none_is_no_change_and_a_feed_left_out_is_zero():
    def say(s):
        return {1: {s.data0: 0.5}, 3: {s.data1: 0.25}}.get(len(s))

    ran = run(say, bars_of("A"), bars_of("B"))
    weights = [decision.weights for decision in ran.decisions]
    assert weights[:4] == [(0.5, 0.0), (0.5, 0.0), (0.0, 0.25), (0.0, 0.25)]
    assert len(weights) == N
    assert [(f.instrument, f.target) for f in ran.broker.ledger.fills] == [
        ("A", 0.5),
        ("A", 0.0),
        ("B", 0.25),
    ]


def test_on_change_holds_shares_and_daily_holds_the_weight():
    held = run(lambda s: {s.data: 0.5}).broker.ledger
    level = run(lambda s: {s.data: 0.5}, rebalance="daily").broker.ledger
    assert len(held.fills) == 1
    assert {d.holdings for d in held.days} == {held.days[0].holdings}
    shares = [d.holdings[0] * d.closes[0] / d.equity for d in level.days]
    assert shares == pytest.approx([0.5] * N, rel=1e-12)


def test_a_late_feed_does_not_hold_up_the_others():
    ran = run(lambda s: {s.data0: 1.0}, bars_of("A"), bars_of("B", first=30))
    assert len(ran.decisions) == N


@pytest.mark.parametrize(
    ("say", "words"),
    [
        (lambda s: {s.data0: float("nan")}, "2024-01-01: the target weight of A is nan"),
        (lambda s: {s.data0: float("inf")}, "the target weight of A is inf"),
        (lambda s: {"A": 1.0}, "names 'A', which is no feed"),
        (lambda s: {s.data0: "all"}, "the target weight of A is 'all'"),
        (lambda s: {s.data1: 1.0}, "2024-01-01: B has a target but no bar yet"),
        (lambda s: 1.0, r"target_weights\(\) returns 1.0, and there are 2 feeds \(A, B\)"),
        (lambda s: [1.0, 0.0], r"must return feed to weight, .* got list \[1.0, 0.0\]"),
        (lambda s: "long", "got str 'long'"),
    ],
    ids=["NaN", "infinite", "a name", "text", "no bar yet", "a number", "a list", "a word"],
)
def test_a_decision_that_nobody_could_follow_stops_the_run(say, words):
    with pytest.raises(StrategyStopped, match=words):
        run(say, bars_of("A"), bars_of("B", first=30))


@pytest.mark.parametrize("weight", [0.5, np.float64(-0.5), 1, False])
def test_with_one_feed_a_number_is_its_weight(weight):
    ran = run(lambda s: weight)
    assert {decision.weights for decision in ran.decisions} == {(float(weight),)}


def test_with_one_feed_a_number_that_is_none_stops_the_run():
    with pytest.raises(StrategyStopped, match="the target weight of A is nan"):
        run(lambda s: float("nan"), bars_of("A"))


def test_a_strategy_without_target_weights_says_so():
    engine = bt.Cerebro()
    engine.broker = PlaybookBroker()
    engine.adddata(BarsFeed(bars=bars_of()))
    engine.addstrategy(PlaybookStrategy)
    with pytest.raises(NotImplementedError, match=r"PlaybookStrategy has no target_weights"):
        engine.run()


@pytest.mark.parametrize(
    ("every", "dates"),
    [
        ("week", ["2024-01-07", "2024-01-14"]),
        ("month", ["2024-01-31", "2024-02-29"]),
        ("quarter", ["2024-03-31"]),
    ],
)
def test_decisions_fall_on_last_sessions_known_from_the_calendar(every, dates):
    n = 92
    days = np.datetime64("2024-01-01") + np.arange(n)
    columns = dict.fromkeys(("open", "high", "low", "close"), np.full(n, 10.0))
    bars = Bars("A", days, volume=np.ones(n), dividend=np.zeros(n), calendar="24/7", **columns)
    ran = run(lambda s: {s.data: 1.0}, bars, every=every)
    assert [str(d.date) for d in ran.decisions][:2] == dates
    assert ran.decisions[-1].date <= datetime.date(2024, 3, 31)


def test_the_last_session_of_a_week_with_a_holiday_is_thursday():
    days = np.array(["2024-03-27", "2024-03-28", "2024-04-01", "2024-04-05"], "datetime64[D]")
    columns = dict.fromkeys(("open", "high", "low", "close"), np.full(4, 10.0))
    bars = Bars("A", days, volume=np.ones(4), dividend=np.zeros(4), calendar="XNYS", **columns)
    ran = run(lambda s: {s.data: 1.0}, bars, every="week")
    assert [str(d.date) for d in ran.decisions] == ["2024-03-28", "2024-04-05"]


def test_every_week_needs_a_feed_with_a_calendar():
    with pytest.raises(StrategyError, match="load the bars with BarsFeed"):
        run(lambda s: {s.data: 1.0}, feed=bt.feeds.PandasData, every="week")


# -- backtrader's own broker ----------------------------------------------------------------------


def plain_broker(coc):
    broker = bt.brokers.BackBroker()
    broker.setcash(1e6)
    broker.set_coc(coc)
    return broker


@pytest.mark.parametrize(
    ("coc", "params", "words"),
    [
        (False, {"fill": "close"}, r"fill='close' needs broker.set_coc\(True\)"),
        (True, {"fill": "next_open"}, r"fill='next_open' needs broker.set_coc\(False\)"),
        (False, {"fill": "next_open"}, "set size_at='decision'"),
        (False, {"fill": "next_close"}, "set size_at='decision'"),
        (True, {"fill": "never"}, "fill must be one of"),
    ],
    ids=str,
)
def test_a_broker_that_cannot_honour_the_fill_is_refused_with_what_to_set(coc, params, words):
    with pytest.raises(StrategyError, match=words):
        run(lambda s: {s.data: 0.5}, broker=plain_broker(coc), **params)


@pytest.mark.parametrize(
    ("coc", "fill"), [(True, "close"), (False, "next_open"), (False, "next_close")]
)
def test_a_plain_broker_ends_where_ours_does(coc, fill):
    def say(s):
        return {s.data: (0.5, -0.5, 0.0)[len(s) // 7 % 3]}

    settings = {"fill": fill, "size_at": "decision", "rebalance": "daily"}
    plain = run(say, broker=plain_broker(coc), **settings).broker.getvalue()
    ours = run(say, **settings).broker.getvalue()
    assert plain == pytest.approx(ours, rel=1e-9)


def test_a_margin_call_of_a_plain_broker_stops_the_run():
    with pytest.raises(StrategyStopped, match=r"A: order for .* shares: margin"):
        run(lambda s: {s.data: 1.5}, broker=plain_broker(True), fill="close")


# -- a portfolio that is set right again at its decisions ---------------------------------------


class Adjusts(Says):
    """Also says what to change between its decisions."""

    params = (("adjust", lambda s: None),)

    def between_decisions(self):
        return self.p.adjust(self)


def run_adjusting(say, adjust, *bars, **params):
    engine = bt.Cerebro(stdstats=False)
    engine.broker = PlaybookBroker(cash=1e6)
    for table in bars:
        engine.adddata(BarsFeed(bars=table), name=table.name)
    engine.addstrategy(Adjusts, say=say, adjust=adjust, **params)
    (ran,) = engine.run()
    return ran


def test_on_decision_goes_back_to_targets_that_did_not_change_and_only_then():
    bars = bars_of("A")
    ran = run(lambda s: {s.data0: 0.5}, bars, every="month", rebalance="on_decision")
    decided = [decision.date for decision in ran.decisions]
    assert len(decided) == 2
    assert [fill.date for fill in ran.broker.ledger.fills] == decided
    once = run(lambda s: {s.data0: 0.5}, bars, every="month", rebalance="on_change")
    assert [fill.date for fill in once.broker.ledger.fills] == decided[:1]


def test_between_decisions_only_what_is_named_is_ordered():
    trimmed_on = datetime.date(2024, 2, 14)

    def adjust(s):
        return {s.data1: -0.2} if s.datetime.date(0) == trimmed_on else None

    ran = run_adjusting(
        lambda s: {s.data0: 0.5, s.data1: -0.4},
        adjust,
        bars_of("A"),
        bars_of("B"),
        every="month",
        rebalance="on_decision",
    )
    on_that_day = [f for f in ran.broker.ledger.fills if f.date == trimmed_on]
    assert [(fill.instrument, fill.target) for fill in on_that_day] == [("B", -0.2)]
    (between,) = [decision for decision in ran.decisions if decision.partial]
    assert between[:2] == (trimmed_on, (0.5, -0.2))
    after = [f for f in ran.broker.ledger.fills if f.date > trimmed_on]
    assert [(fill.instrument, fill.target) for fill in after] == [("A", 0.5), ("B", -0.4)]


def test_nothing_is_asked_between_decisions_before_there_is_one():
    asked = []
    run_adjusting(
        lambda s: {s.data0: 0.5},
        lambda s: asked.append(s.datetime.date(0)),
        bars_of("A"),
        every="month",
    )
    assert min(asked) == datetime.date(2024, 2, 1)


def test_a_feed_that_ended_is_settled_at_its_last_close():
    ends = bars_of("A").between(None, "2024-02-15")

    def adjust(s):
        if s.data0.datetime.date(0) < s.datetime.date(0) and s.getposition(s.data0).size:
            s.settle(s.data0)

    def say(s):
        return {s.data0: 0.5} if s.data0.datetime.date(0) == s.datetime.date(0) else {}

    ran = run_adjusting(say, adjust, ends, bars_of("B"), every="month")
    bought, settled = ran.broker.ledger.fills
    assert (settled.date, settled.moment) == (datetime.date(2024, 2, 16), "settled")
    assert settled.price == ends.close[-1]
    assert settled.size == -bought.size
    held = bought.size * (ends.close[-1] - bought.price)
    assert ran.broker.ledger.days[-1].equity == pytest.approx(1e6 + held, rel=1e-12)
    assert ran.broker.unfilled == []


def test_what_waits_for_a_bar_that_never_comes_is_written_up_when_it_is_settled():
    ends = bars_of("A").between(None, "2024-02-15")

    def say(s):
        return {s.data0: 0.5 if s.datetime.date(0) < datetime.date(2024, 2, 16) else 0.0}

    def adjust(s):
        if s.datetime.date(0) == datetime.date(2024, 3, 7):
            s.settle(s.data0)

    ran = run_adjusting(say, adjust, ends, bars_of("B"), every="month")
    (waited,) = ran.broker.unfilled
    assert (waited.instrument, waited.target, waited.reason) == ("A", 0.0, "settled instead")
    assert ran.broker.ledger.days[-1].holdings == (0.0, 0.0)


def test_backtraders_own_broker_cannot_settle():
    ends = bars_of("A").between(None, "2024-02-15")

    def say(s):
        if s.datetime.date(0) > datetime.date(2024, 2, 16):
            s.settle(s.data0)

    plain = bt.brokers.BackBroker()
    plain.set_coc(True)
    with pytest.raises(StrategyStopped, match="A is held and has no bar since 2024-02-15"):
        run(say, ends, bars_of("B"), broker=plain)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SmaSwitch", "Sma switch"), ("ETFRotation", "ETF rotation"), ("RSI2", "RSI2"),
        ("N1", "N1"), ("MyRSI14Rule", "My RSI14 rule"), ("my_strat", "My strat"),
        ("smaCross", "Sma cross"), ("_X", "X"), ("__", "__"), ("SignalA", "Signal A"),
    ],
)  # fmt: skip
def test_a_class_is_named_in_words(name, words):
    assert in_words(name) == words
