"""Daily, weekly and monthly tables, however they are dated, and the mixtures that are faults."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.calendars import last_of_period, sessions
from btplaybook.feeds.tidy.spacing import frequency_of

DAILY = sessions("XNYS", "2010-01-01", "2014-12-31")


def dates(rule: str, first: str = "2010-01-01", last: str = "2014-12-31") -> np.ndarray:
    return pd.date_range(first, last, freq=rule).to_numpy().astype("datetime64[D]")


def ends(every: str) -> np.ndarray:
    return DAILY[last_of_period("XNYS", DAILY, every)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(DAILY, "day", id="sessions"),
        pytest.param(dates("D"), "day", id="calendar-days"),
        pytest.param(dates("W-MON"), "week", id="mondays"),
        pytest.param(dates("W-FRI"), "week", id="fridays"),
        pytest.param(dates("W"), "week", id="sundays"),
        pytest.param(ends("week"), "week", id="last-sessions-of-the-week"),
        pytest.param(dates("MS"), "month", id="firsts"),
        pytest.param(dates("ME"), "month", id="last-days"),
        pytest.param(ends("month"), "month", id="last-sessions-of-the-month"),
        pytest.param(ends("week")[::-1], "week", id="newest-first"),
        pytest.param(np.repeat(DAILY, 2), "day", id="each-twice"),
        pytest.param(np.append(DAILY, np.datetime64("NaT", "D")), "day", id="a-date-missing"),
        pytest.param(np.delete(DAILY, np.s_[300:802]), "day", id="a-hole-of-502-days"),
        pytest.param(np.delete(ends("week"), np.s_[50:90]), "week", id="a-hole-in-weeks"),
        pytest.param(np.delete(ends("month"), np.s_[5:25]), "month", id="a-hole-in-months"),
        pytest.param(
            DAILY[np.random.default_rng(0).random(len(DAILY)) < 0.35], "day", id="thin-trading"
        ),
        pytest.param(DAILY[:0], "day", id="none"),
        pytest.param(DAILY[:1], "day", id="one"),
        pytest.param(DAILY[[0, 5]], "day", id="two-a-week-apart"),
        pytest.param(DAILY[[0, 1, 25]], "day", id="three-with-a-hole"),
        pytest.param(dates("W-FRI")[:3], "week", id="three-weeks"),
        pytest.param(dates("ME")[:4], "month", id="four-months"),
        pytest.param(DAILY[:5], "day", id="five"),
    ],
)
def test_frequency(days: np.ndarray, expected: str) -> None:
    assert frequency_of(days) == (expected, [])


@pytest.mark.parametrize(
    ("days", "frequency", "fault"),
    [
        pytest.param(
            np.concatenate((dates("W-FRI", last="2011-12-31"), DAILY[504:])), "day",
            "daily bars, by their median spacing, but weekly ones from 2010-01-01 to 2011-12-30: "
            "the table mixes spacings", id="weekly-years-before-daily-ones",
        ),
        pytest.param(
            np.concatenate((dates("MS", last="2010-12-31"), DAILY[252:])), "day",
            "daily bars, by their median spacing, but monthly ones from 2010-01-01 to 2011-01-03: "
            "the table mixes spacings", id="monthly-year-before-daily-ones",
        ),
        pytest.param(
            np.concatenate((dates("ME", last="2010-12-31"), dates("W-FRI", first="2011-01-01"))),
            "week", "weekly bars, by their median spacing, but monthly ones from 2010-01-31 to "
            "2010-12-31: the table mixes spacings", id="monthly-year-before-weekly-ones",
        ),
        pytest.param(
            np.concatenate((dates("W-FRI", last="2014-12-01"), DAILY[-21:])), "week",
            "weekly bars, by their median spacing, but more than one in the week of 2014-12-03, "
            "2014-12-04, 2014-12-05 and 13 more: the table mixes spacings",
            id="daily-stretch-after-weekly-bars",
        ),
        pytest.param(
            np.append(dates("W-MON"), np.datetime64("2014-12-31")), "week",
            "weekly bars, by their median spacing, but more than one in the week of 2014-12-31: "
            "the table mixes spacings", id="two-bars-in-one-week",
        ),
        pytest.param(
            np.append(dates("MS"), np.datetime64("2014-12-31")), "month",
            "monthly bars, by their median spacing, but more than one in the month of 2014-12-31: "
            "the table mixes spacings", id="two-bars-in-one-month",
        ),
        pytest.param(
            dates("QE"), "day", "half of the bars are 92 days apart or more: bars must be daily, "
            "weekly or monthly", id="quarterly",
        ),
        pytest.param(
            dates("14D"), "day", "half of the bars are 14 days apart or more: bars must be daily, "
            "weekly or monthly", id="fortnightly",
        ),
    ],
)  # fmt: skip
def test_mixed_spacing_is_named(days: np.ndarray, frequency: str, fault: str) -> None:
    assert frequency_of(days) == (frequency, [fault])


def test_real_tables_are_daily(realdata: Path) -> None:
    files = [*sorted(realdata.glob("etf/*.csv")), realdata / "crypto" / "BTC-USD.csv"]
    assert len(files) > 10
    for file in files:
        days = pd.read_csv(file, usecols=["date"]).date.to_numpy(dtype="datetime64[D]")
        assert frequency_of(days) == ("day", []), file.name
