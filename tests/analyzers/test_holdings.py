"""Holdings after the last close, against the fills walked one by one.

Laws: weights and cash sum to 1; each row is of an instrument that is still held; profits of open
positions are what their fills left in cash, and what the shares are worth.
"""

import datetime

import numpy as np
import pytest

from btplaybook.analyzers.borrow_fees import borrow_fees
from btplaybook.analyzers.holdings import COLUMNS, holdings
from btplaybook.analyzers.round_trips import round_trips
from btplaybook.brokers.ledger import Day, Fill, Ledger


class Walked:
    """An instrument's position, fill by fill: since when, and what its cash came to since."""

    def __init__(self, kept, name):
        book, column = kept.book, kept.book.instruments.index(name)
        fees = borrow_fees(book)[:, column]
        self.shares, self.since, self.cash = 0.0, None, 0.0
        for day, fee in zip(book.days, fees, strict=True):
            before = self.shares
            self.cash += fee
            for ex in book.ex_dates:
                if (ex.date, ex.instrument) == (day.date, name):
                    self.cash += before * ex.dividend
            for fill in book.fills:
                if (fill.date, fill.instrument) == (day.date, name):
                    self.trade(fill)
        self.value = self.shares * book.days[-1].closes[column]

    def trade(self, fill):
        after = fill.position if abs(fill.position) > 1e-9 else 0.0
        part = 1.0
        if after and np.sign(after) != np.sign(self.shares):
            self.since, self.cash = fill.date, 0.0
            part = abs(after / fill.size)
        self.cash -= part * (fill.size * fill.price + fill.commission)
        self.shares = after


def test_each_position_is_what_its_fills_left(turning):
    found = holdings(turning.book, turning.trips).set_index("instrument")
    last = turning.book.days[-1]
    walked = {name: Walked(turning, name) for name in turning.book.instruments}
    open_now = {name for name, one in walked.items() if one.shares}
    assert set(found.index) == open_now
    assert {1, -1} == set(found["side"])
    assert len(open_now) >= 3
    for name, row in found.iterrows():
        one = walked[name]
        assert row["shares"] == pytest.approx(one.shares, rel=1e-12)
        assert row["side"] == np.sign(one.shares)
        assert row["value"] == pytest.approx(one.value, rel=1e-12)
        assert row["weight"] == pytest.approx(one.value / last.equity, rel=1e-12)
        assert row["since"].date() == one.since
        assert row["days"] == (last.date - one.since).days
        assert row["profit"] == pytest.approx(one.cash + one.value, abs=1e-9 * 1e6)


def test_weights_and_cash_sum_to_one(turning):
    found = holdings(turning.book, turning.trips)
    last = turning.book.days[-1]
    assert found["weight"].sum() + last.cash / last.equity == pytest.approx(1.0, abs=1e-12)


def test_the_largest_stand_first_and_the_types_are_plain(turning):
    found = holdings(turning.book, turning.trips)
    assert (-found["weight"].abs()).is_monotonic_increasing
    assert list(found.columns) == list(COLUMNS)
    assert found["shares"].dtype == float


def day_of(n):
    return datetime.date(2024, 1, 8) + datetime.timedelta(n)


def book_of(*orders, equity=1000.0, closes=(12.0, 12.0)):
    """A ledger of (day, instrument, shares, price), marked on the fifth day."""
    held, fills = {"A": 0.0, "B": 0.0}, []
    for n, name, size, price in orders:
        held[name] += size
        fills.append(Fill(day_of(n), "close", name, size, price, price, 1.0, 0.0, 0.1, held[name]))
    last = Day(day_of(5), equity, 0.0, tuple(held.values()), closes, closes, 0.0, 0.0, 0.0)
    return Ledger(("A", "B"), 1000.0, days=[last], fills=fills)


def test_shares_sold_since_the_position_opened_count():
    """20 bought at 10, 5 sold at 14: 5 x 4 and 15 x 2, less two fees."""
    book = book_of((0, "A", 20.0, 10.0), (2, "A", -5.0, 14.0))
    (row,) = holdings(book, round_trips(book)).to_dict("records")
    assert row["profit"] == pytest.approx(20.0 + 30.0 - 2.0)
    assert (row["shares"], row["entry_price"], row["days"]) == (15.0, 10.0, 5)
    assert row["weight"] == pytest.approx(0.18)


def test_a_position_before_it_was_flat_does_not_count():
    book = book_of((0, "A", 20.0, 10.0), (1, "A", -20.0, 50.0), (3, "A", 10.0, 12.0))
    (row,) = holdings(book, round_trips(book)).to_dict("records")
    assert row["profit"] == pytest.approx(-1.0)
    assert (str(row["since"].date()), row["days"]) == ("2024-01-11", 2)


def test_the_entry_is_of_the_shares_still_held():
    book = book_of((0, "A", 10.0, 10.0), (1, "A", 30.0, 14.0), (2, "A", -5.0, 20.0))
    (row,) = holdings(book, round_trips(book)).to_dict("records")
    assert row["entry_price"] == pytest.approx((5.0 * 10.0 + 30.0 * 14.0) / 35.0)


def test_equal_weights_stand_by_name():
    book = book_of((0, "B", 10.0, 12.0), (0, "A", -10.0, 12.0))
    assert holdings(book, round_trips(book))["instrument"].tolist() == ["A", "B"]


def test_an_account_worth_nothing_has_no_weights():
    book = book_of((0, "A", 10.0, 12.0), equity=-5.0)
    assert holdings(book, round_trips(book))["weight"].isna().all()


def test_nothing_held_is_no_row():
    book = book_of((0, "A", 10.0, 12.0), (1, "A", -10.0, 12.0))
    found = holdings(book, round_trips(book))
    assert found.empty
    assert list(found.columns) == list(COLUMNS)
