"""A recorded account is the broker's own: values, cash and fills, of scripts as people write."""

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.recorded.recorder import Recorder
from btplaybook.runners.runs.recorded.result import recorded


class GoldenCross(bt.Strategy):
    """Long while a fast average is above a slow one."""

    params = (("fast", 5), ("slow", 20))

    def __init__(self):
        fast, slow = (bt.ind.SMA(period=period) for period in (self.p.fast, self.p.slow))
        self.cross = bt.ind.CrossOver(fast, slow)

    def next(self):
        if not self.position and self.cross > 0:
            self.buy()
        elif self.position and self.cross < 0:
            self.close()


class Brackets(bt.Strategy):
    """Buy every tenth bar, with a stop below and a limit above."""

    def next(self):
        if len(self) % 10 == 0 and not self.position:
            close = self.data.close[0]
            self.buy_bracket(
                size=100,
                exectype=bt.Order.Market,
                stopprice=0.985 * close,
                limitprice=1.02 * close,
            )


class Momentum(bt.Strategy):
    """Hold what rose most over sixty bars, chosen each month; feeds may begin late."""

    def __init__(self):
        self.month = None

    def prenext(self):
        self.next()

    def next(self):
        known = [data for data in self.datas if len(data) > 60]
        if not known or self.datetime.date(0).month == self.month:
            return
        self.month = self.datetime.date(0).month
        best = max(known, key=lambda data: data.close[0] / data.close[-60])
        for data in self.datas:
            if data is not best and self.getposition(data).size:
                self.order_target_percent(data, 0.0)
        self.order_target_percent(best, 0.9)


KINDS = {
    "golden cross": (GoldenCross, [{}], 95),
    "brackets": (Brackets, [{}], None),
    "momentum": (Momentum, [{}, {"seed": 1, "rows": slice(80, 300)}, {"seed": 2}], None),
}


@pytest.fixture(params=KINDS)
def ran(build, ordinary, request):
    kind, feeds, sizer = KINDS[request.param]
    (strategy,) = build(kind, *(ordinary(**each) for each in feeds), sizer=sizer).run()
    return strategy


def test_values_cash_and_fills_are_the_broker_s(ran):
    result, witness = recorded(ran), ran.analyzers.witness
    days = [day.date() for day in result.daily.index]
    assert days == list(witness.values)
    np.testing.assert_allclose(result.daily["equity"], list(witness.values.values()), rtol=1e-12)
    np.testing.assert_allclose(result.daily["cash"], list(witness.cash.values()), rtol=1e-12)
    fills = result.trades
    told = zip(
        fills["date"].dt.date, fills["instrument"], fills["size"], fills["price"], strict=True
    )
    assert len(fills) > 6
    assert list(told) == witness.bits
    parts = result.metrics["pnl"]
    assert abs(parts["residual"]) < 1e-9 * 100_000
    assert "other" not in result.daily
    assert parts["total"] == pytest.approx(ran.broker.getvalue() - 100_000.0, rel=1e-12)


def test_returns_and_round_trips_are_backtrader_s(build):
    cerebro = build(GoldenCross, sizer=95)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, _name="returns", timeframe=bt.TimeFrame.Days)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    (strategy,) = cerebro.run()
    result = recorded(strategy)
    theirs = list(strategy.analyzers.returns.get_analysis().values())
    np.testing.assert_allclose(result.returns, theirs[1:], rtol=0, atol=1e-14)
    trades = strategy.analyzers.trades.get_analysis()
    figures = result.trade_figures
    assert figures["count"] == trades["total"]["closed"]
    assert figures["open"] == trades["total"]["open"]
    closed = result.round_trips[~result.round_trips["open"]]
    assert closed["net"].sum() == pytest.approx(trades["pnl"]["net"]["total"], rel=1e-9)


def test_what_a_result_states(build, ordinary):
    cerebro = build(GoldenCross, sizer=95, fast=6)
    cerebro.broker.set_slippage_perc(0.0005, slip_out=True)
    result = recorded(cerebro.run())
    assert result.is_recorded
    assert result.knows_orders
    assert result.strategy.endswith("GoldenCross")
    assert result.params == {"fast": 6, "slow": 20}
    assert result.settings["cash"] == 100_000.0
    assert result.settings["broker"]["slip_perc"] == 0.0005
    assert result.settings["broker"]["commission"]["commission"] == 0.001
    assert result.settings["sizer"]["percents"] == 95
    assert result.benchmark_name == "F0"
    close = ordinary()["close"]
    assert result.benchmark["total_return"] == pytest.approx(close.iloc[-1] / close.iloc[0] - 1)
    assert {"account of the script", "costs on", "price only"} <= {b.text for b in result.badges}
    (data,) = result.data
    assert (data["name"], data["source"], data["rows"]) == ("F0", "PandasData", 300)
    assert result.strips["not_shown"]
    moved = result.trades
    np.testing.assert_allclose(
        moved["price"] / moved["reference"] - 1, 0.0005 * np.sign(moved["size"]), rtol=1e-9
    )
    assert result.metrics["pnl"]["slippage"] == pytest.approx(-moved["slippage"].sum())


def test_a_recorder_changes_nothing(build, ordinary):
    values = []
    for recorder in (True, False):
        cerebro = build(Momentum, *(ordinary(**each) for each in KINDS["momentum"][1]))
        if not recorder:
            cerebro.analyzers[:] = [each for each in cerebro.analyzers if each[0] is not Recorder]
        (strategy,) = cerebro.run()
        values.append(strategy.analyzers.witness.values)
    assert values[0] == values[1]


@pytest.mark.parametrize("options", [{"runonce": False}, {"preload": False}, {"exactbars": 1}])
def test_the_ways_of_the_loop_give_one_result(build, options):
    one, other = (build(GoldenCross, sizer=95).run(**each) for each in ({}, options))
    assert recorded(one).to_json() == recorded(other).to_json()


def test_a_strategy_stands_for_its_cerebro(build):
    cerebro = build(GoldenCross, sizer=40)
    cerebro.addstrategy(Brackets)
    both = cerebro.run()
    result = recorded(both[1])
    assert result.strategy.count(",") == 1
    assert list(result.params.values()) == [{"fast": 5, "slow": 20}, {}]
    assert len(result.trades) == sum(len(each.analyzers.witness.bits) for each in both)
    assert result.to_json() == recorded(both).to_json()
    assert abs(result.metrics["pnl"]["residual"]) < 1e-4


def test_no_recorder(build):
    cerebro = build(GoldenCross)
    del cerebro.analyzers[0]
    with pytest.raises(ParameterError, match=r"cerebro.addanalyzer\(btplaybook.Recorder\)"):
        recorded(cerebro.run()[0])
    with pytest.raises(ParameterError, match="got int"):
        recorded(1)


def test_a_recorder_that_ran_holds_no_order_and_no_feed(build):
    cerebro = build(GoldenCross)
    (strategy,) = cerebro.run()
    (recorder,) = (each for each in strategy.analyzers if isinstance(each, Recorder))
    held = [value for name, value in vars(recorder).items() if name.startswith("_")]
    kinds = (bt.order.OrderBase, bt.LineSeries)
    flat = [one for each in held if isinstance(each, (dict, list)) for one in each]
    flat += [one for each in held if isinstance(each, dict) for one in each.values()]
    assert not any(isinstance(one, kinds) for one in flat)


def test_sets_of_an_optstrategy_travel(build):
    cerebro = build(GoldenCross)
    cerebro.strats.clear()
    cerebro.optstrategy(GoldenCross, fast=(5, 8))
    sets = cerebro.run(maxcpus=2)
    with pytest.raises(ParameterError, match=r"2 sets: choose one, as in recorded\(results\[0\]\)"):
        recorded(sets)
    assert [recorded(each).params["fast"] for each in sets] == [5, 8]
    assert recorded(sets[0]).to_json() == recorded(build(GoldenCross).run()).to_json()


def test_bars_within_a_day_are_made_one_day(build, ordinary):
    days = ordinary(rows=slice(0, 60))
    half = [days.set_axis(days.index + pd.Timedelta(hours=hour)) for hour in (12, 16)]
    half[0]["close"] = half[1]["open"] = (days["open"] + days["close"]) / 2
    frame = pd.concat(half).sort_index()
    feed = bt.feeds.PandasData(dataname=frame, timeframe=bt.TimeFrame.Minutes, compression=240)
    (strategy,) = build(GoldenCross, feed, sizer=95).run()
    result = recorded(strategy)
    assert len(result.daily) == 60
    values = strategy.analyzers.witness.values  # the last of a day
    np.testing.assert_allclose(result.daily["equity"], list(values.values()), rtol=1e-12)
    np.testing.assert_allclose(result.bars[0].close, days["close"], rtol=0)
    assert result.data[0]["notes"] == ["up to 2 bars a day: made one bar a day"]
    assert abs(result.metrics["pnl"]["residual"]) < 1e-4
