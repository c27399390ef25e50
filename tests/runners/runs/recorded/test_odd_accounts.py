"""Accounts that more than prices move: deposits, interest, futures, dividends, cheats, refusals."""

import math

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.order_broker import OrderBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.errors import BarsError
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages import tearsheet as pages
from btplaybook.runners.pages.recorded_rows import cost_words, timing_words
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.recorded.result import recorded
from btplaybook.runners.runs.run import run


class Holder(bt.Strategy):
    """Hold so many shares from the third bar on."""

    params = (("size", 100), ("on", lambda strategy: None))

    def next(self):
        if len(self) == 3 and self.p.size:
            self.buy(size=self.p.size) if self.p.size > 0 else self.sell(size=-self.p.size)
        self.p.on(self)


def texts(result):
    return {badge.text for badge in result.badges}


def adds_up(result):
    parts = dict(result.metrics["pnl"])
    residual, total = parts.pop("residual"), parts.pop("total")
    assert abs(residual) < 1e-9 * result.daily["equity"].max()
    assert math.fsum(parts.values()) == pytest.approx(total, abs=1e-4)
    return parts


def test_deposits_are_no_return(build):
    def deposit(strategy):
        if len(strategy) in (50, 200):
            strategy.broker.add_cash(20_000.0)

    plain, fed = (recorded(build(Holder, on=on).run()) for on in (lambda _: None, deposit))
    added = fed.daily["deposits"]
    assert list(added[added != 0.0]) == pytest.approx([20_000.0] * 2)
    assert fed.daily["equity"].iloc[-1] == pytest.approx(plain.daily["equity"].iloc[-1] + 40_000.0)
    assert adds_up(fed) == pytest.approx(adds_up(plain))
    gains = plain.daily["equity"].diff().iloc[1:]
    held = fed.daily["equity"].shift().iloc[1:] + added.iloc[1:]
    np.testing.assert_allclose(fed.returns, gains / held, atol=1e-12)
    (badge,) = [badge for badge in fed.badges if badge.text == "cash added"]
    assert badge.why.startswith("40,000.00 net was added on 2 days: ")


def test_interest_of_a_scheme_is_a_part(build):
    cerebro = build(Holder, size=-100)
    cerebro.broker.setcommission(commission=0.0, interest=0.05)
    result = recorded(cerebro.run())
    days = (result.daily.index[-1] - result.trades["date"].iloc[0]).days
    owed = 0.05 * days / 365 * 100 * result.trades["price"].iloc[0]
    parts = adds_up(result)
    assert parts["interest"] == pytest.approx(-owed, rel=0.02)
    assert parts["commission"] == 0.0


class Basket(bt.Strategy):
    """Buy the first feed, sell the second, and turn the third once."""

    def next(self):
        one, other, third = self.datas
        if len(self) == 3:
            self.buy(one, size=20)
            self.sell(other, size=10)
            self.buy(third, size=3)
        if len(self) == 100:
            self.sell(third, size=5)


@pytest.mark.parametrize("mult", [1.0, 50.0])
def test_a_basket_has_holdings_and_attribution(build, ordinary, mult):
    cerebro = build(Basket, *(ordinary(seed) for seed in range(3)))
    if mult > 1.0:
        cerebro.broker.setcommission(commission=2.5, margin=1_000.0, mult=mult)
    result = recorded(cerebro.run())
    held = {each["instrument"]: each for each in result.holdings}
    assert {name: each["shares"] for name, each in held.items()} == {"F0": 20, "F1": -10, "F2": -2}
    for each in held.values():
        assert each["value"] == pytest.approx(mult * each["shares"] * each["price"])
    split = result.attribution
    assert split["total"] == result.metrics["pnl"]["total"]
    assert abs(split["residual"]) < 1e-9 * 100_000
    for rows in (split["by_name"], split["by_side"].values()):
        assert math.fsum(row["total"] for row in rows) == pytest.approx(split["total"], rel=1e-9)
    assert result.relative["to"] == "F0"


def test_what_moved_cash_alone_is_nobodys(build, ordinary):
    class Given(Basket):
        def next(self):
            super().next()
            if len(self) == 200:
                self.broker.cash += 1_234.0

    result = recorded(build(Given, *(ordinary(seed) for seed in range(3))).run())
    assert result.attribution["other"] == pytest.approx(1_234.0)
    assert abs(result.attribution["residual"]) < 1e-9 * 100_000


def test_futures_count_points(build):
    cerebro = build(Holder, size=2)
    cerebro.broker.setcommission(commission=2.5, margin=1_000.0, mult=50.0)
    (strategy,) = cerebro.run()
    result = recorded(strategy)
    (fill,) = result.trades.to_dict("records")
    assert (fill["size"], fill["commission"]) == (2.0, 5.0)
    last = result.bars[0].close[-1]
    parts = adds_up(result)
    assert parts["price"] == pytest.approx(100.0 * (last - fill["price"]))
    assert parts["commission"] == pytest.approx(-5.0)
    values = strategy.analyzers.witness.values
    np.testing.assert_allclose(result.daily["equity"], list(values.values()), rtol=1e-12)


class WithDividends(bt.feeds.PandasData):
    """A frame's feed with a line of its own."""

    lines = ("dividend",)
    params = (("dividend", -1),)


@pytest.fixture
def paying(ordinary):
    """Return simulated bars with their dividends as a frame."""
    return ordinary().assign(dividend=sample("simulated").dividend[:300])


def dividends_while_held(frame, result):
    return frame["dividend"][frame.index > result.trades["date"].iloc[0]].sum()


def test_dividends_that_are_not_paid_are_told(build, paying):
    result = recorded(build(Holder, WithDividends(dataname=paying)).run())
    missed = 100 * dividends_while_held(paying, result)
    assert missed > 0
    (badge,) = [badge for badge in result.badges if badge.text == "dividends not paid"]
    assert badge.kind == "bad"
    assert f"{missed:,.2f}" in badge.why
    assert result.metrics["pnl"]["dividends"] == 0.0
    assert result.round_trips["dividends"].tolist() == [0.0]
    assert result.round_trips["net"].sum() == pytest.approx(result.metrics["pnl"]["total"])


def test_dividends_that_a_broker_books_are_a_part(build, paying):
    class Paying(bt.brokers.BackBroker):
        def next(self):
            super().next()
            for data, position in self.positions.items():
                if data.lines.dividend[0] and position.size:
                    self.cash += position.size * data.lines.dividend[0]
            self._get_value()

    cerebro = build(Holder, WithDividends(dataname=paying))
    cerebro.broker = Paying(cash=100_000.0)
    result = recorded(cerebro.run())
    assert adds_up(result)["dividends"] == pytest.approx(100 * dividends_while_held(paying, result))
    assert "dividends not paid" not in texts(result)
    received = result.round_trips["dividends"].sum()
    assert received == pytest.approx(result.metrics["pnl"]["dividends"])


def test_cash_from_nowhere_is_called_other(build):
    def gift(strategy):
        if len(strategy) == 100:
            strategy.broker.cash += 1_234.0

    result = recorded(build(Holder, on=gift).run())
    assert result.daily["other"].sum() == pytest.approx(1_234.0)
    assert adds_up(result)["other"] == pytest.approx(1_234.0)
    assert "unexplained profit" in texts(result)


def test_cheat_on_close_counts_on_the_day_of_the_close(build, ordinary):
    cerebro = build(Holder)
    cerebro.broker.set_coc(True)
    result = recorded(cerebro.run())
    close = ordinary()["close"]
    (fill,) = result.trades.to_dict("records")
    assert (fill["date"], fill["moment"], fill["price"]) == (close.index[2], "close", close.iloc[2])
    paid = 100 * close.iloc[2] * 1.001
    expected = 100_000.0 - paid + 100 * close.iloc[2:]
    np.testing.assert_allclose(result.daily["equity"].iloc[2:], expected, rtol=1e-12)
    np.testing.assert_allclose(result.daily["cash"].iloc[2:], 100_000.0 - paid, rtol=1e-12)
    adds_up(result)


class AtTheOpen(bt.Strategy):
    """Buy at the open of the fourth bar, whose close is read already."""

    def next_open(self):
        if len(self) == 3 and self.data.close[0] > 0:
            self.buy(size=100)


def test_cheat_on_open_fills_at_that_open_and_is_told(build, ordinary):
    cerebro = build(AtTheOpen)
    cerebro.p.cheat_on_open = True
    cerebro.broker.set_slippage_perc(0.001)
    result = recorded(cerebro.run())
    prices = ordinary()
    (fill,) = result.trades.to_dict("records")
    assert (fill["date"], fill["moment"]) == (prices.index[3], "open")
    assert fill["reference"] == prices["open"].iloc[3]
    assert "cheat on open" in texts(result)
    words = dict(timing_words(result.settings))
    assert "those sent at an open at that one (cheat on open)" in words["Market orders"]
    adds_up(result)


def test_who_may_cheat_on_open_and_does_not_is_not_blamed(build):
    cerebro = build(Holder)
    cerebro.p.cheat_on_open = True
    result = recorded(cerebro.run())
    assert set(result.trades["moment"]) == {"open"}
    assert "cheat on open" not in texts(result)


def test_refusals_are_counted(build):
    result = recorded(build(Holder, size=10**6).run())
    assert (result.refused, len(result.trades)) == (1, 0)
    assert {"orders refused: 1", "no trades"} <= texts(result)
    (order,) = result.unfilled
    assert order["reason"] == "cash did not cover it (Margin)"
    assert result.plain()["refused"] == 1


def test_a_ruin_is_told(build, ordinary):
    frame = ordinary(rows=slice(0, 60))
    frame.iloc[30:] *= 3.0
    result = recorded(build(Holder, frame, size=-1_000).run())
    assert result.metrics["ruined_on"] == str(frame.index[30].date())
    assert (result.returns.iloc[30:] == 0.0).all()


def test_a_feed_that_is_no_sound_bars_is_only_described(build, ordinary):
    frame = ordinary(rows=slice(0, 60))
    frame.iloc[10, frame.columns.get_loc("high")] = 0.5 * frame["low"].iloc[10]
    result = recorded(build(Holder, frame).run())
    assert result.bars == []
    assert not result.has_benchmark
    assert "no benchmark" in texts(result)
    assert "not used as bars" in result.data[0]["warnings"][0]
    adds_up(result)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda frame: frame.iloc[::-1], ParameterError, "run backwards in time"),
        (lambda frame: frame.iloc[:1], ParameterError, "ran on 1 day, and a report needs two"),
        (
            lambda frame: frame.assign(close=frame["close"].where(frame.index < "2005-02-01")),
            BarsError,
            "the close of F0 is none",
        ),
    ],
)
def test_what_cannot_be_measured(build, ordinary, change, error, words):
    ran = build(Holder, change(ordinary(rows=slice(0, 60)))).run()
    with pytest.raises(error, match=words) as raised:
        recorded(ran)
    assert "\n" not in str(raised.value)


def test_two_feeds_with_one_name_stay_apart(build, ordinary):
    cerebro = build(Holder)
    cerebro.adddata(bt.feeds.PandasData(dataname=ordinary(1)), name="F0")
    result = recorded(cerebro.run())
    assert [data["name"] for data in result.data] == ["F0", "F0-2"]
    assert isinstance(result.daily.index, pd.DatetimeIndex)


def test_the_page_says_whose_account_it_is(build, ordinary, monkeypatch, tmp_path):
    def gift(strategy):
        if len(strategy) == 10:
            strategy.broker.cash += 1_234.0

    cerebro = build(Holder, ordinary(rows=slice(0, 20)), size=0, on=gift)  # no trades: drawn fast
    cerebro.broker.set_slippage_fixed(0.02)
    (strategy,) = cerebro.run()
    page = tearsheet(strategy)
    for words in (
        "account of backtrader&#39;s own broker, market orders filled at the next bar&#39;s open",
        "FixedSize (stake 1, tranches 1)",
        "0.100% of the value",
        "0.02 a share, within the bar&#39;s range",
        "not paid by backtrader&#39;s broker",
        "Other",
        "Not shown: the account is that of a script",
    ):
        assert words in page
    with pytest.raises(ParameterError, match="got int"):
        tearsheet(1)

    monkeypatch.setattr(pages, "tearsheet", lambda result: result.title)
    write_run(strategy.analyzers.recorder, tmp_path / "here")
    assert (tmp_path / "here" / "tearsheet.html").read_text() == "Holder"


def test_a_broker_that_keeps_a_ledger_is_read_by_it(build):
    bars = sample("simulated", end="2006-02-28")
    cerebro = build(Holder)
    cerebro.datas.clear()
    cerebro.broker = OrderBroker(cash=100_000.0, costs=Costs(per_share=0.01))
    cerebro.adddata(BarsFeed(bars=bars), name=bars.name)
    by_hand = recorded(cerebro.run())
    ours = run(Holder, bars, cash=100_000.0, per_share=0.01, strips=False)
    assert "account of the script" not in texts(by_hand)
    pd.testing.assert_frame_equal(by_hand.trades, ours.trades)
    pd.testing.assert_frame_equal(by_hand.round_trips, ours.round_trips)
    np.testing.assert_array_equal(by_hand.daily["equity"], ours.daily["equity"])
    assert by_hand.metrics["pnl"]["dividends"] == ours.metrics["pnl"]["dividends"] > 0.0
    costs = dict(cost_words(by_hand.settings))
    assert costs["An order"].startswith("Costs (per_share 0.01, min_fee 0.0, ")
    assert costs["Dividends"] == "paid on what is held overnight"
    timing = dict(timing_words(by_hand.settings))
    assert timing["Market orders"] == "at the next open"
    assert timing["Limit"] == "2.50 of equity, without a cash check"
