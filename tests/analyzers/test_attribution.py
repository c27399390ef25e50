"""Profit by instrument and side, against shares times prices in NumPy and against cash.

Laws: instruments and interest sum to the account's profit, and so do sides and interest; each part
sums to its part of the waterfall; an instrument's total is the cash that it gave, and what is left
of it; fees of a day sum to the account's.
"""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.attribution import PARTS, attribution
from btplaybook.analyzers.borrow_fees import borrow_fees
from btplaybook.analyzers.round_trips import round_trips
from btplaybook.analyzers.waterfall import waterfall
from btplaybook.brokers.ledger import Day, ExDate, Fill, Ledger


def turnover(book):
    return sum(abs(fill.size) * fill.price for fill in book.fills)


class Arrays:
    """Shares, closes and dividends by day and instrument: from the fills and the bars alone."""

    def __init__(self, kept):
        self.dates = np.array([day.date for day in kept.book.days], dtype="datetime64[D]")
        names = [table.name for table in kept.bars]
        self.open, self.close, self.dividend = (
            np.column_stack([getattr(table, which) for table in kept.bars])
            for which in ("open", "close", "dividend")
        )
        self.held, self.costs, self.at_fill = np.zeros((3, *self.close.shape))
        for fill in kept.book.fills:
            day = np.searchsorted(self.dates, np.datetime64(fill.date))
            at = day, names.index(fill.instrument)
            self.held[day:, at[1]] += fill.size
            self.costs[at] += 0.01 * abs(fill.size)
            self.at_fill[at] += fill.size * (self.close[at] - fill.price)
        nights = np.diff(self.dates).astype(float)[:, None]
        before = self.held[:-1]
        self.price = before * np.diff(self.close, axis=0)
        self.paid = before * self.dividend[1:]
        self.borrow = np.minimum(before * self.close[:-1], 0.0) * kept.borrow * nights / 360.0


def test_an_instrument_is_shares_times_prices(turning):
    found = attribution(turning.book, turning.trips)
    arrays = Arrays(turning)
    traded = sorted({fill.instrument for fill in turning.book.fills})
    assert sorted(found.by_name.index) == traded
    assert len(traded) == 5
    scale = 1e-9 * turnover(turning.book)
    for column, table in enumerate(turning.bars[:5]):
        row = found.by_name.loc[table.name]
        moved = arrays.price[:, column].sum() + arrays.at_fill[:, column].sum()
        assert row["price"] + row["slippage"] == pytest.approx(moved, abs=scale)
        assert row["dividends"] == pytest.approx(arrays.paid[:, column].sum(), abs=scale)
        assert row["borrow"] == pytest.approx(arrays.borrow[:, column].sum(), abs=scale)
        assert row["commission"] == pytest.approx(-arrays.costs[:, column].sum(), abs=scale)
        assert row["total"] == pytest.approx(math.fsum(row[list(PARTS)]), abs=scale)
    assert (found.by_name[["borrow", "commission", "slippage"]] < 0.0).all(axis=None)
    assert found.by_name["total"].is_monotonic_decreasing


def test_an_instrument_is_what_its_cash_comes_to(turning):
    found = attribution(turning.book, turning.trips).by_name["total"]
    last, fees = turning.book.days[-1], borrow_fees(turning.book).sum(axis=0)
    for column, name in enumerate(turning.book.instruments[:5]):
        fills = [fill for fill in turning.book.fills if fill.instrument == name]
        spent = sum(fill.size * fill.price + fill.commission for fill in fills)
        paid = sum(e.held * e.dividend for e in turning.book.ex_dates if e.instrument == name)
        left = last.holdings[column] * last.closes[column]
        assert found[name] == pytest.approx(left + paid - spent + fees[column], abs=1e-5)


def test_a_side_is_what_was_held_on_it(turning):
    """Of the night before until the fill, then of the day."""
    arrays = Arrays(turning)
    before, after = arrays.held[:-1], arrays.held[1:]
    filled_at = arrays.close if turning.fill == "close" else arrays.open
    early = before * (filled_at[1:] - arrays.close[:-1])
    late = after * (arrays.close[1:] - filled_at[1:])
    found = attribution(turning.book, turning.trips).by_side
    assert list(found.index) == ["long", "short"]
    scale = 1e-9 * turnover(turning.book)
    for side, sign in (("long", 1.0), ("short", -1.0)):
        overnight, by_day = np.sign(before) == sign, np.sign(after) == sign
        row = found.loc[side]
        moved = early[overnight].sum() + late[by_day].sum()
        assert row["price"] == pytest.approx(moved, abs=scale)
        assert row["dividends"] == pytest.approx(arrays.paid[overnight].sum(), abs=scale)
    assert found.loc["long", "borrow"] == 0.0
    assert found.loc["short", "borrow"] == pytest.approx(arrays.borrow.sum(), rel=1e-9)
    assert found.loc["short", "dividends"] < 0.0 < found.loc["long", "dividends"]


@pytest.mark.parametrize("hedges", [(), ("S0",), ("S0", "S3"), ("S5",)])
def test_everything_adds_up_to_the_account(turning, hedges):
    found = attribution(turning.book, turning.trips, hedges)
    pnl = waterfall(turning.book)
    scale = 1e-9 * turnover(turning.book)
    assert found.total == pnl["total"]
    assert found.interest == pytest.approx(pnl["interest"], abs=scale)
    assert abs(found.residual) < scale
    for table in (found.by_name, found.by_side):
        for part in PARTS:
            assert math.fsum(table[part]) == pytest.approx(pnl[part], abs=scale), part
        assert math.fsum(table["total"]) + found.interest == pytest.approx(pnl["total"], abs=scale)


def test_a_hedge_is_a_side_of_its_own(turning):
    found = attribution(turning.book, turning.trips, ("S1", "S4"))
    hedge = found.by_side.loc["hedge", [*PARTS, "total"]]
    names = found.by_name.loc[["S1", "S4"], [*PARTS, "total"]].sum()
    assert hedge.to_numpy() == pytest.approx(names.to_numpy(), rel=1e-9)
    assert "hedge" not in attribution(turning.book, turning.trips, ("S5",)).by_side.index


def test_shares_are_of_a_profit_alone(turning):
    made = attribution(turning.book, turning.trips, total=2000.0).by_name
    assert made["share"].to_numpy() == pytest.approx(made["total"].to_numpy() / 2000.0)
    longs = attribution(turning.book, turning.trips, ("S5",), total=2000.0).by_side
    assert longs["share"].to_numpy() == pytest.approx(longs["total"].to_numpy() / 2000.0)
    assert attribution(turning.book, turning.trips, total=-1.0).by_name["share"].isna().all()
    assert attribution(turning.book, turning.trips, total=0.0).by_side["share"].isna().all()


def test_fees_of_a_day_sum_to_the_accounts(turning):
    fees = borrow_fees(turning.book)
    assert fees.shape == (len(turning.book.days), 6)
    assert fees.sum(axis=1) == pytest.approx([day.borrow for day in turning.book.days], abs=1e-9)
    assert (fees[:, 5] == 0.0).all()
    assert fees.sum() < 0.0


@pytest.fixture
def flip():
    """10 A, turned to 5 short at 12 with a fee of 3; 2 B all along. Worked by hand.

    A long: 10 x (12 - 10) = 20 less two thirds of the fee; A short: -5 x (11 - 12) = 5 less a third
    of it and 0.5 for the night; B: 2 x (3 - 4) and a dividend of 2 x 0.25.
    """
    days = pd.date_range("2024-01-08", periods=3).date
    fills = [
        Fill(days[0], "close", "A", 10.0, 10.0, 10.0, 0.0, 0.0, 0.1, 10.0),
        Fill(days[0], "close", "B", 2.0, 4.0, 4.0, 0.0, 0.0, 0.1, 2.0),
        Fill(days[1], "close", "A", -15.0, 12.0, 12.0, 3.0, 0.0, -0.1, -5.0),
    ]
    closes = [(10.0, 4.0), (12.0, 4.0), (11.0, 3.0)]
    held = [(10.0, 2.0), (-5.0, 2.0), (-5.0, 2.0)]
    cash = [1000.0 - 100.0 - 8.0, 892.0 + 180.0 - 3.0 + 0.5, 1069.5 - 0.5]
    book = Ledger(("A", "B"), 1000.0, fills=fills, ex_dates=[ExDate(days[1], "B", 0.25, 2.0)])
    for day, close, shares, money in zip(days, closes, held, cash, strict=True):
        equity = money + sum(s * c for s, c in zip(shares, close, strict=True))
        paid, lent = (0.5, 0.0) if day == days[1] else (0.0, -0.5 if day == days[2] else 0.0)
        book.days.append(Day(day, equity, money, shares, close, close, paid, lent, 0.0))
    return book


def test_an_order_that_turns_a_position_belongs_to_both_sides(flip):
    found = attribution(flip, round_trips(flip))
    assert found.total == pytest.approx(20.0)
    assert found.by_name["total"].to_dict() == pytest.approx({"A": 21.5, "B": -1.5})
    sides = found.by_side
    assert sides.loc["long"].drop("share").to_dict() == pytest.approx(
        {"price": 18.0, "dividends": 0.5, "borrow": 0, "commission": -2, "slippage": 0,
         "total": 16.5}
    )  # fmt: skip
    assert sides.loc["short"].drop("share").to_dict() == pytest.approx(
        {"price": 5, "dividends": 0, "borrow": -0.5, "commission": -1, "slippage": 0, "total": 3.5}
    )
    assert found.residual == pytest.approx(0.0, abs=1e-12)


def test_what_does_not_add_up_is_shown(flip):
    before = attribution(flip, round_trips(flip)).residual
    flip.days[-1] = flip.days[-1]._replace(equity=flip.days[-1].equity + 7.0)
    assert attribution(flip, round_trips(flip)).residual == pytest.approx(before + 7.0)


def test_a_fee_without_a_short_is_nobodys():
    day = SimpleNamespace(holdings=(1.0,), closes=(2.0,), borrow=0.0)
    book = SimpleNamespace(days=[day, SimpleNamespace(**{**vars(day), "borrow": -3.0})])
    assert borrow_fees(book).tolist() == [[0.0], [0.0]]


def test_a_book_that_never_traded(flip):
    idle = Ledger(("A", "B"), 1000.0, days=[flip.days[0]._replace(equity=1000.0)])
    found = attribution(idle, round_trips(idle))
    assert found.by_name.empty
    assert found.by_side[[*PARTS, "total"]].to_numpy().tolist() == [[0.0] * 6] * 2
    assert (found.total, found.residual) == (0.0, 0.0)
