"""Orders in the words of sessions: which auction, which day, which price of the session.

Laws: of bars from open to open every order at a bar's close is market-on-open and speaks of the
open, every order at the next bar's open is the close of the same session; a weekly bar opens in the
first session of its week; an instrument trades on a day on which its exchange is open.
"""

import csv
import datetime
import io
from dataclasses import replace
from typing import Any

import backtrader as bt
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.next_bars import next_date, next_session
from btplaybook.feeds.open_to_open import open_to_open
from btplaybook.feeds.resampled import resampled
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.next.orders import ON_CLOSE, ON_OPEN, Order
from btplaybook.runners.runs.next.result import NextResult
from btplaybook.runners.runs.next.sessions import in_sessions
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.next.words import words_of


class Sends(bt.Strategy):
    """Leave a market order, an order for the close and a stop waiting on the last bar."""

    def next(self) -> None:
        """Send them on the bar that has no bar after it."""
        if len(self) == self.data.buflen():
            self.buy(size=5)
            self.buy(size=7, exectype=bt.Order.Close)
            self.sell(size=3, exectype=bt.Order.Stop, price=self.data.close[0] * 0.9)


@pytest.fixture(scope="module")
def bars(simulated: Bars) -> Bars:
    """Return 100 daily bars."""
    return simulated.between(None, simulated.dates[99].item())


def order(name: str, kind: str, on: datetime.date) -> Order:
    """Return an order of bars for 1 share."""
    return Order(instrument=name, size=1.0, held=0.0, weight=1.0, order=kind, on=on, price=1.0)


def told(result: NextResult) -> str:
    """Return all that is printed and written of a result, but for the notes of its bars."""
    plain = {key: value for key, value in result.plain().items() if key not in ("data", "settings")}
    return "\n".join([*words_of(result), str(plain)])


@pytest.mark.parametrize("strategy", ["sma-switch", "sign-s2", "pivot"])
def test_bars_of_opens_order_at_the_open(strategy: str, bars: Bars) -> None:
    """Words, JSON and CSV say the open, and no order goes to the closing auction."""
    opens, closes = open_to_open(bars), bars
    params: dict[str, Any] = {"sma-switch": {"period": 8}, "sign-s2": {"d": 0, "M": 3}}.get(
        strategy, {"slow": 30, "fast": 3, "mode": "fixed", "angle": 60.0}
    )
    result = tomorrow(strategy, opens, money=50_000.0, **params)
    assert result.orders
    assert {each.order for each in result.orders} == {ON_OPEN}
    assert {each.on for each in result.orders} == {next_session(bars, result.as_of)}
    rows = list(csv.DictReader(io.StringIO(result.to_csv())))
    assert {row["order"] for row in rows} == {"market-on-open"}
    assert {row["trigger_at"] for row in rows if row["trigger"]} == {"open"}
    assert result.plain()["as_of_at"] == "open"
    text = told(result)
    assert "market-on-close" not in text
    assert " closes " not in text
    assert "at the open if" in text
    assert "last close" not in text
    assert f"as of the open of {opens.dates[-1]}" in text
    daily = tomorrow(strategy, closes, money=50_000.0, **params)
    assert {each.order for each in daily.orders} == {ON_CLOSE}
    assert "market-on-open" not in told(daily)
    assert " opens " not in told(daily)


@pytest.mark.parametrize(
    ("fill", "kind", "days_late"), [("next_open", ON_CLOSE, 0), ("next_close", ON_OPEN, 1)]
)
def test_the_next_open_of_such_bars_is_the_same_session_s_close(
    fill: str, kind: str, days_late: int, bars: Bars
) -> None:
    """Decided at the open: the close of that session comes before the next open."""
    opens = open_to_open(bars)
    result = tomorrow("sma-switch", opens, period=8, fill=fill, money=50_000.0)
    day = next_session(bars, result.as_of) if days_late else result.as_of
    assert [(each.order, each.on) for each in result.orders] == [(kind, day)]
    late = f"the close of {result.as_of} has passed" in told(result)
    assert late == (kind == ON_CLOSE)


def test_orders_of_a_strategy_s_own_on_bars_of_opens(bars: Bars) -> None:
    """A market order fills first, at the session's close; one for the close at the next open."""
    result = tomorrow(Sends, open_to_open(bars))
    last, after = result.as_of, next_session(bars, result.as_of)
    assert [(each.size, each.order, each.on) for each in result.orders] == [
        (5.0, ON_CLOSE, last),
        (7.0, ON_OPEN, after),
        (-3.0, "stop", after),
    ]
    assert f"from the open of {last} to that of {after}" in told(result)


def test_traded_at_the_last_open_is_told_as_that(bars: Bars) -> None:
    """What the run filled at its last bar went to the opening auction."""
    result = tomorrow("sma-switch", open_to_open(bars), period=3, rebalance="daily")
    assert result.filled
    assert {each.order for each in result.filled} == {ON_OPEN}
    assert "Every open brings the position back" in told(result)


def test_a_weekly_bar_opens_in_the_first_session_of_its_week(bars: Bars) -> None:
    """The order for the next open is due on the next session, not at the week's end."""
    weeks = resampled(bars, "week")
    first, end = next_session(weeks, weeks.dates[-1].item()), next_date(weeks)
    assert first < end
    for fill, day in (("next_open", first), ("next_close", end)):
        result = tomorrow("sma-switch", weeks, period=3, fill=fill, money=50_000.0)
        assert [each.on for each in result.orders] == [day]
    sent = tomorrow(Sends, weeks)
    assert [(each.order, each.on) for each in sent.orders] == [
        (ON_OPEN, first), (ON_CLOSE, end), ("stop", end),
    ]  # fmt: skip
    assert f"from {first} on" in told(sent)


def test_an_instrument_trades_when_its_exchange_is_open(bars: Bars) -> None:
    """Next to bars of every day a stock's order waits for its own next session."""
    friday = next(day for day in reversed(bars.dates.tolist()) if day.weekday() == 4)
    stock = bars.between(None, friday)
    coin = replace(stock, name="COIN", calendar="24/7")
    saturday, monday = friday + datetime.timedelta(1), next_session(stock, friday)
    for kind in (ON_OPEN, ON_CLOSE):
        days = [
            each.on
            for each in in_sessions(
                [order(name, kind, saturday) for name in (stock.name, "COIN")],
                [stock, coin],
                friday,
            )
        ]
        assert days == [monday, saturday]
        assert monday > saturday


def test_a_book_of_both_says_which_price_is_meant(bars: Bars) -> None:
    """One member at the open and one at the close: each order goes to its own auction."""
    opens = replace(open_to_open(bars), name="AT OPEN")
    params = {"period": 8}
    book = Book([Member("sma-switch", each, params) for each in (opens, bars)])
    result = book.next(money=50_000.0)
    kinds = {each.instrument: each.order for each in result.orders}
    assert kinds == {"AT OPEN": ON_OPEN, bars.name: ON_CLOSE}
    for each in result.orders:
        for condition in each.conditions:
            assert condition.at == ("open" if condition.of == "AT OPEN" else "close")
    text = told(result)
    assert f"as of the open or close of {result.as_of}" in text
    assert "AT OPEN opens " in text
    assert f"{bars.name} closes " in text
