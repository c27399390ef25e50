"""The day on which a weekly or monthly bar is known, whatever day of its period a table writes."""

import numpy as np
import pytest

from btplaybook.feeds.calendars import period_ends, sessions
from btplaybook.feeds.tidy.known_dates import told_of_dates, when_known

LATER = np.datetime64("2020-01-01")
FRIDAYS = np.arange("2010-01-08", "2010-06-26", 7, dtype="datetime64[D]")
FIRSTS = np.arange("2010-01", "2012-01", dtype="datetime64[M]").astype("datetime64[D]")


def days(number: int) -> np.timedelta64:
    return np.timedelta64(number, "D")


@pytest.mark.parametrize("earlier", range(-2, 5))
def test_a_week_is_known_on_its_last_session(earlier: int) -> None:
    found = when_known(FRIDAYS - days(earlier), "XNYS", "week", LATER)
    closed = np.datetime64("2010-04-02") == FRIDAYS  # Good Friday
    np.testing.assert_array_equal(found, np.where(closed, FRIDAYS - days(1), FRIDAYS))


@pytest.mark.parametrize("later", [0, 3, 27])
def test_a_month_is_known_on_its_last_session(later: int) -> None:
    found = when_known(FIRSTS + days(later), "XNYS", "month", LATER)
    every = sessions("XNYS", "2010-01-01", "2011-12-31")
    months = every.astype("datetime64[M]")
    last = [every[months == month][-1] for month in np.unique(months)]
    np.testing.assert_array_equal(found, last)


def test_days_stay_as_they_are() -> None:
    dates = np.array(["2010-01-02", "2010-01-04"], dtype="datetime64[D]")
    np.testing.assert_array_equal(when_known(dates, "XNYS", "day", LATER), dates)
    np.testing.assert_array_equal(period_ends("XNYS", dates, "day"), dates)


def test_a_market_that_never_closes_ends_its_week_on_sunday() -> None:
    found = when_known(FRIDAYS, "24/7", "week", LATER)
    np.testing.assert_array_equal(found, FRIDAYS + days(2))


def test_a_week_that_is_not_over_keeps_its_date() -> None:
    mondays = FRIDAYS - days(4)
    found = when_known(mondays, "XNYS", "week", latest=FRIDAYS[-1] - days(1))
    np.testing.assert_array_equal(found[-1], mondays[-1])
    assert (found[:-1] > mondays[:-1]).all()


def test_before_what_a_calendar_knows_dates_stay() -> None:
    old = np.arange("1820-01-01", "1821-01-01", 7, dtype="datetime64[D]")
    np.testing.assert_array_equal(when_known(old, "XNYS", "week", LATER), old)


@pytest.mark.parametrize(
    ("frequency", "dates", "words"),
    [
        ("week", FRIDAYS - days(4), "weekly bars are dated on Mondays: each counts on the last"),
        ("week", FRIDAYS + days(2), "weekly bars are dated on Sundays: each is taken for the week"),
        ("month", FIRSTS, "monthly bars are dated on an earlier day: each counts on the last"),
        ("week", FRIDAYS, None),
    ],
    ids=["mondays", "sundays", "firsts", "fridays"],
)
def test_what_is_told(frequency: str, dates, words: str | None) -> None:
    told = told_of_dates(dates, when_known(dates, "XNYS", frequency, LATER), frequency)
    assert [words in note for note in told] == ([] if words is None else [True])
