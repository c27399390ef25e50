"""Weeks and months whose last session has no bar have no decision; a badge counts them."""

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.resampled import resampled
from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.search.badges import badges
from btplaybook.runners.runs.bars.undecided import undecided_badges, undecided_periods
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search

FRIDAYS = ["2018-03-02", "2018-03-29", "2018-08-31"]  # Good Friday was the 30th of March


def without(*dates: str, start: str = "2018-01-02") -> Bars:
    frame = sample("sp500", start=start).frame()
    return Bars.from_frame(frame.drop(pd.DatetimeIndex(dates)), "SP500")


@pytest.mark.parametrize(
    ("every", "opens", "expected"),
    [
        pytest.param("week", None, FRIDAYS, id="weeks"),
        pytest.param("week", "2018-03-05", FRIDAYS[1:], id="after-the-opening"),
        pytest.param("month", None, FRIDAYS[1:], id="months"),
        pytest.param("day", None, [], id="days"),
    ],
)
def test_periods(every: str, opens: str | None, expected: list[str]) -> None:
    bars = without(*FRIDAYS, "2018-03-14")
    assert undecided_periods([bars], every, opens).astype(str).tolist() == expected


def test_another_feed_may_decide() -> None:
    assert undecided_periods([without(*FRIDAYS), without(FRIDAYS[0])], "week").tolist() == [
        np.datetime64(FRIDAYS[0]).item()
    ]
    assert not len(undecided_periods([without(*FRIDAYS), without()], "week"))


def test_weekly_bars_that_decide_by_the_month() -> None:
    weeks = resampled(without(), "week").frame()
    frame = weeks.drop(pd.Timestamp("2018-03-29"))
    columns = {name: frame[name].to_numpy() for name in frame}
    bars = Bars("SP500", frame.index.to_numpy(), **columns, frequency="week")
    assert undecided_periods([bars], "month").astype(str).tolist() == ["2018-03-29"]


def test_a_run_counts_them_and_keeps_its_position() -> None:
    bars = without(*FRIDAYS)
    result = run("sma-switch", bars, period=5, every="week", strips=False)
    (badge,) = (each for each in result.badges if "without" in each.text)
    assert (badge.kind, badge.text) == ("warn", "3 weeks without a decision")
    assert "2018-03-02, 2018-03-29, 2018-08-31: what was held before was kept" in badge.why
    decided = pd.DatetimeIndex(result.decisions["date"])
    for friday in FRIDAYS:
        week = pd.Timestamp(friday).to_period("W")
        assert week not in decided.to_period("W")
    assert not undecided_badges([bars], "day")


def test_a_search_counts_them_too() -> None:
    found = run_search(
        "sma-switch", without(FRIDAYS[0]), "period=2..5", every="week", workers=1, engine="threads"
    )
    assert "1 week without a decision" in [badge.text for badge in badges(found)]
