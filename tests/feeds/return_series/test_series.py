"""Series of returns and equity as people have them: read, put in order, made one return a day."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.errors import BarsError, RequestError
from btplaybook.feeds.reading import Reading
from btplaybook.feeds.return_series.series import read_return_series

DAYS = pd.DatetimeIndex(sessions("XNYS", "2023-01-03", "2023-04-28"))
RETURNS = pd.Series(np.random.default_rng(2).normal(5e-4, 0.01, len(DAYS)), DAYS)
EQUITY = 1e5 * (1.0 + RETURNS).cumprod()


@pytest.fixture
def file(tmp_path):
    """Write a text into a file and return its path."""

    def write(text, name="mine.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def german(number):
    return f"{number:.16f}".replace(".", ",")


def lines(of, pattern="{:%Y-%m-%d},{!r}"):
    return "\n".join(pattern.format(day, value) for day, value in of.items())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RETURNS.to_csv(), id="a saved Series"),
        pytest.param(RETURNS.to_csv(header=False), id="no column names"),
        pytest.param(RETURNS.rename("mine").to_csv(index_label="Date"), id="named columns"),
        pytest.param(RETURNS.reset_index().to_csv(), id="row numbers in front"),
        pytest.param(RETURNS[::-1].to_csv(), id="newest first"),
        pytest.param(RETURNS.tz_localize("UTC").to_csv(), id="in UTC"),
        pytest.param(RETURNS.shift(16, freq="h").to_csv(), id="stamped at 16:00"),
        pytest.param("my strategy\n\nDate;Ret\n" + lines(RETURNS, "{:%d.%m.%Y};{!r}"),
                     id="two lines above"),
        pytest.param("Datum;Rendite\n" + lines(RETURNS.map(german), "{:%Y-%m-%d};{}"),
                     id="a decimal comma"),
        pytest.param("date,return\n" + lines(100 * RETURNS, "{:%Y-%m-%d},{!r}%"),
                     id="per cent signs"),
        pytest.param(RETURNS.to_csv() + "2023-05-01,\n", id="an empty last row"),
        pytest.param(
            pd.DataFrame({"r": RETURNS, "side": "long"}).to_csv(), id="a column of text beside"
        ),
    ],
)  # fmt: skip
def test_ways_of_writing_the_same_returns(file, text):
    read = read_return_series(file(text))
    assert np.array_equal(read.dates, DAYS.to_numpy(dtype="datetime64[D]"))
    np.testing.assert_allclose(read.returns, RETURNS, rtol=1e-9, atol=1e-13)
    assert read.opens == np.datetime64("2022-12-30")
    assert read.name == "mine"
    assert (read.calendar, read.frequency, read.periods_per_year) == ("XNYS", "day", 252)
    assert read.equity[0] == 1.0
    assert read.equity[-1] == pytest.approx((1 + RETURNS).prod(), 1e-12)


def test_equity_begins_with_its_first_value(file):
    path = file(EQUITY.rename("nav").to_csv(index_label="date"))
    read = read_return_series(path)
    assert read.kind == "equity"
    assert read.opens == np.datetime64("2023-01-03")
    np.testing.assert_allclose(read.returns, EQUITY.pct_change().iloc[1:], rtol=1e-12)
    assert np.array_equal(read.equity, EQUITY)
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_first_return_that_is_empty_opens_the_account():
    read = read_return_series(EQUITY.pct_change())
    assert read.opens == np.datetime64("2023-01-03")
    assert len(read) == len(DAYS) - 1


def test_parquet_frame_and_series_are_one(tmp_path):
    frame = pd.DataFrame({"equity": EQUITY})
    frame.to_parquet(tmp_path / "e.parquet")
    for given in (tmp_path / "e.parquet", frame, EQUITY, frame.reset_index()):
        before = given.copy() if isinstance(given, pd.Series | pd.DataFrame) else None
        assert np.array_equal(read_return_series(given).equity, EQUITY)
        if before is not None:
            assert given.equals(before)


@pytest.mark.parametrize("as_equity", [False, True], ids=["returns", "equity"])
def test_rows_of_a_day_are_compounded(as_equity):
    hours = pd.DatetimeIndex([day + pd.Timedelta(hours=h) for day in DAYS for h in (10, 13, 16)])
    rows = pd.Series(np.random.default_rng(3).normal(0, 0.004, len(hours)), hours)
    by_hand = (1 + rows).groupby(hours.normalize()).prod() - 1
    if as_equity:
        wealth = 500.0 * (1 + rows).cumprod()
        by_hand.iloc[0] = wealth.iloc[2] / wealth.iloc[0] - 1
        rows = wealth
    read = read_return_series(rows)
    np.testing.assert_allclose(read.returns, by_hand, rtol=1e-10, atol=1e-15)
    assert "up to 3 rows a day: made one return a day" in read.notes
    assert read.opens == np.datetime64("2022-12-30")


@pytest.mark.parametrize(
    ("rule", "periods", "opens"), [("W-FRI", 52, "2022-12-30"), ("ME", 12, "2022-12-31")]
)
def test_weeks_and_months(rule, periods, opens):
    longer = (1 + RETURNS).resample(rule).prod() - 1
    if rule == "ME":  # four months of fewer than five rows are told apart by their equal steps
        longer = pd.concat([longer, longer.set_axis(longer.index + pd.DateOffset(months=4))])
        longer.index = longer.index + pd.offsets.MonthEnd(0)
    read = read_return_series(longer)
    assert read.periods_per_year == periods
    assert read.opens == np.datetime64(opens)


def test_months_dated_on_their_first_day_end_with_their_last():
    months = pd.date_range("2022-01-01", periods=12, freq="MS")
    read = read_return_series(pd.Series(RETURNS.to_numpy()[:12], months))
    assert read.opens == np.datetime64("2021-12-31")
    assert read.dates[-1] == np.datetime64("2022-12-31")


def test_every_day_of_the_year_is_365():
    always = pd.Series(RETURNS.to_numpy(), pd.date_range("2023-01-01", periods=len(RETURNS)))
    assert read_return_series(always).periods_per_year == 365


def test_window():
    read = read_return_series(EQUITY, start="2023-02-01", end="2023-03-31")
    assert read.opens == np.datetime64("2023-01-31")
    assert (read.dates[0], read.dates[-1]) == (
        np.datetime64("2023-02-01"),
        np.datetime64("2023-03-31"),
    )
    assert read.equity[0] == EQUITY["2023-01-31"]


def test_equity_that_falls_to_nothing_stays_there():
    fallen = EQUITY.copy()
    fallen.iloc[40:] = np.linspace(60_000.0, -500.0, len(fallen) - 40)
    fallen.iloc[-3:] = [-20.0, 10.0, 500.0]
    read = read_return_series(fallen, kind="equity")
    first = int(np.argmax(fallen.to_numpy() <= 0))
    assert read.ruined_on == fallen.index[first].to_datetime64()
    assert (read.equity[first:] == fallen.iloc[first]).all()
    assert not read.returns[first:].any()
    assert read.returns[first - 1] <= -1.0


def test_gaps_are_told():
    read = read_return_series(RETURNS.drop(DAYS[[10, 20]]))
    assert read.warnings == (
        "no row for 2 XNYS sessions: 2023-01-18, 2023-02-01; yearly figures count the rows that "
        "are there",
    )


def test_money_that_moves_is_told():
    paid_in = EQUITY.where(DAYS[50] > DAYS, EQUITY * 3)
    assert read_return_series(paid_in).warnings == (
        "1 return beyond 50 %, on 2023-03-16: a deposit or a withdrawal counts as one",
    )


def test_one_of_two_columns_is_called_benchmark():
    frame = pd.DataFrame({"mine": RETURNS, "benchmark": RETURNS / 2})
    read = read_return_series(frame)
    assert np.array_equal(read.returns, RETURNS)
    assert np.array_equal(read.benchmark.returns, RETURNS / 2)
    assert read.notes == ("the benchmark is the column benchmark",)
    other = read_return_series(frame, beside="sp500")  # another one was asked for
    assert other.benchmark is None
    assert other.notes == ("the column benchmark is not read",)
    levels = read_return_series(frame.assign(benchmark=EQUITY), start="2023-01-04").benchmark
    np.testing.assert_allclose(levels.returns, RETURNS.iloc[1:], rtol=1e-9)


THREE = pd.DataFrame({"alpha": RETURNS, "beta": RETURNS, "gamma": RETURNS})


@pytest.mark.parametrize(
    ("given", "options", "error", "words"),
    [
        (THREE, {}, RequestError, r"3 columns of numbers: alpha, beta, gamma; say .*--column"),
        (THREE, {"column": "gama"}, RequestError, "did you mean 'gamma'"),
        (RETURNS, {"kind": "wealth"}, RequestError, "kind must be one of returns, percent, equity"),
        (RETURNS, {"start": "2024-01-02"}, RequestError, "no return from 2024-01-02 on"),
        (RETURNS.reset_index(drop=True), {}, BarsError, "no column of dates"),
        (pd.concat([RETURNS, RETURNS[-1:]]), {}, BarsError, "there twice: 2023-04-28"),
        (RETURNS.iloc[[1, 0, *range(2, 40)]], {}, BarsError, "out of order on 2023-01-03"),
        (RETURNS.where(DAYS[5] != DAYS), {}, BarsError, "empty on 2023-01-10.*--drop-bad-rows"),
        (EQUITY.where(DAYS[0] < DAYS, 0.0), {"kind": "equity"}, BarsError, "first must be above 0"),
        (RETURNS[:1], {}, BarsError, "at least 2 days"),
        (pd.concat([RETURNS[:30], RETURNS[30::5]])[::1], {}, BarsError, "mixes spacings"),
        (RETURNS.replace(RETURNS.iloc[3], np.inf), {}, BarsError, "not a number: 'inf' in row 4"),
        (THREE.T, {}, BarsError, "numbers|dates"),
        (3, {}, RequestError, "got int"),
        ("absent.csv", {}, RequestError, "no such file"),
        ("returns.pkl", {}, RequestError, "a pickle is not read"),
        ("returns.h5", {}, RequestError, "no such file"),
    ],
)  # fmt: skip
def test_refused_in_one_line(given, options, error, words):
    with pytest.raises(error, match=words) as refused:
        read_return_series(given, **options)
    assert "\n" not in str(refused.value)


def test_a_cell_is_named_by_its_line(file):
    with pytest.raises(BarsError, match=r"not a number: 'x' in line 5") as refused:
        read_return_series(file("made by me\ndate,r\n2023-01-03,0.1\n2023-01-04,-.1\n2023-01-05,x"))
    assert "mine.csv" in str(refused.value)


def test_bad_rows_may_be_left_out():
    holed = EQUITY.where(DAYS[5] != DAYS)
    read = read_return_series(holed, reading=Reading(drop_bad_rows=True))
    assert len(read) == len(DAYS) - 2
    assert read.warnings[0].startswith("1 row left out")
    assert read.equity[-1] == EQUITY.iloc[-1]


def test_stamps_in_utc_on_weekends_name_the_option():
    tokyo = pd.DatetimeIndex(sessions("XTKS", "2023-01-04", "2023-06-30")).tz_localize("Asia/Tokyo")
    returns = pd.Series(np.random.default_rng(4).normal(0, 0.01, len(tokyo)), tokyo)
    utc = returns.tz_convert("UTC")
    with pytest.raises(BarsError, match="--timezone"):
        read_return_series(utc)
    read = read_return_series(utc, reading=Reading(timezone="Asia/Tokyo"))
    assert np.array_equal(read.dates, tokyo.tz_localize(None).to_numpy(dtype="datetime64[D]"))
    assert read.calendar == "XTKS"


def test_log_returns_are_read_where_they_are_stated_to_be_simple():
    logs = RETURNS.rename("log_return")
    with pytest.raises(RequestError, match="log_return says log returns"):
        read_return_series(logs)
    np.testing.assert_array_equal(read_return_series(logs, kind="returns").returns, RETURNS)


@pytest.mark.filterwarnings("error")
def test_nothing_is_divided_by_a_value_of_zero():
    values = EQUITY.copy()
    values.iloc[40:] = 0.0
    read = read_return_series(values, kind="equity")
    assert read.ruined_on == np.datetime64(DAYS[40], "D")
    np.testing.assert_allclose(read.returns[:39], RETURNS[1:40])
    assert read.returns[39] == -1.0
    assert not read.returns[40:].any()
