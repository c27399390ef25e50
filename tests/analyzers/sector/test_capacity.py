import datetime
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.sector.capacity import capacity
from btplaybook.brokers.ledger import Fill

MON, TUE, WED = (datetime.date(2024, 1, day) for day in (8, 9, 10))
SESSIONS = pd.DatetimeIndex(["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"])


@pytest.fixture
def volume():
    """Medians to Monday 2,000 of A, 9,000 of B and 10,000 of the fund; to Wednesday 2,500 of A."""
    return pd.DataFrame(
        {
            "FUND": [10e3] * 5,
            "A": [1000.0, 2000.0, 3000.0, 9000.0, 2500.0],
            "B": [9000.0, math.nan, 9000.0, 0.0, 0.0],
        },
        index=SESSIONS,
    )


def diary(*days):
    return [SimpleNamespace(date=day) for day in days]


def test_by_hand(book, volume):
    """Monday: A 400/995 of 2000, B 600/995 of 9000; Wednesday: 120/1054.9 of 2500."""
    table = capacity(book, diary(MON, WED), volume, "FUND", at_close=True)
    expected = [0.01 * 2000 * 995 / 400, 0.01 * 2500 * 1054.9 / 120]
    assert table["account"].tolist() == pytest.approx(expected)
    assert table["ticker"].tolist() == ["A", "A"]
    assert table["order"].tolist() == pytest.approx([400 / 995, 120 / 1054.9])
    assert table["hedge"].iloc[0] == pytest.approx(0.01 * 10e3 * 995 / 900)
    assert math.isnan(table["hedge"].iloc[1])
    assert [day.date() for day in table.index] == [MON, WED]


def test_another_share_and_another_window(book, volume):
    table = capacity(
        book, diary(MON, WED), volume, "FUND", at_close=True, participation=0.05, sessions=1
    )
    assert table["account"].tolist() == pytest.approx(
        [0.05 * 3000 * 995 / 400, 0.05 * 2500 * 1054.9 / 120]
    )


def test_later_volume_counts_for_nothing(book, volume):
    one = capacity(book, diary(MON), volume, "FUND", at_close=True)
    volume.loc["2024-01-09":] = 1.0
    assert capacity(book, diary(MON), volume, "FUND", at_close=True).equals(one)


def test_a_fill_of_the_next_day_belongs_to_the_decision_before(book, volume):
    table = capacity(book, diary(TUE, WED), volume, "FUND", at_close=False)
    assert [day.date() for day in table.index] == [TUE]
    assert table["ticker"].tolist() == ["A"]


def test_the_largest_order_until_the_next_decision_counts(book, volume):
    book.fills.append(Fill(TUE, "close", "A", 60.0, 11.0, 11.0, 0.0, 0.0, 0.9, 100.0))
    table = capacity(book, diary(MON), volume, "FUND", at_close=True)
    assert table["order"].tolist() == pytest.approx([660 / 997.9])


def test_who_vanished_was_not_ordered(book, volume):
    book.fills[-1] = book.fills[-1]._replace(moment="settled")
    table = capacity(book, diary(MON, WED), volume, "FUND", at_close=True)
    assert len(table) == 1


def test_a_volume_that_is_not_known_is_no_capacity(book, volume):
    volume["B"] = [math.nan, math.nan, 9000.0, 0.0, 0.0]
    table = capacity(book, diary(MON), volume, "FUND", at_close=True)
    assert table[["account", "order"]].isna().to_numpy().all()
    assert table["ticker"].tolist() == [None]
    assert table["hedge"].notna().all()


def test_a_stock_without_volume_has_no_room(book, volume):
    volume["B"] = 0.0
    table = capacity(book, diary(MON), volume, "FUND", at_close=True)
    assert (table["account"].tolist(), table["ticker"].tolist()) == ([0.0], ["B"])


@pytest.mark.parametrize(
    "fills",
    [
        pytest.param([], id="none"),
        pytest.param(
            [Fill(MON, "close", "FUND", -1.0, 50.0, 50.0, 0.0, 0.0, -0.1, -1.0)], id="fund alone"
        ),
    ],
)
def test_no_order_of_a_stock_no_row(book, volume, fills):
    book.fills[:] = fills
    table = capacity(book, diary(MON), volume, "FUND", at_close=True)
    assert table.shape == (0, 4)
    assert table.dtypes[["account", "order", "hedge"]].tolist() == [np.float64] * 3
