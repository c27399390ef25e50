"""Holdings of funds: which row is what, which snapshot answers, and what a workbook says."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.fund_rows import kind_of_row
from btplaybook.feeds.companies.holdings import Holdings, read_holdings
from btplaybook.feeds.companies.snapshots import Snapshot
from btplaybook.feeds.errors import RequestError

TABLE = pd.DataFrame(
    [
        ("2020-01-06", "XLF", "SUM", 100.0),
        ("2020-01-06", "XLF", "BRK.B", 60.0),
        ("2020-01-06", "XLF", "JPM", 39.5),
        ("2020-01-06", "XLF", "SSIXX", 0.6),
        ("2020-01-06", "XLF", "", 0.1),
        ("2020-01-06", "XLF", "U.S. Dollar", -0.2),
        ("2020-02-03", "XLF", "JPM", 99.0),
        ("2020-02-03", "XLF", "-", 1.0),
        ("2020-01-31", "XLE", "XOM", 100.0),
    ],
    columns=["date", "etf", "ticker", "weight"],
)


@pytest.mark.parametrize(
    ("day", "weights", "cash", "snapshot"),
    [
        pytest.param("2020-01-05", None, None, None, id="before-all"),
        pytest.param("2020-01-06", {"BRK-B": 0.6, "JPM": 0.395},
                     {"SSIXX": 0.006, "no ticker": 0.001, "U.S. Dollar": -0.002}, "2020-01-06",
                     id="its-own-day"),
        pytest.param("2020-02-02", {"BRK-B": 0.6, "JPM": 0.395},
                     {"SSIXX": 0.006, "no ticker": 0.001, "U.S. Dollar": -0.002}, "2020-01-06",
                     id="eve-of-the-next"),
        pytest.param("2030-01-01", {"JPM": 0.99}, {"-": 0.01}, "2020-02-03", id="long-after"),
    ],
)  # fmt: skip
def test_newest_snapshot_answers(day: str, weights: Any, cash: Any, snapshot: Any) -> None:
    holdings = Holdings.from_frame(TABLE)
    found = holdings.weights_on(day, "xlf"), holdings.cash_on(day, "xlf")
    assert found == (pytest.approx(weights), pytest.approx(cash))
    answering = holdings.snapshot_on(day, "XLF")
    assert (None if answering is None else str(answering)) == snapshot
    assert holdings.weights_on(day, "SPY") is None


def test_an_old_snapshot_is_stale_and_used() -> None:
    holdings = Holdings.from_frame(TABLE, stale_after=30)
    assert not holdings.stale_on("2020-03-04", "XLF")
    assert holdings.stale_on("2020-03-05", "XLF")
    assert holdings.weights_on("2020-03-05", "XLF")
    assert not holdings.stale_on("2020-01-05", "XLF")  # there is none that could be


@pytest.mark.parametrize(
    ("ticker", "name", "percent", "kind"),
    [
        pytest.param("SUM", "", 100.02, "total", id="total"),
        pytest.param("SUM", "SUMMIT MATERIALS INC CL A", 1.2, "security", id="a-stock-named-sum"),
        pytest.param("DG", "DOLLAR GENERAL CORP", 0.5, "security", id="a-stock-named-dollar"),
        pytest.param("CASH", "META FINANCIAL GROUP", 0.1, "cash", id="ticker-cash"),
        pytest.param("FUTU", "FUTU HOLDINGS LTD", 0.1, "security", id="a-stock-named-futu"),
        pytest.param("NEXX", "", 0.1, "security", id="four-letters"),
        pytest.param("BBWI WI", "", 0.5, "security", id="when-issued"),
        pytest.param("Campbell Soup Company", "", 0.5, "security", id="name-for-ticker"),
        pytest.param("CASH_USD", "", 0.1, "cash", id="cash"),
        pytest.param("USD", "", 0.1, "cash", id="currency-code"),
        pytest.param("-", "US DOLLAR", -0.1, "cash", id="dollar"),
        pytest.param("-", "CONTRA HOLOGIC INC CVR", 0.1, "cash", id="right"),
        pytest.param("N/A", "", 0.1, "cash", id="not-available"),
        pytest.param("GVMXX", "", 0.2, "cash", id="money-market-symbol"),
        pytest.param("STATE STREET INSTITUTIONAL LIQ STATE STR", "", 0.1, "cash", id="liquidity"),
        pytest.param("State Street Instl Liquid Reserves Prem", "", 0.1, "cash", id="reserves"),
        pytest.param("924QSG", "SSI US GOV MONEY MARKET CLASS", 0.1, "cash", id="money-market"),
        pytest.param("XAEZ6", "XAE ENERGY        DEC26", -0.1, "cash", id="future"),
        pytest.param("X", "EMINI S+P REESTATEDEC26", 0.1, "cash", id="future-run-together"),
    ],
)
def test_kind_of_row(ticker: str, name: str, percent: float, kind: str) -> None:
    assert kind_of_row(ticker, name, percent) == kind


# -- the workbook ----------------------------------------------------------------------------------


HEAD = ["Name", "Ticker", "Identifier", "SEDOL", "Weight", "Sector", "Shares Held",
        "Local Currency"]  # fmt: skip


def _workbook(folder: Path, *, symbol: str = "XLV", holdings: str = "As of 12-Mar-2024",
              body: list[list[Any]] | None = None) -> Path:  # fmt: skip
    sheet = (book := openpyxl.Workbook()).active
    sheet.append(["Fund Name:", "The Health Care Select Sector SPDR Fund"])
    sheet.append(["Ticker Symbol:", symbol])
    sheet.append(["Holdings:", holdings])
    sheet.append([])
    sheet.append(HEAD)
    for row in body or [
        ["ELI LILLY + CO", "LLY", "532457108", "2516152", 60.25, "-", 100.0, "USD"],
        ["JOHNSON + JOHNSON", "JNJ", "478160104", "2475833", "39.5", "-", 90.0, "USD"],
        ["SSI US GOV MONEY MARKET CLASS", "-", "924QSGII3", "-", 0.2, "-", 5.0, "USD"],
        ["XAV HEALTH CARE   MAR24", "IXCH4", "ADI28R", "-", 0.1, "-", 1.0, "USD"],
        ["US DOLLAR", "-", "999USDZ92", "-", -0.05, "-", -3.0, "USD"],
    ]:
        sheet.append(row)
    sheet.append([])
    sheet.append(["Past performance is not a reliable indicator of future performance."])
    file = folder / f"holdings-daily-us-en-{symbol.lower()}.xlsx"
    book.save(file)
    return file


def test_a_workbook_is_known_the_day_after_its_close(tmp_path: Path) -> None:
    holdings = read_holdings(_workbook(tmp_path))
    assert holdings.weights_on("2024-03-12", "XLV") is None
    weights = holdings.weights_on("2024-03-13", "XLV")
    assert weights == {"LLY": pytest.approx(0.6025), "JNJ": pytest.approx(0.395)}
    assert holdings.cash_on("2024-03-13", "XLV") == pytest.approx(
        {"SSI US GOV MONEY MARKET CLASS": 0.002, "XAV HEALTH CARE   MAR24": 0.001,
         "US DOLLAR": -0.0005})  # fmt: skip
    assert str(holdings.snapshot_on("2024-03-13", "XLV")) == "2024-03-12"
    assert (str(holdings.first_known), holdings.badges) == ("2024-03-13", ())
    at_once = read_holdings(_workbook(tmp_path), lag_days=0)
    assert at_once.weights_on("2024-03-12", "XLV") == weights


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"holdings": "As of today"},
                     "'Holdings:' must say 'As of 12-Mar-2024', got 'As of today'", id="no-day"),
        pytest.param({"holdings": "As of 31-Feb-2024"}, "got 'As of 31-Feb-2024'", id="bad-day"),
        pytest.param({"symbol": ""}, "no row 'Ticker Symbol:' above the table", id="no-symbol"),
        pytest.param({"body": [["A", "A", "1", "2", "many", "-", 1.0, "USD"]]},
                     "weight is not a number: 'many' in row 6", id="no-weight"),
    ],
)  # fmt: skip
def test_faults_of_a_workbook(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    file = _workbook(tmp_path, **change)
    with pytest.raises(BarsError) as raised:
        read_holdings(file)
    assert str(raised.value).startswith(str(file))
    assert words in str(raised.value)


def test_other_workbooks_and_none(tmp_path: Path) -> None:
    (book := openpyxl.Workbook()).active.append(["Budget", 2024])
    book.save(tmp_path / "budget.xlsx")
    with pytest.raises(BarsError, match="no table with Name, Ticker and Weight"):
        read_holdings(tmp_path / "budget.xlsx")
    (tmp_path / "text.xlsx").write_text("no zip")
    with pytest.raises(BarsError, match="not a readable workbook"):
        read_holdings(tmp_path / "text.xlsx")


# -- tables ----------------------------------------------------------------------------------------


# -- a file of iShares -----------------------------------------------------------------------------

NEWER = """iShares U.S. Energy ETF
Fund Holdings as of,"Mar 12, 2024"
Inception Date,"Jun 12, 2000"
Shares Outstanding,"25,350,000.00"
Stock,"-"
Bond,"-"
Cash,"-"
Other,"-"
\xa0
Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Location
"XOM","EXXON MOBIL CORP","Energy","Equity","262,841,030.32","60.25","United States"
"BRKB","BERKSHIRE HATHAWAY CLASS B","Financials","Equity","9,000.00","39.40","United States"
"CASH","PATHWARD FINANCIAL INC","Financials","Equity","900.00","0.10","United States"
"-","CONTRA WINDFALL ENERGY CVR","Energy","Equity","0.00","-","United States"
"XTSLA","BLK CSH FND TREASURY","Cash and/or Derivatives","Money Market","872,000.00","0.20","-"
"USD","USD CASH","Cash and/or Derivatives","Cash","-436,000.00","-0.05","United States"
"IXPH4","XAE ENERGY MAR 24","Cash and/or Derivatives","Futures","0.00","0.00","-"
\xa0
"The content contained herein is owned or licensed by BlackRock and/or its third-party providers."
"Carefully consider the Fund's investment objectives, risk factors, and charges, and more."
"""
OLDER = """Fund Holdings as of,"12/Mar/2024"
\xa0
Ticker,Name,Asset Class,Weight (%),Price,Location,Market Currency
XOM,EXXON MOBIL CORP,Equity,60.25,109.04,United States,USD
BRKB,BERKSHIRE HATHAWAY INC CLASS B,Equity,39.40,406.00,United States,USD
CASH,PATHWARD FINANCIAL INC,Equity,0.10,50.00,United States,USD
USD,USD CASH,Cash,0.15,100.00,United States,USD
Fund Holdings as of,"12/Mar/2024"
Ticker,Name,Asset Class,Weight (%),Price,Location,Market Currency
CVX,CHEVRON CORP,Equity,100.00,150.00,United States,USD
"""  # fmt: skip


def respelt(text: str, separator: str, decimal: str, group: str) -> str:
    """Write a file as a spreadsheet of another country does."""
    written = io.StringIO()
    rows = list(csv.reader(io.StringIO(text)))
    marks = str.maketrans({".": decimal, ",": group})
    for row in rows:
        cells = [
            cell.translate(marks) if re.fullmatch(r"-?[\d,]+\.\d+", cell) else cell for cell in row
        ]
        csv.writer(written, delimiter=separator).writerow(cells)
    return written.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(NEWER, id="newer"),
        pytest.param(OLDER, id="older"),
        pytest.param("\ufeff" + NEWER.replace("\n", "\r\n"), id="of-windows"),
        pytest.param(respelt(NEWER, ";", ",", "."), id="semicolons"),
        pytest.param(respelt(OLDER, ";", ",", "."), id="older-semicolons"),
        pytest.param(respelt(NEWER, "\t", ",", "."), id="tabs"),
        pytest.param(respelt(NEWER, "\t", ".", ","), id="tabs-and-dots"),
        pytest.param(respelt(NEWER, ";", ",", ".").replace("Mar 12, 2024", "12.03.2024"),
                     id="semicolons-and-a-day"),
    ],
)  # fmt: skip
def test_a_file_of_ishares(tmp_path: Path, text: str) -> None:
    file = tmp_path / "IYE_holdings (1).csv"
    file.write_bytes(text.encode())
    holdings = read_holdings(file)
    held = {
        "XOM": pytest.approx(0.6025),
        "BRK-B": pytest.approx(0.394),
        "CASH": pytest.approx(0.001),
    }
    assert holdings.weights_on("2024-03-12", "IYE") is None
    assert holdings.weights_on("2024-03-13", "IYE") == held
    assert (str(holdings.snapshot_on("2024-03-13", "IYE")), holdings.badges) == ("2024-03-12", ())
    if "WINDFALL" in text:
        assert holdings.cash_on("2024-03-13", "IYE") == pytest.approx(
            {"CONTRA WINDFALL ENERGY CVR": 0.0, "BLK CSH FND TREASURY": 0.002,
             "USD CASH": -0.0005, "XAE ENERGY MAR 24": 0.0})  # fmt: skip
    named = read_holdings([f"XLE={file}"], lag_days=0)
    assert (named.etfs, named.weights_on("2024-03-12", "XLE")) == (("XLE",), held)
    assert named.source == f"XLE={file}"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        pytest.param("old.csv", NEWER, "do not tell the fund's ticker: say --holdings TICKER=",
                     id="no-fund"),
        pytest.param("IYE_holdings.csv", NEWER.replace("Mar 12, 2024", "-"),
                     "'Fund Holdings as of' must name a day, as Mar 12, 2024, got '-'",
                     id="no-day"),
        pytest.param("IYE_holdings.csv", NEWER.replace("Ticker,", "Symbol,"),
                     "no table with Ticker, Asset Class and Weight (%)", id="no-table"),
        pytest.param("IYE_holdings.csv", NEWER.replace('"39.40"', '"much"'),
                     "weight is not a number: 'much' in line 12", id="no-weight"),
        pytest.param("IYE_holdings.csv", NEWER.replace('"9,000.00"', "9,000.00"),
                     "line 12 has 8 cells and the header 7: put numbers with commas in quotes",
                     id="a-comma-too-many"),
        pytest.param("IYE_holdings.csv", NEWER.replace('"CASH"', '\n"CASH"'),
                     "line 13 is no holding and line 14 is one: take out what stands between",
                     id="a-gap"),
        pytest.param("IYE_holdings.csv",
                     respelt(NEWER, ";", ",", ".").replace("CASH;P", ";;\nCASH;P", 1),
                     "line 13 is no holding and line 14 is one: take out what stands between",
                     id="a-gap-between-semicolons"),
        pytest.param("IYE_holdings.csv",
                     respelt(NEWER, ";", ",", ".").replace("9.000,00", "9;000,00", 1),
                     "line 12 has 8 cells and the header 7: put cells with semicolons in quotes",
                     id="a-semicolon-too-many"),
    ],
)  # fmt: skip
def test_faults_of_a_file_of_ishares(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BarsError) as raised:
        read_holdings(tmp_path / name)
    assert str(raised.value).startswith(str(tmp_path / name))
    assert words in str(raised.value)


def test_a_fund_named_for_a_table(tmp_path: Path) -> None:
    file = tmp_path / "t=1.csv"
    file.write_text("date,ticker,weight,asset_class\n2020-01-31,CASH,100,Equity\n")
    with pytest.raises(BarsError, match="no column etf"):
        read_holdings(file)
    assert read_holdings(f"XLF={file}").weights_on("2020-01-31", "XLF") == {"CASH": 1.0}
    file.write_text("date,etf,ticker,weight\n2020-01-31,XLK,MSFT,100\n")
    with pytest.raises(BarsError, match="the file holds XLK: name no fund for it"):
        read_holdings(f"XLF={file}")
    assert read_holdings(f"xlk={file}").weights_on("2020-01-31", "XLK") == {"MSFT": 1.0}


def test_several_files_are_one(tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "a.csv.gz", index=False)
    TABLE[TABLE["etf"] == "XLE"].to_parquet(tmp_path / "b.parquet")  # read already in a.csv.gz
    paths = [tmp_path / "a.csv.gz", tmp_path / "b.parquet", _workbook(tmp_path)]
    holdings = read_holdings(paths)
    assert holdings.etfs == ("XLE", "XLF", "XLV")
    assert holdings.source == ", ".join(map(str, paths))
    assert read_holdings(paths[::-1]).sha256 == holdings.sha256
    assert read_holdings(paths[0]).sha256 == Holdings.from_frame(TABLE).sha256 != holdings.sha256
    other = TABLE[TABLE["etf"] == "XLE"].assign(ticker="CVX")
    other.to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(BarsError, match="two different snapshots of XLE on 2020-01-31"):
        read_holdings([*paths, tmp_path / "c.csv"])


def test_without_dates_a_badge(tmp_path: Path) -> None:
    undated = TABLE[TABLE["date"] == "2020-01-06"].drop(columns="date")
    holdings = Holdings.from_frame(undated)
    assert holdings.weights_on("1990-01-02", "XLF") == holdings.weights_on("2030-01-02", "XLF")
    assert np.isnat(holdings.snapshot_on("2020-01-06", "XLF"))
    assert not holdings.stale_on("2030-01-02", "XLF")
    assert holdings.badges == (
        ("warn", "holdings not point in time",
         "The holdings of XLF carry no date, and are used for all days."),
    )  # fmt: skip
    assert holdings.first_known is None
    assert holdings.until("1990-01-02").sha256 == holdings.sha256
    undated.to_csv(tmp_path / "a.csv", index=False)
    TABLE.to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(BarsError, match="XLF has a snapshot without a date beside others"):
        read_holdings([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_a_snapshot_that_contradicts_itself_is_left_out() -> None:
    # Three days' holdings under one date: which is the right one cannot be told.
    again = TABLE[TABLE["date"] == "2020-02-03"].assign(weight=[98.0, 2.0])
    holdings = Holdings.from_frame(pd.concat([TABLE, again]))
    assert str(holdings.snapshot_on("2020-03-02", "XLF")) == "2020-01-06"
    assert holdings.badges == (
        ("warn", "snapshots left out: 1",
         "They name a security twice, the first XLF on 2020-02-03 (JPM)."),
    )  # fmt: skip
    with pytest.raises(BarsError, match="XLF names JPM twice on 2020-02-03: no snapshot can be"):
        Holdings.from_frame(pd.concat([again, again]))


def test_a_part_of_a_fund_has_a_badge() -> None:
    top = Holdings.from_frame(TABLE[TABLE["ticker"].isin(["JPM", "XOM"])])
    assert [badge[1:] for badge in top.badges] == [
        ("partial snapshots: 1",
         "Their rows do not add up to the fund, the first XLF on 2020-01-06 to 39.5 %."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(TABLE.drop(columns="etf"), "no column etf (accepted: etf, fund)", id="no-etf"),
        pytest.param(TABLE.assign(weight=TABLE["weight"] / 100),
                     "the weights of XLF add up to 2 on 2020-01-06; give them in percent",
                     id="fractions"),
        pytest.param(TABLE.assign(weight=TABLE["weight"].mask(TABLE.index == 2)),
                     "weight is missing in row 3", id="no-weight"),
        pytest.param(TABLE.assign(weight=TABLE["weight"].astype(str).mask(TABLE.index == 2, "--")),
                     "weight is missing in row 3", id="dashes-for-a-weight"),
        pytest.param(TABLE.assign(date=TABLE["date"].mask(TABLE.index == 2)),
                     "date is missing in row 3", id="no-date"),
        pytest.param(TABLE.head(0), "no rows of holdings", id="empty"),
    ],
)  # fmt: skip
def test_faults_of_a_table(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(BarsError) as raised:
        Holdings.from_frame(table, source="h.csv")
    assert str(raised.value).splitlines()[0] == f"h.csv: {words}"


@pytest.mark.parametrize(
    ("etf", "end", "words"),
    [
        pytest.param("XLG", "2020-12-31", "no holdings of 'XLG'; did you mean 'XL", id="near"),
        pytest.param("ARKK", "2020-12-31", "no holdings of 'ARKK'; there are XLE, XLF", id="far"),
        pytest.param("xlf", "2019-12-31", "the first snapshot of XLF is 2020-01-06, after the "
                     "run's end 2019-12-31", id="too-late"),
    ],
)  # fmt: skip
def test_check(etf: str, end: str, words: str) -> None:
    holdings = Holdings.from_frame(TABLE, source="h.csv")
    with pytest.raises(RequestError) as raised:
        holdings.check(etf, end)
    assert str(raised.value).startswith(f"h.csv: {words}")
    holdings.check("XLF", "2020-01-06")


def test_parameters(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="lag_days must be a whole number of days from 0 to 36,"):
        read_holdings(tmp_path / "h.csv", lag_days=-1)
    with pytest.raises(RequestError, match=r"h\.csv: no such file"):
        read_holdings(tmp_path / "h.csv")
    (tmp_path / "h.doc").touch()
    with pytest.raises(RequestError, match=r"holdings \(or \.xlsx\) are read from \.csv"):
        read_holdings(tmp_path / "h.doc")


def _day(number: int) -> str:
    return str(np.datetime64("2020-01-01") + np.timedelta64(number, "D"))


@given(
    days=st.lists(st.integers(0, 20), min_size=1, max_size=5, unique=True),
    cut=st.integers(0, 20),
    seed=st.integers(0, 99),
)
def test_what_was_known_stays_when_the_future_goes(days: list[int], cut: int, seed: int) -> None:
    snapshots = [
        Snapshot("E", np.datetime64(_day(day)), {"A": 0.01 * day, "B": 1 - 0.01 * day})
        for day in days
    ]
    whole = Holdings(tuple(snapshots))
    by_then = Holdings(tuple(each for each in snapshots if str(each.day) <= _day(cut)))
    others = (whole.until(_day(cut)), by_then,
              whole.scrambled_after(_day(cut), np.random.default_rng(seed)))  # fmt: skip
    for other in others:
        for number in range(cut + 1):
            assert other.weights_on(_day(number), "E") == whole.weights_on(_day(number), "E")
            assert other.snapshot_on(_day(number), "E") == whole.snapshot_on(_day(number), "E")
    if max(days) > cut:
        newest = whole.weights_on("2021-01-01", "E")
        assert others[2].weights_on("2021-01-01", "E") != newest


def test_answers_cannot_be_written_to() -> None:
    weights: Any = Holdings.from_frame(TABLE).weights_on("2020-01-06", "XLF")
    with pytest.raises(TypeError):
        weights["JPM"] = 1.0


@pytest.mark.realdata
def test_real_holdings(realdata: Path) -> None:
    holdings = read_holdings(realdata / "sector" / "etf_holdings.csv.gz")
    assert holdings.etfs == ("OIH", "XLB", "XLE", "XLF", "XLK", "XLP", "XLU", "XLV", "XLY")
    assert [badge[1] for badge in holdings.badges] == ["snapshots left out: 7"]
    for snapshot in holdings.snapshots:  # the money-market fund stands twice in some
        whole = sum(snapshot.weights.values()) + sum(snapshot.cash.values())
        assert whole == pytest.approx(1.0, abs=0.012)
    assert max(holdings.weights_on("2021-08-16", "XLF").items(), key=lambda one: one[1])[0] == (
        "BRK-B"
    )
    with pytest.raises(RequestError, match="first snapshot of XLV is 2021-07-09, after the run's"):
        holdings.check("XLV", "2017-12-29")
