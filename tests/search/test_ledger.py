"""The array ledger against the event loop: every day's equity, every cost, every point."""

import datetime
import math

import backtrader as bt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.analyzers.daily_account import daily_account
from btplaybook.analyzers.uncompounded_gain import uncompounded_gain
from btplaybook.brokers.costs import Costs
from btplaybook.brokers.errors import RunStopped
from btplaybook.brokers.financing import Financing
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.search import walk
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.ledger import Slot, Terms, account, daily_points, known_rates, orders_due
from btplaybook.search.market import Market
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Scripted(PlaybookStrategy):
    params = (("script", None),)

    def target_weights(self):
        return dict(zip(self.datas, self.p.script[self.datetime.date(0)], strict=True))


class LateBroker(PlaybookBroker):
    """Lets every order wait one bar longer than it says."""

    def _queue(self, ticket):
        self._tickets = [*self._tickets, ticket]

    def _fill_at(self, moment):
        if self._ledger.ruined_on:
            self._tickets = [ticket._replace(shares=0.0) for ticket in self._tickets]
        fresh = [ticket for ticket in self._tickets if ticket.decided_on >= self._yesterday]
        self._tickets = [ticket for ticket in self._tickets if ticket not in fresh]
        super()._fill_at(moment)
        self._tickets += fresh


def event_loop(tables, targets, dates, terms, rebalance, opens_on):
    """Run the targets bar by bar; return the broker's ledger."""
    late = terms.fill == "close_after_next"
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = (LateBroker if late else PlaybookBroker)(
        cash=terms.cash,
        costs=terms.costs,
        financing=terms.financing,
        whole_shares=terms.whole_shares,
        account_from=opens_on,
    )
    for table in tables:
        cerebro.adddata(BarsFeed(bars=table), name=table.name)
    cerebro.addstrategy(
        Scripted,
        script=dict(zip(dates, map(tuple, targets.tolist()), strict=True)),
        fill="next_close" if late else terms.fill,
        size_at=terms.size_at,
        rebalance=rebalance,
        account_from=opens_on,
    )
    cerebro.run()
    return cerebro.broker.ledger


def bars(name, dates, opens, closes, dividends):
    return Bars(
        name,
        np.array(dates, "datetime64[D]"),
        opens,
        np.maximum(opens, closes),
        np.minimum(opens, closes),
        closes,
        np.full(len(dates), 1000.0),
        dividends,
    )


rates = st.floats(0, 0.2) | st.just("series")
terms = st.fixed_dictionaries(
    {
        "fill": st.sampled_from(["close", "next_open", "next_close", "close_after_next"]),
        "size_at": st.sampled_from(["fill", "decision"]),
        "whole_shares": st.booleans(),
        "costs": st.builds(
            Costs,
            st.sampled_from([0.0, 0.005, 0.02]),
            st.sampled_from([0.0, 1.0, 20.0]),
            st.sampled_from([0.0, 0.0005, 0.003]),
            st.sampled_from([0.0, 2.0, 25.0]),
            st.sampled_from([0.0, 0.01, 0.125]),
        ),
        "rates": st.tuples(rates, rates, rates, rates),
        "cash": st.sampled_from([1_000_000.0, 10_000.0, 2_500.0]),
    }
)


@settings(max_examples=max(400, settings.default.max_examples))
@given(
    chosen=terms,
    rebalance=st.sampled_from(["on_change", "daily"]),
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(3, 40),
    n_feeds=st.integers(1, 3),
    volatility=st.sampled_from([0.002, 0.02, 0.3]),
    warm_up=st.integers(0, 5),
    late=st.integers(0, 5),
)
def test_the_account_is_the_event_loops(
    chosen, rebalance, seed, n_bars, n_feeds, volatility, warm_up, late
):
    """Warm-up bars, feeds listed later, series of rates, ruin: all at once."""
    rng = np.random.default_rng(seed)
    shape = (n_bars, n_feeds)
    path = 100 * np.cumprod(np.exp(volatility * math.sqrt(2) * rng.standard_normal(shape)), axis=0)
    least = 0.01 + chosen["costs"].spread  # so that half the spread never takes all of a price
    closes = np.round(path, 2) + least
    opens = np.round(closes * np.exp(volatility * rng.standard_normal(shape)), 2) + least
    dividends = np.where(rng.random(shape) < 0.1, 0.01 * closes.min(), 0.0)
    days = np.sort(rng.choice(3 * n_bars, n_bars, replace=False))
    dates = [datetime.date(2020, 1, 6) + datetime.timedelta(int(day)) for day in days]
    choices = [-0.8, -0.5, 0.0, 0.5, 0.8] if n_feeds > 1 else [-1.0, 0.0, 0.4, 1.0, 2.0]
    targets = rng.choice(choices, shape)
    for t in np.flatnonzero(rng.random(n_bars) < 0.5)[1:]:
        targets[t] = targets[t - 1]
    warm_up, late = min(warm_up, n_bars - 2), min(late, n_bars - 2)
    first = [0] + [late] * (n_feeds - 1)
    for k in range(n_feeds):
        targets[: first[k], k] = 0.0
    series = pd.Series(rng.uniform(0, 0.2, n_bars), index=pd.DatetimeIndex(dates))
    own = Terms(
        **{key: value for key, value in chosen.items() if key != "rates"},
        financing=Financing(*(series if rate == "series" else rate for rate in chosen["rates"])),
    )
    tables = [
        bars(f"I{k}", dates[f:], opens[f:, k], closes[f:, k], dividends[f:, k])
        for k, f in enumerate(first)
    ]

    book = event_loop(tables, targets, dates, own, rebalance, dates[warm_up])
    market = Market.of(tables, dates[warm_up])
    asked = targets[warm_up:]
    replayed = account(market, asked, orders_due(asked, rebalance), own)

    daily = daily_account(book)
    scale = max(own.cash, daily["equity"].max())
    near = {"rtol": 1e-9, "atol": 1e-9 * scale}
    np.testing.assert_allclose(replayed.equity, daily["equity"], **near)
    ruined = None if replayed.ruined is None else dates[warm_up + replayed.ruined]
    assert ruined == book.ruined_on
    assert replayed.orders == len(book.fills)
    np.testing.assert_allclose(replayed.commission, -daily["commission"].sum(), **near)
    np.testing.assert_allclose(replayed.slippage, -daily["slippage"].sum(), **near)
    assert_flows(replayed, book, daily, near)
    if (daily["equity"] > 1e-3 * own.cash).all():
        np.testing.assert_allclose(
            replayed.returns(own.cash), daily["return"].iloc[1:], rtol=1e-6, atol=1e-9
        )
    if n_feeds < 3:
        sides = {"I0": 1, "I1": -1} if n_feeds == 2 else {"I0": 1}
        points = uncompounded_gain(book, sides)["points"]
        measured = daily_points(market, asked, np.array([*sides.values()], float), own.fill)
        np.testing.assert_allclose(measured, points, rtol=1e-9, atol=1e-9 * closes.max())


def assert_flows(replayed, book, daily, near):
    """The parts of the gain, and what was held to make it."""
    for part in ("price", "dividends", "borrow", "interest"):
        np.testing.assert_allclose(getattr(replayed, part), daily[part].sum(), **near)
    closes = np.nan_to_num([day.closes for day in book.days])
    held = np.array([day.holdings for day in book.days])
    np.testing.assert_allclose(replayed.held * closes, held * closes, **near)
    assert replayed.invested.tolist() == daily["invested"].tolist()


class TwiceADay(bt.Strategy):
    """Sends what it is told for this close, and then for the next open."""

    params = (("script", None), ("size_at", "fill"))

    def next(self):
        for orders, fill in self.p.script.get(self.datetime.date(0), ()):
            targets = {self.datas[k]: weight for k, weight in orders}
            self.broker.order_targets(self, targets, fill=fill, size_at=self.p.size_at)

    prenext = next


@settings(max_examples=max(300, settings.default.max_examples))
@given(
    chosen=terms,
    due=st.sampled_from(["on_change", "daily", "at random"]),
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(3, 40),
    n_feeds=st.integers(1, 3),
    volatility=st.sampled_from([0.002, 0.02, 0.3]),
    warm_up=st.integers(0, 5),
    late=st.integers(0, 5),
)
def test_two_slots_are_the_event_loops(
    chosen, due, seed, n_bars, n_feeds, volatility, warm_up, late
):
    """The same with orders for every close and every next open."""
    rng = np.random.default_rng(seed)
    shape = (n_bars, n_feeds)
    path = 100 * np.cumprod(np.exp(volatility * math.sqrt(2) * rng.standard_normal(shape)), axis=0)
    least = 0.01 + chosen["costs"].spread  # so that half the spread never takes all of a price
    closes = np.round(path, 2) + least
    opens = np.round(closes * np.exp(volatility * rng.standard_normal(shape)), 2) + least
    dividends = np.where(rng.random(shape) < 0.1, 0.01 * closes.min(), 0.0)
    days = np.sort(rng.choice(3 * n_bars, n_bars, replace=False))
    dates = [datetime.date(2020, 1, 6) + datetime.timedelta(int(day)) for day in days]
    choices = [-0.8, -0.5, 0.0, 0.5, 0.8] if n_feeds > 1 else [-1.0, 0.0, 0.4, 1.0, 2.0]
    in_turn = rng.choice(choices, (2 * n_bars, n_feeds))  # close, open, close, open, ...
    for turn in np.flatnonzero(rng.random(2 * n_bars) < 0.3)[1:]:
        in_turn[turn] = in_turn[turn - 1]
    warm_up, late = min(warm_up, n_bars - 2), min(late, n_bars - 2)
    first = [0] + [late] * (n_feeds - 1)
    for k in range(n_feeds):
        in_turn[: 2 * first[k], k] = 0.0
    in_turn = in_turn[2 * warm_up :]
    if due == "at random":
        ordered = rng.random(in_turn.shape) < 0.5
        for turn in range(len(in_turn)):  # in force is what was ordered last
            before = in_turn[turn - 1] if turn else np.zeros(n_feeds)
            in_turn[turn] = np.where(ordered[turn], in_turn[turn], before)
    else:
        ordered = orders_due(in_turn, due)
    for k in range(n_feeds):
        ordered[: max(0, 2 * (first[k] - warm_up)), k] = False
    series = pd.Series(rng.uniform(0, 0.2, n_bars), index=pd.DatetimeIndex(dates))
    own = Terms(
        **{key: value for key, value in chosen.items() if key not in ("rates", "fill")},
        financing=Financing(*(series if rate == "series" else rate for rate in chosen["rates"])),
    )
    tables = [
        bars(f"I{k}", dates[f:], opens[f:, k], closes[f:, k], dividends[f:, k])
        for k, f in enumerate(first)
    ]
    script = {}
    for turn, (weights, now) in enumerate(zip(in_turn, ordered, strict=True)):
        orders = [(k, float(weights[k])) for k in np.flatnonzero(now)]
        fill = "next_open" if turn % 2 else "close"
        script.setdefault(dates[warm_up + turn // 2], []).append((orders, fill))

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker(
        cash=own.cash,
        costs=own.costs,
        financing=own.financing,
        whole_shares=own.whole_shares,
        account_from=dates[warm_up],
    )
    for bar_table in tables:
        cerebro.adddata(BarsFeed(bars=bar_table), name=bar_table.name)
    cerebro.addstrategy(TwiceADay, script=script, size_at=own.size_at)
    cerebro.run()
    book = cerebro.broker.ledger
    market = Market.of(tables, dates[warm_up])
    opening = Slot(in_turn[1::2], ordered[1::2])
    replayed = account(market, in_turn[::2], ordered[::2], own, opening=opening)

    daily = daily_account(book)
    scale = max(own.cash, daily["equity"].max())
    near = {"rtol": 1e-9, "atol": 1e-9 * scale}
    np.testing.assert_allclose(replayed.equity, daily["equity"], **near)
    ruined = None if replayed.ruined is None else dates[warm_up + replayed.ruined]
    assert ruined == book.ruined_on
    assert replayed.orders == len(book.fills)
    np.testing.assert_allclose(replayed.commission, -daily["commission"].sum(), **near)
    np.testing.assert_allclose(replayed.slippage, -daily["slippage"].sum(), **near)
    assert_flows(replayed, book, daily, near)
    if n_feeds < 3:
        sides = {"I0": 1, "I1": -1} if n_feeds == 2 else {"I0": 1}
        points = uncompounded_gain(book, sides)["points"]
        signs = np.array([*sides.values()], float)
        measured = daily_points(market, in_turn[::2], signs, "close", opening=opening.targets)
        np.testing.assert_allclose(measured, points, rtol=1e-9, atol=1e-9 * closes.max())


DATES = [datetime.date(2024, 1, day) for day in (8, 9, 10, 11, 12)]
FLAT = np.full(5, 100.0)


def table(name="A", rows=slice(None), closes=FLAT, opens=FLAT):
    opens, closes = np.asarray(opens, float), np.asarray(closes, float)
    return bars(name, np.array(DATES)[rows], opens[rows], closes[rows], np.zeros(5)[rows])


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        # Long 1.0 from the first bar on. Closes 100, 110, 121, 121, 121; opens 100, 100, 110, ...
        pytest.param("close", [100.0, 110.0, 121.0, 121.0, 121.0], id="close"),
        pytest.param("next_open", [100.0, 110.0, 121.0, 121.0, 121.0], id="next open"),
        pytest.param("next_close", [100.0, 100.0, 110.0, 110.0, 110.0], id="next close"),
        pytest.param("close_after_next", [100.0, 100.0, 100.0, 100.0, 100.0], id="one more"),
    ],
)
def test_when_a_fill_comes(fill, expected):
    market = Market.of(
        [table(closes=[100, 110, 121, 121, 121], opens=[100, 100, 110, 121, 121])], DATES[0]
    )
    targets = np.ones((5, 1))
    found = account(market, targets, orders_due(targets, "on_change"), Terms(fill=fill, cash=100.0))
    assert found.equity == pytest.approx(expected, rel=1e-12)


OPENS, CLOSES = [100.0, 110.0, 120.0, 100.0, 150.0], [100.0, 100.0, 150.0, 200.0, 100.0]


@pytest.mark.parametrize(
    ("size_at", "closing", "opening", "expected"),
    [
        # The nights: 100 -> 110, 100 -> 120, 150 -> 100, 200 -> 150.
        pytest.param("fill", 1.0, 0.0, [100.0, 110.0, 132.0, 88.0, 66.0], id="overnight"),
        # The days: 110 -> 100, 120 -> 150, 100 -> 200, 150 -> 100; the first is not the account's.
        pytest.param("fill", 0.0, 1.0, np.cumprod([100, 10 / 11, 1.25, 2, 2 / 3]), id="intraday"),
        # 1 share bought at the open: 90. 0.9: 117. 0.78: 195. 0.975: 146.25.
        pytest.param("decision", 0.0, 1.0, [100.0, 90.0, 117.0, 195.0, 146.25], id="at decision"),
    ],
)
def test_two_fills_a_day(size_at, closing, opening, expected):
    market = Market.of([table(closes=CLOSES, opens=OPENS)], DATES[0])
    targets, later, due = np.full((5, 1), closing), np.full((5, 1), opening), np.ones((5, 1), bool)
    own = Terms(cash=100.0, size_at=size_at)
    found = account(market, targets, due, own, opening=Slot(later, due))
    assert found.equity == pytest.approx(expected, rel=1e-12)


def test_the_next_open_is_sized_after_the_close_has_been_paid_for():
    """Of 100 the order at the close takes 20; what is left settles the shares of the next open."""
    market = Market.of([table(closes=[100, 100, 100, 100, 100], opens=[100, 50, 50, 50, 50])],
                       DATES[0])  # fmt: skip
    targets, later = np.full((5, 1), 0.5), np.ones((5, 1))
    first = np.array([[True], *[[False]] * 4])
    own = Terms(cash=100.0, size_at="decision", costs=Costs(min_fee=20.0))
    found = account(market, targets, first, own, opening=Slot(later, first))
    # 0.5 shares at 100; then 0.8, not 1.0, of which 0.3 are bought at 50 for 15 and the fee.
    assert found.equity == pytest.approx([80.0, *[80.0 - 20.0 + 0.3 * 50.0] * 4], rel=1e-12)


@pytest.mark.parametrize("fill", ["next_open", "next_close", "close_after_next"])
def test_two_slots_have_their_fills(fill):
    market = Market.of([table()], DATES[0])
    targets, due = np.ones((5, 1)), np.ones((5, 1), bool)
    with pytest.raises(LedgerDomainError, match=f"fill must be close, got '{fill}'"):
        account(market, targets, due, Terms(fill=fill), opening=Slot(targets, due))
    with pytest.raises(LedgerDomainError, match=f"fill must be close, got '{fill}'"):
        daily_points(market, targets, np.ones(1), fill, opening=targets)


def test_the_minimum_fee_and_slippage_of_a_flip():
    """Buy 10 at 100.1 for 1; sell 20, the flip is one order: 20 at 99.9, for 0.1 a share = 2."""
    market = Market.of([table()], DATES[0])
    targets = np.array([[1.0], [-1.0], [-1.0], [-1.0], [-1.0]])
    own = Terms(cash=1000.0, costs=Costs(0.1, 1.0, 0.0, 10.0), whole_shares=True)
    found = account(market, targets, orders_due(targets, "on_change"), own)
    # After the first order 998 are left, of which 9 whole shares are sold short: 19 in all.
    assert found.equity == pytest.approx([998.0, *[998.0 - 19 * 0.1 - 1.9] * 4], rel=1e-12)
    assert (found.orders, found.commission) == (2, pytest.approx(1.0 + 1.9))
    assert found.slippage == pytest.approx(10 * 0.1 + 19 * 0.1)


@pytest.mark.parametrize("opening", [False, True])
def test_a_sale_that_the_spread_leaves_nothing_of_is_refused(opening):
    market = Market.of([table("PENNY", closes=[5.0, 5.0, 1.0, 1.0, 1.0])], DATES[0])
    targets = np.array([[1.0], [1.0], [0.0], [0.0], [0.0]])
    own = Terms(costs=Costs(spread=2.0))
    due = orders_due(targets, "on_change")
    second = Slot(targets, np.zeros_like(due)) if opening else None
    with pytest.raises(RunStopped, match=f"{DATES[2]}: PENNY: a sale at a price of 0 or less"):
        account(market, targets, due, own, opening=second)
    half = 0.5 * targets[::-1]
    assert account(market, half, orders_due(half, "on_change"), own).orders == 1  # bought at 2.00


def test_a_fee_can_be_the_ruin():
    """Of 10 the first order's fee leaves -10, and the order that closes the account -30."""
    market = Market.of([table()], DATES[0])
    targets = np.ones((5, 1))
    own = Terms(cash=10.0, costs=Costs(min_fee=20.0))
    found = account(market, targets, orders_due(targets, "daily"), own)
    assert found.equity == pytest.approx([-30.0] * 5, rel=1e-12)
    assert (found.ruined, found.orders) == (0, 2)
    assert not found.returns(10.0).any()


def test_the_dust_of_a_quotient_is_no_lost_share():
    """0.57 x 10,000 / 100 is 56.99999999999999 in floating point, and 57 shares."""
    market = Market.of([table(closes=[100.0, 101.0, 101.0, 101.0, 101.0])], DATES[0])
    targets = np.full((5, 1), 0.57)
    own = Terms(cash=10_000.0, whole_shares=True)
    found = account(market, targets, orders_due(targets, "on_change"), own)
    assert found.equity[1] == pytest.approx(10_057.0, rel=1e-12)


def test_the_kernel_is_plain_python_too():
    rng = np.random.default_rng(3)
    closes = 50 * np.exp(np.cumsum(0.2 * rng.standard_normal(60))).reshape(30, 2)
    targets = rng.choice([-1.0, 0.0, 1.0], closes.shape)
    night = np.full(30, 1 / 360)
    rate = np.full(30, 0.05)
    arguments = (closes * 1.01, closes, np.full_like(closes, 0.1), night, rate, rate, rate, rate,
                 targets, orders_due(targets, "daily"), 1, True, False, True,
                 0.01, 1.0, 0.001, 0.0005, 0.005, 1e5)  # fmt: skip
    plain, compiled = walk.walk(*arguments), walk.compiled_walk()(*arguments)
    for ours, theirs in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_orders_are_due_on_change_or_daily():
    targets = np.array([[0.0, 1.0], [0.0, 1.0], [0.5, 0.0], [0.5, 0.0]])
    assert orders_due(targets, "on_change").tolist() == [
        [False, True], [False, False], [True, True], [False, False],
    ]  # fmt: skip
    assert orders_due(targets, "daily").tolist() == [
        [False, True], [False, True], [True, True], [True, False],
    ]  # fmt: skip


def test_a_rate_is_known_the_day_before():
    dates = np.array(DATES, "datetime64[D]")
    series = pd.Series([0.01, 0.02], index=pd.DatetimeIndex(["2024-01-09", "2024-01-11"]))
    np.testing.assert_array_equal(known_rates(0.03, dates), [0, 0.03, 0.03, 0.03, 0.03])
    np.testing.assert_array_equal(known_rates(series, dates), [0, math.nan, 0.01, 0.01, 0.02])


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        pytest.param([table(), table("B", [0, 1, 3, 4])], "B has no bar on some day", id="gap"),
        pytest.param([table(), table("B", slice(4))], "B has no bar on some day", id="ends early"),
        pytest.param([table("A", slice(2, 5)), table("B", slice(4))], "A has no", id="both"),
    ],
)
def test_a_gap_is_refused(tables, words):
    with pytest.raises(LedgerDomainError, match=words):
        Market.of(tables, DATES[0])


def test_a_table_of_another_window_is_refused():
    with pytest.raises(LedgerDomainError, match="B has no bar"):
        Market.of([table(), table("B", slice(2))], DATES[3])


@pytest.mark.parametrize(
    ("targets", "error", "words"),
    [
        pytest.param([[math.nan, 0]] * 5, LedgerDomainError, "NaN", id="NaN"),
        pytest.param([[math.inf, 0]] * 5, LedgerDomainError, "infinite", id="infinite"),
        pytest.param([[0, 1]] * 5, LedgerDomainError, "feed 1 before its first bar", id="unlisted"),
        pytest.param(
            [[0, 0]] * 3 + [[2, -0.6]] * 2, RunStopped, "2024-01-11: rejected.* 2.6", id="gross"
        ),
    ],
)
def test_targets_that_cannot_be(targets, error, words):
    market = Market.of([table(), table("B", slice(2, 5))], DATES[0])
    weights = np.array(targets, float)
    with pytest.raises(error, match=words):
        account(market, weights, orders_due(weights, "on_change"), Terms())


@pytest.mark.parametrize(
    ("weight", "error", "words"),
    [(math.nan, LedgerDomainError, "NaN"), (-2.6, RunStopped, "2024-01-08: rejected.* 2.6")],
)
def test_targets_of_the_open_that_cannot_be(weight, error, words):
    market = Market.of([table()], DATES[0])
    targets, due = np.ones((5, 1)), np.ones((5, 1), bool)
    with pytest.raises(error, match=words):
        account(market, targets, due, Terms(), opening=Slot(np.full((5, 1), weight), due))


@pytest.mark.parametrize("wrong", [{"fill": "tomorrow"}, {"size_at": "night"}])
def test_terms_that_are_not_known(wrong):
    with pytest.raises(LedgerDomainError, match="must be one of"):
        Terms(**wrong)
