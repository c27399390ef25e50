"""The six analyzers on one account of five days that is worked out by hand.

Cash 1,000. Long 10 at the close of 100 (fee 1), a dividend of 2, out and 5 short at an open of 110
(fee 1, slippage 15 x 0.1), back to flat at a close of 90 (fee 1), and a day of nothing.
"""

import datetime
import math

import backtrader as bt
import pytest

from btplaybook.analyzers.daily_account import DailyAccount, daily_account
from btplaybook.analyzers.daily_win_rate import DailyWinRate, daily_win_rate
from btplaybook.analyzers.ex_dividend_dates import ExDividendDates, ex_dividend_dates
from btplaybook.analyzers.switches import Switches, switch_dates
from btplaybook.analyzers.uncompounded_gain import UncompoundedGain, uncompounded_gain
from btplaybook.analyzers.waterfall import Waterfall, waterfall
from btplaybook.brokers.exact_broker import ExactBroker
from btplaybook.brokers.ledger import Aim, Day, ExDate, Fill, Ledger
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.strategies.sma_switch import SmaSwitch

MON, TUE, WED, THU, FRI = (datetime.date(2024, 1, day) for day in range(8, 13))


@pytest.fixture
def book():
    def day(date, equity, cash, held, opened, closed, dividends=0.0, borrow=0.0):
        return Day(date, equity, cash, (held,), (opened,), (closed,), dividends, borrow, 0.0)

    return Ledger(
        ("A",),
        1000.0,
        days=[
            day(MON, 999.0, -1.0, 10.0, 99.0, 100.0),
            day(TUE, 1069.0, 19.0, 10.0, 104.0, 105.0, dividends=20.0),
            # 19 + 15 x 109.9 - 1 = 1666.5; 5 short at 100
            day(WED, 1166.5, 1666.5, -5.0, 110.0, 100.0),
            # 0.5 borrow, bought back at 90, fee 1
            day(THU, 1215.0, 1215.0, 0.0, 95.0, 90.0, borrow=-0.5),
            day(FRI, 1215.0, 1215.0, 0.0, 91.0, 95.0),
        ],
        fills=[
            Fill(MON, "close", "A", 10.0, 100.0, 100.0, 1.0, 0.0, 1.0, 10.0),
            Fill(WED, "open", "A", -15.0, 109.9, 110.0, 1.0, 1.5, -0.5, -5.0),
            Fill(THU, "close", "A", 5.0, 90.0, 90.0, 1.0, 0.0, 0.0, 0.0),
        ],
        aims=[
            Aim(MON, "close", "A", 1.0, 100.0),
            Aim(WED, "open", "A", -0.5, 110.0),
            Aim(THU, "close", "A", 0.0, 90.0),
        ],
        ex_dates=[ExDate(TUE, "A", 2.0, 10.0), ExDate(FRI, "A", 2.0, 0.0)],
    )


# The hand's own check: 999 + 10 x 5 + 20 = 1069, and so on below.


def test_daily_account(book):
    daily = daily_account(book)
    assert list(daily.index.date) == [MON, TUE, WED, THU, FRI]
    assert daily["price"].tolist() == pytest.approx([0, 50, 10 * 5 + 5 * 10, 50, 0])
    assert daily["dividends"].tolist() == [0, 20, 0, 0, 0]
    assert daily["commission"].tolist() == [-1, 0, -1, -1, 0]
    assert daily["slippage"].tolist() == pytest.approx([0, 0, -1.5, 0, 0])
    assert daily["invested"].tolist() == [False, True, True, True, False]
    assert daily["gross"].tolist() == pytest.approx([1000 / 999, 1050 / 1069, 500 / 1166.5, 0, 0])
    assert daily["net"].tolist() == pytest.approx([1000 / 999, 1050 / 1069, -500 / 1166.5, 0, 0])
    assert math.isnan(daily["return"].iloc[0])
    # the entry's fee is in the first return that counts
    expected = [1069 / 1000 - 1, 1166.5 / 1069 - 1, 1215 / 1166.5 - 1, 0]
    assert daily["return"].iloc[1:].tolist() == pytest.approx(expected)


def test_waterfall_adds_up(book):
    parts = waterfall(book)
    assert parts == pytest.approx(
        {
            "price": 200.0,
            "dividends": 20.0,
            "borrow": -0.5,
            "interest": 0.0,
            "commission": -3.0,
            "slippage": -1.5,
            "total": 215.0,
            "residual": 0.0,
        },
        abs=1e-9,
    )


def test_waterfall_shows_what_does_not_add_up(book):
    book.days[-1] = book.days[-1]._replace(equity=1216.0, cash=1216.0)
    assert waterfall(book)["residual"] == pytest.approx(1.0)


def test_uncompounded_gain(book):
    daily = uncompounded_gain(book, {"A": 1})
    # Tuesday 100 -> 105; Wednesday 105 -> 110 long and 110 -> 100 short; Thursday 100 -> 90 short
    assert daily["points"].tolist() == pytest.approx([0, 5, 15, 10, 0])
    assert daily["percent"].tolist() == pytest.approx([0, 0.05, 15 / 105, 0.1, 0])
    assert daily["side"].tolist() == [1, 1, -1, 0, 0]


def test_uncompounded_gain_of_an_inverse_is_the_indexs():
    def day(date, index_open, index_close, inverse):
        prices = (index_open, inverse), (index_close, inverse)
        return Day(date, 1.0, 0.0, (0.0, 1.0), *prices, 0.0, 0.0, 0.0)

    book = Ledger(
        ("SPY", "SH"),
        1.0,
        days=[day(MON, 99, 100, 50), day(TUE, 104, 105, 48), day(WED, 110, 100, 50)],
        aims=[
            Aim(MON, "close", "SH", 1.0, 50.0),
            Aim(WED, "open", "SPY", 1.0, 110.0),
            Aim(WED, "open", "SH", 0.0, 46.0),
        ],
    )
    daily = uncompounded_gain(book, {"SPY": 1, "SH": -1})
    assert daily["points"].tolist() == pytest.approx([0, -5, -5 - 10])


def aims(*weights):
    return [Aim(MON + datetime.timedelta(n), "close", "A", w, 1.0) for n, w in enumerate(weights)]


@pytest.mark.parametrize(
    ("weights", "switches"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([1], 0, id="a first entry"),
        pytest.param([1, -1], 1, id="a reversal"),
        pytest.param([1, 0, -1], 1, id="a pause hides none"),
        pytest.param([1, 0, 1], 0, id="back on the same side"),
        pytest.param([0, 0.5, -0.5, 0.5], 2, id="twice"),
        pytest.param([1, 0.2], 0, id="a smaller weight"),
    ],
)
def test_switches(weights, switches):
    assert len(switch_dates(Ledger(("A",), 1.0, aims=aims(*weights)), {"A": 1})) == switches


def test_a_change_from_index_to_inverse_is_one_switch():
    book = Ledger(
        ("SPY", "SH"),
        1.0,
        aims=[
            Aim(MON, "close", "SPY", 1.0, 1.0),
            Aim(TUE, "close", "SPY", 0.0, 1.0),
            Aim(TUE, "close", "SH", 1.0, 1.0),
            Aim(WED, "close", "SH", 0.0, 1.0),
            Aim(WED, "close", "SPY", 1.0, 1.0),
        ],
    )
    assert switch_dates(book, {"SPY": 1, "SH": -1}) == [TUE, WED]


def test_ex_dates_by_what_was_held_overnight(book):
    assert ex_dividend_dates(book, {"A": 1}) == {"long": 1, "short": 0, "flat": 1}
    book.ex_dates.append(ExDate(THU, "A", 2.0, -5.0))
    assert ex_dividend_dates(book, {"A": 1}) == {"long": 1, "short": 1, "flat": 1}
    assert ex_dividend_dates(book, None) == {"long": 1, "short": 1, "flat": 1}


def test_ex_dates_of_the_index_alone_count_where_an_inverse_is_held():
    def day(date, held):
        return Day(date, 1.0, 0.0, held, (1.0, 1.0), (1.0, 1.0), 0.0, 0.0, 0.0)

    book = Ledger(
        ("SPY", "SH"),
        1.0,
        days=[day(MON, (0.0, 1.0)), day(TUE, (1.0, 0.0)), day(WED, (1.0, 0.0))],
        ex_dates=[
            ExDate(TUE, "SPY", 1.0, 0.0),
            ExDate(WED, "SPY", 1.0, 1.0),
            ExDate(WED, "SH", 1.0, 0.0),
        ],
    )
    both = {"SPY": 1, "SH": -1}
    assert ex_dividend_dates(book, both) == {"long": 1, "short": 1, "flat": 0}
    assert ex_dividend_dates(book, None) == {"long": 1, "short": 0, "flat": 2}


def test_ex_dates_of_what_was_never_held_do_not_count_in_a_book_of_many(book):
    alone = ex_dividend_dates(book, None)
    days = [day._replace(holdings=(*day.holdings, 0.0)) for day in book.days]
    dates = [*book.ex_dates, ExDate(TUE, "STRANGER", 1.0, 0.0)]
    among = Ledger((*book.instruments, "STRANGER"), 1000.0, days=days, ex_dates=dates)
    assert ex_dividend_dates(among, None) == alone == {"long": 1, "short": 0, "flat": 1}


def test_win_rate_counts_days_with_a_position(book):
    analysis = daily_win_rate(book)
    wins = [1069 / 1000 - 1, 1166.5 / 1069 - 1, 1215 / 1166.5 - 1]
    assert analysis["win_rate"] == 1.0
    assert analysis["average_win"] == pytest.approx(sum(wins) / 3)
    assert analysis["average_loss"] is None


ANALYZERS = (
    DailyAccount,
    DailyWinRate,
    ExDividendDates,
    Switches,
    UncompoundedGain,
    Waterfall,
)


def engine(broker):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = broker
    bars = simulated_bars(1, dividends=isinstance(broker, ExactBroker))
    cerebro.adddata(BarsFeed(bars=bars.between(None, str(bars.dates[199]))), name="A")
    for analyzer in ANALYZERS:
        cerebro.addanalyzer(analyzer, _name=analyzer.__name__)
    return cerebro


def test_they_agree_with_the_account_of_a_run():
    cerebro = engine(PlaybookBroker(cash=1e6))
    cerebro.addstrategy(SmaSwitch, period=5)
    (ran,) = cerebro.run()
    daily = ran.analyzers.DailyAccount.get_analysis()["daily"]
    flows = daily[["price", "dividends", "borrow", "interest", "commission", "slippage"]]
    assert daily["equity"].diff().iloc[1:].to_numpy() == pytest.approx(
        flows.sum(axis=1).iloc[1:].to_numpy(), abs=1e-6
    )
    assert ran.analyzers.Switches.get_analysis()["count"] > 10
    points = ran.analyzers.UncompoundedGain.get_analysis()["daily"]
    closes = [day.closes[0] for day in ran.broker.ledger.days]
    sides = points["side"].to_numpy()
    expected = [side * (b - a) for side, a, b in zip(sides, closes, closes[1:], strict=False)]
    assert points["points"].iloc[1:].tolist() == pytest.approx(expected, abs=1e-9)


def test_their_results_travel_between_processes():
    cerebro = engine(PlaybookBroker(cash=1e6))
    cerebro.optstrategy(SmaSwitch, period=[3, 9])
    totals = [ran.analyzers.Waterfall.get_analysis()["total"] for (ran,) in cerebro.run(maxcpus=2)]
    assert len(set(totals)) == 2


def test_a_broker_without_a_ledger_is_refused_with_what_to_set():
    broker = bt.brokers.BackBroker()
    broker.set_coc(True)
    broker.setcash(1e9)
    cerebro = engine(broker)
    cerebro.addstrategy(bt.Strategy)
    with pytest.raises(TypeError, match=r"cerebro\.broker = PlaybookBroker\(\)"):
        cerebro.run()
