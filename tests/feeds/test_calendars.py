"""Sessions by hand from the exchange's published holidays, and the last one of each period."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.calendars import CalendarError, last_of_period, sessions


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
       st.sampled_from(["week", "month"]), st.sampled_from(["XNYS", "24/7"]))  # fmt: skip
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
        pytest.param(lambda: sessions("LSE", "2020-01-01", "2020-01-02"),
                     "calendar must be one of XNYS, 24/7, got 'LSE'", id="calendar"),
        pytest.param(lambda: last_of_period("XNYS", ["2020-01-01"], "year"),
                     "every must be one of day, week, month, got 'year'", id="period"),
        pytest.param(lambda: sessions("XNYS", "1850-01-01", "1900-01-01"),
                     "known from 1885 to 2199, not from 1850-01-01", id="too-early"),
        pytest.param(lambda: last_of_period("XNYS", ["2199-12-15"], "month"),
                     "known from 1885 to 2199", id="too-late"),
    ],
)  # fmt: skip
def test_refusals(call: object, words: str) -> None:
    with pytest.raises(CalendarError, match=words) as raised:
        call()
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("calendar", ["XNYS", "24/7"])
def test_bounds_in_the_wrong_order_list_nothing_even_decades_apart(calendar):
    assert len(sessions(calendar, "2006-06-21", "1993-01-29")) == 0
