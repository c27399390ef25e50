"""Sessions by hand from the exchange's published holidays, and the last one of each period."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.calendars import (
    CalendarError,
    check_calendar,
    last_of_period,
    missing_bars,
    periods_between,
    periods_per_year,
    sessions,
    strange_bars,
    undecided,
)


@pytest.mark.parametrize(
    ("calendar", "first", "last", "expected"),
    [
        pytest.param("XNYS", "2020-01-01", "2020-01-06", ["01-02", "01-03", "01-06"],
                     id="new-year-and-weekend"),
        pytest.param("XNYS", "2001-09-10", "2001-09-18", ["09-10", "09-17", "09-18"],
                     id="four-days-closed"),
        pytest.param("XNYS", "2012-10-26", "2012-10-31", ["10-26", "10-31"], id="hurricane"),
        pytest.param("24/7", "2019-12-31", "2020-01-02", ["12-31", "01-01", "01-02"], id="always"),
        pytest.param("XNYS", "2020-01-04", "2020-01-05", [], id="weekend-alone"),
        pytest.param("XNYS", "2020-01-06", "2020-01-03", [], id="reversed"),
    ],
)  # fmt: skip
def test_sessions(calendar: str, first: str, last: str, expected: list[str]) -> None:
    listed = sessions(calendar, first, last)
    assert [str(day)[5:] for day in listed] == expected
    assert listed.dtype == "datetime64[D]"


def test_bounds_may_be_dates() -> None:
    days = sessions("XNYS", dt.date(2020, 1, 2), np.datetime64("2020-01-03T16:00", "m"))
    assert len(days) == 2


@pytest.mark.parametrize(
    ("calendar", "every", "dates", "expected"),
    [
        pytest.param("XNYS", "week", ["2020-04-08", "2020-04-09", "2020-04-13"],
                     [False, True, False], id="good-friday-makes-thursday-last"),
        pytest.param("XNYS", "month", ["2020-05-28", "2020-05-29", "2020-06-01"],
                     [False, True, False], id="month-ends-on-sunday"),
        pytest.param("XNYS", "month", ["2020-05-28", "2020-06-01"], [False, False],
                     id="last-session-has-no-bar"),
        pytest.param("XNYS", "week", ["2020-01-03"], [True], id="newest-bar-on-friday"),
        pytest.param("XNYS", "month", ["2020-01-30"], [False], id="newest-month-unfinished"),
        pytest.param("XNYS", "quarter", ["2018-03-28", "2018-03-29", "2018-04-30", "2018-06-29"],
                     [False, True, False, True], id="good-friday-ends-the-quarter"),
        pytest.param("XNYS", "quarter", ["2020-01-31", "2020-02-28"], [False, False],
                     id="newest-quarter-unfinished"),
        pytest.param("24/7", "quarter", ["2019-12-31", "2020-03-31"], [True, True],
                     id="quarters-of-the-year"),
        pytest.param("XNYS", "week", ["2020-12-31", "2021-01-04"], [True, False],
                     id="iso-week-across-the-year"),
        pytest.param("XNYS", "week", ["2020-04-10"], [False], id="bar-on-a-holiday"),
        pytest.param("24/7", "week", ["2020-01-03", "2020-01-05"], [False, True],
                     id="always-open-week-ends-on-sunday"),
        pytest.param("24/7", "month", ["2020-02-28", "2020-02-29"], [False, True], id="leap-day"),
        pytest.param("XNYS", "day", ["2020-04-10", "2020-04-11"], [True, True], id="every-day"),
        pytest.param("XNYS", "month", [], [], id="no-dates"),
    ],
)  # fmt: skip
def test_last_of_period(calendar: str, every: str, dates: list[str], expected: list[bool]) -> None:
    assert last_of_period(calendar, dates, every).tolist() == expected


@given(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.integers(2, 400),
       st.sampled_from(["week", "month", "quarter"]),
       st.sampled_from(["XNYS", "24/7"]))  # fmt: skip
def test_later_bars_change_no_answer(first: dt.date, n: int, every: str, calendar: str) -> None:
    days = sessions(calendar, first, first + dt.timedelta(days=n))
    whole = last_of_period(calendar, days, every)
    for cut in {1, len(days) // 2} - {0}:
        assert last_of_period(calendar, days[:cut], every).tolist() == whole[:cut].tolist()


@given(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)))
def test_one_session_a_week_is_the_last(monday: dt.date) -> None:
    monday -= dt.timedelta(days=monday.weekday())
    days = sessions("XNYS", monday, monday + dt.timedelta(days=6))
    assert last_of_period("XNYS", days, "week").tolist() == [False] * (len(days) - 1) + [True]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: sessions("moon", "2020-01-01", "2020-01-02"),
                     "calendar must be 24/7, XNYS or another exchange of exchange_calendars",
                     id="calendar"),
        pytest.param(lambda: check_calendar("XTKSS"), "got 'XTKSS'; did you mean 'XTKS'",
                     id="near-miss"),
        pytest.param(lambda: check_calendar("xlon"), "did you mean 'XLON'", id="small-letters"),
        pytest.param(lambda: last_of_period("XNYS", ["2020-01-01"], "year"),
                     "every must be one of day, week, month, quarter, got 'year'",
                     id="period"),
        pytest.param(lambda: last_of_period("XNYS", ["2020-01-01"], "week", "hour"),
                     "frequency must be one of day, week, month, got 'hour'", id="frequency"),
        pytest.param(lambda: sessions("XNYS", "1850-01-01", "1900-01-01"),
                     "known from 1885-01-01 to 2199-12-31, not from 1850-01-01", id="too-early"),
        pytest.param(lambda: last_of_period("XNYS", ["2200-01-15"], "month"),
                     "known from 1885-01-01 to 2199-12-31", id="too-late"),
        pytest.param(lambda: sessions("XTKS", "1990-01-01", "2000-01-01"),
                     "the XTKS calendar is known from 1997-01-01 to", id="before-tokyo-begins"),
    ],
)  # fmt: skip
def test_refusals(call: object, words: str) -> None:
    with pytest.raises(CalendarError, match=words) as raised:
        call()
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("calendar", ["XNYS", "24/7"])
def test_bounds_in_the_wrong_order_list_nothing_even_decades_apart(calendar):
    assert len(sessions(calendar, "2006-06-21", "1993-01-29")) == 0


@pytest.mark.parametrize(
    ("calendar", "first", "last", "expected"),
    [
        pytest.param("XTKS", "2019-12-27", "2020-01-07", ["12-27", "12-30", "01-06", "01-07"],
                     id="tokyo-new-year"),
        pytest.param("XLON", "2020-05-07", "2020-05-11", ["05-07", "05-11"], id="ve-day"),
        pytest.param("XHKG", "2020-01-23", "2020-01-30", ["01-23", "01-24", "01-29", "01-30"],
                     id="lunar-new-year"),
        pytest.param("XSAU", "2023-03-30", "2023-04-03", ["03-30", "04-02", "04-03"],
                     id="riyadh-sunday"),
        pytest.param("XTAE", "2025-12-31", "2026-01-09",
                     ["12-31", "01-01", "01-04", "01-05", "01-06", "01-07", "01-08", "01-09"],
                     id="tel-aviv-moves-from-sunday-to-friday"),
        pytest.param("XNYS", "1964-12-23", "1964-12-28", ["12-23", "12-24", "12-28"],
                     id="christmas-before-1970"),
        pytest.param("24/5", "2020-12-24", "2020-12-28", ["12-24", "12-25", "12-28"],
                     id="weekdays"),
    ],
)  # fmt: skip
def test_sessions_of_other_exchanges(
    calendar: str, first: str, last: str, expected: list[str]
) -> None:
    assert [str(day)[5:] for day in sessions(calendar, first, last)] == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # theirs, of pandas 4
@pytest.mark.parametrize("calendar", ["XNYS", "XTKS", "XHKG", "XSAU", "XSHG"])
def test_sessions_equal_those_of_the_package(calendar: str) -> None:
    import exchange_calendars

    theirs = exchange_calendars.get_calendar(calendar, start="2021-01-01", end="2025-12-31")
    ours = sessions(calendar, "2021-01-01", "2025-12-31")
    assert (ours == theirs.sessions.to_numpy().astype("datetime64[D]")).all()


def test_an_exchange_whose_weeks_changed() -> None:
    # Seoul traded on Saturdays until December 1998.
    saturdays = sessions("XKRX", "1998-11-01", "1998-12-31")
    weekday = (saturdays.astype(np.int64) + 3) % 7
    assert [str(day) for day in saturdays[weekday == 5]] == [
        "1998-11-07", "1998-11-14", "1998-11-21", "1998-11-28", "1998-12-05"
    ]  # fmt: skip


def test_years_of_new_york_before_1970() -> None:
    # Days of trading a year, as the exchange's factbook states them.
    counts = {1960: 252, 1963: 251, 1967: 251, 1968: 226, 1969: 250}
    assert {
        year: len(sessions("XNYS", f"{year}-01-01", f"{year}-12-31")) for year in counts
    } == counts


def test_december_ends_on_the_30th_in_tokyo() -> None:
    dates = ["2020-12-29", "2020-12-30", "2021-01-04"]
    assert last_of_period("XTKS", dates, "month").tolist() == [False, True, False]
    assert last_of_period("XNYS", dates, "month").tolist() == [False, False, False]


def test_a_calendar_that_breaks_off_counts_the_weekdays_it_does_not_know() -> None:
    import exchange_calendars

    last = exchange_calendars.get_calendar("XSES", start="2026-01-01", end="2026-06-30").bound_max()
    assert last.is_year_end  # else this test has to look elsewhere
    known = sessions("XSES", last - np.timedelta64(9, "D"), last)
    assert last_of_period("XSES", known, "month")[-1]  # the year ends within the bounds
    rest_of_the_week = np.is_busday(
        np.datetime64(last, "D") + np.arange(1, 7 - last.day_of_week, dtype="timedelta64[D]")
    )
    assert last_of_period("XSES", known, "week")[-1] == (not rest_of_the_week.any())


@pytest.mark.parametrize("alias", ["JPX", "XTKS"])
def test_an_alias_is_its_calendar(alias: str) -> None:
    assert check_calendar(alias) == "XTKS"
    assert len(sessions(alias, "2020-12-30", "2021-01-04")) == 2


def test_new_york_and_always_need_no_import() -> None:
    import subprocess
    import sys

    asked = (
        "import sys; from btplaybook.feeds.calendars import check_calendar as check;"
        "check('XNYS'); check('24/7'); sys.exit('exchange_calendars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


# January 31st of 2020 was a Friday, February 28th too; the week of March 2nd begins in March.
FRIDAYS = ["2020-01-24", "2020-01-31", "2020-02-07", "2020-02-21", "2020-02-28"]


@pytest.mark.parametrize("days_back", [0, 4, -2], ids=["friday", "monday", "sunday"])
def test_weekly_bars_end_the_month_of_their_last_session(days_back: int) -> None:
    dates = np.array(FRIDAYS, dtype="datetime64[D]") - np.timedelta64(days_back, "D")
    ends = last_of_period("XNYS", dates, "month", "week")
    assert ends.tolist() == [False, True, False, False, True]
    for cut in range(1, 5):  # no answer waits for a later bar
        assert last_of_period("XNYS", dates[:cut], "month", "week").tolist() == ends[:cut].tolist()


def test_a_week_that_straddles_months_belongs_to_the_later_one() -> None:
    # Monday 2020-06-29 to Thursday 2020-07-02: the exchange closed on Friday the 3rd.
    dates = ["2020-06-22", "2020-06-29", "2020-07-27"]
    assert last_of_period("XNYS", dates, "month", "week").tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("every", "frequency"),
    [("day", "week"), ("week", "week"), ("day", "month"), ("week", "month"), ("month", "month")],
)
def test_every_bar_ends_a_period_that_is_not_longer(every: str, frequency: str) -> None:
    assert last_of_period("XNYS", ["2020-01-01", "2020-02-01"], every, frequency).all()


@pytest.mark.parametrize(
    ("calendar", "frequency", "expected"),
    [("XNYS", "day", 252), ("24/7", "day", 365), ("XTKS", "day", 252), ("24/7", "week", 52),
     ("24/5", "day", 252), ("XTKS", "month", 12)],
)  # fmt: skip
def test_periods_per_year(calendar: str, frequency: str, expected: int) -> None:
    assert periods_per_year(calendar, frequency) == expected


@pytest.mark.parametrize(
    ("dates", "every", "frequency", "expected"),
    [
        pytest.param(["2020-01-02", "2020-01-09", "2020-01-17", "2020-01-22"], "week", "day",
                     ["2020-01-03", "2020-01-10"], id="fridays-without-a-bar"),
        pytest.param(["2020-01-03", "2020-01-10"], "week", "day", [], id="complete"),
        pytest.param(["2020-01-30", "2020-02-28", "2020-03-30"], "month", "day", ["2020-01-31"],
                     id="the-last-month-is-unfinished"),
        pytest.param(["2020-01-24", "2020-02-07", "2020-02-28"], "month", "week", ["2020-01-31"],
                     id="last-week-of-a-month"),
        pytest.param(["2020-01-03", "2020-03-03"], "week", "month", [], id="longer-bars"),
        pytest.param([], "week", "day", [], id="no-bars"),
    ],
)  # fmt: skip
def test_undecided(dates: list[str], every: str, frequency: str, expected: list[str]) -> None:
    assert undecided("XNYS", dates, every, frequency).astype(str).tolist() == expected


def test_missing_and_strange_bars() -> None:
    weekly = ["2020-04-03", "2020-04-24"]
    assert missing_bars("XNYS", weekly, "week").astype(str).tolist() == ["2020-04-09", "2020-04-17"]
    assert not len(strange_bars("XNYS", weekly, "week"))
    monthly = ["2020-01-01", "2020-02-29", "2020-04-30"]
    assert missing_bars("XNYS", monthly, "month").astype(str).tolist() == ["2020-03-31"]
    # Shanghai had no session in the week of the lunar new year.
    weeks = ["2019-02-01", "2019-02-08", "2019-02-15"]
    assert strange_bars("XSHG", weeks, "week").astype(str).tolist() == ["2019-02-08"]
    assert not len(missing_bars("XSHG", weeks, "week"))
    daily = ["2020-04-08", "2020-04-10", "2020-04-13"]
    assert missing_bars("XNYS", daily).astype(str).tolist() == ["2020-04-09"]
    assert strange_bars("XNYS", daily).astype(str).tolist() == ["2020-04-10"]


@pytest.mark.parametrize(
    ("bar", "bound", "frequency", "expected"),
    [
        pytest.param("2020-01-17", "2020-01-15", "week", 0, id="wednesday-before-first-friday"),
        pytest.param("2020-01-17", "2020-01-10", "week", 1, id="friday-before"),
        pytest.param("2020-01-17", "2020-01-22", "week", 0, id="wednesday-after-last-friday"),
        pytest.param("2020-01-17", "2020-01-24", "week", 1, id="friday-after"),
        pytest.param("2020-01-13", "2020-01-17", "week", 0, id="monday-names-its-week"),
        pytest.param("2020-01-19", "2020-01-14", "week", 0, id="sunday-names-its-week"),
        pytest.param("2020-01-31", "2020-01-02", "month", 0, id="first-month"),
        pytest.param("2020-01-31", "2020-02-27", "month", 0, id="unfinished-month"),
        pytest.param("2020-01-01", "2020-02-28", "month", 1, id="finished-month"),
        pytest.param("2020-01-17", "2020-01-18", "day", 0, id="saturday"),
        pytest.param("2020-01-17", "2020-01-21", "day", 1, id="tuesday-after-a-holiday"),
        pytest.param("2020-01-17", "2020-01-17", "day", 0, id="same-day"),
    ],
)  # fmt: skip
def test_periods_between(bar: str, bound: str, frequency: str, expected: int) -> None:
    assert periods_between("XNYS", bar, bound, frequency) == expected
