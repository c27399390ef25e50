"""Every strategy in a plain cerebro: backtrader's broker, analyzers, observers, writers, plots."""

import dataclasses
import functools
import io
import json
import math
import subprocess
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import backtrader as bt
import numpy as np
import pandas as pd
import pytest
from backtrader.btrun import btrun

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs import registry
from btplaybook.strategies.errors import StrategyError, StrategyStopped
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sma_switch import SmaSwitch

OWN = {
    name: point.load()
    for name, point in registry.registered().items()
    if name != "sector-long-short"  # trades many feeds: tests/strategies/test_sector_long_short.py
    if point.value.startswith("btplaybook.")
}
PARAMETERS = {
    "pivot": {"mode": "fixed", "slow": 6, "fast": 1},
    "sign-s3": {"R": 2},
    "sign-s4": {"R": 2},
    "sma-switch": {"period": 8},
}
"""What makes a strategy trade often on a few hundred bars."""

ONCE_A_DAY = [name for name, kind in OWN.items() if len(kind.sessions) == 1]
TWICE_A_DAY = [name for name in OWN if name not in ONCE_A_DAY]
EVERY_STRATEGY = pytest.mark.parametrize("name", ONCE_A_DAY)
CLOSE = {"fill": "close"}
OPEN = {"fill": "next_open", "size_at": "decision"}
NEXT_CLOSE = {"fill": "next_close", "size_at": "decision"}
FILLS = pytest.mark.parametrize(
    ("coc", "timing"),
    [(True, CLOSE), (False, OPEN), (False, NEXT_CLOSE), (True, NEXT_CLOSE)],
    ids=["close", "next open", "next close", "next close, coc"],
)


def without_dividends(bars):
    return dataclasses.replace(bars, dividend=np.zeros(len(bars)))


@pytest.fixture(scope="module")
def bars() -> Bars:
    """120 simulated bars; a plain broker pays no dividends, so there are none."""
    return simulated(120)


def simulated(n_bars):
    whole = sample("simulated")
    return without_dividends(whole.between(None, whole.dates[n_bars - 1].item()))


def plain(*, coc=True, leverage=1e6, **scheme):
    broker = bt.brokers.BackBroker()
    broker.setcash(1e6)
    broker.set_coc(coc)
    broker.setcommission(leverage=leverage, **{"commission": 0.0, **scheme})
    return broker


def ours(**settings):
    return PlaybookBroker(cash=1e6, **settings)


def cerebro_of(name, broker, *feeds, cerebro=None, **params):
    """Wire a cerebro as a user would: feeds that are Bars become BarsFeeds."""
    engine = bt.Cerebro(**{"stdstats": False, **(cerebro or {})})
    engine.broker = broker
    for feed in feeds:
        engine.adddata(BarsFeed(bars=feed) if isinstance(feed, Bars) else feed)
    kind = OWN[name] if isinstance(name, str) else name
    engine.addstrategy(kind, **PARAMETERS.get(name, {}), **params)
    engine.addanalyzer(bt.analyzers.TimeReturn, _name="returns")
    return engine


def run(*arguments, **settings):
    (ran,) = cerebro_of(*arguments, **settings).run()
    return ran


def returns_of(ran):
    return list(ran.analyzers.returns.get_analysis().values())


@pytest.fixture(scope="module")
def usual(bars):
    """What a strategy earns every day with a kind of broker, run once."""

    @functools.cache
    def returns(name, broker=plain):
        return tuple(returns_of(run(name, broker(), bars)))

    return returns


def known_equity(ran):
    """Return the final value, less the cost of an order at the last close.

    A plain broker never fills that order.
    """
    value = ran.broker.getvalue()
    ledger = getattr(ran.broker, "ledger", None)
    if ledger is None:
        return value
    last = ledger.days[-1].date
    return value + sum(f.commission + f.slippage for f in ledger.fills if f.date == last)


# -- one equity, with either broker ------------------------------------------------------------


@EVERY_STRATEGY
@FILLS
def test_a_plain_broker_earns_every_day_what_ours_does(name, bars, coc, timing):
    at_home = run(name, plain(coc=coc), bars, **timing)
    exact = run(name, ours(), bars, **timing)
    assert at_home.decisions == exact.decisions
    assert len(exact.broker.ledger.fills) > 10
    assert returns_of(at_home) == pytest.approx(returns_of(exact), rel=1e-9, abs=1e-12)


@EVERY_STRATEGY
@pytest.mark.parametrize(
    ("scheme", "costs"),
    [
        ({"commission": 0.001}, Costs(percent_fee=0.001)),
        (
            {"commission": 0.005, "commtype": bt.CommInfoBase.COMM_FIXED, "stocklike": True},
            Costs(per_share=0.005),
        ),
    ],
    ids=["percent", "per share"],
)
def test_equal_commissions_come_to_equal_equity(name, bars, scheme, costs):
    exact = run(name, ours(costs=costs), bars)
    at_home = run(name, plain(**scheme), bars)
    assert known_equity(at_home) == pytest.approx(known_equity(exact), rel=1e-9)


@EVERY_STRATEGY
def test_equal_slippage_comes_to_equal_equity(name, bars):
    broker = plain()
    broker.set_slippage_perc(0.001, slip_out=True)
    exact = run(name, ours(costs=Costs(slippage_bps=10)), bars)
    assert known_equity(run(name, broker, bars)) == pytest.approx(known_equity(exact), rel=1e-9)


# -- other feeds, other engines ----------------------------------------------------------------


@EVERY_STRATEGY
def test_pandas_data_without_a_name_is_as_good(name, bars, usual):
    frame = bt.feeds.PandasData(dataname=bars.frame())
    assert returns_of(run(name, plain(), frame)) == [*usual(name)]


@EVERY_STRATEGY
@pytest.mark.parametrize(
    "cerebro",
    [
        {"exactbars": -1},
        {"exactbars": -2},
        {"runonce": False, "preload": False},
        {"quicknotify": True},
        {"stdstats": True},
    ],
    ids=str,
)
def test_every_mode_of_cerebro_gives_the_same(name, bars, cerebro, usual):
    assert returns_of(run(name, plain(), bars, cerebro=cerebro)) == [*usual(name)]


@EVERY_STRATEGY
def test_cheating_on_the_open_changes_nothing(name, bars):
    expected = returns_of(run(name, plain(coc=False), bars, **OPEN))
    cheating = run(name, plain(coc=False), bars, cerebro={"cheat_on_open": True}, **OPEN)
    assert returns_of(cheating) == expected


@EVERY_STRATEGY
@pytest.mark.parametrize("broker", [plain, ours])
def test_a_second_run_of_one_cerebro_gives_the_same(name, bars, broker):
    engine = cerebro_of(name, broker(), bars)
    first, second = (returns_of(engine.run()[0]) for _ in range(2))
    assert first == second


@EVERY_STRATEGY
def test_weekly_bars_are_decided_on_when_they_are_whole(name):
    bars = simulated(400)
    engine = cerebro_of(name, plain())
    engine.resampledata(BarsFeed(bars=bars), timeframe=bt.TimeFrame.Weeks)
    (ran,) = engine.run()
    last_bars = bars.frame().groupby(pd.Grouper(freq="W")).tail(1).index
    decided = [decision.date for decision in ran.decisions]
    assert len(decided) > 60
    assert decided == [day.date() for day in last_bars][-len(decided) :]


# -- what is attached to a cerebro -------------------------------------------------------------


@EVERY_STRATEGY
@pytest.mark.parametrize("broker", [plain, ours])
def test_analyzers_measure_what_the_account_did(name, bars, broker):
    engine = cerebro_of(name, broker(), bars)
    for kind in ("DrawDown", "TradeAnalyzer", "PyFolio", "SQN"):
        engine.addanalyzer(getattr(bt.analyzers, kind), _name=kind)
    engine.addanalyzer(
        bt.analyzers.SharpeRatio,
        _name="SharpeRatio",
        timeframe=bt.TimeFrame.Days,
        annualize=True,
        riskfreerate=0.0,
        stddev_sample=True,
    )
    (ran,) = engine.run()
    found = {analyzer.__class__.__name__: analyzer.get_analysis() for analyzer in ran.analyzers}
    daily = np.array(returns_of(ran))
    equity = np.cumprod(1 + daily)
    assert equity[-1] * 1e6 == pytest.approx(ran.broker.getvalue(), rel=1e-12)
    peaks = np.maximum.accumulate(np.concatenate([[1.0], equity]))[1:]
    deepest = 100 * (1 - equity / peaks).max()
    assert found["DrawDown"].max.drawdown == pytest.approx(deepest, rel=1e-9)
    sharpe = daily.mean() / daily.std(ddof=1) * math.sqrt(252)
    assert found["SharpeRatio"]["sharperatio"] == pytest.approx(sharpe, rel=1e-9)
    assert list(found["PyFolio"]["returns"].values()) == list(daily)
    trades = found["TradeAnalyzer"]
    assert trades.total.closed == found["SQN"]["trades"] > 10


@EVERY_STRATEGY
@pytest.mark.parametrize("broker", [plain, ours])
def test_sizers_observers_and_writers_change_nothing(name, bars, broker, usual):
    engine = cerebro_of(name, broker(), bars, cerebro={"stdstats": True})
    engine.addsizer(bt.sizers.PercentSizer, percents=10)
    for observer in ("DrawDown", "TimeReturn", "Value"):
        engine.addobserver(getattr(bt.observers, observer))
    written = io.StringIO()
    engine.addwriter(bt.WriterFile, csv=True, out=written)
    (ran,) = engine.run()
    assert returns_of(ran) == [*usual(name, broker)]
    value = ran.observers.value.lines.value
    assert value[0] == pytest.approx(ran.broker.getvalue(), rel=1e-12)
    rows = [line for line in written.getvalue().splitlines() if line[:1].isdigit()]
    assert len(rows) == len(bars)
    assert OWN[name].__name__ in written.getvalue()


@EVERY_STRATEGY
def test_it_is_plotted_without_a_display(name, bars):
    import backtrader.plot  # noqa: F401  it chooses a backend, which has to be undone
    import matplotlib

    matplotlib.use("Agg", force=True)
    from matplotlib import pyplot

    engine = cerebro_of(name, plain(), bars, cerebro={"stdstats": True})
    engine.run()
    ((figure,),) = engine.plot(iplot=False, style="line")
    try:
        words = [
            text.get_text() for axes in figure.axes for text in axes.findobj(matplotlib.text.Text)
        ]
        closes = [line.get_ydata() for axes in figure.axes for line in axes.lines]
        assert any(len(line) == len(bars) and np.allclose(line, bars.close) for line in closes)
        assert bars.name in " ".join(words)
        assert "<function" not in " ".join(words)
        picture = io.BytesIO()
        figure.savefig(picture, dpi=40)
        assert picture.tell() > 5_000
    finally:
        pyplot.close(figure)


OPTIMISE = """
import json, sys
import backtrader as bt
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.readers import read_bars
from btplaybook.runners.runs import registry

if __name__ == "__main__":
    told = {}
    every = [(maxcpus, exact) for maxcpus in (1, 2) for exact in (False, True)]
    for name, params in json.loads(sys.argv[2]).items():
        for maxcpus, exact in every:
            cerebro = bt.Cerebro(maxcpus=maxcpus)
            if exact:
                cerebro.broker = PlaybookBroker(cash=1e6)
            else:
                cerebro.broker.setcash(1e6)
                cerebro.broker.set_coc(True)
                cerebro.broker.setcommission(commission=0.0, leverage=1e6)
            cerebro.adddata(BarsFeed(bars=read_bars(sys.argv[1])))
            cerebro.addanalyzer(bt.analyzers.TimeReturn)
            cerebro.optstrategy(registry.resolve(name), rebalance=("on_change", "daily"), **params)
            for (ran,) in cerebro.run():
                returns = list(ran.analyzers[0].get_analysis().values())
                told.setdefault(name, []).append([maxcpus, exact, ran.p.rebalance, returns])
    print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def optimised(bars, tmp_path_factory):
    """What one process told of every strategy: it is the start of it that takes long."""
    folder = tmp_path_factory.mktemp("optimised")
    bars.frame().to_csv(folder / "bars.csv")
    (folder / "optimise.py").write_text(OPTIMISE)
    params = {name: PARAMETERS.get(name, {}) for name in ONCE_A_DAY}
    return json.loads(python(folder / "optimise.py", folder / "bars.csv", json.dumps(params)))


@EVERY_STRATEGY
def test_optstrategy_gives_what_single_runs_give(name, bars, optimised):
    expected = [
        [exact, rebalance, returns_of(run(name, broker(), bars, rebalance=rebalance))]
        for exact, broker in ((False, plain), (True, ours))
        for rebalance in ("on_change", "daily")
    ]
    both = [[maxcpus, *told] for maxcpus in (1, 2) for told in expected]
    assert optimised[name] == both


def python(*command):
    ended = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


# -- btrun, by a user's file -------------------------------------------------------------------

USERS_FILE = """
from btplaybook.brokers.playbook_broker import PlaybookBroker
from {module} import {kind}


class Mine({kind}):
    def stop(self):
        print(f"worth {{self.broker.getvalue()!r}}")


def at_close(cerebro):
    cerebro.broker.set_coc(True)
    no_cash_check(cerebro)


def no_cash_check(cerebro):
    cerebro.broker.setcommission(commission=0.0, leverage=1e6)


def exactly(cerebro):
    cerebro.broker = PlaybookBroker(cash=1e6)
"""


@EVERY_STRATEGY
@pytest.mark.parametrize(
    ("hook", "timing"),
    [("at_close", CLOSE), ("no_cash_check", OPEN), ("exactly", CLOSE)],
    ids=["close", "next open", "PlaybookBroker"],
)
def test_btrun_runs_a_users_file(name, bars, tmp_path, hook, timing):
    mine = tmp_path / "mine.py"
    kind = OWN[name]
    mine.write_text(USERS_FILE.format(module=kind.__module__, kind=kind.__name__))
    table = bars.frame().drop(columns="dividend").assign(openinterest=0)
    table.to_csv(tmp_path / "bars.csv")
    words = {**PARAMETERS.get(name, {}), **timing}
    keywords = ",".join(f"{key}={value!r}" for key, value in words.items())
    options = (
        *("--csvformat", "btcsv", "--data", tmp_path / "bars.csv", "--cash", "1000000"),
        *("--strategy", f"{mine}:Mine:{keywords}", "--hook", f"{mine}:{hook}"),
    )
    if (name, hook) == ("sma-switch", "exactly"):  # the command itself; it takes long to start
        printed = python(Path(sys.executable).with_name("btrun"), *options)
    else:
        printed = in_this_process(*options)
    broker = {"at_close": plain, "no_cash_check": lambda: plain(coc=False), "exactly": ours}[hook]
    expected = run(name, broker(), bars, **timing).broker.getvalue()
    assert printed.strip() == f"worth {expected!r}"


def in_this_process(*options):
    """What btrun prints: it loads a file by a method of importlib that Python takes back."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("ignore", DeprecationWarning)
        btrun([str(option) for option in options])
    return printed.getvalue()


# -- what a plain broker cannot do is refused --------------------------------------------------


def slipping(broker):
    broker.set_slippage_perc(0.001)


def slipping_or_not_filled(broker):
    broker.set_slippage_fixed(0.01, slip_match=False, slip_out=True)


def futures(broker):
    broker.setcommission(commission=0.005, commtype=bt.CommInfoBase.COMM_FIXED)


def multiplied(broker):
    broker.setcommission(commission=0.0, mult=10.0)


def interest(broker):
    broker.setcommission(commission=0.0, interest=0.03)


@EVERY_STRATEGY
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (slipping, "the next bar's high and low by this broker: set slip_out=True"),
        (slipping_or_not_filled, "the next bar's high and low"),
        (futures, "scheme of SIMULATED is one for futures: set stocklike=True"),
        (multiplied, "scheme of SIMULATED is one for futures"),
        (interest, "interest, on the entry price and a bar late"),
    ],
)
def test_a_setting_that_makes_it_inexact_is_refused(name, bars, setting, words):
    broker = plain()
    setting(broker)
    with pytest.raises(StrategyError, match=words):
        run(name, broker, bars)


@EVERY_STRATEGY
@pytest.mark.parametrize("broker", [plain, ours])
def test_replayed_bars_are_refused(name, bars, broker):
    engine = cerebro_of(name, broker())
    engine.replaydata(BarsFeed(bars=bars), timeframe=bt.TimeFrame.Weeks)
    with pytest.raises(StrategyError, match=r"SIMULATED is replayed.*use resampledata"):
        engine.run()


@EVERY_STRATEGY
def test_a_period_is_not_counted_in_resampled_bars(name, bars):
    engine = cerebro_of(name, plain(), every="month")
    engine.resampledata(BarsFeed(bars=bars), timeframe=bt.TimeFrame.Weeks)
    with pytest.raises(StrategyError, match="every='month' needs daily feeds"):
        engine.run()


# -- what a plain broker does without a word stops the run -------------------------------------


class Says(PlaybookStrategy):
    """Holds what a function of the strategy says."""

    params = (("say", None),)

    def target_weights(self):
        return self.p.say(self)


def rising(name="A", rate=0.0, without=()):
    """30 bars whose close grows by a rate; some days are left out."""
    kept = np.setdiff1d(np.arange(30), without)
    days = np.busday_offset("2024-01-01", kept, roll="forward")
    columns = dict.fromkeys(("open", "high", "low", "close"), 100.0 * (1 + rate) ** kept)
    n = len(kept)
    return Bars(name, days, volume=np.ones(n), dividend=np.zeros(n), calendar="24/7", **columns)


def test_the_cash_check_stops_what_is_all_in_and_says_how_to_lift_it(bars):
    with pytest.raises(StrategyStopped, match=r"SIMULATED: order for .*\(leverage=1e6\)"):
        run(SmaSwitch, plain(leverage=1.0), bars, period=8)


def test_a_notification_of_ones_own_hides_no_refused_order(bars):
    heard = []

    class Deaf(SmaSwitch):
        def notify_order(self, order):
            heard.append(order.status)

    with pytest.raises(StrategyStopped, match="margin"):
        run(Deaf, plain(leverage=1.0), bars, period=8)
    assert bt.Order.Completed in heard


def test_a_partly_filled_order_stops_the_run(bars):
    broker = plain()
    broker.set_filler(bt.fillers.FixedSize(size=100))
    with pytest.raises(StrategyStopped, match=r"2005-01-13: SIMULATED: order .* partial"):
        run(SmaSwitch, broker, bars, period=8)


@pytest.mark.parametrize("timing", [CLOSE, OPEN, NEXT_CLOSE], ids=str)
def test_no_order_fills_at_the_price_of_a_day_gone_by(timing):
    tables = (rising("A"), rising("B", without=[11, 12]))

    def say(s):
        return {s.data1: 0.5 if len(s) >= 12 else 0.0}

    broker = plain(coc=timing is CLOSE)
    with pytest.raises(StrategyStopped, match="2024-01-16: B has no bar"):
        run(Says, broker, *tables, say=say, **timing)
    (fill,) = run(Says, ours(), *tables, say=say, **timing).broker.ledger.fills
    assert fill.date == tables[1].dates[11].item()


def test_an_account_below_zero_is_not_traded_on():
    with pytest.raises(StrategyStopped, match=r"2024-01-05: the account is worth -73600\.00"):
        run(Says, plain(), rising(rate=0.2), say=lambda s: {s.data: -1.0})


@pytest.mark.parametrize("broker", [plain, ours])
@pytest.mark.parametrize("rebalance", ["on_change", "daily"])
@pytest.mark.parametrize("weight", [0.5, 0.0], ids=["held", "sold"])
def test_a_close_that_is_no_price_stops_the_run(broker, rebalance, weight):
    frame = rising().frame()
    frame.iloc[10, frame.columns.get_loc("close")] = math.nan

    def say(s):
        return {s.data: 0.5 if len(s) < 11 else weight}

    feed = bt.feeds.PandasData(dataname=frame)
    with pytest.raises(StrategyStopped, match="2024-01-15: the close of data0 is nan"):
        run(Says, broker(), feed, say=say, rebalance=rebalance)


@pytest.mark.parametrize("broker", [plain, ours])
def test_two_strategies_cannot_trade_one_feed(broker):
    engine = cerebro_of(Says, broker(), rising(rate=0.01), say=lambda s: {s.data: 0.5})
    engine.addstrategy(SmaSwitch, period=2)
    engine.addstrategy(bt.Strategy)
    words = "2024-01-02: A is traded by SmaSwitch and by Says: give each a cerebro of its own"
    with pytest.raises(StrategyStopped, match=words):
        engine.run()


@pytest.mark.parametrize("broker", [plain, ours])
def test_two_strategies_share_an_account_where_they_share_no_feed(broker):
    tables = (rising("A", rate=0.01), rising("B", rate=-0.02))
    engine = cerebro_of(Says, broker(), *tables, say=lambda s: {s.data0: 0.5}, rebalance="daily")
    engine.addstrategy(Says, say=lambda s: {s.data1: 0.25}, rebalance="daily")
    shared = engine.run()[0]
    both = run(
        Says, broker(), *tables, say=lambda s: {s.data0: 0.5, s.data1: 0.25}, rebalance="daily"
    )
    assert returns_of(shared) == pytest.approx(returns_of(both), rel=1e-9, abs=1e-12)


def test_a_subclass_may_write_the_hooks_of_backtrader_without_super(bars):
    called = set()

    class Mine(SmaSwitch):
        def start(self):
            called.add("start")

        def notify_cashvalue(self, cash, value):
            called.add("notify_cashvalue")

        def stop(self):
            called.add("stop")

    mine = run(Mine, plain(), bars, period=8)
    assert returns_of(mine) == returns_of(run("sma-switch", plain(), bars))
    assert called == {"start", "notify_cashvalue", "stop"}


def test_a_subclass_has_a_title_of_its_own():
    class FastSwitch(SmaSwitch):
        pass

    class ETFRotation(FastSwitch):
        title = "Rotation of ETFs"

    class Slower(ETFRotation):
        pass

    kinds = (PlaybookStrategy, SmaSwitch, FastSwitch, ETFRotation, Slower)
    assert [kind.title for kind in kinds] == [
        "Playbook strategy",
        "SMA switch",
        "Fast switch",
        "Rotation of ETFs",
        "Slower",
    ]


def test_a_title_that_is_a_method_is_refused_when_the_class_is_made():
    with pytest.raises(
        StrategyError,
        match='FastSwitch: title must be a text, as title = "Fast switch", got a classmethod',
    ):

        class FastSwitch(SmaSwitch):
            @classmethod
            def title(cls):
                return "Fast"


@pytest.mark.parametrize("name", TWICE_A_DAY)
@pytest.mark.parametrize("coc", [True, False])
def test_who_acts_twice_a_day_needs_our_broker_and_says_so(bars, name, coc):
    with pytest.raises(StrategyError, match=r"acts at the close and at the next open: .*Playbook"):
        cerebro_of(name, plain(coc=coc), bars).run()


@pytest.mark.parametrize("name", TWICE_A_DAY)
def test_who_acts_twice_a_day_is_at_home_with_our_broker(bars, name):
    engine = cerebro_of(name, ours(), bars, cerebro={"stdstats": True})
    engine.addanalyzer(bt.analyzers.TimeReturn, _name="returns")
    (ran,) = engine.run()
    returns = list(ran.analyzers.returns.get_analysis().values())
    assert np.prod(1.0 + np.array(returns)) == pytest.approx(engine.broker.getvalue() / 1e6)
    assert len(ran.broker.ledger.fills) == 2 * len(bars) - 1
