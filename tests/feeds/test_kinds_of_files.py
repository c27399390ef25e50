# ruff: noqa: E501, UP031  the table reads better with a row a line
"""Files as people have them, by kind: the right hold and strategy figures, or the line that helps.

Every file holds the bars of one market. Those that can be read give the figures of the plain file
to 1e-9; the others are refused in one line that says what is wrong and what to do.
"""

import gzip
import io
import pathlib
import tempfile

import numpy as np
import pandas as pd
import pytest
import vendors
from vendors import Market, market

from btplaybook.feeds.errors import BarsError, RequestError
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.reading import Reading
from btplaybook.runners.runs.run import run

BASE = market()
N = len(BASE)


@pytest.fixture(scope="module")
def plain():
    """The figures of the market: what the strategy and what holding made."""
    return figures(vendors.stooq(Market(BASE)).to_csv(index=False).encode(), ".csv")


def read(content, suffix=".csv", **reading):
    """Return the bars of a file."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"file{suffix}"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_bars(file, reading=Reading(**reading))


def figures(content, suffix, **reading):
    """Return the strategy's and the holder's total return of a file."""
    bars = read(content, suffix, **reading)
    result = run("sma-switch", bars, period=8, strips=False, figures_only=True)
    return result.metrics["total_return"], result.benchmark["total_return"]


def table(form="%Y-%m-%d", **columns):
    """Return the plain table with dates as text; columns replace or add."""
    frame = BASE.rename(columns=str.title).rename_axis("Date").reset_index()
    frame["Date"] = frame["Date"].dt.strftime(form)
    frame["Volume"] = frame["Volume"].astype(int)
    return frame.assign(**columns)


def csv(frame, **options):
    return frame.to_csv(index=False, **options)


def mapped(frame, change, columns=("Open", "High", "Low", "Close")):
    return frame.assign(**{name: [change(value) for value in frame[name]] for name in columns})


def german(value):
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def lines(frame, above="", below="", **options):
    return above + csv(frame, **options) + below


def with_row(frame, row, **cells):
    frame = frame.astype(object)
    for name, value in cells.items():
        frame.loc[row, name] = value
    return frame


def inserted(frame, at, **cells):
    """Return the frame with a copy of a row after it, changed."""
    extra = frame.iloc[[at]].astype(object).assign(**cells)
    return pd.concat([frame.iloc[: at + 1].astype(object), extra, frame.iloc[at + 1 :]])


def parquet(frame):
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def two_levels(order=("Price", "Ticker"), more=None):
    """Return yfinance's frame of one or two tickers, as its CSV."""
    own = BASE.rename(columns=str.title).assign(**{"Adj Close": BASE["close"]})
    frames = {"AAA": own} | ({"BBB": more} if more is not None else {})
    frame = pd.concat(frames, axis=1)
    frame.columns = frame.columns.set_names(["Ticker", "Price"])
    frame.index.name = "Date"
    return frame.swaplevel(axis=1).to_csv() if order == ("Price", "Ticker") else frame.to_csv()


THREE_DECIMALS = csv(
    mapped(table(Volume=0), lambda value: f"{value:.3f}".replace(".", ",")), quoting=1
)


def unix(unit):
    """Return seconds or smaller since 1970 at 14:30 in UTC, the open in New York."""
    stamps = (BASE.index + pd.Timedelta(hours=14, minutes=30)).astype("datetime64[ns]")
    return stamps.astype("int64") // {"s": 10**9, "ms": 10**6, "us": 10**3}[unit]


SATURDAY = "2019-02-16"  # after row 30, Friday 2019-02-15
ROW = list(BASE.index.strftime("%Y-%m-%d")).index("2019-02-15")

READ = {
    # separators, marks, encodings
    "comma": csv(table()),
    "semicolon": csv(table(), sep=";"),
    "tab": (csv(table(), sep="\t"), ".tsv"),
    "tab in .txt": (csv(table(), sep="\t"), ".txt"),
    "pipe": csv(table(), sep="|"),
    "semicolon and decimal comma": csv(mapped(table(), german), sep=";"),
    "decimal comma, thousand dots in the volume": csv(
        mapped(mapped(table(), german), lambda v: f"{v:,.0f}".replace(",", "."), ["Volume"]), sep=";"
    ),
    "decimal comma in tabs": (csv(mapped(table(), german), sep="\t"), ".tsv"),
    "quoted decimal comma": csv(mapped(table(), german), quoting=1),
    "thousand commas": csv(mapped(table(), lambda v: f"{v:,.0f}", ["Volume"])),
    "thousand apostrophes": csv(mapped(table(), lambda v: f"{v:,.0f}".replace(",", "'"), ["Volume"])),
    "thousand blanks": csv(mapped(table(), lambda v: f"{v:,.0f}".replace(",", " "), ["Volume"])),
    "dollar signs": csv(mapped(table(), lambda v: f"${v}")),
    "volume in millions": csv(mapped(table(), lambda v: f"{v / 1e6}M", ["Volume"])),
    "volume in thousands": csv(mapped(table(), lambda v: f"{v / 1e3}K", ["Volume"])),
    "a percent column": csv(table(**{"Change %": "1.2%"})),
    "byte order mark": csv(table()).encode("utf-8-sig"),
    "UTF-16": csv(table(), sep="\t").encode("utf-16"),
    "Windows' code page": csv(table(Note="Übernahme")).encode("cp1252"),
    "Windows' line ends": csv(table(), lineterminator="\r\n"),
    "gzip": (gzip.compress(csv(table()).encode()), ".csv.gz"),
    "Parquet": (parquet(BASE.reset_index()), ".parquet"),
    "Parquet with the dates as index": (parquet(BASE), ".parquet"),
    # what stands around the table
    "lines above": lines(table(), above="AAA Inc.\nDownloaded 2020-01-01\n\n"),
    "a comment above": lines(table(), above="# prices in USD\n"),
    "lines below": lines(table(), below="\nTotal rows: 130\n"),
    "a footer with a comma": lines(table(), below='"Source: vendor, all rights reserved"\n'),
    "a blank first line": lines(table(), above="\n"),
    "blank lines between": csv(table()).replace("\n2019-02-15", "\n\n2019-02-15"),
    "a separator at every line's end": csv(table()).replace("\n", ",\n"),
    "an unnamed index": BASE.rename_axis(None).to_csv(),
    # columns
    "upper case": csv(table().rename(columns=str.upper)),
    "MetaTrader 5": (
        csv(table("%Y.%m.%d").rename(columns=lambda c: f"<{c.upper()}>").rename(
            columns={"<VOLUME>": "<TICKVOL>"}).assign(**{"<VOL>": 0, "<SPREAD>": 1}), sep="\t"),
        ".csv",
    ),
    "Stooq's archive": (
        csv(table("%Y%m%d").rename(columns=lambda c: f"<{c.upper()}>").rename(
            columns={"<VOLUME>": "<VOL>"}).assign(**{"<TICKER>": "AAA.US", "<PER>": "D",
                                                     "<TIME>": "000000"})),
        ".txt",
    ),
    "Nasdaq.com": csv(mapped(table("%m/%d/%Y"), lambda v: f"${v}").rename(
        columns={"Close": "Close/Last"})[["Date", "Close/Last", "Volume", "Open", "High", "Low"]][::-1]),
    "Investing.com": csv(table("%m/%d/%Y").rename(columns={"Close": "Price", "Volume": "Vol."}).assign(
        **{"Vol.": [f"{v / 1e6}M" for v in BASE["volume"]], "Change %": "0.12%"})[::-1], quoting=1),
    "TradingView": csv(table(Date=unix("s")).rename(columns={"Date": "time"})),
    "Binance": csv(table(Date=unix("ms")).rename(columns={"Date": "Open time"})),
    "microseconds": csv(table(Date=unix("us")).rename(columns={"Date": "timestamp"})),
    "Alpha Vantage": csv(vendors.alpha_vantage(Market(BASE))),
    "Alpha Vantage's numbered names": csv(table().rename(columns={
        "Date": "timestamp", "Open": "1. open", "High": "2. high", "Low": "3. low",
        "Close": "4. close", "Volume": "5. volume"})),
    "Tiingo": csv(vendors.tiingo(Market(BASE))),
    "Yahoo's page": csv(vendors.yahoo_site(Market(BASE))),
    "Bloomberg": csv(table().rename(columns=lambda c: "Date" if c == "Date" else {
        "Close": "PX_LAST"}.get(c, f"PX_{c.upper()}"))),
    "yfinance, two levels": two_levels(),
    "yfinance, tickers first": two_levels(("Ticker", "Price")),
    # dates
    "newest first": csv(table()[::-1]),
    "day first": csv(table("%d/%m/%Y")),
    "day first with dots": csv(table("%d.%m.%Y"), sep=";"),
    "month first": csv(table("%m/%d/%Y")),
    "month first, short year": csv(table("%m/%d/%y")),
    "names of months": csv(table("%b %d, %Y"), quoting=1),
    "day-month-year in words": csv(table("%d-%b-%Y")),
    "stamps at midnight": csv(table("%Y-%m-%d 00:00:00")),
    "stamps of New York": csv(table(Date=BASE.index.tz_localize("America/New_York").astype(str))),
    "stamps in UTC": csv(table("%Y-%m-%dT05:00:00Z")),
    "one number a date": csv(table("%Y%m%d")),
    # rows
    "empty rows at the ends": csv(pd.concat(
        [table()[["Date"]].assign(Date=["2018-12-%02d" % d for d in range(1, 2)] * N)[:1],
         table(), pd.DataFrame({"Date": ["2019-12-30"]})])),
    "a stray Saturday": csv(inserted(table(), ROW, Date=SATURDAY)),
    "a stray Saturday without prices": csv(inserted(
        table(), ROW, Date=SATURDAY, Open="", High="", Low="", Close="", Volume="")),
    "an ordinary dividend column of blanks and zeros": csv(table(Dividend=0.0)),
    "no volume": csv(table().drop(columns="Volume")),
}  # fmt: skip


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_a_file_gives_the_figures_of_the_plain_one(content, plain):
    content, suffix = content if isinstance(content, tuple) else (content, ".csv")
    np.testing.assert_allclose(figures(content, suffix), plain, rtol=1e-9)


WITH_OPTIONS = {
    "dates that may be either": (
        csv(table("%d/%m/%Y")[:6]), {"dates": "dmy"}, csv(table()[:6]),
    ),
    "three decimals that may be thousands": (
        THREE_DECIMALS, {"decimal": ","},
        csv(table()),
    ),
    "faulty rows left out": (
        csv(with_row(with_row(table(), 40, Close="n/a"), 41, Low=999)), {"drop_bad_rows": True},
        csv(table().drop([40, 41])),
    ),
    "rows of nulls left out": (
        csv(with_row(table(), 40, Open="null", High="null", Low="null", Close="null", Volume="null")),
        {"drop_bad_rows": True},
        csv(table().drop(40)),
    ),
    "Tokyo's midnights in UTC": (
        csv(table(Date=BASE.index.tz_localize("Asia/Tokyo").tz_convert("UTC").astype(str))),
        {"timezone": "Asia/Tokyo"},
        csv(table()),
    ),
    "a split by hand": (
        csv(vendors.stooq(Market(Market(BASE, {60: 2.0}).raw))),
        {"split": ("2019-04-02=2",)},
        csv(table()),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reading", "same"), WITH_OPTIONS.values(), ids=WITH_OPTIONS)
def test_an_option_says_what_a_file_leaves_open(content, reading, same):
    assert str(BASE.index[60].date()) == "2019-04-02"
    if len(same.splitlines()) < 20:  # too short for the strategy: the bars tell
        assert read(content, **reading) == read(same)
        return
    expected = figures(same, ".csv")
    np.testing.assert_allclose(figures(content, ".csv", **reading), expected, rtol=1e-9)


REFUSED = {
    "an ambiguous order of day and month": (csv(table("%d/%m/%Y")[:6]), "--dates dmy"),
    "days and months above twelve": (
        csv(with_row(table("%d/%m/%Y"), 5, Date="01/25/2019")), "day.*month"),
    "thousands or decimals": (
        THREE_DECIMALS, "--decimal"),
    "more fields than names": (
        csv(table()).replace("2019-02-15,", "2019-02-15,1,2,", 1), "line 31"),
    "no column of closes": (csv(table().drop(columns="Close")), "no column close.*columns: .*open"),
    "no column of lows": (csv(table().drop(columns="Low")), "no column low"),
    "two columns of closes": (csv(table(close=1.0)), "two columns are close"),
    "only an adjusted close": (
        csv(table().rename(columns={"Close": "Adj Close"})), "only an adjusted close"),
    "no names at all": (csv(table(), header=False), "column names"),
    "no rows": ("Date,Open,High,Low,Close,Volume\n", "at least 2 bars"),
    "nothing": ("", "empty|no line"),
    "text for a price": (csv(with_row(table(), 40, Close="n/a?")), "close is not a number: 'n/a\\?' in line 42"),
    "a price of nothing": (csv(with_row(table(), 40, Close="")), "close is missing.*2019-03-05"),
    "true for a price": (csv(with_row(table(), 40, Close="True")), "close is not a number"),
    "a high of 1e308": (csv(with_row(table(), 40, High=1e308)), "high is over 100 times the close"),
    "a high of a thousand closes": (
        csv(with_row(table(), 40, High=BASE["close"].iloc[40] * 1000)), "high is over 100 times"),
    "a volume of 2^64": (csv(with_row(table(), 40, Volume=2**64)), "volume is above 1e\\+18"),
    "a date in the future": (csv(with_row(table(), N - 1, Date="2999-01-04")), "date is after today"),
    "dates out of order": (csv(with_row(table(), 40, Date="2019-01-10")), "before one that stands above|more than one"),
    "a day twice": (csv(with_row(table(), 40, Date=table()["Date"][39])), "more than one bar a day"),
    "a dividend column that ends": (
        csv(table(Dividend=[0.0] * 100 + [None] * (N - 100))), "dividend is missing.*--no-dividends"),
    "stamps in UTC of an Asian exchange": (
        csv(table(Date=BASE.index.tz_localize("Asia/Tokyo").tz_convert("UTC").astype(str))),
        "--timezone"),
    "bytes that are no text": (bytes(range(256)), "text|binary|NUL"),
    "daily after years of weeks": (
        csv(pd.concat([table()[:60:5], table()[60:]])), "spacing|weekly"),
    "a bar every quarter": (
        csv(table(Date=pd.date_range("1990-01-31", periods=N, freq="QE").strftime("%Y-%m-%d"))[:100]),
        "daily, weekly or monthly"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_says_why_in_one_line(content, words):
    with pytest.raises((BarsError, RequestError), match=words) as caught:
        read(content)
    assert len(str(caught.value).splitlines()) <= 3


def test_there_are_more_than_sixty_kinds():
    assert len(READ) + len(WITH_OPTIONS) + len(REFUSED) > 60


@pytest.mark.parametrize("day", ["2019-02-16", "2019-02-17"], ids=["Saturday", "Sunday"])
def test_a_stray_bar_is_named_and_may_be_kept(day):
    content = csv(inserted(table(), ROW, Date=day))
    bars = read(content)
    assert bars.calendar == "XNYS"
    assert any(day in line and "--keep-all-rows" in line for line in bars.warnings)
    assert len(read(content, keep_all_rows=True)) == len(bars) + 1


@pytest.mark.realdata
@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_one_stray_saturday_changes_no_byte_of_the_figures(realdata, every):
    clean = pd.read_csv(realdata / "etf" / "SPY.csv").drop(columns="source").iloc[-1500:]
    friday = clean.index[pd.to_datetime(clean["date"]).dt.day_of_week == 4][100]
    stray = clean.loc[[friday]].assign(
        date=str((pd.Timestamp(clean["date"][friday]) + pd.Timedelta(days=1)).date())
    )
    both = pd.concat([clean.loc[:friday], stray, clean.loc[friday + 1 :]])
    plain, named = (
        run("sma-switch", frame, period=50, every=every, strips=False, figures_only=True)
        for frame in (clean, both)
    )
    assert named.metrics == plain.metrics
    assert named.benchmark == plain.benchmark
    assert named.decisions.equals(plain.decisions)
    assert len(named.data[0]["warnings"]) == len(plain.data[0]["warnings"]) + 1


def test_what_was_done_is_said():
    bars = read(lines(table()[::-1], above="AAA\n"))
    assert any("newest first" in line for line in bars.origin.notes)
    assert any("above" in line for line in bars.origin.notes)


def test_rows_left_out_are_listed():
    bars = read(csv(with_row(with_row(table(), 40, Close="x"), 41, Low=999)), drop_bad_rows=True)
    assert len(bars) == N - 2
    left_out = [line for line in bars.warnings if "left out" in line]
    assert any("'x' in line 42" in line for line in left_out)
    assert any(str(BASE.index[41].date()) in line for line in left_out)


def test_a_fault_before_the_start_does_not_stop_a_run(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(csv(with_row(table(), 10, Close="", Open="?")))
    start = BASE.index[60].date()
    with pytest.raises(BarsError):
        read_bars(file)
    bars = read_bars(file, counted_from=start)
    assert len(bars) == N - 1
    assert any("left out" in line for line in bars.warnings)
    with pytest.raises(BarsError):
        read_bars(file, counted_from=BASE.index[5].date())


def test_blank_dividends_are_none_where_no_day_says_zero():
    paid = [None] * N
    paid[20] = 0.25
    bars = read(csv(table(Dividend=paid)))
    assert bars.dividend[20] == 0.25
    assert bars.dividend.sum() == 0.25
    assert not bars.price_only


def test_closes_alone_are_enough():
    bars = read(csv(table()[["Date", "Close"]]))
    assert bars.closes_only
    assert not bars.volume_known
    np.testing.assert_array_equal(bars.close, BASE["close"])


def test_a_ticker_that_begins_later_in_a_frame_of_many():
    other = BASE.rename(columns=str.title).assign(**{"Adj Close": BASE["close"]})
    other.loc[other.index[:20]] = np.nan
    other.loc[other.index[-5:]] = np.nan
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "two.csv"
        file.write_text(two_levels(more=other))
        late, whole = (read_bars(file, ticker=name) for name in ("BBB", "AAA"))
    assert len(whole) == N
    assert len(late) == N - 25
    np.testing.assert_array_equal(late.close, BASE["close"].iloc[20:-5])
