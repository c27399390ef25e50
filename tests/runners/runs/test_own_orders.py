"""Strategies that send backtrader's own orders: what a run asks of them, and what it says."""

import dataclasses
import datetime
import decimal
import fractions
import gc
import json
import sys

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.errors import RunStopped
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs import registry, told_params
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.traits import traits_of

SOURCE = '''
import datetime
import backtrader as bt

class Cross(bt.Strategy):
    """Long while a fast average is above a slow one."""

    params = dict(fast=5, slow=20, average=bt.ind.SMA, since=datetime.date(2000, 1, 1))

    def __init__(self):
        self.above = self.p.average(period=self.p.fast) - self.p.average(period=self.p.slow)
        self.asked = []

    def nextstart(self):
        self.asked.append("nextstart")
        self.next()

    def next(self):
        self.asked.append(self.data.datetime.date(0))
        if self.p.since > self.data.datetime.date(0):
            return
        if self.above[0] > 0 and not self.position:
            self.order_target_percent(target=0.9)
        elif self.above[0] <= 0 and self.position:
            self.close()
'''


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[299].item())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cross.py"
    path.write_text(SOURCE)
    return path


def held_by_hand(bars, fast, slow, first):
    """Return the shares after each bar by an account written out: next open, whole shares."""
    closes, opens = bars.close, bars.open
    cash, held = 1_000_000.0, 0
    order, shares = 0, []
    for t in range(len(closes)):
        if order:
            cash -= order * opens[t]
            held += order
            order = 0
        cash += held * bars.dividend[t] if t and shares[-1] else 0.0
        shares.append(held)
        if t < first or t < slow - 1:
            continue
        above = closes[t - fast + 1 : t + 1].mean() - closes[t - slow + 1 : t + 1].mean()
        if above > 0 and not held:
            value = cash + held * closes[t]
            order = int(0.9 * value // closes[t])
        elif above <= 0 and held:
            order = -held
    return np.array(shares), cash + held * closes[-1]


def test_its_orders_fill_at_the_next_open_in_an_exact_account(file, bars):
    result = run(str(file), bars, strips=False)
    shares, value = held_by_hand(bars, 5, 20, 0)
    held = result.trades.set_index("date")["position"].reindex(result.daily.index).ffill()
    assert list(held.fillna(0.0)) == list(shares)
    assert result.equity.iloc[-1] == pytest.approx(value, rel=1e-12)
    assert result.metrics["pnl"]["dividends"] != 0.0
    assert abs(result.metrics["pnl"]["residual"]) < 1e-6
    assert result.settings["fill"] == "next_open"
    assert (result.metrics["points"], result.metrics["percent"]) == (None, None)
    assert "points" not in result.daily


def test_bars_before_the_start_warm_up_and_are_never_acted_on(file, bars):
    start = bars.dates[100].item()
    kind = registry.resolve(str(file))
    seen = []
    watched = type("Watched", (kind,), {"stop": lambda self: seen.extend(self.asked)})
    result = run(watched, bars, start=start, strips=False)
    assert seen[0] == "nextstart"
    assert (
        seen[1] == bars.dates[99].item()
    )  # the position at the start is decided on the bar before
    _shares, value = held_by_hand(bars, 5, 20, 99)
    assert result.equity.iloc[-1] == pytest.approx(value, rel=1e-12)
    assert result.window[0] == str(start)


def test_what_it_cannot_have_is_left_out_and_what_it_ignores_is_refused(file, bars):
    for name, value in {"size_at": "fill", "rebalance": "daily", "every": "month"}.items():
        with pytest.raises(ParameterError, match=f"{name} has no effect on Cross"):
            run(str(file), bars, **{name: value})
    with pytest.raises(ParameterError, match="whole_shares has no effect"):
        run(str(file), bars, whole_shares=True)
    with pytest.raises(ParameterError, match="cash_check is for strategies that send their own"):
        run("sma-switch", bars, cash_check=True)


def test_indicators_longer_than_the_bars_are_named(file, bars):
    with pytest.raises(ParameterError, match=r"Cross needs 900 bars before next\(\) is called"):
        run(str(file), bars, slow=900)


def test_parameters_travel_through_run_json(file, bars, tmp_path, without_pages):
    result = run(str(file), sample("simulated"), params={"since": "1990-01-01"}, strips=False)
    told = result.plain()["params"]
    assert (
        told["average"] == "<backtrader.indicators.sma.MovingAverageSimple>"
        or "sma" in (told["average"])
    )
    assert told["since"] == "1990-01-01"
    write_run(result, tmp_path / "out")
    again = read_plan(tmp_path / "out" / "run.json").run()
    assert again.to_json() == result.to_json()
    assert json.loads(result.to_json())["sends_orders"] is True


def test_a_class_cannot_come_from_a_command_line(file, bars):
    with pytest.raises(ParameterError, match=r"average is <backtrader\.indicators\.sma"):
        run(str(file), bars, params={"average": "EMA"})
    with pytest.raises(ParameterError, match="since must be a date like 2000-01-01, got 'soon'"):
        run(str(file), bars, params={"since": "soon"})


def test_a_class_given_in_python_is_not_rerun_as_text(file):
    kind = registry.resolve(str(file))
    kept = {"fast": 5, "average": told_params.told(bt.ind.EMA)}
    with pytest.raises(ParameterError, match=r"average was '<backtrader.indicators.ema"):
        told_params.params_again(kind, kept, "run.json")
    kept["average"] = told_params.told(bt.ind.SMA)
    assert told_params.params_again(kind, kept, "run.json") == {"fast": 5}


EARLY = """
import backtrader as bt

class Pair(bt.Strategy):
    def __init__(self):
        self.sent = False

    def prenext(self):
        if not self.sent and len(self) == 5:
            self.sent = True
            self.buy(data=self.data1, size=3)
"""


def test_an_order_before_the_first_bar_is_told_with_its_day(tmp_path, bars):
    (tmp_path / "pair.py").write_text(EARLY)
    late = bars.between(bars.dates[50].item(), None)
    late = dataclasses.replace(late, name="LATE")
    result = run(tmp_path / "pair.py", [bars, late], strips=False)
    assert result.trades.empty
    (order,) = result.unfilled
    assert (order["date"], order["instrument"]) == (str(bars.dates[4]), "LATE")
    assert order["reason"] == "sent before the first bar, by prices that were not there"
    assert any(badge.text == "1 order before the first bar" for badge in result.badges)


class Numbers(bt.Strategy):
    """Buys once, with a size and a limit of some number type, and cancels nothing."""

    params = (("kind", float), ("exits", False), ("fee", 0.0))

    def next(self):
        if len(self) == 2:
            self.cancel(None)
            size, price = self.p.kind(3), self.p.kind(200)
            self.buy(size=size, price=price, exectype=bt.Order.Limit)
        if len(self) == 4 and self.p.exits:
            sys.exit(0)


@pytest.mark.parametrize(
    "kind",
    [np.float64, np.float32, np.int64, decimal.Decimal, fractions.Fraction, lambda n: np.array(n)],
)
def test_sizes_and_prices_may_be_numbers_of_any_type(bars, kind):
    plain = run(Numbers, bars, strips=False)
    other = run(Numbers, bars, params={"kind": kind}, strips=False)
    pd.testing.assert_frame_equal(other.trades, plain.trades)
    assert list(plain.trades["size"]) == [3.0]
    assert other.equity.equals(plain.equity)


def test_a_limit_at_no_price_is_told_and_a_made_up_fill_is_refused(bars):
    class Nowhere(bt.Strategy):
        params = (("kind", bt.Order.Limit),)

        def next(self):
            if len(self) == 3:
                self.buy(size=1, price=float("nan"), exectype=self.p.kind)

    (order,) = run(Nowhere, bars, strips=False).unfilled
    assert order["reason"] == "its price is NaN, which no bar reaches"
    with pytest.raises(RunStopped, match="orders of type Historical fill at a price of their own"):
        run(Nowhere, bars, params={"kind": bt.Order.Historical}, strips=False)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (lambda n: float("nan"), "SIM: an order of nan shares"),
        (lambda n: float("inf"), "SIM: an order of inf shares"),
    ],
)
def test_a_size_that_is_no_number_stops_the_run(bars, kind, words):
    named = dataclasses.replace(bars, name="SIM")
    with pytest.raises(RunStopped, match=words) as stopped:
        run(Numbers, named, params={"kind": kind}, strips=False)
    assert str(bars.dates[1]) in str(stopped.value)


def test_a_strategy_that_exits_stops_the_run_in_one_line(bars):
    words = r"calls sys.exit\(\): line \d+ of test_own_orders.py"
    with pytest.raises(RunStopped, match=words) as one:
        run(Numbers, bars, exits=True, strips=False)
    assert str(one.value).startswith(str(bars.dates[3]))
    with pytest.raises(RunStopped, match=words):
        audit(Numbers, bars, params={"exits": True}, cuts=1)


class LooksAround(Numbers):
    def start(self):
        self.seen = len(gc.get_objects())


def test_looking_through_memory_is_told(bars):
    assert audit(LooksAround, bars, cuts=1).unseen == ("looks through memory (gc.get_objects)",)
    assert audit(Numbers, bars, cuts=1).unseen == ()


def test_figures_stand_alone_on_stdout(command, tmp_path, bars, without_pages, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = SOURCE.replace("def next(self):", "def next(self):\n        print('a bar')")
    (tmp_path / "cross.py").write_text("print('import')\n" + source)
    done = command(
        "run", "cross.py", "--sample", "simulated", "--end", "2006-01-03", "--quick", "--json"
    )
    assert json.loads(done.out)["strategy"] == "cross.py:Cross"
    assert "a bar" in done.err


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.float64(0.5), 0.5),
        (float("inf"), "<inf>"),
        ((1, "a", None), [1, "a", None]),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        (datetime.date(2020, 1, 2), "2020-01-02"),
        (bt.Order.Limit, 2),
        (len, "<builtins.len>"),
        (object(), "<builtins.object>"),
    ],
)
def test_a_parameter_is_told_as_json(value, told):
    assert told_params.told(value) == told


def test_the_title_of_a_plain_strategy(file):
    assert traits_of(registry.resolve(str(file))).title == "Cross"
    named = type("GoldenCross", (bt.Strategy,), {"title": "Golden cross, daily"})
    assert traits_of(named).title == "Golden cross, daily"
    assert traits_of(type("GoldenCross", (bt.Strategy,), {})).title == "Golden cross"
