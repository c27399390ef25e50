"""A book of three days that is worked out by hand."""

import datetime

import pytest

from btplaybook.brokers.ledger import Day, ExDate, Fill, Ledger

MON, TUE, WED = (datetime.date(2024, 1, day) for day in (8, 9, 10))


@pytest.fixture
def book():
    """Cash 1,000; 40 A and 30 B against 18 of the fund, then 10 A are sold.

    Monday: 1000 - 40 x 10.05 - 30 x 20 + 18 x 50 - 3 fees = 895 of cash, worth 995. Tuesday: +20
    on A, -9 on the short fund, -0.2 borrow and 0.1 interest. Wednesday: 10 x 12 less a fee of 1.
    """
    return Ledger(
        ("FUND", "A", "B"),
        1000.0,
        days=[
            Day(MON, 995.0, 895.0, (-18.0, 40.0, 30.0), (50, 10, 20), (50, 10, 20), 0, 0, 0),
            Day(
                TUE, 997.9, 905.9, (-18.0, 40.0, 30.0), (50, 10, 20), (51, 11, 19), 11.0, -0.2, 0.1
            ),
            Day(WED, 1054.9, 1024.9, (-18.0, 30.0, 30.0), (51, 11, 19), (50, 12, 19), 0, 0, 0),
        ],
        fills=[
            Fill(MON, "close", "A", 40.0, 10.05, 10.0, 1.0, 2.0, 0.4, 40.0),
            Fill(MON, "close", "B", 30.0, 20.0, 20.0, 1.0, 0.0, 0.6, 30.0),
            Fill(MON, "close", "FUND", -18.0, 50.0, 50.0, 1.0, 0.0, -0.9, -18.0),
            Fill(WED, "close", "A", -10.0, 12.0, 12.0, 1.0, 0.0, 0.34, 30.0),
        ],
        ex_dates=[ExDate(TUE, "FUND", 0.5, -18.0), ExDate(TUE, "A", 0.5, 40.0)],
    )
