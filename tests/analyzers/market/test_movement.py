import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.market.movement import MOVEMENTS, largest_years, yearly_movement
from btplaybook.feeds.readers import read_bars

# Gaps: none, 100 to 110, 99 to 99, 120 to 90. Sessions: +20, -11, +21, -30.
DATES = ["1999-12-30", "1999-12-31", "2000-01-03", "2000-01-04"]
OPEN = [80.0, 110.0, 99.0, 90.0]
CLOSE = [100.0, 99.0, 120.0, 60.0]
BY_HAND = {
    ("percent", 1999): (0.1, 0.0, 0.25, -0.1, 0.45),
    ("percent", 2000): (0.0, -0.25, 21 / 99, -1 / 3, 0.25 + 21 / 99 + 1 / 3),
    ("points", 1999): (10.0, 0.0, 20.0, -11.0, 41.0),
    ("points", 2000): (0.0, -30.0, 21.0, -30.0, 81.0),
}


@pytest.mark.parametrize(("unit", "year"), BY_HAND)
def test_by_hand(unit, year):
    row = yearly_movement(DATES, OPEN, CLOSE)[unit].loc[year]
    assert tuple(row.index) == MOVEMENTS
    assert tuple(row) == pytest.approx(BY_HAND[unit, year], abs=1e-12)


def test_the_gap_belongs_to_the_year_of_its_open():
    table = yearly_movement(["1999-12-31", "2000-01-03"], [10.0, 15.0], [10.0, 15.0])
    assert list(table["points", "gap_up"]) == [0.0, 5.0]


def test_a_single_bar_has_a_session_and_no_gap():
    table = yearly_movement(["1999-12-31"], [10.0], [12.0])
    assert tuple(table["points"].loc[1999]) == (0.0, 0.0, 2.0, 0.0, 2.0)
    assert table.index.name == "year"
    assert table.columns.names == ["unit", "movement"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dates": []}, "dates must not be empty"),
        ({"open": OPEN[:3]}, "open must have one value a bar, 4, got 3"),
        ({"close": [1.0, np.nan, 1.0, 1.0]}, "close must be finite, got nan at index 1"),
        ({"open": [1.0, 1.0, -1.0, 1.0]}, "open must be above 0, got -1.0 at index 2"),
        ({"dates": DATES[::-1]}, "dates must be oldest first"),
    ],
    ids=str,
)
def test_what_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        yearly_movement(**{"dates": DATES, "open": OPEN, "close": CLOSE} | changed)


def prices(n=600, seed=0):
    """Return dates, opens and closes of a random walk over more than two years."""
    steps = np.random.default_rng(seed).normal(0.0, 0.01, (2, n))
    path = 100.0 * np.exp(np.cumsum(steps.T.ravel()))
    return pd.bdate_range("2001-11-15", periods=n), path[::2].copy(), path[1::2].copy()


def test_inputs_stay():
    given_ = prices()
    before = [np.array(values) for values in given_]
    yearly_movement(*given_)
    assert all(np.array_equal(a, b) for a, b in zip(before, given_, strict=True))


def test_against_plain_pandas():
    dates, opens, closes = prices()
    bars = pd.DataFrame({"o": opens, "c": closes}, index=dates)
    ours = yearly_movement(dates, opens, closes)
    for year, group in bars.assign(gap=bars.o / bars.c.shift() - 1).groupby(bars.index.year):
        session = group.c / group.o - 1
        expected = (
            group.gap[group.gap > 0].sum(),
            group.gap[group.gap < 0].sum(),
            session[session > 0].sum(),
            session[session < 0].sum(),
            group.gap.abs().sum() + session.abs().sum(),
        )
        assert tuple(ours["percent"].loc[year]) == pytest.approx(expected, rel=1e-12)


@given(seed=some.integers(0, 1000), scale=some.floats(0.01, 100.0))
def test_laws(seed, scale):
    """Ups and downs add to the change and to the total; scaling prices scales points alone."""
    dates, opens, closes = prices(300, seed)
    table = yearly_movement(dates, opens, closes)
    points = table["points"]
    parts = points.drop(columns="total")
    assert parts.to_numpy().sum() == pytest.approx(closes[-1] - opens[0], abs=1e-9)
    assert np.allclose(parts.abs().sum(axis=1), points["total"], rtol=1e-12)
    scaled = yearly_movement(dates, scale * opens, scale * closes)
    assert np.allclose(scaled["percent"], table["percent"], rtol=1e-9, atol=1e-12)
    assert np.allclose(scaled["points"], scale * points, rtol=1e-9, atol=1e-12)


def moved(totals):
    """Return a table with these totals by year, in percent; in points their negatives."""
    series = pd.Series(totals)
    return pd.DataFrame({("percent", "total"): series, ("points", "total"): 10.0 - series})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, [2002, 2001, 2003], id="three, largest first"),
        pytest.param({"count": 1}, [2002], id="one"),
        pytest.param({"count": 9}, [2002, 2001, 2003, 2000], id="more than there are"),
        pytest.param(
            {"unit": "points", "count": 2}, [2000, 2001], id="points; of equals the first"
        ),
    ],
)
def test_largest_years(asked, expected):
    table = moved({2003: 2.0, 2000: 1.0, 2001: 2.0, 2002: 3.0})
    assert largest_years(table, **asked) == expected


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"count": 0}, "count must be >= 1, got 0"),
        ({"unit": "log"}, "unit must be one of percent, points, got 'log'"),
    ],
    ids=str,
)
def test_largest_years_refuses(asked, words):
    with pytest.raises(ValueError, match=words):
        largest_years(moved({2000: 1.0}), **asked)


def test_spy_moved_most_in_2008(realdata):
    """The source names 2000, 2002 and 2008, which only the sessions in percent give."""
    spy = read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")
    table = yearly_movement(spy.dates, spy.open, spy.close)
    assert list(table.index) == list(range(1993, 2014))
    assert largest_years(table) == [2008, 2002, 2009]
    assert largest_years(table, unit="points") == [2008, 2000, 2001]
    sessions = table["percent", "session_up"] - table["percent", "session_down"]
    assert list(sessions.nlargest(3).index) == [2008, 2002, 2000]
    assert table["points"].loc[2008, "total"] == pytest.approx(670.15, abs=0.005)


def test_a_bar_before_the_window_gives_its_close_only():
    dates = np.array(["2007-12-31", "2008-01-02"], dtype="datetime64[D]")
    table = yearly_movement(dates, [10.0, 11.0], [10.5, 12.0], first_close_only=True)
    assert list(table.index) == [2008]
    assert table.loc[2008, ("points", "total")] == pytest.approx(0.5 + 1.0)
