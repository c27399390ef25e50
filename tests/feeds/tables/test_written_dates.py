"""Dates in text: the day that is meant, or none; an order is found or asked for, never guessed."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.tables.written_dates import days_of, read_dates

DAY = "2020-01-31"


def _days(cells: object, **options: str) -> list[str]:
    read = read_dates(pd.Series(cells), **options)
    assert read.fault is None
    return [str(day) for day in read.days]


@pytest.mark.parametrize(
    "cell",
    [
        "2020-01-31", "2020/01/31", "2020.01.31", "2020/1/31", "20200131", " 2020-01-31 ",
        "31/01/2020", "31-01-2020", "31.01.2020", "31.1.20", "01/31/2020", "1/31/2020",
        "1-31-20", "01.31.2020", "2020-01-31 16:00:00", "2020.01.31 00:00", "2020-01-31T16:00",
        "2020-01-31T23:59:59.999", "20200131 1600", "20200131160000", "20200131T160000Z",
        "01/31/2020 4:00 PM", "31.01.2020 17:30", "1/31/2020, 12:00 a.m.", "Jan 31, 2020",
        "January 31, 2020", "Jan 31 2020", "Jan. 31, 2020", "31-Jan-2020", "31-Jan-20",
        "31 January 2020", "31Jan2020", "31 JAN 2020", "January 31st, 2020", "31. Januar 2020",
        "2020-Jan-31", "Fri, Jan 31, 2020", "Friday, 31 January 2020", "Jan-31-20",
        "2020-01-31 00:00:00-05:00", "2020-01-31T00:00:00Z", "2020-01-31T16:00:00+0900",
        "2020-01-31 16:00:00 EST", "2020-01-31 16:00 UTC", "31/01/2020 16:00 +01:00",
        "1580428800", "1580428800.0", "1580515199", "1580428800000", "1580428800000000",
        "1580428800000000000",
    ],
)  # fmt: skip
def test_way_of_writing(cell: str) -> None:
    assert _days([cell]) == [DAY]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(pd.to_datetime([DAY]), id="times"),
        pytest.param(pd.to_datetime(["2020-01-31 23:00"]).tz_localize("America/New_York"),
                     id="times with a zone"),
        pytest.param(pd.PeriodIndex([DAY], freq="D"), id="periods"),
        pytest.param([pd.Period(DAY, "D")], id="period objects"),
        pytest.param([dt.date(2020, 1, 31)], id="dates of Python"),
        pytest.param(np.array([dt.datetime(2020, 1, 31, 16, 30)], dtype=object), id="datetimes"),
        pytest.param(np.array([dt.datetime(2020, 1, 31, 23, tzinfo=dt.timezone(
            dt.timedelta(hours=-5)))], dtype=object), id="datetimes with a zone"),
        pytest.param([20200131], id="whole number of eight digits"),
        pytest.param([20200131.0], id="float of eight digits"),
        pytest.param([1580428800], id="seconds"),
        pytest.param([1580428800.5], id="float seconds"),
        pytest.param([1580428800000], id="milliseconds"),
        pytest.param([1580428800000.0], id="float milliseconds"),
        pytest.param([1580428800000000], id="microseconds"),
        pytest.param([1580428800000000000], id="nanoseconds"),
    ],
)  # fmt: skip
def test_kinds_of_cells(cells: object) -> None:
    assert _days(cells) == [DAY]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC", None])
@pytest.mark.parametrize("there", ["Asia/Tokyo", None])
def test_arrow_s_stamps_are_read_as_pandas(zone: str | None, there: str | None) -> None:
    of_pandas = pd.Series(pd.date_range("2020-01-30", periods=3, tz=zone))
    of_arrow = of_pandas.convert_dtypes(dtype_backend="pyarrow")
    assert isinstance(of_arrow.dtype, pd.ArrowDtype)
    one, other = (read_dates(cells, timezone=there) for cells in (of_pandas, of_arrow))
    np.testing.assert_array_equal(one.days, other.days)
    assert (one.zone, one.notes) == (other.zone, other.notes)


@pytest.mark.parametrize(
    ("period", "day"),
    [("2012", "2012-12-31"), ("2012Q3", "2012-09-30"), ("2012-02", "2012-02-29"),
     ("2012-02-05", "2012-02-05")],
)  # fmt: skip
def test_a_period_is_its_last_day(period: str, day: str) -> None:
    """On an earlier one nobody knows what it holds."""
    assert _days(pd.PeriodIndex([pd.Period(period)])) == [day]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        pytest.param(["02/03/2020", "13/03/2020"], ["2020-03-02", "2020-03-13"], id="day first"),
        pytest.param(["02/03/2020", "03/13/2020"], ["2020-02-03", "2020-03-13"], id="month first"),
        pytest.param(["2/3/49", "13/3/50"], ["2049-03-02", "1950-03-13"], id="two-digit years"),
        pytest.param(["12/05/2020", "31/02/2020"], ["2020-05-12", "NaT"], id="no such day"),
        pytest.param(["2020-02-29", "2021-02-29"], ["2020-02-29", "NaT"], id="leap day"),
        pytest.param(["2020-01-06", "soon", "2020-01-07"], ["2020-01-06", "NaT", "2020-01-07"],
                     id="text"),
        pytest.param(["2020-01-06", None, "-", "null"], ["2020-01-06", "NaT", "NaT", "NaT"],
                     id="nothing"),
        pytest.param(["2020-01-06", "2020-01-07", "20200108", "08/01/2020"],
                     ["2020-01-06", "2020-01-07", "NaT", "NaT"], id="another way of writing"),
        pytest.param(["2020-01-06", "2020-01-07 16:00"], ["2020-01-06", "2020-01-07"],
                     id="some with a time"),
        pytest.param([20200106, 20200107, 99999999], ["2020-01-06", "2020-01-07", "NaT"],
                     id="eight digits that are no day"),
        pytest.param(["-3104006400", "0", "52200", "19785600", "1580481000", "1580740200"],
                     ["1871-08-22", "1970-01-01", "1970-01-01", "1970-08-18", "2020-01-31",
                      "2020-02-03"], id="seconds since long ago"),
        pytest.param([1580481000, 1580740200, 20200204], ["2020-01-31", "2020-02-03", "NaT"],
                     id="a day among seconds"),
        pytest.param([1580481000, 1580740200, 1580826600000], ["2020-01-31", "2020-02-03", "NaT"],
                     id="milliseconds among seconds"),
        pytest.param([1, 2, 3], ["NaT"] * 3, id="row numbers"),
        pytest.param([True, False], ["NaT"] * 2, id="truth"),
        pytest.param(["9999-12-31", "0001-01-01"], ["9999-12-31", "0001-01-01"], id="extremes"),
        pytest.param(["0000-01-01", "2020-13-01"], ["NaT"] * 2, id="beyond the calendar"),
        pytest.param(["2020-01-06 25:00", "2020-01-06 10:61"], ["NaT"] * 2, id="no such time"),
        pytest.param(["Foo 31, 2020", "Mar 31, 2020"], ["NaT", "2020-03-31"], id="no such month"),
        pytest.param(["02-Mär-2020", "04-Dez-2020"], ["2020-03-02", "2020-12-04"], id="German"),
        pytest.param([], [], id="empty"),
    ],
)  # fmt: skip
def test_columns(cells: list[object], days: list[str]) -> None:
    assert _days(cells) == days


@pytest.mark.parametrize(
    ("order", "days"),
    [
        pytest.param("dmy", ["2020-03-02", "2020-04-03"], id="day first"),
        pytest.param("mdy", ["2020-02-03", "2020-03-04"], id="month first"),
    ],
)
def test_the_users_order_decides(order: str, days: list[str]) -> None:
    assert _days(["02/03/2020", "03/04/2020"], order=order) == days
    assert _days(["2020-03-02"], order=order) == ["2020-03-02"]
    beyond = {"dmy": "01/31/2020", "mdy": "31/01/2020"}[order]
    assert _days(["02/03/2020", "03/04/2020", beyond], order=order) == [*days, "NaT"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        pytest.param(["02/03/2020", "03/04/2020"],
                     "'02/03/2020' in row 1 may begin with the day or the month, as may all "
                     "dates: say which with --dates dmy or --dates mdy", id="cannot be told"),
        pytest.param(["02/03/2020", "13/04/2020", "04/14/2020"],
                     "some dates begin with the day ('13/04/2020' in row 2), some with the month "
                     "('04/14/2020' in row 3): write them in one way, or say which with "
                     "--dates dmy or --dates mdy", id="both"),
    ],
)  # fmt: skip
def test_order_that_cannot_be_told(cells: list[str], fault: str) -> None:
    read = read_dates(pd.Series(cells))
    assert (read.fault, np.isnat(read.days).all()) == (fault, True)
    with pytest.raises(BarsError, match="--dates"):
        days_of(pd.Series(cells))


def test_a_fault_names_the_line() -> None:
    written = pd.Series(["-", "02/03/2020"], index=pd.RangeIndex(8, 10, name="line"))
    assert str(read_dates(written).fault).startswith("'02/03/2020' in line 9 may begin")


@pytest.mark.parametrize(
    ("cells", "zone", "there"),
    [
        # Tokyo opens at 9:00, which is midnight in UTC; New York closes at 21:00 UTC.
        pytest.param(["2020-01-31T15:00:00Z"], "UTC", "2020-02-01", id="Z"),
        pytest.param(["2020-01-31T15:00:00+00:00"], "UTC", "2020-02-01", id="no offset"),
        pytest.param(["2020-01-31T10:00:00-05:00"], "local", "2020-02-01", id="New York"),
        pytest.param(["2020-01-31T14:59:59Z"], "UTC", "2020-01-31", id="a second earlier"),
        pytest.param(["31/01/2020 10:00 PM +0100"], "local", "2020-02-01", id="not ISO"),
        pytest.param([1580482800], "UTC", "2020-02-01", id="seconds"),
        pytest.param(["1580482800000"], "UTC", "2020-02-01", id="milliseconds"),
        pytest.param(pd.to_datetime(["2020-01-31 15:00"]).tz_localize("UTC"), "UTC",
                     "2020-02-01", id="times in UTC"),
        pytest.param(pd.to_datetime(["2020-01-31 10:00"]).tz_localize("America/New_York"),
                     "local", "2020-02-01", id="times in New York"),
    ],
)  # fmt: skip
def test_dates_in_a_zone(cells: object, zone: str, there: str) -> None:
    written = read_dates(pd.Series(cells))
    assert (str(written.days[0]), written.zone) == (DAY, zone)
    tokyo = read_dates(pd.Series(cells), timezone="Asia/Tokyo")
    assert (str(tokyo.days[0]), tokyo.zone) == (there, zone)
    assert "dates are taken in Asia/Tokyo" in tokyo.notes


def test_summer_time_counts() -> None:
    # 23:30 of New York in either half of the year.
    stamps = pd.Series(["2020-01-15T04:30:00Z", "2020-07-15T03:30:00Z", "2020-07-15T04:30:00Z"])
    days = read_dates(stamps, timezone="America/New_York").days
    assert [str(day) for day in days] == ["2020-01-14", "2020-07-14", "2020-07-15"]


@pytest.mark.parametrize(
    "cells", [["2020-01-06"], ["2020-01-06 16:00"], pd.to_datetime(["2020-01-06"])]
)
def test_a_zone_for_dates_without_one(cells: object) -> None:
    read = read_dates(pd.Series(cells), timezone="Asia/Tokyo")
    assert (read.fault, read.zone) == (None, None)
    assert "dates are written without a zone: they are taken as they stand" in read.notes
    assert (read.days == read_dates(pd.Series(cells)).days).all()
    assert read_dates(pd.Series(cells)).zone is None


def test_a_zone_without_an_offset_cannot_be_moved() -> None:
    stamps = pd.Series(["2020-01-06 16:00 EST"])
    assert read_dates(stamps).zone == "local"
    fault = read_dates(stamps, timezone="Asia/Tokyo").fault
    assert fault is not None
    assert "'2020-01-06 16:00 EST' in row 1 names a zone without its offset from UTC" in fault


@pytest.mark.parametrize(
    ("name", "near"),
    [
        pytest.param("Asia/Tokio", "Asia/Tokyo", id="misspelt"),
        pytest.param("america/new_york", "America/New_York", id="case"),
        pytest.param("Tokyo", "Asia/Tokyo", id="no continent"),
    ],
)
def test_unknown_zone(name: str, near: str) -> None:
    with pytest.raises(RequestError, match=f"unknown time zone '{name}'.*did you mean '{near}'"):
        read_dates(pd.Series([DAY]), timezone=name)


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        pytest.param(["13/1/2020"], "dates begin with the day, as '13/1/2020' in row 1", id="dmy"),
        pytest.param(["1/2/2020", "1/13/2020"],
                     "dates begin with the month, as '1/13/2020' in row 2", id="mdy"),
        pytest.param(["1580428800000"], "dates are Unix stamps in milliseconds", id="stamps"),
    ],
)  # fmt: skip
def test_notes(cells: list[str], note: str) -> None:
    assert read_dates(pd.Series(cells)).notes == (note,)


@given(
    st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), min_size=1, max_size=5),
    st.sampled_from(
        ["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d %H:%M", "%d %B %Y", "%b %d, %Y", "%d-%b-%y",
         "%Y-%m-%dT%H:%M:%SZ", "%A, %d %B %Y"]),
)  # fmt: skip
def test_what_is_written_is_read(days: list[dt.date], form: str) -> None:
    assert read_dates(pd.Series([day.strftime(form) for day in days])).days.tolist() == days


@given(
    st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), min_size=1, max_size=5),
    st.sampled_from("/.-"),
    st.sampled_from(["dmy", "mdy"]),
)
def test_order_is_kept(days: list[dt.date], mark: str, order: str) -> None:
    form = mark.join({"dmy": ("%d", "%m", "%y"), "mdy": ("%m", "%d", "%y")}[order])
    written = pd.Series([day.strftime(form) for day in days])
    assert read_dates(written, order).days.tolist() == days
    found = read_dates(written)
    assert found.days.tolist() == days if max(day.day for day in days) > 12 else found.fault


def test_work_grows_with_the_stamps_and_no_faster(calls_of: Callable[..., int]) -> None:
    written = pd.Series(pd.date_range("1990-01-01", periods=20_000, freq="10min").astype(str))
    days = read_dates(written).days
    assert str(days[-1]) == str(pd.Timestamp(written.iloc[-1]).date())
    few, many = (calls_of(read_dates, written[:n]) for n in (10_000, 20_000))
    assert many < 2.2 * few
