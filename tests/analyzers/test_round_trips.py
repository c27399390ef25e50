"""Round trips against shares matched one by one, against cash, and against backtrader's trades.

Laws: the rows' net profits, borrow and interest sum to the account's profit; gross, dividends,
commission and slippage each sum to their part of the waterfall; the rows of one position sum to
what its fills left in cash; shares entered are shares left; a return less dividends and commission
lies within the excursions.
"""

import datetime
from collections import Counter, defaultdict, deque
from types import SimpleNamespace

import backtrader as bt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.analyzers.round_trips import COLUMNS, round_trips
from btplaybook.analyzers.trade_figures import trade_figures
from btplaybook.analyzers.waterfall import waterfall
from btplaybook.brokers.costs import Costs
from btplaybook.brokers.exact_broker import ExactBroker
from btplaybook.brokers.ledger import Day, ExDate, Fill, Ledger
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars

MON = datetime.date(2024, 1, 8)


def day_of(n):
    return MON + datetime.timedelta(n)


def book_of(*orders, instruments=("A",), mark=100.0):
    """A ledger of ``(day, moment, instrument, shares, price)``, without costs, marked at `mark`."""
    held = dict.fromkeys(instruments, 0.0)
    fills = []
    for n, moment, name, size, price in orders:
        held[name] += size
        fills.append(
            Fill(day_of(n), moment, name, size, price, price, 0.0, 0.0, np.nan, held[name])
        )
    closes = (mark,) * len(instruments)
    last = Day(day_of(9), 0.0, 0.0, tuple(held.values()), closes, closes, 0.0, 0.0, 0.0)
    return Ledger(instruments, 0.0, days=[last], fills=fills)


def brief(trips):
    rows = trips[["instrument", "position", "side", "size", "entry_price", "exit_price", "open"]]
    return [tuple(row) for row in rows.itertuples(index=False)]


@pytest.mark.parametrize(
    ("orders", "rows"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(0, 10, 50)], [("A", 1, 1, 10, 50, 100, True)], id="still open"),
        pytest.param([(0, 10, 50), (1, -10, 60)], [("A", 1, 1, 10, 50, 60, False)], id="one"),
        pytest.param([(0, -10, 50), (1, 10, 60)], [("A", 1, -1, 10, 50, 60, False)], id="short"),
        pytest.param(
            [(0, 10, 50), (1, -4, 60), (2, -6, 70)],
            [("A", 1, 1, 4, 50, 60, False), ("A", 1, 1, 6, 50, 70, False)],
            id="partial exits",
        ),
        pytest.param(
            [(0, 10, 50), (1, 5, 60), (2, -15, 70)],
            [("A", 1, 1, 10, 50, 70, False), ("A", 1, 1, 5, 60, 70, False)],
            id="scale-in",
        ),
        pytest.param(
            [(0, 10, 50), (1, 5, 60), (2, -12, 70)],
            [
                ("A", 1, 1, 10, 50, 70, False),
                ("A", 1, 1, 2, 60, 70, False),
                ("A", 1, 1, 3, 60, 100, True),
            ],
            id="the oldest shares leave first",
        ),
        pytest.param(
            [(0, 10, 50), (1, -15, 60), (2, 5, 70)],
            [("A", 1, 1, 10, 50, 60, False), ("A", 2, -1, 5, 60, 70, False)],
            id="flip",
        ),
        pytest.param(
            [(0, 10, 50), (1, -10, 60), (2, 10, 70), (3, -10, 80)],
            [("A", 1, 1, 10, 50, 60, False), ("A", 2, 1, 10, 70, 80, False)],
            id="flat in between",
        ),
        pytest.param(
            [(0, 0.1, 50), (1, 0.2, 60), (2, -0.3, 70), (3, 1.0, 80)],
            [
                ("A", 1, 1, 0.1, 50, 70, False),
                ("A", 1, 1, 0.2, 60, 70, False),
                ("A", 2, 1, 1.0, 80, 100, True),
            ],
            id="what rounding leaves is no position",
        ),
    ],
)
def test_orders_are_matched_first_in_first_out(orders, rows):
    trips = round_trips(book_of(*((n, "close", "A", size, price) for n, size, price in orders)))
    assert brief(trips) == rows
    assert list(trips.columns) == list(COLUMNS)


def test_each_instrument_is_matched_by_itself():
    trips = round_trips(
        book_of(
            (0, "close", "A", 10.0, 50.0),
            (1, "close", "B", -5.0, 20.0),
            (2, "close", "A", -10.0, 60.0),
            (3, "close", "B", 5.0, 15.0),
            instruments=("A", "B"),
        )
    )
    assert brief(trips) == [("A", 1, 1, 10, 50, 60, False), ("B", 2, -1, 5, 20, 15, False)]
    assert trips["net"].tolist() == [100.0, 25.0]


def test_costs_are_shared_by_shares_and_dividends_by_what_was_held():
    """Long 10 at 100 (fee 1), a dividend of 2, then 15 sold at 109.9 (fee 3, slippage 1.5)."""
    book = book_of((0, "close", "A", 10.0, 100.0), (2, "open", "A", -15.0, 109.9), mark=90.0)
    book.fills[0] = book.fills[0]._replace(commission=1.0)
    book.fills[1] = book.fills[1]._replace(reference=110.0, commission=3.0, slippage=1.5)
    book.ex_dates += [
        ExDate(day_of(1), "A", 2.0, 10.0),
        ExDate(day_of(2), "A", 1.0, 10.0),  # of the night before: the short does not pay it
        ExDate(day_of(3), "A", 4.0, -5.0),
    ]
    long, short = round_trips(book).to_dict("records")
    assert long["gross"] == pytest.approx(100.0)
    assert long["dividends"] == pytest.approx(30.0)
    assert long["commission"] == pytest.approx(1.0 + 3.0 * 10 / 15)
    assert long["slippage"] == pytest.approx(1.5 * 10 / 15)
    assert long["net"] == pytest.approx(100 + 30 - 3 - 1)
    assert long["return"] == pytest.approx(126 / 1000)
    assert (long["entry_moment"], long["exit_moment"], long["days"]) == ("close", "open", 2)
    assert short["gross"] == pytest.approx(5 * (110 - 90))
    assert short["dividends"] == pytest.approx(-20.0)
    assert short["commission"] == pytest.approx(1.0)
    assert short["slippage"] == pytest.approx(0.5)
    assert short["net"] == pytest.approx(100 - 20 - 1 - 0.5)
    assert short["return"] == pytest.approx(78.5 / (5 * 109.9))
    assert pd.isna(short["exit_date"])
    assert pd.isna(short["exit_moment"])
    assert (short["days"], short["exit_price"]) == (7, 90.0)


# -- shares matched one by one -----------------------------------------------------------------


@given(st.lists(st.integers(-6, 6).filter(bool), max_size=25))
def test_it_is_the_same_as_queues_of_single_shares(sizes):
    orders = [(n % 9, "close", "A", float(size), 10.0 + n) for n, size in enumerate(sizes)]
    queue, pairs = deque(), Counter()
    for n, size in enumerate(sizes):
        for _ in range(abs(size)):
            if queue and (queue[0][1] > 0) != (size > 0):
                pairs[queue.popleft()[0], n] += 1
            else:
                queue.append((n, size))
    for n, _ in queue:
        pairs[n, None] += 1
    expected = sorted(
        (10.0 + n, 100.0 if out is None else 10.0 + out, k) for (n, out), k in pairs.items()
    )
    trips = round_trips(book_of(*orders))
    assert sorted(trips[["entry_price", "exit_price", "size"]].itertuples(index=False)) == expected


# -- an account worked out from cash ------------------------------------------------------------

PRICES = st.floats(1.0, 200.0)
MOVES = st.one_of(
    st.floats(-50.0, 50.0).filter(lambda size: abs(size) > 1e-6),
    st.sampled_from(["out", "turn", "none"]),
)
DAYS = st.lists(
    st.tuples(
        st.tuples(PRICES, PRICES, PRICES, PRICES),  # open and close of A, of B
        st.tuples(MOVES, MOVES, MOVES, MOVES),  # orders at these
        st.tuples(st.floats(0.0, 5.0), st.sampled_from([0.0, 0.0, 1.5])),  # dividends
        st.floats(-2.0, 2.0),  # borrow and interest
    ),
    min_size=1,
    max_size=12,
)


def account_of(days, fee=0.7, slip=0.003):
    """Keep cash and shares of A and B day by day, and nothing of trades."""
    book = Ledger(("A", "B"), 10_000.0)
    cash, held = 10_000.0, {"A": 0.0, "B": 0.0}
    for n, (prices, moves, paid, accrued) in enumerate(days):
        prices = {("A", "open"): prices[0], ("A", "close"): prices[1], ("B", "open"): prices[2],
                  ("B", "close"): prices[3]}  # fmt: skip
        dividends = 0.0
        for name, dividend in zip("AB", paid, strict=True):
            if n and dividend:
                book.ex_dates.append(ExDate(day_of(n), name, dividend, held[name]))
                dividends += dividend * held[name]
        cash += dividends + 2 * accrued
        for (name, moment), move in zip(
            [("A", "open"), ("B", "open"), ("A", "close"), ("B", "close")], moves, strict=True
        ):
            before = held[name]
            size = {"out": -before, "turn": -2 * before, "none": 0.0}.get(move, move)
            if not size:
                continue
            market = prices[name, moment]
            price = market * (1 + slip * np.sign(size))
            commission = fee + 0.001 * abs(size) * price
            cash -= size * price + commission
            held[name] = before + size
            slippage = size * (price - market)
            book.fills.append(
                Fill(day_of(n), moment, name, size, price, market, commission, slippage, np.nan,
                     held[name])
            )  # fmt: skip
        closes = (prices["A", "close"], prices["B", "close"])
        equity = cash + held["A"] * closes[0] + held["B"] * closes[1]
        book.close_day(
            Day(day_of(n), equity, cash, tuple(held.values()), (prices["A", "open"],
                prices["B", "open"]), closes, dividends, accrued, accrued)
        )  # fmt: skip
    return book


@given(DAYS)
def test_round_trips_add_up_to_the_account(days):
    book = account_of(days)
    trips = round_trips(book)
    parts = waterfall(book)
    scale = max(10_000.0, *(abs(day.equity) for day in book.days))
    profit = trips["net"].sum() + parts["borrow"] + parts["interest"]
    assert profit == pytest.approx(book.days[-1].equity - book.starting_cash, abs=1e-9 * scale)
    for column, part in (("gross", 1), ("dividends", 1), ("commission", -1), ("slippage", -1)):
        expected = parts["price" if column == "gross" else column]
        assert part * trips[column].sum() == pytest.approx(expected, abs=1e-9 * scale)
    assert (trips["size"] > 0).all()


@given(DAYS)
def test_a_return_without_dividends_and_commission_lies_within_the_excursions(days):
    """Excursions are of the price: dividends and commission alone carry a return beyond them."""
    book = account_of(days)
    dates = np.array([day.date for day in book.days], dtype="datetime64[D]")
    bars = [
        SimpleNamespace(name=name, dates=dates, open=opens, close=closes,
                        low=np.minimum(opens, closes), high=np.maximum(opens, closes))
        for name, opens, closes in zip(
            "AB",
            np.array([day.opens for day in book.days]).T,
            np.array([day.closes for day in book.days]).T,
            strict=True,
        )
    ]  # fmt: skip
    trips = round_trips(book, bars)
    paid = trips["size"] * trips["entry_price"]
    of_price = trips["return"] - (trips["dividends"] - trips["commission"]) / paid
    assert (trips["mae"] <= of_price + 1e-9).all()
    assert (of_price <= trips["mfe"] + 1e-9).all()


@given(DAYS)
def test_a_position_earns_what_its_fills_leave_in_cash(days):
    book = account_of([(prices, moves, (0.0, 0.0), 0.0) for prices, moves, *_ in days])
    earned = defaultdict(float)
    number, current = 0, {}
    for fill in book.fills:
        before = fill.position - fill.size
        closing = min(abs(fill.size), abs(before)) if before * fill.size < 0 else 0.0
        share = closing / abs(fill.size)
        if closing:
            earned[current[fill.instrument]] -= share * (fill.size * fill.price + fill.commission)
        if share < 1 - 1e-12:
            if not before or closing:
                number += 1
                current[fill.instrument] = number
            rest = 1 - share
            earned[current[fill.instrument]] -= rest * (fill.size * fill.price + fill.commission)
    last = book.days[-1]
    for name, shares, close in zip("AB", last.holdings, last.closes, strict=True):
        if shares:
            earned[current[name]] += shares * close
    trips = round_trips(book)
    by_position = trips.groupby("position")["net"].sum()
    assert by_position.to_dict() == pytest.approx(dict(earned), abs=1e-6)


# -- the same orders in backtrader ----------------------------------------------------------------


class Orders(bt.Strategy):
    """Sends the signed shares of each bar as a market order."""

    params = (("orders", None),)

    def next(self):
        if size := self.p.orders.get(len(self.data)):
            (self.buy if size > 0 else self.sell)(size=abs(size))


def scale_ins_exits_and_flips(n, seed=3):
    random, orders, held = np.random.default_rng(seed), {}, 0
    for bar in range(2, n - 2):
        if random.random() < 0.4:
            size = int(random.integers(10, 300)) * int(random.choice([-1, 1]))
            if held and random.random() < 0.4:
                size = -held if random.random() < 0.5 else -held - int(np.sign(held)) * abs(size)
            orders[bar], held = size, held + size
    return orders


@pytest.fixture(scope="module")
def both():
    """backtrader's own account with its TradeAnalyzer, and ours, on the same orders."""
    whole = simulated_bars(0, name="A", dividends=False)
    bars = whole.between(None, whole.dates[149].item())
    orders = scale_ins_exits_and_flips(150)
    ran = []
    for broker in (bt.brokers.BackBroker(), ExactBroker(costs=Costs(percent_fee=0.001))):
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.broker = broker
        cerebro.broker.setcash(1_000_000)
        if not isinstance(broker, ExactBroker):
            cerebro.broker.setcommission(0.001)
        cerebro.adddata(BarsFeed(bars=bars), name="A")
        cerebro.addstrategy(Orders, orders=orders)
        cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
        (strategy,) = cerebro.run()
        ran.append((strategy.analyzers.trades.get_analysis(), broker))
    (theirs, stock), (_, ours) = ran
    return SimpleNamespace(
        theirs=theirs, stock=stock, book=ours.ledger, trips=round_trips(ours.ledger, [bars])
    )


def test_positions_are_the_trades_of_backtraders_trade_analyzer(both):
    trips, theirs = both.trips, both.theirs
    positions = trips.groupby("position").agg({"net": "sum", "open": "any", "side": "first"})
    closed = positions[~positions["open"]]
    won, lost = closed[closed["net"] > 0], closed[closed["net"] <= 0]
    assert len(closed) == theirs.total.closed > 20
    assert len(trips) > theirs.total.total  # rows are pieces of positions
    assert positions["open"].sum() == theirs.total.open
    assert (len(won), len(lost)) == (theirs.won.total, theirs.lost.total)
    assert (closed["side"] > 0).sum() == theirs.long.total
    assert (closed["side"] < 0).sum() == theirs.short.total
    assert closed["net"].sum() == pytest.approx(theirs.pnl.net.total, abs=1e-6)
    assert won["net"].mean() == pytest.approx(theirs.won.pnl.average, abs=1e-6)
    assert lost["net"].mean() == pytest.approx(theirs.lost.pnl.average, abs=1e-6)
    assert won["net"].max() == pytest.approx(theirs.won.pnl.max, abs=1e-6)
    assert lost["net"].min() == pytest.approx(theirs.lost.pnl.max, abs=1e-6)
    streaks = "".join("l" if net < 0 else "w" for net in closed["net"]).split("w")
    assert max(map(len, streaks)) == theirs.streak.lost.longest


def test_open_rows_are_what_the_closed_ones_leave_of_backtraders_account(both):
    assert both.trips["open"].any()
    assert both.trips["net"].sum() == pytest.approx(both.stock.getvalue() - 1_000_000, abs=1e-6)


def test_figures_of_positions_are_backtraders(both):
    daily = pd.DataFrame({"equity": [1e6, 1e6], "invested": [False, True]})
    figures = trade_figures(both.trips, both.book.fills, daily, 252)
    theirs = both.theirs
    assert figures["positions"] == theirs.total.closed
    assert figures["positions_win_rate"] == theirs.won.total / theirs.total.closed
