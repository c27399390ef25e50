"""Observers of the fast loop against backtrader's, line by line and byte by byte."""

from __future__ import annotations

from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.errors import RunStopped
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro

kinds = bt.observers


def bars(seed: int, length: int, start: str = "2011-03-01") -> pd.DataFrame:
    """Return a random walk of daily bars."""
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, length)))
    frame = {"open": close * np.exp(random.normal(0, 0.004, length)), "close": close}
    frame["high"] = np.maximum(frame["open"], close) * 1.003
    frame["low"] = np.minimum(frame["open"], close) * 0.997
    index = pd.bdate_range(start, periods=length)
    return pd.DataFrame({**frame, "volume": 1e5}, index=index)


class Switch(bt.Strategy):
    """Long above the average of each feed, and out of it below."""

    def __init__(self) -> None:
        self.averages = [bt.ind.SMA(data, period=5) for data in self.datas]

    def next(self) -> None:
        for data, average in zip(self.datas, self.averages, strict=True):
            above = data.close[0] > average[0]
            if above != bool(self.getposition(data).size):
                self.order_target_size(data, target=100 if above else 0)


class Reads(Switch):
    """Reads every line of its observers, ahead too, and what they count."""

    def prenext(self) -> None:
        self.read()

    def next(self) -> None:
        super().next()
        self.read()

    def read(self) -> None:
        seen = vars(self).setdefault("seen", [])
        for observer in _all(self.stats):
            if len(observer):
                seen.append(repr([(line[0], line.get(size=3)) for line in observer.lines]))
                seen.append((len(observer), getattr(observer, "curbuylen", None)))
            if len(self.data) < self.data.buflen():
                seen.append(repr([line[1] for line in observer.lines]))


class Halts(Switch):
    """Stops the run."""

    def next(self) -> None:
        super().next()
        if len(self) == 41:
            self.cerebro.runstop()


class Halves(Switch):
    """Many orders at a bar."""

    def next(self) -> None:
        if len(self) % 3 == 0:
            self.buy(size=2)
            self.buy(size=3, exectype=bt.Order.Limit, price=self.data.close[0] * 0.999)
            self.sell(size=4)


def _all(stats: Any) -> list[Any]:
    found = []
    for name, one in vars(stats).items():
        if not name.startswith("_"):
            found += one if isinstance(one, list) else [one]
    return found


def run(
    cerebro: bt.Cerebro, strategy: type[bt.Strategy], frames: list[Any], fund: bool, more: list[Any]
) -> tuple[Any, Any]:
    """Run, and return the strategy and all that its observers hold."""
    cerebro.broker.setcash(20_000.0)
    cerebro.broker.set_fundmode(fund)
    cerebro.broker.setcommission(commission=0.001)
    for number, frame in enumerate(frames):
        cerebro.adddata(bt.feeds.PandasData(dataname=frame), name=f"feed{number}")
    for multi, kind, named in more:
        (cerebro.addobservermulti if multi else cerebro.addobserver)(kind, **named)
    cerebro.addstrategy(strategy)
    (ran,) = cerebro.run()
    held = [
        (
            type(observer).__name__,
            type(observer.lines[0]).__name__,
            [line.array.tobytes() for line in observer.lines],
            [(line.idx, line.lencount, len(line), line.extension) for line in observer.lines],
            {
                name: value
                for name, value in vars(observer).items()
                if isinstance(value, int | float) and name != "_id"
            },
        )
        for observer in ran.getobservers()
    ]
    return ran, held


MORE = [
    (False, kinds.Value, {}),
    (False, kinds.Cash, {}),
    (False, kinds.FundValue, {}),
    (True, kinds.BuySell, {"obsname": "plain"}),
    (False, kinds.Value, {"fund": True, "obsname": "share"}),
    (False, kinds.DataTrades, {"obsname": "each"}),
]
SHORT_FIRST = [bars(5, 15), bars(6, 90)]
ONE, TWO = [bars(1, 120)], [bars(2, 120), bars(3, 100, "2011-03-15")]


@pytest.mark.parametrize("strategy", [bt.Strategy, Switch, Reads, Halts, Halves])
@pytest.mark.parametrize(
    "frames",
    [ONE, TWO, [bars(4, 6)], SHORT_FIRST],
    ids=["one", "two", "few bars", "short first"],
)
@pytest.mark.parametrize("fund", [False, True])
def test_observers_are_backtraders(
    strategy: type[bt.Strategy], frames: list[Any], fund: bool
) -> None:
    """The default ones, and others beside them."""
    cerebro = FastCerebro()
    fast, found = run(cerebro, strategy, frames, fund, MORE)
    stock, expected = run(bt.Cerebro(), strategy, frames, fund, MORE)
    assert cerebro.loop_taken == "fast"
    assert found == expected
    assert getattr(fast, "seen", None) == getattr(stock, "seen", None)


@pytest.mark.parametrize("setting", [{"oldbuysell": True}, {"oldtrades": True}])
def test_old_ways_to_show_orders_and_trades(setting: dict[str, bool]) -> None:
    """backtrader's settings for its default observers."""
    _, found = run(FastCerebro(**setting), Switch, TWO, False, [])
    _, expected = run(bt.Cerebro(**setting), Switch, TWO, False, [])
    assert found == expected


@pytest.mark.parametrize("kind", [kinds.DrawDown, kinds.TimeReturn, kinds.LogReturns])
def test_an_observer_with_an_analyzer_is_asked_at_every_bar(kind: type) -> None:
    """Beside the usual ones."""
    _, found = run(FastCerebro(), Reads, ONE, False, [(False, kind, {})])
    _, expected = run(bt.Cerebro(), Reads, ONE, False, [(False, kind, {})])
    assert found == expected


def test_a_hidden_reader_of_an_observer_is_told() -> None:
    """The account's lines are filled after the run if no code of the strategy's names them."""

    class Peeks(Switch):
        def next(self) -> None:
            if len(self) == 20:
                _all(getattr(self, "".join(("sta", "ts"))))
                self.seen = getattr(self, "".join(("sta", "ts"))).broker

    with pytest.raises(RunStopped, match="--loop stock"):
        run(FastCerebro(), Peeks, ONE, False, [])
