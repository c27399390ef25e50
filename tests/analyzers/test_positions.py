"""Shares held at each close: by hand, and against ledgers that count them themselves."""

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.positions import shares_held
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.recorded.recorder import Recorder
from btplaybook.runners.runs.recorded.result import recorded
from btplaybook.runners.runs.tables import trades_table
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.session_switch import SessionSwitch
from btplaybook.strategies.sma_switch import SmaSwitch

DAYS = pd.date_range("2020-01-06", periods=5)


def fills(*rows):
    """Fills as (day's number, instrument, shares)."""
    table = pd.DataFrame(rows, columns=["date", "instrument", "size"])
    return table.assign(date=DAYS[table["date"]] if rows else pd.to_datetime([]))


@pytest.mark.parametrize(
    ("trades", "expected"),
    [
        pytest.param(fills((1, "A", 10.0)), {"A": [0, 10, 10, 10, 10]}, id="held to the end"),
        pytest.param(
            fills((0, "A", 10.0), (2, "A", -30.0), (4, "A", 20.0)),
            {"A": [10, 10, -20, -20, 0]},
            id="a flip",
        ),
        pytest.param(
            fills((1, "A", 10.0), (1, "A", -10.0), (2, "A", 5.0)),
            {"A": [0, 0, 5, 5, 5]},
            id="opened and closed within a day",
        ),
        pytest.param(
            fills((3, "B", 1.0), (1, "A", 2.0)),
            {"B": [0, 0, 0, 1, 1], "A": [0, 2, 2, 2, 2]},
            id="two instruments, not sorted",
        ),
        pytest.param(
            fills((0, "A", 0.1), (1, "A", 0.2), (2, "A", -0.3)),
            {"A": [0.1, 0.1 + 0.2, 0, 0, 0]},
            id="rounding is no position",
        ),
        pytest.param(fills(), {}, id="no fill"),
    ],
)
def test_by_hand(trades, expected):
    before = trades.copy()
    found = shares_held(trades, DAYS)
    assert {name: list(found[name]) for name in found} == expected
    assert list(found.columns) == list(expected)
    assert list(found.index) == list(DAYS)
    pd.testing.assert_frame_equal(trades, before)


def test_fills_before_the_first_date_are_its_position():
    trades = fills((0, "A", 10.0), (1, "A", -4.0), (3, "A", 1.0))
    assert list(shares_held(trades, DAYS[2:])["A"]) == [6.0, 7.0, 7.0]


class Pair(PlaybookStrategy):
    """Long one and short the other, turned every nine bars, flat on some."""

    def target_weights(self):
        turn = len(self.data) // 9 % 3 - 1
        return {self.data: 0.5 * turn, self.data1: -0.4 * turn}


def simulated(seed, rows=400):
    return sample("simulated", seed=seed, end=str(sample("simulated").dates[rows]))


@pytest.mark.parametrize(
    ("kind", "feeds", "params"),
    [
        pytest.param(SessionSwitch, 1, {"session": "overnight"}, id="held over nights"),
        pytest.param(SessionSwitch, 1, {"session": "intraday"}, id="never held at a close"),
        pytest.param(SmaSwitch, 1, {"period": 5}, id="flips"),
        pytest.param(SmaSwitch, 1, {"period": 5, "fill": "next_open"}, id="flips at opens"),
        pytest.param(Pair, 2, {"rebalance": "daily"}, id="two feeds, resized daily"),
    ],
)
def test_the_account_s_own_ledger_agrees(kind, feeds, params):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker(cash=1_000_000.0)
    for seed in range(feeds):
        cerebro.adddata(BarsFeed(bars=simulated(seed)), name=f"F{seed}")
    cerebro.addstrategy(kind, **params)
    cerebro.run()
    book = cerebro.broker.ledger
    found = shares_held(trades_table(book.fills), [day.date for day in book.days])
    held = np.array([day.holdings for day in book.days])
    assert set(found.columns) <= set(book.instruments)
    for place, name in enumerate(book.instruments):
        np.testing.assert_allclose(found[name], held[:, place], rtol=1e-9)
        np.testing.assert_array_equal(found[name] == 0.0, held[:, place] == 0.0)


class Orders(bt.Strategy):
    """Orders of its own on two feeds, some of them closed on the next bar."""

    def next(self):
        if len(self) % 6 == 0:
            self.order_target_size(self.data, 10 * (len(self) % 4 - 1))
        if len(self) % 4 == 0:
            self.buy(self.data1, size=3)
        if len(self) % 4 == 1:
            self.close(self.data1)


class Sizes(bt.Analyzer):
    """What backtrader says is held after each bar."""

    def start(self):
        self.rows = {}

    def next(self):
        day = self.strategy.datetime.date(0)
        self.rows[day] = [self.strategy.getposition(data).size for data in self.datas]


@pytest.mark.parametrize("at_close", [False, True], ids=["next open", "cheat on close"])
def test_a_recorded_account_agrees_with_backtrader_s_positions(at_close):
    cerebro = bt.Cerebro(stdstats=False)
    for seed in range(2):
        cerebro.adddata(BarsFeed(bars=simulated(seed).without_dividends()), name=f"F{seed}")
    cerebro.broker.setcash(100_000.0)
    cerebro.broker.set_coc(at_close)
    cerebro.addstrategy(Orders)
    cerebro.addanalyzer(Recorder)
    cerebro.addanalyzer(Sizes, _name="sizes")
    (ran,) = cerebro.run()
    result = recorded(ran)
    found = shares_held(result.trades, result.daily.index)
    said = pd.DataFrame(ran.analyzers.sizes.rows, index=["F0", "F1"]).T
    if at_close:  # backtrader books a fill at a close one bar later
        said, found = said.shift(-1).iloc[:-1], found.iloc[:-1]
    assert {-10, 10} <= set(said["F0"])
    for name in said:
        np.testing.assert_array_equal(found[name], said[name].astype(float))
