"""Text files as vendors write them: every cell under its name, every line under its number."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.companies.sheets import Sheet, read_table
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.reading import Reading
from btplaybook.feeds.tables.text_tables import known_of, text_table

#: Two bars, Thursday 2020-01-30 and Friday the 31st: date, open, high, low, close, volume.
BARS = [
    ("2020-01-30", 1101.5, 1103.25, 1099.0, 1102.75, 1200000.0),
    ("2020-01-31", 1102.5, 1104.0, 1098.5, 1099.25, 950000.0),
]

YAHOO = """\
Date,Open,High,Low,Close,Adj Close,Volume
2020-01-30,1101.5,1103.25,1099.0,1102.75,1090.1,1200000
2020-01-31,1102.5,1104.0,1098.5,1099.25,1087.2,950000
"""
ALPHA_VANTAGE = """\
timestamp,open,high,low,close,volume
2020-01-31,1102.5000,1104.0000,1098.5000,1099.2500,950000
2020-01-30,1101.5000,1103.2500,1099.0000,1102.7500,1200000
"""
STOOQ_BULK = """\
<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
SPY.US,D,20200130,000000,1101.5,1103.25,1099,1102.75,1200000,0
SPY.US,D,20200131,000000,1102.5,1104,1098.5,1099.25,950000,0
"""
NASDAQ = """\
Date,Close/Last,Volume,Open,High,Low
01/31/2020,"$1,099.25","950,000","$1,102.50","$1,104.00","$1,098.50"
01/30/2020,"$1,102.75","1,200,000","$1,101.50","$1,103.25","$1,099.00"
"""
INVESTING = """\
"Date","Price","Open","High","Low","Vol.","Change %"
"01/31/2020","1,099.25","1,102.50","1,104.00","1,098.50","950.00K","-0.32%"
"01/30/2020","1,102.75","1,101.50","1,103.25","1,099.00","1.20M","0.12%"
"""
INVESTING_DE = """\
"Datum","Zuletzt","Eröffn.","Hoch","Tief","Vol.","+/- %"
"31.01.2020","1.099,25","1.102,50","1.104,00","1.098,50","950,00K","-0,32%"
"30.01.2020","1.102,75","1.101,50","1.103,25","1.099,00","1,20M","0,12%"
"""
META_TRADER_5 = """\
<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>
2020.01.30\t1101.5\t1103.25\t1099.0\t1102.75\t7031\t1200000\t5
2020.01.31\t1102.5\t1104.0\t1098.5\t1099.25\t6015\t950000\t5
"""
META_TRADER_4 = """\
Date,Time,Open,High,Low,Close,Volume
2020.01.30,00:00,1101.5,1103.25,1099.0,1102.75,1200000
2020.01.31,00:00,1102.5,1104.0,1098.5,1099.25,950000
"""
TRADING_VIEW = """\
time,open,high,low,close,Volume,Volume MA
1580394600,1101.5,1103.25,1099,1102.75,1200000,NaN
1580481000,1102.5,1104,1098.5,1099.25,950000,1000000
"""
BINANCE = """\
Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume,Number of trades,Ignore
1580342400000,1101.5,1103.25,1099.0,1102.75,1200000,1580428799999,1.0,100,0
1580428800000,1102.5,1104.0,1098.5,1099.25,950000,1580515199999,1.0,100,0
"""
CRYPTO_DATA_DOWNLOAD = """\
https://www.CryptoDataDownload.com
unix,date,symbol,open,high,low,close,Volume BTC,Volume USD
1580428800,2020-01-31 00:00:00,BTC/USD,1102.5,1104.0,1098.5,1099.25,950000,1044287500
1580342400,2020-01-30 00:00:00,BTC/USD,1101.5,1103.25,1099.0,1102.75,1200000,1323300000
"""
ARIVA = """\
Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen
2020-01-31;1.102,5;1.104;1.098,5;1.099,25;950.000;1.044.287.500
2020-01-30;1.101,5;1.103,25;1.099;1.102,75;1.200.000;1.323.300.000

"""
QUANDL = """\
Date,Open,High,Low,Close,Volume,Ex-Dividend
2020-01-30,1101.5,1103.25,1099.0,1102.75,1200000.0,0.0
2020-01-31,1102.5,1104.0,1098.5,1099.25,950000.0,0.0
"""
BLOOMBERG = """\
Security,SPY US Equity
Start Date,2020-01-30

Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME
1/30/2020,1101.5,1103.25,1099,1102.75,1200000
1/31/2020,1102.5,1104,1098.5,1099.25,950000

Source: Bloomberg,,,,,
"""
YFINANCE = """\
Price,Close,High,Low,Open,Volume
Ticker,SPY,SPY,SPY,SPY,SPY
Date,,,,,
2020-01-30,1102.75,1103.25,1099.0,1101.5,1200000
2020-01-31,1099.25,1104.0,1098.5,1102.5,950000
"""
YFINANCE_TICKER_FIRST = """\
Ticker,SPY,SPY,SPY,SPY,SPY
Price,Close,High,Low,Open,Volume
Date,,,,,
2020-01-30,1102.75,1103.25,1099.0,1101.5,1200000
2020-01-31,1099.25,1104.0,1098.5,1102.5,950000
"""
PANDAS_NAMELESS_LEVELS = """\
,Close,High,Low,Open,Volume
,SPY,SPY,SPY,SPY,SPY
Date,,,,,
2020-01-30,1102.75,1103.25,1099.0,1101.5,1200000
2020-01-31,1099.25,1104.0,1098.5,1102.5,950000
"""
DATAREADER = """\
Attributes,Close,High,Low,Open,Volume
Symbols,SPY,SPY,SPY,SPY,SPY
Date,,,,,
2020-01-30,1102.75,1103.25,1099.0,1101.5,1200000
2020-01-31,1099.25,1104.0,1098.5,1102.5,950000
"""
EXCEL = """\
sep=;
Date;Open;High;Low;Close;Volume;
30-Jan-20;1101,5;1103,25;1099;1102,75;1200000;
31-Jan-20;1102,5;1104;1098,5;1099,25;950000;
"""

LAYOUTS = [
    pytest.param(YAHOO, id="Yahoo"),
    pytest.param(ALPHA_VANTAGE, id="Alpha Vantage"),
    pytest.param(STOOQ_BULK, id="Stooq in bulk"),
    pytest.param(NASDAQ, id="Nasdaq"),
    pytest.param(INVESTING, id="Investing.com"),
    pytest.param(INVESTING_DE, id="Investing.com in German"),
    pytest.param(META_TRADER_5, id="MetaTrader 5"),
    pytest.param(META_TRADER_4, id="MetaTrader 4"),
    pytest.param(TRADING_VIEW, id="TradingView"),
    pytest.param(BINANCE, id="Binance"),
    pytest.param(CRYPTO_DATA_DOWNLOAD, id="CryptoDataDownload"),
    pytest.param(ARIVA, id="Ariva"),
    pytest.param(QUANDL, id="Quandl"),
    pytest.param(BLOOMBERG, id="Bloomberg"),
    pytest.param(YFINANCE, id="yfinance"),
    pytest.param(YFINANCE_TICKER_FIRST, id="yfinance, ticker first"),
    pytest.param(PANDAS_NAMELESS_LEVELS, id="pandas, levels without names"),
    pytest.param(DATAREADER, id="pandas-datareader"),
    pytest.param(EXCEL, id="Excel in German"),
]


def _rows(text: str, tmp_path, encoding: str = "utf-8", **options: str) -> list[tuple[object, ...]]:
    (tmp_path / "bars.txt").write_bytes(text.encode(encoding))
    reading = Reading(**options)
    # A table that is newest first is turned here: what comes of it is not this test's subject.
    frame = text_table((tmp_path / "bars.txt").read_bytes()).frame
    if text in (ALPHA_VANTAGE, NASDAQ, INVESTING, INVESTING_DE, CRYPTO_DATA_DOWNLOAD, ARIVA):
        bars = Bars.from_frame(frame.iloc[::-1], reading=reading)
    else:
        bars = read_bars(tmp_path / "bars.txt", reading=reading)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return list(zip(map(str, bars.dates), *(each.tolist() for each in columns), strict=True))


@pytest.mark.parametrize("text", LAYOUTS)
def test_layout(text: str, tmp_path) -> None:
    assert _rows(text, tmp_path) == BARS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends(encoding: str, ends: str) -> None:
    table = text_table(INVESTING_DE.replace("\n", ends).encode(encoding))
    assert table.frame["Eröffn."].tolist() == ["1.102,50", "1.101,50"]
    assert table.frame.index.tolist() == [2, 3]


def test_utf_16_of_either_end() -> None:
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        frame = text_table(mark + YAHOO.encode(encoding)).frame
        assert frame["Close"].tolist() == ["1102.75", "1099.25"]


@pytest.mark.parametrize(
    ("text", "separator", "notes", "lines"),
    [
        pytest.param("date,close\n2020-01-30,1\n", ",", (), [2], id="plain"),
        pytest.param("\n\ndate;close\n\n2020-01-30;1\n", ";", (), [5], id="blank lines"),
        pytest.param("date,close\n,\n2020-01-30,1\n , \n", ",", (), [3], id="lines without a cell"),
        pytest.param("# prices, as of today\n\ndate|close\n2020-01-30|1\n", "|",
                     ("1 line above the column names was skipped",), [4], id="above"),
        pytest.param("a\nb,c,d\ndate\tclose\n2020-01-30\t1\n", "\t",
                     ("2 lines above the column names were skipped",), [4], id="two above"),
        pytest.param('an inch: 5"\ndate,close\n2020-01-30,1\n', ",",
                     ("1 line above the column names was skipped",), [3], id="a quote above"),
        pytest.param("date,close,volume\n2020-01-30,1,2\nEnd of file\n", ",",
                     ("1 line below the last bar was skipped",), [2], id="below"),
        pytest.param("date,close,volume\n2020-01-30,1,2\n\nSource: us\nAll rights reserved,,\n",
                     ",", ("2 lines below the last bar were skipped",), [2], id="two below"),
        pytest.param("date,close\n2020-01-30,1\ndate,close\n2020-01-31,1\n", ",",
                     ("1 line of column names further down was skipped (line 3)",), [2, 4],
                     id="pasted together"),
        pytest.param("date,close,\n2020-01-30,1,\ndate,close\n2020-01-31,1\n", ",",
                     ("1 line of column names further down was skipped (line 3)",), [2, 4],
                     id="pasted together, one with a separator more"),
        pytest.param('date,close,name\n2020-01-30,1,"a\nb"\n2020-01-31,2,c\n', ",", (), [2, 4],
                     id="a line end inside a cell"),
        pytest.param("date,close,\n2020-01-30,1,\n", ",", (), [2], id="separator at every end"),
        pytest.param("date,close\n2020-01-30,1,,\n", ",", (), [2], id="separators after cells"),
    ],
)  # fmt: skip
def test_lines(text: str, separator: str, notes: tuple[str, ...], lines: list[int]) -> None:
    table = text_table(text.encode())
    assert (table.separator, table.notes) == (separator, notes)
    assert table.frame.index.tolist() == lines
    assert table.frame["date"].tolist() == ["2020-01-30", "2020-01-31"][: len(lines)]
    assert table.frame.columns[:2].tolist() == ["date", "close"]


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        pytest.param("2020-01-31,,,", True, id="date alone"),
        pytest.param("2020-0", True, id="date cut off"),
        pytest.param("soon,1,2,3", True, id="no date, but cells"),
        pytest.param("Total,,,", False, id="word alone"),
        pytest.param(",,,Total", False, id="word at the end"),
    ],
)
def test_what_is_below_the_last_bar(last: str, kept: bool) -> None:
    frame = text_table(f"date,open,close,volume\n2020-01-30,1,1,1\n{last}\n".encode()).frame
    assert frame.index.tolist() == ([2, 3] if kept else [2])


def test_cells_are_kept_as_written() -> None:
    text = "date,ticker,close\n 2020-01-30 ,NA, 1.10 \n2020-01-31,null,\n2020-02-03,T\n"
    frame = text_table(text.encode()).frame
    assert frame["date"].tolist() == ["2020-01-30", "2020-01-31", "2020-02-03"]
    assert frame["ticker"].tolist() == ["NA", "null", "T"]
    assert frame["close"].fillna("?").tolist() == ["1.10", "?", "?"]


def test_an_index_without_a_name_is_the_date() -> None:
    assert text_table(b",open,close\n2020-01-30,1,2\n").frame.columns[0] == "date"
    assert text_table(b",date,close\n0,2020-01-30,2\n").frame.columns.tolist() == [
        "", "date", "close",
    ]  # fmt: skip


def test_a_column_that_is_there_twice_stays_twice() -> None:
    frame = text_table(b"date,close,close\n2020-01-30,1,2\n2020-01-31,1,2\n").frame
    assert frame.columns.tolist() == ["date", "close", "close"]
    with pytest.raises(BarsError, match="two columns are close"):
        Bars.from_frame(frame)


def test_two_levels_number_their_lines_from_the_top() -> None:
    table = text_table(b"saved today\n" + YFINANCE.encode())
    assert table.frame.index.tolist() == [5, 6]
    assert table.frame.columns.tolist()[:2] == [("date", ""), ("Close", "SPY")]
    assert table.notes == ("1 line above the column names was skipped",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b" \n\r\n", "the file is empty", id="blank lines alone"),
        pytest.param(b"\xef\xbb\xbf", "the file is empty", id="mark alone"),
        pytest.param(bytes(range(256)), "no text: its bytes are neither UTF-8, UTF-16 nor cp1252",
                     id="binary"),
        pytest.param(b"date,close\n2020-01-30,1\0\n", "no text: its bytes are neither", id="NUL"),
        pytest.param(b"\xff\xfed", "no text: its bytes are neither", id="half a character"),
        pytest.param(b"date,\x81close\n", "no text: its bytes are neither", id="no letter"),
        pytest.param(b"PK\x03\x04....", "it is an Excel workbook", id="workbook"),
        pytest.param(b"\x1f\x8b\x08", "it is compressed; its name must end in .gz", id="gzip"),
        pytest.param(b"PAR1....", "it is a Parquet file", id="parquet"),
        pytest.param(b"\n<!DOCTYPE html><html>", "no table: it is an HTML page", id="HTML"),
        pytest.param(b"2020.01.30,00:00,1.1,1.2,1.0,1.1,100\n",
                     "no line of column names found; the first line is "
                     "'2020.01.30,00:00,1.1,1.2,1.0,1.1,100'", id="no column names"),
        pytest.param(b"2020-01-30,AAPL,1\n2020-01-31,T,1\n", "no line of column names found",
                     id="a ticker that is a name of a column"),
        pytest.param(b"date open high low close\n2020-01-30 1 1 1 1\n",
                     "the first line is 'date open high low close'; the separator looks like ' ', "
                     "write a comma, semicolon, tab or |", id="blanks between cells"),
        pytest.param(b"date,close\n2020-01-30,1\n2020-01-31,1,2\n",
                     "line 3 has 3 cells, and there are 2 columns (a cell that holds the "
                     "separator, as 1,234 between commas, needs quotation marks)", id="ragged"),
        pytest.param(b'date,close\n2020-01-30,"1\n2020-01-31,1\n',
                     "line 2: quotation marks do not match", id="open quotation"),
        pytest.param(b'date,close\n2020-01-30,"1"2\n', "line 2: quotation marks do not match",
                     id="closed too early"),
    ],
)  # fmt: skip
def test_what_is_no_table(content: bytes, words: str) -> None:
    with pytest.raises(BarsError) as raised:
        text_table(content)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_header_alone_is_a_table_of_nothing() -> None:
    frame = text_table(b"date,open,close\n").frame
    assert (len(frame), frame.columns.tolist()) == (0, ["date", "open", "close"])


SPELLINGS = {"ticker": ("symbol",), "weight": ("weight_%",)}


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        pytest.param("ticker,weight\nNA,1.5\nT,2\n", [1.5, 2.0], id="commas"),
        pytest.param("Symbol;Weight (%)\nNA;1,5\nT;2\n", [1.5, 2.0], id="semicolons"),
        pytest.param(
            "Fund: XYZ\nSymbol\tWeight %\nNA\t1.234,5\nT\t2\n", [1234.5, 2.0], id="a line above"
        ),
    ],
)
def test_tables_that_are_not_bars(text: str, weights: list[float], tmp_path) -> None:
    (tmp_path / "h.tsv").write_bytes(text.encode("cp1252"))
    frame = read_table(tmp_path / "h.tsv", "holdings", known_of(SPELLINGS))
    sheet = Sheet(frame, "h.tsv", SPELLINGS)
    assert sheet.text("ticker") == ["NA", "T"]
    assert np.array_equal(sheet.numbers("weight", most=1e3, unit="percent"), weights)
    assert frame.index.name == "line"


def test_a_row_at_the_end_of_another_table_is_no_footer(tmp_path) -> None:
    (tmp_path / "h.csv").write_text("ticker,weight,name\nNA,1,a\nTotal,,\n")
    frame = read_table(tmp_path / "h.csv", "holdings", known_of(SPELLINGS))
    assert frame["ticker"].tolist() == ["NA", "Total"]


def test_unknown_columns_of_another_table_are_its_readers_matter(tmp_path) -> None:
    (tmp_path / "h.csv").write_text("a;b\n1;2\n")
    frame = read_table(tmp_path / "h.csv", "holdings", known_of(SPELLINGS))
    assert frame.columns.tolist() == ["a", "b"]
    (tmp_path / "h.csv").write_text("")
    words = r"h\.csv: not a readable table of holdings \(the file is empty\)"
    with pytest.raises(BarsError, match=words):
        read_table(tmp_path / "h.csv", "holdings")


def test_work_grows_with_the_lines_and_no_faster(calls_of: Callable[..., int]) -> None:
    days = pd.date_range("1400-01-01", periods=20_000).strftime("%Y-%m-%d")
    lines = ["date,open,high,low,close,volume\n", *(f"{day},1,2,0.5,1.5,9\n" for day in days)]
    frame = text_table("".join(lines).encode()).frame
    assert (len(frame), frame.index[-1], frame["close"].iloc[-1]) == (20_000, 20_001, "1.5")
    few, many = (calls_of(text_table, "".join(lines[: n + 1]).encode()) for n in (10_000, 20_000))
    assert many < 2.2 * few
