"""The calendar that most bars fit, over real exchanges' sessions, whole and full of holes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.tidy.calendar_fit import infer_calendar, stray_days


def days(*written: str) -> np.ndarray:
    return np.array(written, dtype="datetime64[D]")


def noisy(dates: np.ndarray, missing: float = 0.02) -> np.ndarray:
    """Leave 2 % of the bars out, and add one on a Sunday."""
    kept = dates[np.random.default_rng(0).random(len(dates)) >= missing]
    middle = kept[len(kept) // 2]
    sunday = middle - (middle.astype(int) + 4) % 7
    return np.union1d(kept, sunday)


@pytest.mark.parametrize(
    ("calendar", "first", "last"),
    [
        pytest.param("XNYS", "2010-01-01", "2019-12-31", id="new-york"),
        pytest.param("XNYS", "2020-01-01", "2020-03-31", id="new-york-quarter"),
        pytest.param("XTKS", "2010-01-01", "2019-12-31", id="tokyo"),
        pytest.param("XTKS", "2019-04-01", "2020-03-31", id="tokyo-year"),
        pytest.param("XLON", "2010-01-01", "2019-12-31", id="london"),
        pytest.param("XHKG", "2010-01-01", "2019-12-31", id="hong-kong"),
        pytest.param("XPAR", "2010-01-01", "2019-12-31", id="paris"),
        pytest.param("XETR", "2010-01-01", "2019-12-31", id="frankfurt"),
        pytest.param("XSAU", "2021-03-01", "2024-12-31", id="riyadh"),
        pytest.param("XTAE", "2019-01-01", "2026-06-30", id="tel-aviv"),
        pytest.param("24/5", "2015-01-01", "2019-12-31", id="currencies"),
        pytest.param("24/7", "2015-01-01", "2015-03-31", id="always"),
    ],
)
@pytest.mark.parametrize("holes", [False, True], ids=["whole", "noisy"])
def test_sessions_are_recognised(calendar: str, first: str, last: str, holes: bool) -> None:
    dates = sessions(calendar, first, last)
    assert infer_calendar(noisy(dates) if holes else dates) == calendar


@pytest.mark.parametrize("weekend", ["2015-03-14", "2015-03-15"], ids=["saturday", "sunday"])
def test_one_stray_row_changes_nothing_and_is_named(weekend: str) -> None:
    known = sessions("XNYS", "2015-01-01", "2015-06-30")
    dates = np.union1d(known, days(weekend))
    assert infer_calendar(dates) == "XNYS"
    assert dates[stray_days(dates, "XNYS")].tolist() == days(weekend).tolist()
    assert not stray_days(known, "XNYS").any()


def test_a_few_holiday_rows_leave_new_york() -> None:
    holidays = days("2015-07-03", "2015-11-26", "2016-01-18", "2017-12-25")
    dates = np.union1d(noisy(sessions("XNYS", "2010-01-01", "2019-12-31")), holidays)
    assert infer_calendar(dates) == "XNYS"


def test_missing_bars_alone_leave_new_york() -> None:
    known = sessions("XNYS", "2010-01-01", "2019-12-31")
    assert infer_calendar(known[np.random.default_rng(1).random(len(known)) < 0.4]) == "XNYS"


def test_sundays_alone_make_no_market_that_never_closes() -> None:
    # Some vendors close a currency's week with a short bar on Sunday evening.
    known = sessions("24/5", "2015-01-01", "2015-12-31")
    sundays = known[(known.astype(int) + 3) % 7 == 0] - np.timedelta64(1, "D")
    dates = np.union1d(known, sundays)
    assert infer_calendar(dates) == "24/5"
    assert not stray_days(dates, "24/5").any()  # a habit of the table is no stray row


def test_a_friday_is_stray_in_riyadh() -> None:
    known = sessions("XSAU", "2022-01-01", "2022-12-31")
    dates = np.union1d(known, days("2022-06-10"))
    assert infer_calendar(dates) == "XSAU"
    assert dates[stray_days(dates, "XSAU")].astype(str).tolist() == ["2022-06-10"]
    assert not stray_days(dates, "24/7").any()


@pytest.mark.parametrize("rule", ["W", "W-MON", "ME", "MS"])
def test_weekly_and_monthly_dates_are_labels(rule: str) -> None:
    dates = pd.date_range("2010-01-01", "2019-12-31", freq=rule).to_numpy().astype("datetime64[D]")
    assert infer_calendar(dates) == "XNYS"
    assert not stray_days(dates, "XNYS").any()


def test_tables_of_one_bar_are_new_york() -> None:
    assert infer_calendar(days("2020-01-05")) == "XNYS"
    assert not stray_days(days("2020-01-05"), "XNYS").any()


@pytest.mark.parametrize(
    ("file", "calendar"),
    [("etf/SPY.csv", "XNYS"), ("etf/DIA.csv", "XNYS"), ("etf/SH.csv", "XNYS"),
     ("crypto/BTC-USD.csv", "24/7")],
)  # fmt: skip
def test_real_tables(realdata: Path, file: str, calendar: str) -> None:
    dates = pd.read_csv(realdata / file, usecols=["date"]).date.to_numpy(dtype="datetime64[D]")
    assert infer_calendar(dates) == calendar
    assert not stray_days(dates, calendar).any()
