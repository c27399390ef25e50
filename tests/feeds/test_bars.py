"""Bars: what is derived from the columns, what stays fixed, what is equal to what."""

import copy
import datetime as dt
import hashlib
import pickle
import struct
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import Bars, BarsError, RequestError
from btplaybook.feeds.calendars import CalendarError
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.reading import Reading

COLUMNS = ("open", "high", "low", "close", "volume", "dividend")


@pytest.fixture
def bars(week: pd.DataFrame) -> Bars:
    return Bars.from_frame(week, "WEEK", source="by hand")


@st.composite
def any_bars(draw: st.DrawFn) -> Bars:
    """Sound bars of 2 to 12 days, with gaps in the dates and dividends below the price."""
    n = draw(st.integers(2, 12))
    gaps = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    prices = st.lists(st.floats(100, 9e3), min_size=n, max_size=n)
    opens, closes = np.array(draw(prices)), np.array(draw(prices))
    shares = np.array(draw(st.lists(st.floats(0, 0.5), min_size=n, max_size=n)))
    return Bars(
        "ANY",
        np.datetime64("2020-01-01") + np.cumsum(gaps),
        opens,
        np.maximum(opens, closes),
        np.minimum(opens, closes),
        closes,
        np.arange(n),
        shares * np.concatenate(([1.0], closes[:-1])),
    )


def test_total_returns_by_hand(bars: Bars) -> None:
    expected = [104 / 101 - 1, 102 / 104 - 1, 103 / 101 - 1, 105 / 103 - 1]
    assert np.isnan(bars.total_returns[0])
    assert bars.total_returns[1:] == pytest.approx(expected, rel=1e-14)


def test_adjusted_close_by_hand(bars: Bars) -> None:
    # The dividend of 1 on the third day takes 1/104 off both closes before it, and off no other.
    before = 1 - 1 / 104
    expected = [101 * before, 104 * before, 101, 103, 105]
    assert bars.adjusted_close == pytest.approx(expected, rel=1e-14)


@given(any_bars())
def test_adjusted_close_returns_the_price_net_of_the_dividend(bars: Bars) -> None:
    adjusted = bars.adjusted_close
    growth = bars.close[1:] / (bars.close[:-1] - bars.dividend[1:])
    assert adjusted[-1] == bars.close[-1]
    assert adjusted[1:] / adjusted[:-1] == pytest.approx(growth, rel=1e-12)


@given(any_bars())
def test_adjusted_and_total_returns_tell_the_same_story(bars: Bars) -> None:
    # C / (C' - D) against (C + D) / C': equal without a dividend, and through
    # adjusted growth x (1 - D / C') = total growth - D / C' with one.
    adjusted = bars.adjusted_close[1:] / bars.adjusted_close[:-1]
    paid = bars.dividend[1:] / bars.close[:-1]
    total = bars.total_returns[1:] + 1
    assert adjusted * (1 - paid) == pytest.approx(total - paid, rel=1e-9, abs=1e-12)


@given(any_bars(), st.data())
def test_vintage_changes_with_any_value(bars: Bars, data: st.DataObject) -> None:
    column = data.draw(st.sampled_from(["volume", "open", "close"]))
    row = data.draw(st.integers(0, len(bars) - 1))
    frame = bars.frame()
    kept = Reading(keep_all_rows=True)  # the dates are any
    same = Bars.from_frame(frame, "another name", source="elsewhere", reading=kept)
    assert same.vintage == bars.vintage

    # A nudge smaller than the tolerance of the high and low is still another value.
    frame.iloc[row, frame.columns.get_loc(column)] += 1e-7
    assert Bars.from_frame(frame, bars.name, reading=kept).vintage != bars.vintage


def test_vintage_of_a_shifted_date_differs(week: pd.DataFrame) -> None:
    later = week.assign(date=week["date"] + pd.Timedelta(days=7))
    assert Bars.from_frame(week).vintage != Bars.from_frame(later).vintage


def test_vintage_takes_both_zeros_for_one(week: pd.DataFrame) -> None:
    negative = week.assign(dividend=week["dividend"].replace(0.0, -0.0))
    assert np.signbit(negative["dividend"]).any()
    assert Bars.from_frame(negative) == Bars.from_frame(week)


def test_vintage_is_the_hash_of_the_bytes_that_the_docstring_states() -> None:
    bars = Bars("TWO", ["1970-01-02", "1970-01-03"], [1, 1], [1, 1], [1, 1], [1, 1], [0, 0], [0, 0])
    content = struct.pack("<2q12d", 1, 2, *[1.0] * 8, *[0.0] * 4)
    assert bars.vintage == hashlib.sha256(content).hexdigest()


@given(any_bars(), st.integers(0, 11), st.integers(0, 11))
def test_between_twice_is_between_once(bars: Bars, first: int, last: int) -> None:
    first, last = sorted((first % len(bars), last % len(bars)))
    start, end = bars.dates[first].item(), bars.dates[last].item()
    if last == first:
        with pytest.raises(RequestError, match="1 bars from"):
            bars.between(start, end)
        return
    part = bars.between(start, end)
    assert part.between(start, end) == part
    assert part.dates.tolist() == bars.dates[first : last + 1].tolist()
    assert part.close.tolist() == bars.close[first : last + 1].tolist()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(None, None, (6, 10), id="no-bounds"),
        pytest.param("2020-01-07", "2020-01-09", (7, 9), id="text-both-included"),
        pytest.param(dt.date(2020, 1, 8), None, (8, 10), id="date"),
        pytest.param("2019-01-01", "2030-01-01", (6, 10), id="wider-than-the-data"),
    ],
)
def test_between(bars: Bars, start: object, end: object, expected: tuple[int, int]) -> None:
    part = bars.between(start, end)
    assert (part.dates[0].item().day, part.dates[-1].item().day) == expected
    assert (part.name, part.source) == ("WEEK", "by hand")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        pytest.param("2021-01-01", None, "0 bars from 2021-01-01 to the last", id="after"),
        pytest.param("2020-01-10", None, "1 bars", id="one-left"),
        pytest.param("2020-01-09", "2020-01-07", "0 bars", id="end-before-start"),
        pytest.param("Januar", None, "start must be a date, YYYY-MM-DD, got 'Januar'", id="text"),
        pytest.param(None, "2020-02-30", "end must be a date", id="no-such-day"),
    ],
)
def test_between_refuses(bars: Bars, start: object, end: object, words: str) -> None:
    with pytest.raises(RequestError, match=words) as raised:
        bars.between(start, end)
    assert raised.value.exit_code == 2


def test_between_names_the_dates_there_are(bars: Bars) -> None:
    with pytest.raises(RequestError, match="there are bars from 2020-01-06 to 2020-01-10"):
        bars.between("2021-01-01")


@pytest.mark.parametrize("column", ["dates", *COLUMNS, "adjusted_close", "total_returns"])
def test_arrays_cannot_be_written(bars: Bars, column: str) -> None:
    for table in (bars, pickle.loads(pickle.dumps(bars)), copy.deepcopy(bars)):
        values = getattr(table, column)
        with pytest.raises(ValueError, match="read-only"):
            values[0] = values[1]
        with pytest.raises(ValueError, match="WRITEABLE"):
            values.flags.writeable = True


def test_fields_cannot_be_set(bars: Bars) -> None:
    with pytest.raises(FrozenInstanceError):
        bars.close = bars.open


def test_inputs_are_copied_and_left_alone(week: pd.DataFrame) -> None:
    before = week.copy()
    bars = Bars.from_frame(week)
    pd.testing.assert_frame_equal(week, before)
    week.loc[0, "close"] = 100.5
    assert bars.close[0] == 101.0


def test_frame_is_fresh(bars: Bars) -> None:
    frame = bars.frame()
    frame.loc["2020-01-06", "close"] = 1.0
    assert bars.close[0] == 101.0
    assert list(frame.columns) == list(COLUMNS)
    assert (frame.index.name, str(frame.index[0])) == ("date", "2020-01-06 00:00:00")
    assert Bars.from_frame(bars.frame(), "WEEK") == bars


def test_equality(week: pd.DataFrame, bars: Bars) -> None:
    assert bars == Bars.from_frame(week, "WEEK", source="elsewhere")
    assert hash(bars) == hash(Bars.from_frame(week, "WEEK"))
    assert bars == pickle.loads(pickle.dumps(bars))
    assert bars != Bars.from_frame(week, "OTHER")
    assert bars != Bars.from_frame(week, "WEEK", calendar="24/7")
    assert bars != Bars.from_frame(week.assign(volume=1.0), "WEEK")
    assert bars != "WEEK"


def test_no_dividend_column_is_price_only(week: pd.DataFrame) -> None:
    without = Bars.from_frame(week.drop(columns="dividend"))
    ignored = Bars.from_frame(week, dividends=False)
    assert without == ignored
    assert without.price_only
    assert not without.dividend.any()
    assert not Bars.from_frame(week).price_only


@pytest.mark.parametrize(
    ("first", "calendar", "periods"),
    [
        pytest.param("2020-01-06", "XNYS", 252, id="monday-to-friday"),
        pytest.param("2020-01-07", "XNYS", 252, id="one-stray-saturday"),
        pytest.param("2020-01-05", "XNYS", 252, id="one-stray-sunday"),
        pytest.param("2020-01-08", "24/7", 365, id="saturday-and-sunday"),
    ],
)
def test_calendar_is_inferred(week: pd.DataFrame, first: str, calendar: str, periods: int) -> None:
    bars = Bars.from_frame(week.assign(date=pd.date_range(first, periods=5)))
    assert (bars.calendar, bars.periods_per_year) == (calendar, periods)


def test_unknown_calendar_is_refused(week: pd.DataFrame) -> None:
    with pytest.raises(
        CalendarError, match=r"calendar must be 24/7, XNYS or another .+ got 'MOON'"
    ):
        Bars.from_frame(week, calendar="MOON")


def test_an_alias_becomes_the_calendars_own_name(week: pd.DataFrame) -> None:
    assert Bars.from_frame(week, calendar="LSE").calendar == "XLON"
    assert Bars.from_frame(week, calendar="LSE") == Bars.from_frame(week, calendar="XLON")


def test_columns_of_different_lengths() -> None:
    with pytest.raises(BarsError, match=r"A \(arrays\): columns of different lengths: \[1, 2\]"):
        Bars("A", ["2020-01-06", "2020-01-07"], [1, 1], [1, 1], [1, 1], [1, 1], [1], [0, 0])


def test_repr_is_short(bars: Bars) -> None:
    assert repr(bars) == "Bars('WEEK', 5 bars, 2020-01-06 to 2020-01-10)"


@pytest.mark.realdata
def test_spy_known_truths(realdata: Path) -> None:
    bars = read_bars(realdata / "etf" / "SPY.csv")
    frame = bars.frame()
    assert (bars.name, bars.source, bars.calendar, bars.price_only) == (
        "SPY", "SPY.csv", "XNYS", False,
    )  # fmt: skip
    assert frame.loc["1993-01-29", "close"] == 43.9375
    assert tuple(frame.loc["2008-10-10", ["open", "close"]].round(2)) == (86.76, 88.50)
    paid = frame.loc[frame["dividend"] > 0, "dividend"]
    assert (str(paid.index[0].date()), round(paid.iloc[0], 3)) == ("1993-03-19", 0.213)


@pytest.mark.realdata
def test_spy_adjusted_close_agrees_with_the_vendor(realdata: Path) -> None:
    # The vendor prints the same back-adjustment, from dividends rounded to a tenth of a cent: over
    # 32 years and 130 dividends of half a percent that is a few parts in ten thousand.
    bars = read_bars(realdata / "etf" / "SPY.csv")
    vendor = pd.read_csv(realdata / "etf" / "SPY.csv")["adj_close"].to_numpy()
    assert bars.adjusted_close == pytest.approx(vendor, rel=1e-3)
