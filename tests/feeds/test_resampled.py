"""Weekly and monthly bars equal a pandas groupby's; a period that is not over is left out."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.resampled import resampled
from btplaybook.feeds.simulated.prices import simulated_bars

CODES = {"week": "%G-%V", "month": "%Y-%m"}


@pytest.fixture(scope="module")
def bars() -> Bars:
    return simulated_bars(4, name="ONE").between("2005-01-05", "2006-06-28")  # both in mid-week


def by_pandas(bars: Bars, code: str) -> pd.DataFrame:
    """Return the periods that pandas groups, the last one too."""
    frame = bars.frame().assign(date=pd.DatetimeIndex(bars.dates))
    return (
        frame.groupby(frame["date"].dt.strftime(code), sort=False)
        .agg(
            {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum",
             "dividend": "sum", "date": "last"}
        )
        .set_index("date")
    )  # fmt: skip


@pytest.mark.parametrize("every", ["week", "month"])
def test_equals_a_groupby_without_its_unfinished_last_period(bars: Bars, every: str) -> None:
    made = resampled(bars, every)
    pd.testing.assert_frame_equal(
        made.frame(), by_pandas(bars, CODES[every]).iloc[:-1], check_freq=False, rtol=1e-12
    )
    assert (made.frequency, made.periods_per_year) == (every, {"week": 52, "month": 12}[every])
    assert (made.name, made.source, made.calendar) == (bars.name, bars.source, bars.calendar)
    assert made.dividend.sum() > 0
    assert (
        made.origin.notes[-1] == f"the last {every}, with bars to 2006-06-28, is not over: left out"
    )
    assert not made.warnings


@pytest.mark.parametrize(
    ("every", "end", "last"),
    [
        pytest.param("week", "2006-04-13", "2006-04-13", id="thursday-before-good-friday"),
        pytest.param("week", "2006-04-12", "2006-04-07", id="wednesday"),
        pytest.param("month", "2006-04-28", "2006-04-28", id="last-session-of-april"),
        pytest.param("month", "2006-04-27", "2006-03-31", id="last-but-one"),
    ],
)
def test_the_last_period_is_over_by_the_calendar(
    bars: Bars, every: str, end: str, last: str
) -> None:
    made = resampled(bars.between(None, end), every)
    assert str(made.dates[-1]) == last
    assert any("is not over" in note for note in made.origin.notes) == (end != last)


def test_a_week_keeps_the_date_of_its_last_bar(bars: Bars) -> None:
    frame = bars.frame().drop(pd.Timestamp("2005-03-04"))  # a Friday
    made = resampled(Bars.from_frame(frame, "ONE"), "week")
    assert "2005-03-03" in made.dates.astype(str)


def test_months_out_of_weeks_hold_the_weeks_that_end_in_them(bars: Bars) -> None:
    weeks = resampled(bars, "week")
    made = resampled(weeks, "month")
    frame = weeks.frame()
    monthly = frame.groupby(frame.index.strftime("%Y-%m")).agg({"open": "first", "close": "last"})
    assert made.close.tolist() == monthly["close"].tolist()[: len(made)]
    assert made.open.tolist() == monthly["open"].tolist()[: len(made)]
    # The last week of June 2006 ends on the 30th, and the bars on the 23rd.
    assert str(made.dates[-1]) == "2006-05-26"
    mondays = dataclasses.replace(weeks, dates=weeks.dates - (weeks.dates.astype(int) + 3) % 7)
    assert resampled(mondays, "month") == made  # a label changes nothing


@pytest.mark.parametrize("every", ["week", "month"])
def test_bars_that_span_it_already_come_back(bars: Bars, every: str) -> None:
    made = resampled(bars, every)
    assert resampled(made, every) is made
    assert resampled(bars, "day") is bars


@pytest.mark.parametrize(
    ("make", "every", "words"),
    [
        pytest.param(lambda bars: resampled(bars, "month"), "week",
                     "ONE: monthly bars hold no weekly ones", id="shorter"),
        pytest.param(lambda bars: bars, "year", "resampled to a week or a month, got 'year'",
                     id="unknown"),
        pytest.param(lambda bars: bars.between("2005-03-01", "2005-03-07"), "week",
                     "make 1 whole weeks, at least 2 are needed", id="too-few"),
    ],
)  # fmt: skip
def test_refusals(bars: Bars, make: Any, every: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        resampled(make(bars), every)


def test_weekly_warnings_compare_weeks(bars: Bars) -> None:
    weeks = resampled(bars, "week").frame()
    holes = weeks.drop(weeks.index[[10, 20]])
    built: dict[str, Any] = {name: holes[name].to_numpy() for name in holes}
    made = Bars("ONE", holes.index.to_numpy(), **built, frequency="week")
    assert made.warnings == ("no bar for 2 weeks: 2005-03-18, 2005-05-27",)


def test_frequency_counts_in_equality(bars: Bars) -> None:
    assert dataclasses.replace(bars, frequency="week") != bars


def test_an_unknown_frequency_is_refused(bars: Bars) -> None:
    with pytest.raises(ValueError, match="frequency must be one of day, week, month, got 'hour'"):
        dataclasses.replace(bars, frequency="hour")


def test_weeks_of_a_market_that_never_closes_end_on_sunday() -> None:
    n = 17  # from a Monday to the Wednesday after two weeks
    close = np.linspace(100.0, 120.0, n)
    dates = np.datetime64("2020-01-06") + np.arange(n)
    bars = Bars("COIN", dates, close, close, close, close, np.ones(n), np.zeros(n), calendar="24/7")
    assert resampled(bars, "week").dates.astype(str).tolist() == ["2020-01-12", "2020-01-19"]


def test_a_bar_from_open_to_open_ends_at_the_open_and_knows_nothing_later(bars: Bars) -> None:
    made = resampled(bars, "open")
    frame, of = made.frame(), bars.frame()
    assert frame["close"].tolist() == of["open"].tolist()[1:]
    assert frame["open"].tolist() == of["close"].tolist()[:-1]
    assert frame["high"].tolist() == np.maximum(of["high"][:-1], of["open"][1:].values).tolist()
    assert frame["low"].tolist() == np.minimum(of["low"][:-1], of["open"][1:].values).tolist()
    assert frame["dividend"].tolist() == of["dividend"].tolist()[1:]
    assert frame["volume"].tolist() == of["volume"].tolist()[:-1]
    assert frame.index.tolist() == of.index.tolist()[1:]
    assert resampled(made, "open") is made
    assert made.frequency == "day"
    with pytest.raises(RequestError, match="bars from open to open are made of daily ones"):
        resampled(resampled(bars, "week"), "open")
