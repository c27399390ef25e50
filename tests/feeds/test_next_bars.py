"""The session after the last bar: dates against the exchange's known holidays, and its bar."""

import datetime

import numpy as np
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.next_bars import next_date, next_dates, next_deciding_date, with_close


def bars(*days: str, calendar: str = "XNYS", frequency: str = "day") -> Bars:
    """Return bars that rise by a dollar a day, on these days."""
    close = 100.0 + np.arange(len(days))
    zero = np.zeros(len(days))
    return Bars(
        "SPY", np.array(days, dtype="datetime64[D]"), close, close + 1, close - 1, close,
        zero + 7, zero, calendar=calendar, frequency=frequency,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "calendar", "expected"),
    [
        (("2018-12-28", "2018-12-31"), "XNYS", "2019-01-02"),  # New Year's Day
        (("2024-03-27", "2024-03-28"), "XNYS", "2024-04-01"),  # Good Friday and a weekend
        (("2024-05-10", "2024-05-11"), "24/7", "2024-05-12"),
        (("2024-05-01", "2024-05-02"), "XTKS", "2024-05-07"),  # Golden Week
    ],
    ids=["new year", "easter", "always", "tokyo"],
)
def test_next_date(days: tuple[str, ...], calendar: str, expected: str) -> None:
    """The next session skips the exchange's holidays."""
    assert next_date(bars(*days, calendar=calendar)) == datetime.date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("frequency", "days", "expected"),
    [
        ("week", ("2024-05-17", "2024-05-22"), "2024-05-31"),
        ("month", ("2024-03-28", "2024-04-10"), "2024-05-31"),
    ],
)
def test_longer_bars(frequency: str, days: tuple[str, ...], expected: str) -> None:
    """After a weekly or monthly bar comes the next period's, wherever its date lies within it."""
    found = next_dates(bars(*days, frequency=frequency))
    assert str(found[0]) == expected
    assert (np.diff(found) > np.timedelta64(4, "D")).all()


@pytest.mark.parametrize(
    ("every", "last", "expected"),
    [
        ("day", "2024-05-29", "2024-05-30"),
        ("week", "2024-05-29", "2024-05-31"),
        ("week", "2024-05-31", "2024-06-07"),
        ("month", "2024-05-29", "2024-05-31"),
        ("month", "2024-05-31", "2024-06-28"),
        ("quarter", "2024-05-31", "2024-06-28"),
        ("quarter", "2024-06-28", "2024-09-30"),
    ],
)
def test_next_deciding_date(every: str, last: str, expected: str) -> None:
    """The next session that ends its period, never the last bar itself."""
    found = next_deciding_date(bars("2024-05-28", last), every)
    assert found == datetime.date.fromisoformat(expected)


@pytest.mark.parametrize("close", [90.0, 101.0, 130.0])
def test_with_close(close: float) -> None:
    """The assumed bar opens at the last close, ends at the price and lies between the two."""
    before = bars("2024-05-28", "2024-05-29")
    after = with_close(before, datetime.date(2024, 5, 30), close)
    assert after.between(None, "2024-05-29") == before
    newest = {name: getattr(after, name)[-1] for name in ("open", "high", "low", "close")}
    assert newest == {
        "open": 101.0, "high": max(101.0, close), "low": min(101.0, close), "close": close,
    }  # fmt: skip
    assert (after.volume[-1], after.dividend[-1], str(after.dates[-1])) == (7.0, 0.0, "2024-05-30")
