import datetime

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.market.inputs import (
    checked_dates,
    checked_dividends,
    checked_prices,
    checked_values,
    checked_years,
)

DAYS = pd.DatetimeIndex(["2020-01-02", "2020-01-03"], name="date")


@pytest.mark.parametrize(
    "dates",
    [
        pytest.param(DAYS, id="index"),
        pytest.param(pd.Series(DAYS, index=[7, 3]), id="series"),
        pytest.param(np.array(DAYS, dtype="datetime64[D]"), id="whole days"),
        pytest.param([datetime.date(2020, 1, 2), datetime.date(2020, 1, 3)], id="dates"),
        pytest.param(["2020-01-02", "2020-01-03"], id="texts"),
    ],
)
def test_dates_of_any_kind(dates):
    index = checked_dates(dates)
    assert list(index) == list(DAYS)
    assert index.name == "date"


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        pytest.param([], "dates must not be empty", id="none"),
        pytest.param([20200102, 20200103], r"must be dates, got numbers \(int64\)", id="numbers"),
        pytest.param([DAYS], r"one-dimensional, got shape \(1, 2\)", id="a table"),
        pytest.param(DAYS.tz_localize("UTC"), "no time zone, got UTC", id="time zone"),
        pytest.param(["2020-01-02", None], "a missing one at index 1", id="missing"),
        pytest.param(DAYS[::-1], "2020-01-02 after 2020-01-03 at index 1", id="newest first"),
        pytest.param(DAYS[[0, 0]], "2020-01-02 after 2020-01-02 at index 1", id="twice"),
    ],
)
def test_dates_that_are_refused(dates, words):
    with pytest.raises(ValueError, match=words):
        checked_dates(dates)


@pytest.mark.parametrize(
    ("check", "values", "words"),
    [
        pytest.param(
            checked_prices, [1.0, np.nan], "x must be finite, got nan at index 1", id="NaN"
        ),
        pytest.param(
            checked_prices, [np.inf, 1.0], "x must be finite, got inf at index 0", id="inf"
        ),
        pytest.param(
            checked_prices, [1.0, 0.0], "x must be above 0, got 0.0 at index 1", id="zero"
        ),
        pytest.param(checked_prices, [1.0], "x must have one value a bar, 2, got 1", id="short"),
        pytest.param(checked_prices, [[1.0, 2.0]], "x must be one-dimensional", id="a table"),
        pytest.param(
            checked_dividends,
            [0.0, -0.1],
            "x must be 0 or more, got -0.1 at index 1",
            id="negative",
        ),
        pytest.param(checked_dividends, [0.0, np.nan], "x must be finite", id="unknown dividend"),
        pytest.param(checked_values, [np.nan, 0.0], "x must be finite, got nan", id="NaN position"),
    ],
)
def test_values_that_are_refused(check, values, words):
    with pytest.raises(ValueError, match=words):
        check("x", values, 2)


def test_nothing_is_refused_where_no_length_is_known():
    with pytest.raises(ValueError, match="x must not be empty"):
        checked_prices("x", [])


@pytest.mark.parametrize(
    ("series", "words"),
    [
        pytest.param([1.0], "x must be a Series by year, got list", id="a list"),
        pytest.param(pd.Series([1.0], index=["1999"]), "whole years as its index", id="texts"),
        pytest.param(pd.Series([1.0, 2.0], index=[1999, 1999]), "x has the year 1999", id="twice"),
        pytest.param(pd.Series([np.nan], index=[1999]), "finite, got nan in 1999", id="NaN"),
    ],
)
def test_years_that_are_refused(series, words):
    with pytest.raises(ValueError, match=words):
        checked_years("x", series)


def test_years_come_in_order_and_the_input_stays():
    series = pd.Series([2, 1], index=[2001, 2000])
    assert checked_years("x", series).to_dict() == {2000: 1.0, 2001: 2.0}
    assert list(series.index) == [2001, 2000]
    assert checked_years("x", pd.Series(dtype=float)).empty
