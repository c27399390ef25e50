"""Analyzers of the fast loop against backtrader's, by value, type and order of keys."""

from __future__ import annotations

import datetime as dt
from collections import deque
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.brokers.errors import RunStopped
from btplaybook.runners.runs.loop.analyzers.deferred import Deferred
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro

kinds = bt.analyzers
FRAMES = [bt.TimeFrame.Days, bt.TimeFrame.Weeks, bt.TimeFrame.Months, bt.TimeFrame.Years]
FRAMED: list[tuple[type, dict[str, Any]]] = [
    (kind, {"timeframe": frame})
    for kind in (kinds.TimeReturn, kinds.Returns, kinds.VWR, kinds.TimeDrawDown)
    for frame in [None, *FRAMES, bt.TimeFrame.NoTimeFrame]
]
EACH: list[tuple[type, dict[str, Any]]] = [
    *FRAMED,
    (kinds.TimeReturn, {"fund": True}),
    (kinds.TimeReturn, {"timeframe": bt.TimeFrame.Minutes, "compression": 60}),
    (kinds.SharpeRatio, {}),
    (kinds.SharpeRatio, {"timeframe": bt.TimeFrame.Days, "annualize": True}),
    (kinds.SharpeRatio, {"timeframe": bt.TimeFrame.Months, "stddev_sample": True, "fund": True}),
    (kinds.SharpeRatio, {"timeframe": bt.TimeFrame.Weeks, "riskfreerate": 0.0}),
    (kinds.SharpeRatio_A, {"timeframe": bt.TimeFrame.Months}),
    (kinds.PeriodStats, {"timeframe": bt.TimeFrame.Months}),
    (kinds.PeriodStats, {"zeroispos": True}),
    (kinds.DrawDown, {}),
    (kinds.DrawDown, {"fund": True}),
    (kinds.TradeAnalyzer, {}),
    (kinds.SQN, {}),
    (kinds.GrossLeverage, {}),
    (kinds.GrossLeverage, {"fund": True}),
]
OF_POSITIVE_VALUES: list[tuple[type, dict[str, Any]]] = [
    (kinds.Calmar, {}),
    (kinds.Calmar, {"timeframe": bt.TimeFrame.Weeks, "period": 5}),
    (kinds.LogReturnsRolling, {}),
    (kinds.LogReturnsRolling, {"timeframe": bt.TimeFrame.Months, "compression": 3}),
]
FIVE = [kinds.TimeReturn, kinds.SharpeRatio, kinds.DrawDown, kinds.Returns, kinds.TradeAnalyzer]


def bars(seed: int, length: int, start: str = "2004-01-05", freq: str = "B") -> pd.DataFrame:
    """Return a random walk of daily bars."""
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.02, length)))
    frame = {"open": close * np.exp(random.normal(0, 0.005, length)), "close": close}
    frame["high"] = np.maximum(frame["open"], close) * 1.003
    frame["low"] = np.minimum(frame["open"], close) * 0.997
    index = pd.date_range(start, periods=length, freq=freq)
    return pd.DataFrame({**frame, "volume": 1e5}, index=index)


def with_a_hole(frame: pd.DataFrame) -> pd.DataFrame:
    """Return bars of which one has no close."""
    frame.loc[frame.index[101], "close"] = np.nan
    return frame


class Abroad(dt.tzinfo):
    """Nine hours east, where a day of Greenwich's ends on the next."""

    def utcoffset(self, _moment: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(hours=9)

    def dst(self, _moment: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(0)


class Switch(bt.Strategy):
    """Long above the average and short below it."""

    params = (("size", 1_000), ("short", True), ("kind", float))

    def __init__(self) -> None:
        self.averages = [bt.ind.SMA(data, period=6) for data in self.datas]

    def next(self) -> None:
        for data, average in zip(self.datas, self.averages, strict=True):
            size = self.p.kind(self.p.size)
            if data.close[0] > average[0] and self.getposition(data).size <= 0:
                self.order_target_size(data, target=size)
            elif data.close[0] < average[0] and self.getposition(data).size >= 0:
                self.order_target_size(data, target=-size if self.p.short else 0)


class Idle(bt.Strategy):
    """No orders."""


class Once(bt.Strategy):
    """One order, which stays open."""

    def next(self) -> None:
        if len(self) == 3:
            self.buy(size=10)


class Within(bt.Strategy):
    """Trades that begin and end within a bar, and others."""

    def next(self) -> None:
        if len(self) % 5 == 0:
            self.buy(size=7)
            self.sell(size=7)
        elif len(self) % 5 == 1:
            self.buy(size=3)
        elif len(self) % 5 == 3:
            self.close()


class Saver(Switch):
    """Moves cash in and out between bars, by a name of its own."""

    def next(self) -> None:
        super().next()
        if len(self) % 40 == 0:
            getattr(self.broker, "_".join(("add", "cash")))(5_000.0 if len(self) % 80 else -3_000.0)


class Dealer(Switch):
    """Changes commission and leverage on the way."""

    def next(self) -> None:
        super().next()
        if len(self) == 50:
            self.broker.setcommission(commission=0.002, leverage=3.0)


class Halts(Switch):
    """Stops the run."""

    def next(self) -> None:
        super().next()
        if len(self) == 70:
            self.cerebro.runstop()


def run(
    cerebro: bt.Cerebro,
    strategy: type[bt.Strategy],
    analyzers: list[tuple[type, dict[str, Any]]],
    frames: list[pd.DataFrame] | None = None,
    cash: float = 200_000.0,
    **parameters: Any,
) -> Any:
    """Run and return the strategy."""
    cerebro.broker.setcash(cash)
    cerebro.broker.setcommission(commission=0.0005, leverage=2.0)
    for number, frame in enumerate([bars(1, 300)] if frames is None else frames):
        cerebro.adddata(bt.feeds.PandasData(dataname=frame), name=f"data{number}")
    cerebro.addstrategy(strategy, **parameters)
    for kind, named in analyzers:
        cerebro.addanalyzer(kind, **named)
    (ran,) = cerebro.run()
    return ran


def deep(value: Any) -> Any:
    """Return a value with the types of all its parts and the order of its keys."""
    kind = type(value).__name__
    if isinstance(value, dict):
        inner = [(deep(key), deep(one)) for key, one in value.items()]
        return kind, inner, vars(value) if hasattr(value, "__dict__") else None
    if isinstance(value, list | tuple | deque):
        return kind, [deep(one) for one in value]
    return kind, repr(value)


def state(analyzer: bt.Analyzer) -> Any:
    """Return an analysis and all that an analyzer holds of plain values."""
    plain = (int, float, str, bool, type(None), dict, list, tuple, deque, dt.date)
    held = {
        name: deep(value)
        for name, value in sorted(vars(analyzer).items())
        if isinstance(value, plain) and name not in ("_children", "datas")
    }
    children = [state(child) for child in analyzer._children]
    return type(analyzer).__name__, deep(analyzer.get_analysis()), held, children


def same(strategy: type[bt.Strategy], analyzers: Any, **named: Any) -> FastCerebro:
    """Run both ways, compare every analyzer, and return the fast cerebro."""
    stock = run(bt.Cerebro(stdstats=False), strategy, analyzers, **named)
    cerebro = FastCerebro(stdstats=False)
    fast = run(cerebro, strategy, analyzers, **named)
    assert cerebro.loop_taken == "fast"
    assert [state(each) for each in fast.analyzers] == [state(each) for each in stock.analyzers]
    assert repr(fast.broker.getvalue()) == repr(stock.broker.getvalue())
    return cerebro


@pytest.fixture
def deferred(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the analyzers that were computed after their runs."""
    names: list[str] = []
    usual = Deferred._play

    def play(self: Deferred) -> None:
        names.extend(type(each).__name__ for each in self.analyzers)
        usual(self)

    monkeypatch.setattr(Deferred, "_play", play)
    return names


CASES: dict[str, tuple[type[bt.Strategy], dict[str, Any]]] = {
    "many trades": (Switch, {}),
    "few trades": (Switch, {"frames": [bars(2, 25)]}),
    "long only": (Switch, {"short": False}),
    "fractions": (Switch, {"size": 12.5}),
    "ints": (Switch, {"kind": int, "cash": 150_000}),
    "numbers of numpy": (Switch, {"kind": np.float64}),
    "no trades": (Idle, {}),
    "one open trade": (Once, {}),
    "within a bar": (Within, {}),
    "one bar": (Idle, {"frames": [bars(3, 1)]}),
    "two instruments": (Switch, {"frames": [bars(4, 280), bars(5, 260, "2004-02-02")]}),
    "minutes": (Switch, {"frames": [bars(6, 300, "2004-01-05 09:30", "7min")]}),
    "weekends": (Switch, {"frames": [bars(7, 300, "2003-11-01", "D")]}),
    "cash moves": (Saver, {}),
    "stops early": (Halts, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_analyzer_is_backtraders(case: str, deferred: list[str]) -> None:
    """Figures, types, keys and private state, in one run of all."""
    strategy, named = CASES[case]
    every = EACH if case == "one bar" else [*EACH, *OF_POSITIVE_VALUES]
    if case == "one bar":  # backtrader's own code cannot divide by no degrees of freedom
        every = [(kind, named_) for kind, named_ in every if kind is not kinds.VWR]
    same(strategy, every, **named)
    assert len(deferred) == len(every)


@pytest.mark.parametrize("strategy", [Once, Switch, Within])
def test_a_missing_close_keeps_analyzers_live(
    strategy: type[bt.Strategy], deferred: list[str]
) -> None:
    """A feed that is not held makes the account NaN, once somebody has asked for its position."""
    frames = [bars(4, 200), with_a_hole(bars(9, 200))]
    same(strategy, [*EACH, *OF_POSITIVE_VALUES], frames=frames)
    assert not deferred


def test_periods_are_those_of_the_run_s_time_zone() -> None:
    """Bars of half an hour, by the day and the week of another place."""
    frames = [bars(10, 400, "2004-12-20 09:30", "90min")]
    fast, stock = (
        run(kind(stdstats=False, tz=Abroad()), Switch, FRAMED, frames)
        for kind in (FastCerebro, bt.Cerebro)
    )
    assert [state(each) for each in fast.analyzers] == [state(each) for each in stock.analyzers]


@pytest.mark.parametrize("cash", [20_000.0, 60_000.0])
def test_a_ruined_account_has_backtraders_figures(cash: float, deferred: list[str]) -> None:
    """Values below zero."""
    frames = [bars(11, 400) * [1, 1, 1, 1, 1]]
    frames[0][["open", "high", "low", "close"]] *= np.linspace(1, 9, 400)[:, None]

    class Short(bt.Strategy):
        def next(self) -> None:
            if len(self) == 2:
                self.sell(size=400)
            elif len(self) % 90 == 0:
                self.buy(size=100)

    every = [(kind, named) for kind, named in EACH if kind not in (kinds.VWR, kinds.SharpeRatio_A)]
    fast = same(Short, every, frames=frames, cash=cash)
    assert fast.broker.getvalue() < 0
    assert len(deferred) == len(every)


@pytest.mark.parametrize("name", ["Calmar", "LogReturnsRolling", "TimeReturn", "DrawDown"])
@pytest.mark.parametrize("at", [0.0, -50.0])
def test_an_analyzer_raises_what_backtraders_raises(name: str, at: float) -> None:
    """An account that falls to exactly zero, or below it."""
    close = np.array([100.0, 100.0, 50.0, at, 20.0, 30.0, 40.0])
    frame = pd.DataFrame(
        {each: close for each in ("open", "high", "low", "close")} | {"volume": 1.0},
        index=pd.date_range("2020-01-01", periods=len(close)),
    )

    class AllIn(bt.Strategy):
        def next(self) -> None:
            if len(self) == 1:
                self.buy(size=10)

    def outcome(cerebro: bt.Cerebro) -> Any:
        cerebro.broker.setcash(1_000.0)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame))
        cerebro.addstrategy(AllIn)
        cerebro.addanalyzer(kinds.SQN)
        cerebro.addanalyzer(
            getattr(kinds, name), **({"timeframe": bt.TimeFrame.Days} if name == "Calmar" else {})
        )
        try:
            (ran,) = cerebro.run()
        except (ValueError, ZeroDivisionError) as error:
            return type(error), str(error)
        return [state(each) for each in ran.analyzers]

    stock, fast = (outcome(kind(stdstats=False)) for kind in (bt.Cerebro, FastCerebro))
    assert fast == stock
    if name == "LogReturnsRolling":
        assert stock[0] is ValueError


def test_which_analyzers_wait_for_the_end(
    deferred: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """All of backtrader's are asked for; the test prints those that are computed after the run."""
    every = [(kind, {}) for kind in vars(kinds).values() if _is_analyzer(kind)]
    cerebro = FastCerebro(stdstats=False)
    cerebro.addobserver(bt.observers.Broker)
    run(cerebro, Switch, every)
    with capsys.disabled():
        print(f"\ncomputed after the run: {', '.join(sorted(set(deferred)))}")
    assert set(deferred) >= {kind.__name__ for kind, _ in [*EACH, *OF_POSITIVE_VALUES]}


def _is_analyzer(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, bt.Analyzer)


class Reads(Switch):
    """Reads its drawdown at every bar."""

    def next(self) -> None:
        super().next()
        self.seen = [*getattr(self, "seen", []), self.analyzers.drawdown.rets.drawdown]


def _peek(strategy: Any) -> Any:
    return strategy.analyzers[0]


class Peeks(Switch):
    """Reads an analyzer by way of a function elsewhere."""

    def next(self) -> None:
        super().next()
        if len(self) == 20:
            _peek(self)


class SetsCash(Switch):
    """Sets the cash by way of a name put together."""

    def next(self) -> None:
        super().next()
        if len(self) == 20:
            getattr(self.broker, "".join(("set_c", "ash")))(1_000.0)


class ReadsAfterwards(Switch):
    """Reads an analyzer when the run is over."""

    def stop(self) -> None:
        self.seen = dict(self.analyzers.drawdown.rets)


def test_an_analyzer_that_is_read_stays_live(deferred: list[str]) -> None:
    """A strategy's decisions may hang on it."""
    same(Reads, [(kinds.DrawDown, {})])
    assert not deferred
    stock, fast = (
        run(kind(stdstats=False), Reads, [(kinds.DrawDown, {})])
        for kind in (bt.Cerebro, FastCerebro)
    )
    assert fast.seen == stock.seen
    assert max(stock.seen) > 0


@pytest.mark.parametrize("strategy", [Peeks, SetsCash])
def test_what_nobody_could_foresee_stops_the_run(strategy: type[bt.Strategy]) -> None:
    """A run that might not be the same says how to run instead."""
    with pytest.raises(RunStopped, match="--loop stock"):
        run(FastCerebro(stdstats=False), strategy, [(kinds.DrawDown, {})])


def test_terms_that_change_on_the_way_keep_analyzers_live(deferred: list[str]) -> None:
    """The value of the bar at which they change is still that of the old ones."""
    same(Dealer, [*EACH, *OF_POSITIVE_VALUES])
    assert not deferred


def test_after_the_run_everything_can_be_read(deferred: list[str]) -> None:
    """`stop` is called when the analyzers know the last bar."""
    stock, fast = (
        run(kind(stdstats=False), ReadsAfterwards, [(kinds.DrawDown, {})])
        for kind in (bt.Cerebro, FastCerebro)
    )
    assert deep(fast.seen) == deep(stock.seen)
    assert deferred == ["DrawDown"]


class OwnDrawDown(kinds.DrawDown):
    """A subclass."""


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (OwnDrawDown, {}),
        (kinds.TimeReturn, {"_doprenext": False}),
        (kinds.PositionsValue, {}),
        (kinds.Transactions, {}),
    ],
    ids=["subclass", "starts late", "reads positions", "reads orders"],
)
def test_what_cannot_wait_stays_live(
    kind: type, named: dict[str, Any], deferred: list[str]
) -> None:
    """Beside one that can."""
    same(Switch, [(kinds.Returns, {}), (kind, named), (kinds.SQN, {})])
    assert deferred == ["Returns", "SQN"]


@pytest.mark.parametrize("case", ["many trades", "numbers of numpy", "two instruments", "minutes"])
def test_pyfolio_waits_where_it_can(case: str, deferred: list[str]) -> None:
    """Positions and transactions are noted at every bar, returns and leverage computed."""
    strategy, named = CASES[case]
    same(strategy, [(kinds.PyFolio, {}), (kinds.SQN, {})], **named)
    assert deferred == ["TimeReturn", "GrossLeverage", "SQN"]


class Charges(bt.brokers.BackBroker):
    """A broker of one's own, which takes a fee at every bar."""

    def next(self) -> None:
        self.cash -= 1.25
        super().next()


class Doubts(Charges):
    """A broker that answers otherwise."""

    def get_value(self, *of: Any, **named: Any) -> Any:
        return super().get_value(*of, **named) * 0.5

    getvalue = get_value


@pytest.mark.parametrize("kind", [Charges, Doubts])
def test_a_broker_of_ones_own_keeps_analyzers_live(kind: type, deferred: list[str]) -> None:
    """Its account may change within a bar, and its value is computed nowhere else."""

    def outcome(cerebro: bt.Cerebro) -> Any:
        cerebro.broker = kind()
        ran = run(cerebro, Switch, [*EACH, *OF_POSITIVE_VALUES])
        return [state(each) for each in ran.analyzers]

    assert outcome(FastCerebro(stdstats=False)) == outcome(bt.Cerebro(stdstats=False))
    assert not deferred


def test_annual_returns_of_the_observer() -> None:
    """`AnnualReturn` reads the values that the default observers hold at the end."""
    every = [(kinds.AnnualReturn, {}), (kinds.SharpeRatio, {"legacyannual": True})]
    fast, stock = (run(kind(), Switch, every) for kind in (FastCerebro, bt.Cerebro))
    assert [state(each) for each in fast.analyzers] == [state(each) for each in stock.analyzers]
    assert len(stock.analyzers[0].rets) == 2


def test_two_strategies_share_an_account(deferred: list[str]) -> None:
    """The fills of one change the figures of the other."""

    def both(cerebro: bt.Cerebro) -> list[Any]:
        cerebro.broker.setcash(100_000.0)
        cerebro.adddata(bt.feeds.PandasData(dataname=bars(8, 200)))
        cerebro.addstrategy(Switch)
        cerebro.addstrategy(Within)
        for kind in FIVE:
            cerebro.addanalyzer(kind)
        return [state(each) for ran in cerebro.run() for each in ran.analyzers]

    assert both(FastCerebro(stdstats=False)) == both(bt.Cerebro(stdstats=False))
    assert len(deferred) == 2 * len(FIVE)


def test_a_run_that_raises_leaves_the_analyzers_at_its_last_whole_bar() -> None:
    """As backtrader does."""

    class Breaks(Switch):
        def next(self) -> None:
            super().next()
            held.append(self)
            if len(self) == 60:
                raise LookupError("broken")

    held: list[Any] = []
    found = []
    for kind in (bt.Cerebro, FastCerebro):
        with pytest.raises(LookupError, match="broken"):
            run(kind(stdstats=False), Breaks, [(kinds.TimeReturn, {})])
        found.append(deep(held[-1].analyzers[0].get_analysis()))
    assert found[0] == found[1]


@settings(max_examples=30, deadline=None)
@given(
    moves=st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=60),
    sizes=st.lists(st.integers(-900, 900), min_size=1, max_size=20),
    leverage=st.sampled_from([1.0, 2.5]),
    fund=st.booleans(),
)
def test_random_accounts(moves: list[float], sizes: list[int], leverage: float, fund: bool) -> None:
    """Any prices and orders."""
    close = 100 * np.cumprod(1 + np.array(moves))
    frame = pd.DataFrame(
        {each: close for each in ("open", "high", "low", "close")} | {"volume": 1.0},
        index=pd.date_range("2019-11-20", periods=len(close)),
    )

    class Random(bt.Strategy):
        def next(self) -> None:
            size = sizes[len(self) % len(sizes)]
            (self.buy if size > 0 else self.sell)(size=abs(size))

    def outcome(cerebro: bt.Cerebro) -> Any:
        cerebro.broker.setcash(50_000.0)
        cerebro.broker.set_fundmode(fund)
        cerebro.broker.setcommission(commission=0.001, leverage=leverage)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame))
        cerebro.addstrategy(Random)
        for kind, named in EACH:
            if kind not in (kinds.VWR, kinds.SharpeRatio_A):
                cerebro.addanalyzer(kind, **named)
        try:
            (ran,) = cerebro.run()
        except (ArithmeticError, ValueError, TypeError) as error:
            return type(error), str(error)
        return [state(each) for each in ran.analyzers]

    assert outcome(FastCerebro(stdstats=False)) == outcome(bt.Cerebro(stdstats=False))
