"""The account of a strategy that sends its own orders: costs, nights, dividends, refused orders."""

import datetime
import json

import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.errors import BrokerError, RunStopped
from btplaybook.brokers.order_broker import OrderBroker
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.run import run

N = 200
CASH = 100_000.0
COSTS = {
    "per_share": 0.01,
    "min_fee": 2.0,
    "percent_fee": 0.0003,
    "slippage_bps": 4.0,
    "spread": 0.02,
}
RATES = {"interest": {"cash": 0.03, "rebate": 0.01, "debit": 0.08}, "borrow": 0.02}


def market(n_feeds):
    tables = [simulated_bars(seed, name=f"S{seed}") for seed in range(n_feeds)]
    return [table.between(None, table.dates[N - 1].item()) for table in tables]


class Flips(bt.Strategy):
    """Turns over every eight bars, at the market."""

    def next(self):
        if len(self) % 8 == 0:
            self.order_target_size(target=300 if len(self) % 16 else -250)


class LeveredPair(bt.Strategy):
    """Long one feed on credit, short another, in sizes by value; half is taken off in between."""

    def next(self):
        if len(self) % 12 == 1:
            self.order_target_percent(self.data0, target=1.3)
            self.order_target_percent(self.data1, target=-0.4)
        elif len(self) % 12 == 7:
            for data in self.datas:
                self.order_target_size(data, target=self.getposition(data).size // 2)


class OwnScheme(bt.Strategy):
    """Brackets with a commission scheme that the strategy sets itself."""

    def __init__(self):
        self.broker.setcommission(commission=0.002)

    def next(self):
        if not self.position and not self.broker.get_orders_open():
            close = self.data.close[0]
            self.buy_bracket(
                size=400,
                exectype=bt.Order.Market,
                stopprice=close * 0.98,
                limitprice=close * 1.02,
            )


def plain_equity(tables, trades, scheme=0.0):
    """Return the equity after each close, from sizes and the market's prices of the fills alone."""
    closes = np.column_stack([table.close for table in tables])
    paid = np.column_stack([table.dividend for table in tables])
    dates = tables[0].dates
    column = {table.name: k for k, table in enumerate(tables)}
    fills = {}
    for row in trades.itertuples():
        fills.setdefault(np.datetime64(row.date, "D"), []).append(row)
    shares, cash, equity = np.zeros(len(tables)), CASH, []
    for t, day in enumerate(dates):
        if t:
            years = (day - dates[t - 1]).astype(int) / 360
            short = -np.minimum(shares, 0.0) @ closes[t - 1]
            free = cash - short
            rates = RATES["interest"]
            cash += years * (
                free * rates["cash" if free > 0 else "debit"]
                + short * (rates["rebate"] - RATES["borrow"])
            )
            cash += shares @ paid[t]
        for row in fills.get(day, ()):
            market_price = row.reference
            side = np.sign(row.size)
            price = market_price * (1 + side * COSTS["slippage_bps"] / 1e4)
            price += side * COSTS["spread"] / 2
            if row.price == market_price:  # a limit holds
                price = market_price
            traded = abs(row.size) * price
            fee = COSTS["per_share"] * abs(row.size) + COSTS["percent_fee"] * traded
            cash -= row.size * price + max(fee, COSTS["min_fee"]) + scheme * traded
            shares[column[row.instrument]] += row.size
        equity.append(cash + shares @ closes[t])
    return np.array(equity)


@pytest.mark.parametrize(
    ("kind", "n_feeds", "scheme"), [(Flips, 1, 0.0), (LeveredPair, 2, 0.0), (OwnScheme, 1, 0.002)]
)
def test_with_everything_on_equity_is_that_of_a_plain_ledger(kind, n_feeds, scheme):
    tables = market(n_feeds)
    result = run(kind, tables, cash=CASH, strips=False, **COSTS, **RATES)
    assert len(result.trades) > 15
    assert result.equity.to_numpy() == pytest.approx(
        plain_equity(tables, result.trades, scheme), rel=1e-9
    )
    opens = {(bars.name, day): bars.open[t] for bars in tables for t, day in enumerate(bars.dates)}
    for row in result.trades[result.trades["moment"] == "open"].itertuples():
        assert row.reference == opens[row.instrument, np.datetime64(row.date, "D")]
    told = result.metrics["pnl"]
    assert abs(told["residual"]) < 1e-9 * CASH
    assert all(told[name] != 0.0 for name in ("dividends", "interest", "commission", "slippage"))
    assert (told["borrow"] != 0.0) == (kind is not OwnScheme)


class Sets(bt.Strategy):
    """Changes the broker in the middle of the run, and goes on."""

    params = (("change", None), ("at", 20))

    def __init__(self):
        if not self.p.at:
            self.p.change(self.broker)

    def next(self):
        if len(self) == self.p.at:
            self.p.change(self.broker)
        if len(self) % 3 == 0:
            self.buy(size=1)


@pytest.mark.parametrize("at", [0, 20], ids=["at the start", "in next"])
@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda broker: broker.set_slippage_perc(0.01), BrokerError, "say --slippage-bps"),
        (lambda broker: broker.set_slippage_fixed(0.1), BrokerError, "say --slippage-bps"),
        (
            lambda broker: broker.setcommission(commission=2.0, margin=500.0, mult=10.0),
            BrokerError,
            "scheme of S0 with margin, mult or interest, as for futures: this account holds shares",
        ),
        (lambda broker: broker.setcommission(0.0, interest=0.03), BrokerError, "interest"),
        (lambda broker: broker.set_shortcash(False), BrokerError, "leave the call out"),
        (lambda broker: broker.set_coc(True), BrokerError, "leave the call out, and say --fill"),
        (lambda broker: broker.setcash(5e4), BrokerError, "to 50000: say --cash instead"),
        (lambda broker: broker.set_cash(5e4), BrokerError, "say --cash instead"),
        (lambda broker: broker.add_cash(5e4), RunStopped, "moves 50000 into or out of the account"),
    ],
    ids=[
        "perc",
        "fixed",
        "futures",
        "interest",
        "shortcash",
        "coc",
        "setcash",
        "set_cash",
        "add_cash",
    ],
)
def test_what_the_account_does_not_honour_is_refused_in_a_line(change, error, words, at):
    with pytest.raises(error, match=words) as refused:
        run(Sets, market(1), params={"change": change, "at": at}, strips=False)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == {BrokerError: 2, RunStopped: 5}[error]


# -- what cash does not cover ----------------------------------------------------------------------


def bars_of(opens, closes=None, name="A"):
    opens = np.asarray(opens, float)
    closes = opens if closes is None else np.asarray(closes, float)
    days = np.busday_offset("2024-01-08", np.arange(len(opens)))
    low, high = np.minimum(opens, closes) - 1, np.maximum(opens, closes) + 1
    n = len(opens)
    return Bars(name, days, opens, high, low, closes, np.ones(n), np.zeros(n), calendar="24/7")


class Told(bt.Strategy):
    """Sends what a script says, bar by bar, and notes what it is told."""

    params = (("script", None),)

    def __init__(self):
        self.orders, self.told = {}, []
        Told.last = self

    def notify_order(self, order):
        self.told.append((len(self), order.ref, order.getstatusname()))

    def next(self):
        act = self.p.script.get(len(self))
        if act:
            act(self)

    def ends(self):
        """The last status of each order, by order of sending."""
        return list({ref: status for _, ref, status in self.told}.values())


def told(script, *tables, **settings):
    settings = {"cash": 1_000.0, "cash_check": True, "strips": False, **settings}
    result = run(Told, list(tables), params={"script": script}, **settings)
    return result, Told.last


def test_each_order_is_checked_alone_when_it_is_taken():
    def act(strategy):
        strategy.buy(strategy.data0, size=11)  # 1,100 of 1,000
        strategy.buy(strategy.data1, size=4)  # 200
        strategy.buy(strategy.data0, size=8)  # 800, and nothing is left
        strategy.buy(strategy.data1, size=1)
        strategy.sell(strategy.data0, size=3)  # gives cash back
        strategy.buy(strategy.data1, size=2)

    result, ran = told({1: act}, bars_of([100.0] * 4), bars_of([50.0] * 4, name="B"))
    assert ran.ends() == ["Margin", "Completed", "Completed", "Margin", "Completed", "Completed"]
    assert result.refused == 2
    assert [(each["instrument"], each["reason"]) for each in result.unfilled] == [
        ("A", "cash does not cover it"),
        ("B", "cash does not cover it"),
    ]
    assert list(result.trades["size"]) == [4.0, 8.0, -3.0, 2.0]
    assert result.daily["cash"].iloc[-1] == 1_000 - 200 - 800 + 300 - 100


def test_an_order_that_was_taken_is_checked_again_at_its_price():
    result, ran = told({1: lambda s: s.buy(size=9)}, bars_of([100.0, 120.0, 120.0]))
    assert [status for *_, status in ran.told] == ["Submitted", "Accepted", "Margin"]
    assert result.refused == 1
    assert not len(result.trades)


def test_costs_count_in_what_cash_must_cover():
    script, bars = {1: lambda s: s.buy(size=10)}, bars_of([100.0] * 3)
    assert told(script, bars)[0].refused == 0
    assert told(script, bars, per_share=0.01)[0].refused == 1
    assert told(script, bars, slippage_bps=1.0)[0].refused == 1


def test_what_reduces_a_position_is_never_refused():
    script = {
        1: lambda s: s.sell(s.data0, size=10),
        2: lambda s: s.buy(s.data1, size=19),
        3: lambda s: s.buy(s.data0, size=4),
        4: lambda s: s.close(s.data0),
    }
    result, ran = told(script, bars_of([100.0] * 6), bars_of([100.0] * 6, name="B"))
    assert ran.ends() == ["Completed"] * 4
    assert result.refused == 0
    assert list(result.daily["cash"].iloc[-2:]) == [-900.0, -900.0]  # below zero


@pytest.mark.parametrize("opened_at", [100.0, 130.0], ids=["when taken", "when filled"])
def test_a_refused_parent_takes_its_children_along(opened_at):
    size = 11 if opened_at == 100.0 else 9

    def act(strategy):
        strategy.buy_bracket(size=size, exectype=bt.Order.Market, stopprice=50.0, limitprice=200.0)

    result, ran = told({1: act}, bars_of([100.0, opened_at, 100.0, 100.0]))
    parent, *children = ran.ends()
    assert parent == "Margin"
    assert {*children} == ({"Rejected"} if opened_at == 100.0 else {"Canceled"})
    assert len(children) == 2
    assert result.refused == 1
    assert not ran.broker.get_orders_open()


def test_the_page_and_run_json_count_what_was_refused(tmp_path, without_pages):
    script = {n: lambda s: s.buy(size=11) for n in (1, 2)}
    result, _ = told(script, bars_of([100.0] * 4))
    write_run(result, tmp_path)
    kept = json.loads((tmp_path / "run.json").read_text())
    assert kept["refused"] == 2
    assert [each["reason"] for each in kept["unfilled"]] == ["cash does not cover it"] * 2
    assert ("warn", "2 orders refused") in [(b["kind"], b["text"]) for b in kept["badges"]]
    one, _ = told({1: script[1]}, bars_of([100.0] * 4))
    assert "1 order refused" in [badge.text for badge in one.badges]
    none, _ = told({}, bars_of([100.0] * 4))
    assert not [badge for badge in none.badges if "refused" in badge.text]


def test_without_the_check_gross_is_limited_in_one_line():
    script, bars = {2: lambda s: s.buy(size=30)}, bars_of([100.0] * 5)
    with pytest.raises(RunStopped) as stopped:
        told(script, bars, cash_check=False, max_gross=2.5)
    line = str(stopped.value)
    assert line.startswith(f"{datetime.date(2024, 1, 10)}: A: order for +30 shares: gross exposure")
    assert "max_gross is 2.5" in line
    assert "--cash-check" in line
    assert "\n" not in line
    assert stopped.value.exit_code == 5
    result, _ = told(script, bars, cash_check=False, max_gross=3.0)
    assert list(result.trades["size"]) == [30.0]
    assert result.refused == 0


def test_in_a_cerebro_of_ones_own_the_cash_is_set_before_each_run():
    cerebro = bt.Cerebro()
    cerebro.broker = OrderBroker()
    cerebro.adddata(BarsFeed(bars=market(1)[0]))
    cerebro.addstrategy(Sets, at=-1)
    for cash in (5e4, 7e4):
        cerebro.broker.setcash(cash)
        cerebro.run()
        assert cerebro.broker.ledger.starting_cash == cash
        assert cerebro.broker.ledger.ex_dates


@pytest.mark.parametrize("setting", [{"market_fill": "close"}, {"coc": True}], ids=str)
def test_in_a_cerebro_of_ones_own_an_order_for_the_close_does_not_wait_for_ever(setting):
    cerebro = bt.Cerebro()
    cerebro.broker = OrderBroker(**setting)
    cerebro.adddata(BarsFeed(bars=market(1)[0]))
    cerebro.addstrategy(Sets, at=-1)
    with pytest.raises(BrokerError, match=r"run the strategy with btplaybook\.run") as refused:
        cerebro.run()
    assert "\n" not in str(refused.value)
    assert cerebro.broker.ledger.days[-1].date == market(1)[0].dates[2].item()  # sent there
