"""Every fault and every warning, each in its own row; and all of them together."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.readers import read_bars


@pytest.mark.parametrize(
    ("column", "row", "value", "fault"),
    [
        pytest.param("date", 1, "2020-01-06", "more than one bar a day (bars must be daily, one "
                     "instrument at a time) on 2020-01-06", id="date-twice"),
        pytest.param("date", 2, "2020-01-02", "date is before one that stands above it on "
                     "2020-01-02", id="dates-unsorted"),
        pytest.param("open", 1, np.nan, "open is missing or not finite on 2020-01-07",
                     id="open-nan"),
        pytest.param("high", 4, np.inf, "high is missing or not finite on 2020-01-10",
                     id="high-infinite"),
        pytest.param("close", 0, np.nan, "close is missing or not finite on 2020-01-06",
                     id="close-nan"),
        pytest.param("low", 0, 0.0, "low is not positive on 2020-01-06", id="low-zero"),
        pytest.param("high", 0, 100.5, "high is below the close on 2020-01-06",
                     id="high-below-close"),
        pytest.param("open", 3, 106.0, "high is below the open on 2020-01-09",
                     id="high-below-open"),
        pytest.param("low", 1, 103.0, "low is above the open on 2020-01-07", id="low-above-open"),
        pytest.param("close", 2, 97.5, "low is above the close on 2020-01-08",
                     id="low-above-close"),
        pytest.param("volume", 3, -1.0, "volume is negative on 2020-01-09", id="volume-negative"),
        pytest.param("volume", 3, np.nan, "volume is missing or not finite on 2020-01-09",
                     id="volume-nan"),
        pytest.param("dividend", 4, -0.5, "dividend is negative on 2020-01-10",
                     id="dividend-negative"),
        pytest.param("dividend", 4, np.nan, "dividend is missing or not finite (--no-dividends "
                     "ignores the column) on 2020-01-10", id="dividend-nan"),
        pytest.param("dividend", 4, 103.0, "dividend is not below the previous close on "
                     "2020-01-10", id="dividend-eats-the-price"),
    ],
)  # fmt: skip
def test_one_fault(week: pd.DataFrame, column: str, row: int, value: object, fault: str) -> None:
    week[column] = week[column].astype(object)
    week.loc[row, column] = pd.Timestamp(value) if column == "date" else value
    with pytest.raises(BarsError) as raised:
        Bars.from_frame(week, "WEEK", source="by hand")
    assert str(raised.value) == f"WEEK (by hand): {fault}"
    assert raised.value.exit_code == 4


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_bars(week: pd.DataFrame, rows: int) -> None:
    with pytest.raises(BarsError, match=f"at least 2 bars are needed, found {rows}"):
        Bars.from_frame(week.head(rows))


def test_all_faults_come_in_one_error(week: pd.DataFrame) -> None:
    broken = week.drop(columns="low").astype({"volume": object})
    broken.loc[0, "volume"] = "many"
    broken.loc[1, "close"] = np.nan
    broken.loc[2, "open"] = -1.0
    broken.loc[3, "dividend"] = np.nan
    broken.loc[4, "date"] = broken.loc[3, "date"]
    with pytest.raises(BarsError) as raised:
        Bars.from_frame(broken, "WEEK")
    assert str(raised.value).splitlines() == [
        "WEEK (frame): no column low (accepted: low); columns: date, open, high, close, volume, "
        "dividend",
        "WEEK (frame): volume is not a number: 'many' in row 1",
        "WEEK (frame): more than one bar a day (bars must be daily, one instrument at a time) "
        "on 2020-01-09",
        "WEEK (frame): open is not positive on 2020-01-08",
        "WEEK (frame): close is missing or not finite on 2020-01-07",
        "WEEK (frame): dividend is missing or not finite (--no-dividends ignores the column) "
        "on 2020-01-09",
    ]


def test_many_dates_are_counted(week: pd.DataFrame) -> None:
    with pytest.raises(BarsError, match="2020-01-06, 2020-01-07, 2020-01-08 and 2 more"):
        Bars.from_frame(week.assign(volume=-1.0))


def test_the_constructor_checks_too() -> None:
    with pytest.raises(BarsError, match="date is missing on NaT"):
        Bars("A", ["2020-01-06", "NaT"], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [0, 0])


@pytest.mark.parametrize(
    ("excess", "sound"),
    [pytest.param(0.9e-6, True, id="dust"), pytest.param(1.1e-6, False, id="more")],
)
def test_price_dust_is_forgiven(week: pd.DataFrame, excess: float, sound: bool) -> None:
    week["high"] = week[["open", "close"]].max(axis=1) * (1 - excess)
    week["low"] = week[["open", "close"]].min(axis=1) * (1 + excess)
    if sound:
        assert len(Bars.from_frame(week)) == 5
    else:
        with pytest.raises(BarsError, match=r"low is above the open .*\n.*high is below the close"):
            Bars.from_frame(week)


def test_sound_bars_have_no_warnings(week: pd.DataFrame) -> None:
    assert Bars.from_frame(week).warnings == ()


def _with_jump(week: pd.DataFrame) -> pd.DataFrame:
    week.loc[3, ["high", "close"]] = 152.0  # 152 / 101 - 1 is just above one half
    week.loc[4, ["open", "high", "low", "close"]] = 150.0
    return week


def _with_fall(week: pd.DataFrame) -> pd.DataFrame:
    week.loc[4, ["open", "high", "low", "close"]] = 51.4  # 51.4 / 103 - 1 is just below -0.5
    return week


def _with_large_dividend(week: pd.DataFrame) -> pd.DataFrame:
    week.loc[2, "dividend"] = 20.9  # a fifth of 104 is 20.8
    return week


def _with_stale_open(week: pd.DataFrame) -> pd.DataFrame:
    week.loc[1, "open"] = 101.0
    return week


def _without_a_session(week: pd.DataFrame) -> pd.DataFrame:
    return week.drop(index=[1])


def _on_a_holiday(week: pd.DataFrame) -> pd.DataFrame:
    week["date"] = pd.to_datetime(
        ["2019-12-30", "2019-12-31", "2020-01-01", "2020-01-02", "2020-01-03"]
    )
    return week


def _before_the_exchange(week: pd.DataFrame) -> pd.DataFrame:
    week["date"] = pd.date_range("1883-01-01", periods=5)
    return week


@pytest.mark.parametrize(
    ("make_odd", "warning"),
    [
        pytest.param(_with_jump, "return beyond 50% on 2020-01-09", id="return-up"),
        pytest.param(_with_large_dividend, "dividend above 20% of the price on 2020-01-08",
                     id="dividend"),
        pytest.param(_with_stale_open, "open equals the previous close in 2020 (25.0% of days)",
                     id="stale-open"),
        pytest.param(_without_a_session, "no bar for 1 XNYS sessions: 2020-01-07", id="hole"),
        pytest.param(_on_a_holiday, "bars on 1 days that are no XNYS session: 2020-01-01",
                     id="holiday"),
        pytest.param(_before_the_exchange, "sessions were not compared: the XNYS calendar is "
                     "known from 1885-01-01 to 2199-12-31, not from 1883-01-01 to 1883-01-05: "
                     "take bars within, or another calendar",
                     id="beyond-the-calendar"),
    ],
)  # fmt: skip
def test_one_warning(week: pd.DataFrame, make_odd, warning: str) -> None:
    assert Bars.from_frame(make_odd(week)).warnings == (warning,)


def test_stale_opens_are_counted_by_the_year() -> None:
    # One stale open in twenty is exactly 5 %, and not more; two are.
    dates = np.arange(np.datetime64("2021-01-01"), np.datetime64("2025-01-01"))
    years = dates.astype("datetime64[Y]").astype(int) + 1970
    close = np.full(len(dates), 100.0)
    opens = np.full(len(dates), 101.0)
    for year, stale in ((2021, 0.06), (2022, 0.5), (2023, 0.05), (2024, 1.0)):
        days = np.flatnonzero(years == year)
        opens[days[: int(stale * len(days))]] = 100.0
    bars = Bars("A", dates, opens, opens, close, close, close, close * 0, calendar="24/7")
    stale, repeated = bars.warnings
    assert repeated.startswith("871 bars repeat the prices of the bar before them")
    assert stale == (
        "open equals the previous close in 2021-2022 (5.5% to 49.9% of days), 2024 (100.0% of days)"
    )


@pytest.mark.realdata
@pytest.mark.parametrize("folder", ["etf", "crypto"])
def test_every_real_file_reads(realdata: Path, folder: str) -> None:
    files = sorted((realdata / folder).glob("*.csv"))
    assert files
    for file in files:
        bars = read_bars(file, end="2020-12-11")
        assert bars.calendar == ("24/7" if folder == "crypto" else "XNYS"), file.name


@pytest.mark.realdata
def test_dia_misses_dividends(realdata: Path) -> None:
    file = realdata / "etf" / "DIA.csv"
    with pytest.raises(BarsError, match=r"--no-dividends.*on 2020-12-14, .* and 980 more"):
        read_bars(file)
    assert not read_bars(file, end="2020-12-11").price_only
    assert len(read_bars(file, dividends=False)) == 6297


@pytest.mark.realdata
def test_sh_large_dividend(realdata: Path) -> None:
    bars = read_bars(realdata / "etf" / "SH.csv")
    on_the_day = bars.frame().loc["2008-12-23"]
    assert on_the_day["dividend"] == pytest.approx(95.86, abs=0.01)


@pytest.mark.realdata
def test_spy_coarse_opens(realdata: Path) -> None:
    warnings = read_bars(realdata / "etf" / "SPY.csv").warnings
    assert any("1993-1994 (9.5% to 14.2% of days)" in warning for warning in warnings)


def test_a_fall_that_a_split_explains_is_named_with_the_ratio(week: pd.DataFrame) -> None:
    assert Bars.from_frame(_with_fall(week)).warnings == (
        "the close goes from 103 to 51.4 on 2020-01-10, as by a split of 2:1 that no column "
        "states (if it was one: --split 2020-01-10=2)",
        "return beyond 50% on 2020-01-10",
    )
