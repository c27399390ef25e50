"""The spellings, shapes and time zones in which vendors hand out daily bars."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.reading import Reading

Reshape = Callable[[pd.DataFrame], pd.DataFrame]


def _indexed(week: pd.DataFrame) -> pd.DataFrame:
    return week.set_index("date")


def _vendor_spelling(week: pd.DataFrame) -> pd.DataFrame:
    return week.rename(columns=str.title).rename(columns={"Dividend": "Dividends"}).assign(
        **{"Adj Close": 1.0, "Stock Splits": 0.0}
    )  # fmt: skip


def _other_order(week: pd.DataFrame) -> pd.DataFrame:
    return week[sorted(week.columns)]


def _new_york_midnight(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(date=week["date"].dt.tz_localize("America/New_York"))


def _tokyo_close(week: pd.DataFrame) -> pd.DataFrame:
    # 15:00 in Tokyo; midnight there is the day before in UTC.
    local = (week["date"] + pd.Timedelta(hours=15)).dt.tz_localize("Asia/Tokyo")
    return week.assign(date=local).set_index("date")


def _python_dates(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(date=[day.date() for day in week["date"]])


def _written_as(form: str) -> Reshape:
    return lambda week: week.assign(date=week["date"].dt.strftime(form))


def _whole_numbers(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(date=week["date"].dt.strftime("%Y%m%d").astype(int))


def _periods(week: pd.DataFrame) -> pd.DataFrame:
    return week.set_index(pd.PeriodIndex(week["date"], freq="D")).drop(columns="date")


def _fields_first(week: pd.DataFrame) -> pd.DataFrame:
    return pd.concat({"WEEK": _vendor_spelling(week).set_index("Date")}, axis=1).swaplevel(axis=1)


def _ticker_first(week: pd.DataFrame) -> pd.DataFrame:
    return pd.concat({"WEEK": _vendor_spelling(week).set_index("Date")}, axis=1)


def _ticker_named_like_a_field(week: pd.DataFrame) -> pd.DataFrame:
    # LOW is the ticker of a real company.
    return pd.concat({"LOW": _indexed(week)}, axis=1).swaplevel(axis=1)


def _a_ticker_column_that_nobody_filled(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(Name=None)


def _one_in_a_ticker_column(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(Symbol="WEEK")


@pytest.mark.parametrize(
    "reshape",
    [
        _indexed,
        _vendor_spelling,
        _other_order,
        _new_york_midnight,
        _tokyo_close,
        _python_dates,
        _whole_numbers,
        _periods,
        _fields_first,
        _ticker_first,
        _ticker_named_like_a_field,
        _one_in_a_ticker_column,
        _a_ticker_column_that_nobody_filled,
        pytest.param(_written_as("%Y-%m-%d"), id="iso"),
        pytest.param(_written_as("%Y/%m/%d"), id="slashes"),
        pytest.param(_written_as("%b %d, %Y"), id="month-in-words"),
        pytest.param(_written_as("%Y-%m-%d 00:00:00-05:00"), id="iso-with-offset"),
        pytest.param(_written_as("%Y-%m-%dT16:00:00Z"), id="iso-with-zulu"),
    ],
)
def test_shape_is_understood(week: pd.DataFrame, reshape: Reshape) -> None:
    assert Bars.from_frame(reshape(week), "bars") == Bars.from_frame(week)


def test_what_the_frame_leaves_open_the_user_says(week: pd.DataFrame) -> None:
    month_first = _written_as("%m/%d/%Y")(week)
    assert Bars.from_frame(month_first, reading=Reading(dates="mdy")) == Bars.from_frame(week)
    grouped = week.assign(volume=["1,000"] * 5)
    for mark, volume in ((".", 1000.0), (",", 1.0)):
        bars = Bars.from_frame(grouped, reading=Reading(decimal=mark))
        assert bars.volume.tolist() == [volume] * 5
    utc = week.assign(date=week["date"].dt.strftime("%Y-%m-%dT15:00:00Z"))
    tokyo = Bars.from_frame(utc, reading=Reading(timezone="Asia/Tokyo", calendar="24/7"))
    assert str(tokyo.dates[0]) == "2020-01-07"


def _two_instruments(week: pd.DataFrame) -> dict[str, pd.DataFrame]:
    dear = week.copy()
    dear[["open", "high", "low", "close"]] *= 2
    return {"CHEAP": week, "DEAR": dear}


def _long(instruments: dict[str, pd.DataFrame]) -> pd.DataFrame:
    tables = [table.assign(ticker=name) for name, table in instruments.items()]
    return pd.concat(tables).sort_values("date")


def _wide(instruments: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat({name: _indexed(table) for name, table in instruments.items()}, axis=1)


@pytest.mark.parametrize("join", [_long, _wide])
class TestSeveralInstruments:
    def test_one_is_chosen_in_any_case(self, week: pd.DataFrame, join: Reshape) -> None:
        instruments = _two_instruments(week)
        for ticker in ("DEAR", "dear"):
            chosen = Bars.from_frame(join(instruments), ticker=ticker)
            assert chosen == Bars.from_frame(instruments["DEAR"], "DEAR")

    def test_none_chosen_lists_them(self, week: pd.DataFrame, join: Reshape) -> None:
        with pytest.raises(RequestError, match="2 instruments, choose one with ticker: CHEAP, DEA"):
            Bars.from_frame(join(_two_instruments(week)))

    def test_unknown_offers_the_near_miss(self, week: pd.DataFrame, join: Reshape) -> None:
        with pytest.raises(RequestError, match="unknown ticker 'DEER'; did you mean 'DEAR'"):
            Bars.from_frame(join(_two_instruments(week)), ticker="DEER")


def test_ticker_asked_of_a_frame_without_one(week: pd.DataFrame) -> None:
    with pytest.raises(RequestError, match="no ticker column to look for 'SPY' in"):
        Bars.from_frame(week, ticker="SPY")


@pytest.mark.parametrize(
    ("reshape", "fault"),
    [
        pytest.param(lambda week: week.drop(columns="high"),
                     "no column high (accepted: high); columns: date, open, low, close, volume, "
                     "dividend", id="no-high"),
        pytest.param(lambda week: week.rename(columns={"close": "Adj Close"}),
                     "no column close, only an adjusted close: prices must not be "
                     "dividend-adjusted, give the split-adjusted close and the dividends",
                     id="adjusted-close-only"),
        pytest.param(lambda week: week.assign(Close=week["close"]), "two columns are close",
                     id="close-twice"),
        pytest.param(lambda week: week.drop(columns="date"),
                     "no column date (accepted: date, datetime, timestamp, day, ...) and no "
                     "dates as index; columns: open, high, low, close, volume, dividend",
                     id="no-date"),
        pytest.param(lambda week: week.assign(close=["101", "104", "?", "103", "105"]),
                     "close is not a number: '?' in row 3", id="text-among-numbers"),
        pytest.param(lambda week: week.assign(close=["101", "104", "-", "103", "105"]),
                     "close is missing or not finite on 2020-01-08", id="nothing-among-numbers"),
        pytest.param(lambda week: week.assign(volume=["1,000"] * 5),
                     "the decimal mark cannot be told: the comma in '1,000' in row 1 may be one "
                     "or separate thousands; say which with --decimal . or --decimal ,",
                     id="comma-that-may-be-both"),
        pytest.param(lambda week: week.assign(ticker=["A", None, "B", np.nan, "A"]),
                     "ticker is missing in row 2, row 4", id="rows-of-nobody"),
        pytest.param(lambda week: week.assign(date=["2020-01-06", "soon", *week["date"][2:]]),
                     "no date (write it YYYY-MM-DD): 'soon' in row 2", id="text-among-dates"),
        pytest.param(lambda week: week.assign(date=["13/01/2020", "14/01/2020", "15/01/2020",
                                                    "01/16/2020", "17/01/2020"]),
                     "some dates begin with the day ('13/01/2020' in row 1), some with the "
                     "month ('01/16/2020' in row 4): write them in one way, or say which with "
                     "--dates dmy or --dates mdy", id="day-first-and-month-first"),
        pytest.param(_written_as("%m/%d/%Y"),
                     "'01/06/2020' in row 1 may begin with the day or the month, as may all "
                     "dates: say which with --dates dmy or --dates mdy", id="order-unclear"),
        pytest.param(lambda week: week.assign(
                         date=[f"2020-01-06 {hour}:00:00" for hour in range(10, 15)]),
                     "more than one bar a day (bars must be daily, one instrument at a time) on "
                     "2020-01-06, 2020-01-06, 2020-01-06 and 1 more", id="intraday"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(week: pd.DataFrame, reshape: Reshape, fault: str) -> None:
    with pytest.raises(BarsError) as raised:
        Bars.from_frame(reshape(week))
    assert str(raised.value) == f"bars (frame): {fault}"


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param("2020-01-07", None, [7, 8, 9, 10], id="start"),
        pytest.param(None, dt.date(2020, 1, 8), [6, 7, 8], id="end"),
        pytest.param("2020-01-07", "2020-01-08", [7, 8], id="both"),
    ],
)
def test_rows_outside_are_cut_before_the_checks(
    week: pd.DataFrame, start: object, end: object, days: list[int]
) -> None:
    outside = ~week["date"].dt.day.isin(days)
    week["dividend"] = week["dividend"].mask(outside)
    week["close"] = week["close"].astype(object).mask(outside, "n/a")
    bars = Bars.from_frame(week, start=start, end=end)
    assert [day.day for day in bars.dates.tolist()] == days


@pytest.mark.parametrize(
    "day",
    ["2020-01-08", 20200108, dt.date(2020, 1, 8), "20200108", pd.Timestamp("2020-01-08"),
     np.datetime64("2020-01-08", "ns")],
)  # fmt: skip
def test_a_day_may_be_written_in_these_ways(week: pd.DataFrame, day: object) -> None:
    assert str(Bars.from_frame(week, start=day).dates[0]) == "2020-01-08"


@pytest.mark.parametrize("day", ["08/01/2020", "08.01.2020", "Jan 8, 2020", 8, 1.5, "", "NaT"])
def test_no_day_is_guessed(week: pd.DataFrame, day: object) -> None:
    with pytest.raises(RequestError, match="start must be a date, YYYY-MM-DD, got"):
        Bars.from_frame(week, start=day)


def test_capital_gains_are_paid_as_dividends_are(week: pd.DataFrame) -> None:
    week["dividend"] = [0.0, 0.5, 0.0, 0.0, 0.0]
    week["Capital Gains"] = [0.0, 0.25, 0.125, 0.0, 0.0]
    bars = Bars.from_frame(week)
    assert bars.dividend.tolist() == [0.0, 0.75, 0.125, 0.0, 0.0]
    alone = Bars.from_frame(week.drop(columns="dividend"))
    assert alone.dividend.tolist() == [0.0, 0.25, 0.125, 0.0, 0.0]
    assert "capital gains that were paid out count as dividends" in bars.origin.notes
    assert not Bars.from_frame(week, dividends=False).dividend.any()


def test_a_window_beside_the_data(week: pd.DataFrame) -> None:
    words = "0 bars from 2021-01-01 to the last.* there are bars from 2020-01-06 to 2020-01-10"
    with pytest.raises(RequestError, match=words) as raised:
        Bars.from_frame(week, start="2021-01-01")
    assert raised.value.exit_code == 2


@given(st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=5))
def test_text_is_read_to_the_last_bit(prices: list[float]) -> None:
    written = [repr(price) for price in prices]
    dates = pd.date_range("2020-01-06", periods=len(prices))
    text = pd.DataFrame(
        {"open": written, "high": written, "low": written, "close": written, "volume": "0"},
        index=dates,
    )
    assert Bars.from_frame(text).close.tolist() == prices


def test_raw_prices_come_out_split_adjusted(week: pd.DataFrame) -> None:
    # 2 for 1 on Thursday: until then twice the price, twice the dividend, half the volume.
    factor = np.array([2.0, 2.0, 2.0, 1.0, 1.0])
    raw = week.assign(split_factor=factor, volume=week["volume"] / factor)
    for name in ("open", "high", "low", "close", "dividend"):
        raw[name] *= factor
    assert Bars.from_frame(raw) == Bars.from_frame(week)
    unpaid = Bars.from_frame(raw, dividends=False)
    assert unpaid == Bars.from_frame(week, dividends=False)


@pytest.mark.parametrize(
    ("factor", "fault"),
    [
        pytest.param([2.0, np.nan, 2.0, 1.0, 1.0],
                     "split_factor is missing or not finite on 2020-01-07", id="missing"),
        pytest.param([2.0, -2.0, 0.0, 1.0, 1.0],
                     "split_factor is not positive on 2020-01-07, 2020-01-08", id="not-positive"),
        pytest.param(["2", "two", "2", "1", "1"],
                     "split_factor is not a number: 'two' in row 2", id="text"),
    ],
)  # fmt: skip
def test_split_factors_must_be_positive(
    week: pd.DataFrame, factor: list[object], fault: str
) -> None:
    with pytest.raises(BarsError) as raised:
        Bars.from_frame(week.assign(split_factor=factor))
    assert str(raised.value) == f"bars (frame): {fault}"


def test_classes_of_shares_are_spelled_alike(week: pd.DataFrame) -> None:
    both = pd.concat([week.assign(ticker="BRK.A", volume=1.0), week.assign(ticker="BRK.B")])
    assert Bars.from_frame(both, ticker="brk-b") == Bars.from_frame(week, "BRK.B")


def test_missing_values_of_nullable_columns(week: pd.DataFrame) -> None:
    nullable = week.assign(volume=pd.array([1, 2, None, 4, 5], dtype="Int64"))
    with pytest.raises(BarsError, match="volume is missing or not finite on 2020-01-08"):
        Bars.from_frame(nullable)
    assert np.array_equal(Bars.from_frame(nullable.fillna(3)).volume, [1, 2, 3, 4, 5])
