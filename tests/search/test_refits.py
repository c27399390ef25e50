"""Lengths of time, windows, shifts.

Laws: windows follow one another without a gap; each fit is as long as was asked, by the calendar or
in bars; a shift moves every refit; nothing depends on sessions after the last refit.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.search.errors import SearchError
from btplaybook.search.refits import Duration, Window, checked_windows, shifts, windows


def weekdays(first, last):
    days = np.arange(first, last, dtype="datetime64[D]")
    return days[np.is_busday(days)]


DAYS = weekdays("1995-01-03", "2003-06-01")
parse = Duration.parse


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [("5y", 5, "y"), (" 6 m ", 6, "m"), ("26w", 26, "w"), ("100000d", 10**5, "d")],
)  # fmt: skip
def test_a_length_is_read(text, count, unit):
    assert parse(text) == Duration(count, unit)
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize("text", ["", "5", "y", "0y", "-1y", "1.5y", "5 years", "100001d", 5])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(SearchError, match=r"^fit must be a length such as 5y, 6m, 26w or 250d"):
        parse(text, "fit")


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2050, 1, 1)),
    st.integers(-90, 90),
)
def test_months_are_those_of_pandas(day, months):
    unit, times = ("y", months // 12) if months % 12 == 0 else ("m", months)
    found = Duration(1, unit).from_day(np.datetime64(day, "D"), DAYS, times)
    assert found == np.datetime64((pd.Timestamp(day) + pd.DateOffset(months=months)).date(), "D")


def test_the_windows_of_a_walk_forward_by_hand():
    found = windows(DAYS, parse("5y"), parse("1y"))
    told = [[str(DAYS[row]) for row in window] for window in found]
    assert told == [
        ["1995-01-03", "2000-01-03", "2001-01-03"],
        ["1996-01-03", "2001-01-03", "2002-01-03"],
        ["1997-01-03", "2002-01-03", "2003-01-03"],
        ["1998-01-05", "2003-01-03", "2003-05-30"],  # the 3rd of 1998 is a Saturday
    ]


def test_windows_in_bars_by_hand():
    ten = DAYS[:10]
    assert windows(ten, parse("4d"), parse("2d")) == [
        Window(0, 4, 6), Window(2, 6, 8), Window(4, 8, 9),
    ]  # fmt: skip
    assert windows(ten, parse("4d"), parse("2d"), anchored=True) == [
        Window(0, 4, 6), Window(0, 6, 8), Window(0, 8, 9),
    ]  # fmt: skip
    assert windows(ten, parse("4d"), parse("3d"), shift=parse("1d")) == [
        Window(1, 5, 8), Window(4, 8, 9),
    ]  # fmt: skip
    assert windows(ten, parse("9d"), parse("1d")) == []  # no day would be left to trade


LENGTHS = st.builds(Duration, st.integers(1, 30), st.sampled_from("mwd"))


@settings(max_examples=25)
@given(LENGTHS, LENGTHS, st.booleans(), st.integers(40, 500))
def test_laws_of_windows(fit, refit, anchored, size):
    days = DAYS[:size]
    fit = Duration(fit.count + 3, fit.unit)
    found = windows(days, fit, refit, anchored=anchored)
    refits = [window.refit for window in found]
    assert refits == sorted(set(refits))
    assert [window.last for window in found] == [*refits[1:], *([size - 1] if found else [])]
    for window in found:
        assert 0 <= window.opens < window.refit < window.last
        if anchored:
            assert window.opens == 0
        elif fit.unit == "d":
            assert window.refit - window.opens == fit.count
        else:  # not longer than was asked, but for a refit that waits for its session
            since = fit.from_day(days[window.opens], days)
            assert since >= days[window.refit] - np.timedelta64(3, "D")
    # what comes after a refit changes no window before it
    for window in found:
        shorter = windows(days[: window.refit + 2], fit, refit, anchored=anchored)
        cut = [(each.opens, each.refit) for each in shorter]
        assert cut == [(e.opens, e.refit) for e in found if e.refit <= window.refit]


def test_weekly_and_monthly_bars_are_refitted_by_the_calendar():
    weeks, months = DAYS[3::5], DAYS[20::21]
    for bars in (weeks, months):
        found = windows(bars, parse("2y"), parse("1y"))
        years = [str(bars[window.refit])[:4] for window in found]
        assert years == ["1997", "1998", "1999", "2000", "2001", "2002", "2003"][: len(years)]
        assert len(years) >= 6
    often = windows(months, parse("2y"), parse("1w"))  # at every bar, and none twice
    assert [window.refit for window in often] == list(range(often[0].refit, months.size - 1))


def test_a_fit_that_is_too_long_says_what_would_fit():
    with pytest.raises(SearchError) as told:
        checked_windows(DAYS, parse("30y"), parse("1y"))
    assert str(told.value) == (
        "fit 30y: no bar follows the first fit, so that 0 refits fit into the 2,194 bars from "
        "1995-01-03 to 2003-05-30: fit 7y leaves 2 refits; or give more bars"
    )
    with pytest.raises(SearchError, match="a fit in a smaller unit"):
        checked_windows(DAYS[:3], parse("1y"), parse("1y"))
    with pytest.raises(SearchError, match="shorter than the time from bar to bar"):
        windows(DAYS[20::21], parse("1w"), parse("1y"))


@pytest.mark.parametrize(
    ("refit", "by"),
    [
        ("1y", ["1m", "2m", "3m", "4m", "5m", "6m"]),
        ("3m", ["1m"]),
        ("1m", []),
        ("5w", ["1w", "2w"]),
        ("63d", ["6d", "13d", "19d", "25d", "32d"]),
        ("3d", ["1d", "2d"]),
        ("1d", []),
    ],
)
def test_refits_are_shifted_by_parts_of_their_interval(refit, by):
    assert [str(each) for each in shifts(parse(refit))] == by
