import datetime

import pandas as pd
import pytest

from btplaybook.brokers.errors import BrokerError
from btplaybook.brokers.financing import Financing, rate_on

FRIDAY = datetime.date(2024, 1, 12)


@pytest.mark.parametrize(
    ("rates", "cash", "shorts", "days", "interest", "borrow"),
    [
        pytest.param({}, 100.0, 50.0, 3, 0.0, 0.0, id="nothing set"),
        pytest.param({"cash": 0.036}, 1000.0, 0.0, 3, 0.3, 0.0, id="a weekend on free cash"),
        pytest.param({"debit": 0.036}, -1000.0, 0.0, 1, -0.1, 0.0, id="a debit is paid"),
        pytest.param({"cash": 0.036}, -1000.0, 0.0, 1, 0.0, 0.0, id="a debit earns nothing"),
        pytest.param(
            {"cash": 0.036, "rebate": 0.018}, 3000.0, 1000.0, 1, 0.25, 0.0, id="proceeds apart"
        ),
        pytest.param(
            {"debit": 0.036, "rebate": 0.036}, 1000.0, 2000.0, 1, 0.1, 0.0, id="proceeds spent"
        ),
        pytest.param({"borrow": 0.036}, 2000.0, 1000.0, 10, 0.0, -1.0, id="shares are borrowed"),
    ],
)
def test_overnight(rates, cash, shorts, days, interest, borrow):
    got = Financing(**rates).overnight(cash, shorts, days, FRIDAY)
    assert got == pytest.approx((interest, borrow), rel=1e-12)


def test_a_rate_is_known_from_its_day_on_and_not_before():
    rate = pd.Series([0.01, 0.02], index=pd.to_datetime(["2024-01-12", "2024-01-15"]))
    assert rate_on(rate, FRIDAY) == 0.01
    assert rate_on(rate, datetime.date(2024, 1, 14)) == 0.01
    assert rate_on(rate, datetime.date(2024, 1, 15)) == 0.02
    with pytest.raises(BrokerError, match="begins on 2024-01-12"):
        rate_on(rate, datetime.date(2024, 1, 11))


def test_one_interest_is_all_three():
    financing = Financing.of(0.03, 0.01)
    assert (financing.cash, financing.rebate, financing.debit, financing.borrow) == (
        0.03,
        0.03,
        0.03,
        0.01,
    )
    assert Financing.of({"debit": 0.05}, 0.0).cash == 0.0


DAILY = pd.Series([0.01, 0.02, 0.03], index=pd.date_range("2024-01-02", periods=3))


@pytest.mark.parametrize(
    "index",
    [DAILY.index.tz_localize("America/New_York"), DAILY.index + pd.Timedelta(hours=16)],
    ids=["with a zone", "with a time of day"],
)
def test_a_rate_counts_on_the_day_that_is_written(index):
    rates = Financing.of(DAILY.set_axis(index), DAILY.set_axis(index))
    for day, rate in DAILY.items():
        found = rates.overnight(100.0, 0.0, 360, day.date())
        assert found == pytest.approx((100.0 * rate, 0.0))


@pytest.mark.parametrize(
    ("interest", "words"),
    [
        pytest.param(3.0, "decimal fraction", id="a percentage"),
        pytest.param(float("nan"), "decimal fraction", id="NaN"),
        pytest.param({"lend": 0.1}, "got lend", id="unknown rate"),
        pytest.param(pd.Series([], dtype=float), "DatetimeIndex", id="no dates"),
        pytest.param(DAILY[:0], "the cash rates are empty", id="empty"),
        pytest.param(DAILY.where(DAILY < 0.02), "cash rate of 2024-01-03 is missing", id="a gap"),
        pytest.param(DAILY * 100, "cash rate of 2024-01-02 must be .*, got 1.0$", id="per cents"),
        pytest.param(
            pd.Series([0.1, 0.1], index=pd.to_datetime(["2024-01-02 09:00", "2024-01-02 17:00"])),
            "rates have 2024-01-02 twice",
            id="twice a day",
        ),
        pytest.param(
            pd.Series([0.1, 0.1], index=pd.to_datetime(["2024-01-02", "2024-01-01"])),
            "oldest first",
            id="unsorted",
        ),
    ],
)
def test_rates_that_make_no_sense(interest, words):
    with pytest.raises(BrokerError, match=words):
        Financing.of(interest, 0.0)
