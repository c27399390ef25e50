"""The account by hand: days of a few bars, each worked out on paper."""

import datetime

import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.errors import BrokerError, RunStopped
from btplaybook.brokers.financing import Financing
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed

DAY = datetime.date(2024, 1, 8)  # a Monday


def day(n):
    return DAY + datetime.timedelta(n)


@pytest.mark.parametrize(
    ("fill", "size_at", "date", "price", "shares"),
    [
        ("close", "fill", day(0), 100.0, 10.0),
        ("close", "decision", day(0), 100.0, 10.0),
        ("next_open", "fill", day(1), 125.0, 8.0),
        ("next_open", "decision", day(1), 125.0, 10.0),
        ("next_close", "fill", day(1), 50.0, 20.0),
        ("next_close", "decision", day(1), 50.0, 10.0),
    ],
)
def test_where_a_first_order_fills_and_how_large_it_is(
    make_bars, run_account, fill, size_at, date, price, shares
):
    bars = make_bars([90, 125, 70], [100, 50, 60])
    broker = run_account([bars], [1, 1, 1], cash=1000.0, fill=fill, size_at=size_at)
    (order,) = broker.ledger.fills
    assert (order.date, order.price, order.size) == (date, price, pytest.approx(shares))
    assert broker.unfilled == []


def test_the_order_of_a_day(make_bars, run_account):
    # Short 10 at 100 overnight, dividend 1, then at the open back to -100 % of what is left.
    bars = make_bars([100, 80], [100, 80], [0, 1.0])
    broker = run_account(
        [bars],
        [-1, -1],
        cash=1000.0,
        fill="close",
        rebalance="daily",
        financing=Financing(cash=0.036, rebate=0.072, borrow=0.036),
    )
    first, second = broker.ledger.days
    assert first.holdings == (-10.0,)
    assert second.dividends == pytest.approx(-10.0)
    assert second.borrow == pytest.approx(-0.1)  # 1000 of shorts, one night
    assert second.interest == pytest.approx(0.1 + 0.2)  # 1000 free, 1000 of proceeds
    assert second.equity == pytest.approx(1000 + 200 - 10 - 0.1 + 0.3)
    assert second.holdings[0] == pytest.approx(-second.equity / 80)


def test_nothing_accrues_on_what_is_bought_that_day(make_bars, run_account):
    bars = make_bars([100, 100, 100], [100, 100, 100], [5.0, 5.0, 5.0])
    broker = run_account([bars], [1, 1, 1], cash=1000.0, fill="next_open")
    assert [d.dividends for d in broker.ledger.days] == [0.0, 0.0, 50.0]


def test_slippage_is_not_capped_at_the_range_of_the_bar(make_bars, run_account):
    bars = make_bars([100, 90], [100, 91])
    broker = run_account([bars], [1, 1], cash=1000.0, costs=Costs(slippage_bps=5))
    (fill,) = broker.ledger.fills
    assert fill.price == pytest.approx(100.05)
    assert fill.reference == 100.0
    assert broker.ledger.days[0].equity == pytest.approx(1000 - 10 * 0.05)


def test_slippage_in_the_book_holds_half_the_spread_too(make_bars, run_account):
    """Buy 10 at 100.10 + 0.05, sell 10 at 99.90 - 0.05: 1.50 on either side."""
    broker = run_account(
        [make_bars([100, 100], [100, 100])], [1, 0], cash=1000.0,
        costs=Costs(slippage_bps=10, spread=0.1),
    )  # fmt: skip
    assert [fill.price for fill in broker.ledger.fills] == pytest.approx([100.15, 99.85])
    assert [fill.slippage for fill in broker.ledger.fills] == pytest.approx([1.5, 1.5])
    assert broker.ledger.days[-1].equity == pytest.approx(1000 - 3.0)


def test_a_sale_that_the_spread_leaves_nothing_of_stops_the_run(make_bars, run_account):
    bars = make_bars([5, 1], [5, 1], name="PENNY")
    with pytest.raises(RunStopped, match=f"{day(1)}: PENNY: a sale at a price of 0 or less"):
        run_account([bars], [1, 0], costs=Costs(spread=2.0))
    run_account([bars], [0, 0.5], costs=Costs(spread=2.0))  # to buy there is dear, and possible


def test_costs_of_the_last_close_are_in_the_last_day(make_bars, run_account):
    bars = make_bars([100, 100], [100, 100])
    broker = run_account([bars], [0, 1], cash=1000.0, costs=Costs(min_fee=7.0))
    assert broker.ledger.days[-1].equity == pytest.approx(993.0)


@pytest.mark.parametrize("fill", ["next_open", "next_close"])
def test_an_order_that_no_bar_is_left_for_is_listed(make_bars, run_account, fill):
    broker = run_account([make_bars([100, 100], [100, 100])], [0, 0.5], fill=fill)
    (order,) = broker.unfilled
    assert (order.date, order.instrument, order.target) == (day(1), "A", 0.5)
    assert (order.fill, order.reason) == (fill, "no bar left to fill it")


def test_a_feed_without_a_bar_fills_at_its_next_one(make_bars, run_account):
    whole = make_bars([10] * 4, [10] * 4, name="A")
    dates = [day(0), day(3)]
    gappy = make_bars([20, 25], [20, 30], name="B", dates=dates)
    broker = run_account([whole, gappy], [(0, 0), (0, 1), (0, 1), (0, 1)], cash=300.0)
    (fill,) = broker.ledger.fills
    assert (fill.date, fill.instrument, fill.price, fill.size) == (day(3), "B", 30.0, 10.0)
    assert broker.unfilled == []


def test_a_newer_order_replaces_one_that_waits(make_bars, run_account):
    whole = make_bars([10] * 4, [10] * 4, name="A")
    gappy = make_bars([20, 25], [20, 30], name="B", dates=[day(0), day(3)])
    broker = run_account([whole, gappy], [(0, 0), (0, 1), (0, 0.5), (0, 0.5)], cash=300.0)
    (fill,) = broker.ledger.fills
    assert fill.size == pytest.approx(5.0)
    (replaced,) = broker.unfilled
    assert (replaced.date, replaced.target) == (day(1), 1.0)
    assert replaced.reason == "replaced before it could fill"


def test_ruin_closes_the_position_and_the_account_stays_as_it_is(make_bars, run_account):
    bars = make_bars([100, 100, 300, 50, 50], [100, 150, 310, 50, 60], [0, 1, 0, 0, 1])
    broker = run_account(
        [bars],
        [-1] * 5,
        cash=1000.0,
        rebalance="daily",
        costs=Costs(min_fee=1.0),
        financing=Financing(debit=0.05),
    )
    book = broker.ledger
    assert book.ruined_on == day(2)
    assert book.days[2].holdings == (0.0,)
    after = [d.equity for d in book.days[2:]]
    assert after[0] < 0
    assert after == [after[0]] * 3
    assert book.fills[-1].date == day(2)
    assert [(e.date, e.held) for e in book.ex_dates] == [(day(1), -10.0), (day(4), 0.0)]


def test_targets_past_max_gross_stop_the_run_and_drift_does_not(make_bars, run_account):
    bars = make_bars([100, 100, 400], [100, 100, 130])
    with pytest.raises(RunStopped, match=r"2024-01-09: A to \+2\.6: rejected.*max_gross is 2\.5"):
        run_account([bars], [0, 2.6, 0])
    drifting = run_account([bars], [-2.5, -2.5, -2.5])
    last = drifting.ledger.days[-1]
    assert abs(last.holdings[0] * 130 / last.equity) > 2.5


def test_the_account_opens_at_its_day_and_earns_nothing_before(make_bars, run_account):
    bars = make_bars([100] * 4, [100, 110, 121, 133.1])
    broker = run_account(
        [bars], [1] * 4, cash=1000.0, account_from=day(2), financing=Financing(cash=0.5, debit=0.5)
    )
    assert [d.date for d in broker.ledger.days] == [day(2), day(3)]
    assert [d.equity for d in broker.ledger.days] == pytest.approx([1000.0, 1100.0])


def test_a_dividend_that_is_not_an_amount_stops_the_run(make_bars):
    class Holey(bt.feeds.PandasData):
        lines = ("dividend",)
        params = (("dividend", "dividend"),)

    frame = make_bars([1, 1], [1, 1]).frame().assign(dividend=[0.0, np.nan])
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker()
    cerebro.adddata(Holey(dataname=frame), name="A")
    cerebro.addstrategy(bt.Strategy)
    with pytest.raises(RunStopped, match="2024-01-09: A: a dividend of nan"):
        cerebro.run()


def test_unknown_ways_to_fill_are_named():
    broker = PlaybookBroker()
    assert broker.cannot("close") is None
    assert "next_open" in str(broker.cannot("at_once"))
    assert "decision" in str(broker.cannot("close", "later"))
    with pytest.raises(BrokerError, match="max_gross must be > 0"):
        PlaybookBroker(max_gross=0)


# -- backtrader's own orders ----------------------------------------------------------------------


def run_plain(bars, act, **broker):
    """Run a plain strategy whose `next` is `act(strategy, bar number)`."""

    class Plain(bt.Strategy):
        def next(self):
            act(self, len(self) - 1)

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker(**broker)
    cerebro.adddata(BarsFeed(bars=bars), name=bars.name)
    cerebro.addstrategy(Plain)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    (ran,) = cerebro.run()
    return cerebro.broker, ran


def test_an_order_of_shares_fills_at_the_next_open_with_our_costs(make_bars):
    bars = make_bars([100, 110, 120], [105, 115, 125])

    def act(strategy, n):
        if n == 0:
            strategy.buy(size=4)

    broker, _ = run_plain(bars, act, cash=1000.0, costs=Costs(min_fee=2.0, slippage_bps=10))
    (fill,) = broker.ledger.fills
    assert (fill.date, fill.moment, fill.reference) == (day(1), "open", pytest.approx(110.0))
    assert broker.ledger.days[1].equity == pytest.approx(1000 - 4 * 110.11 - 2 + 4 * 115)


def test_an_order_of_shares_may_ask_for_this_close(make_bars):
    bars = make_bars([100, 110], [105, 115])

    def act(strategy, n):
        if n == 0:
            strategy.buy(size=4, fill="close")

    broker, _ = run_plain(bars, act, cash=1000.0)
    (fill,) = broker.ledger.fills
    assert (fill.date, fill.moment, fill.price) == (day(0), "close", 105.0)


def test_an_order_for_a_close_does_not_fill_at_an_old_one(make_bars):
    class Plain(bt.Strategy):
        def next(self):
            if len(self) == 2:
                self.buy(data=self.data1, size=1, fill="close")

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker()
    whole = make_bars([10] * 4, [10] * 4, name="A")
    gappy = make_bars([20, 25], [20, 30], name="B", dates=[day(0), day(3)])
    for bars in (whole, gappy):
        cerebro.adddata(BarsFeed(bars=bars), name=bars.name)
    Plain.prenext = Plain.next
    cerebro.addstrategy(Plain)
    cerebro.run()
    (fill,) = cerebro.broker.ledger.fills
    assert (fill.date, fill.moment, fill.price) == (day(3), "close", 30.0)


def test_backtraders_analyzers_see_the_fills(make_bars):
    bars = make_bars([100, 110, 120, 130], [105, 115, 125, 135])

    def act(strategy, n):
        if n == 0:
            strategy.buy(size=4)
        if n == 1:
            strategy.sell(size=4)

    broker, ran = run_plain(bars, act, cash=1000.0, costs=Costs(min_fee=1.0))
    trades = ran.analyzers.trades.get_analysis()
    assert trades.pnl.gross.total == pytest.approx(4 * 10)
    assert trades.pnl.net.total == pytest.approx(4 * 10 - 2)
    assert broker.getvalue() == pytest.approx(1000 + 38)


def test_a_limit_order_gets_its_price_or_better_and_no_slippage(make_bars):
    bars = make_bars([100, 100, 100], [100, 90, 100])

    def act(strategy, n):
        if n == 0:
            strategy.buy(size=1, exectype=bt.Order.Limit, price=95.0)

    broker, _ = run_plain(bars, act, costs=Costs(slippage_bps=50))
    (fill,) = broker.ledger.fills
    assert (fill.price, fill.moment, fill.slippage) == (95.0, "during", 0.0)


def test_a_partial_fill_stops_the_run(make_bars):
    bars = make_bars([100, 100], [100, 100])  # volume 1000

    def act(strategy, n):
        if n == 0:
            strategy.buy(size=600)

    with pytest.raises(RunStopped, match=r"2024-01-09: A: order for \+600 shares: partial, \+500"):
        run_plain(bars, act, cash=1e5, filler=bt.fillers.BarPointPerc(perc=50.0))


def test_an_order_of_too_many_shares_stops_the_run(make_bars):
    with pytest.raises(RunStopped, match=r"order for \+30 shares: rejected, gross.*3 times"):
        run_plain(
            make_bars([100, 100], [100, 100]), lambda s, n: s.buy(size=30) if not n else 0, cash=1e3
        )


def test_orders_of_shares_that_wait_are_listed(make_bars):
    broker, _ = run_plain(
        make_bars([100, 100], [100, 100]), lambda s, n: s.buy(size=3) if n else None
    )
    (order,) = broker.unfilled
    assert (order.date, order.fill) == (day(1), "Market +3 shares")
