"""What a run trades, in words, and its heading."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.samples import sample, sample_market
from btplaybook.runners.records.record_shape import fault_of
from btplaybook.runners.runs.labels.traded import LEAST, MOST, heading, traded_name
from btplaybook.runners.runs.returns_alone import report
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

LONG = "Vanguard Total International Stock Index Fund Admiral Shares Reinvested"


def rows(*names, **titles):
    return [{"name": name, **({"title": titles[name]} if name in titles else {})} for name in names]


@pytest.mark.parametrize(
    ("data", "params", "name"),
    [
        pytest.param([], {}, "", id="nothing"),
        pytest.param(rows("SPY"), {}, "SPY", id="one"),
        pytest.param(rows("SP500", SP500="S&P 500"), {}, "S&P 500", id="one with a title"),
        pytest.param(rows("SPY", "SH"), {"short_via": "inverse"}, "SPY and SH", id="two"),
        pytest.param(rows("SPY", "QQQ", "TLT"), {}, "SPY, QQQ and TLT", id="three"),
        pytest.param(rows("SPY", "QQQ", "IWM", "DIA"), {}, "SPY, QQQ and 2 more", id="four"),
        pytest.param(rows(*"ABCDE"), {}, "A, B and 3 more", id="five"),
        pytest.param(rows("XLV", *"ABC"), {"etf": ""}, "3 XLV stocks and XLV", id="a book"),
        pytest.param(rows(*"ABC", "XLV"), {"etf": "XLV"}, "3 XLV stocks and XLV", id="fund last"),
        pytest.param(
            rows("SP500", *"AB", SP500="S&P 500"),
            {"etf": "SP500"},
            "2 S&P 500 stocks and S&P 500",
            id="a book of an index",
        ),
        pytest.param(rows(*"ABC"), {"etf": "XLK"}, "A, B and C", id="no fund of that name"),
        pytest.param(rows("A\n  B"), {}, "A B", id="a name of two lines"),
    ],
)
def test_what_is_traded(data, params, name):
    assert traded_name(data, params) == name


@pytest.mark.parametrize(
    ("title", "traded", "expected"),
    [
        pytest.param("SMA switch", "S&P 500", "SMA switch on S&P 500", id="plain"),
        pytest.param("SMA switch", "", "SMA switch", id="nothing traded"),
        pytest.param("SPY trend", "SPY", "SPY trend", id="the title has it"),
        pytest.param("Trend of spy", "SPY", "Trend of spy", id="in other letters"),
        pytest.param("SMA switch", "A", "SMA switch on A", id="a letter is no word"),
        pytest.param("Switch (S&P 500)", "S&P 500", "Switch (S&P 500)", id="with signs"),
        pytest.param("Cross", "data0", "Cross", id="a feed without a name"),
        pytest.param("Cross", "bars", "Cross", id="a table without a name"),
        pytest.param("Two\nlines", "SPY", "Two lines on SPY", id="line ends"),
        pytest.param(
            "SMA switch", LONG,
            "SMA switch on Vanguard Total International Stock Index...", id="a long name",
        ),
        pytest.param(
            f"{LONG} trend", "SPY",
            "Vanguard Total International Stock Index Fund... on SPY", id="a long title",
        ),
        pytest.param(
            LONG, LONG[::-1],
            "Vanguard Total International... on detsevnieR serahS...", id="both long",
        ),
        pytest.param("Cross", "x" * 200, f"Cross on {'x' * 48}...", id="one long word"),
    ],
)  # fmt: skip
def test_the_heading(title, traded, expected):
    found = heading(title, traded)
    assert found == expected
    assert len(found) <= MOST


@pytest.mark.parametrize("length", range(1, 90))
def test_a_heading_is_never_longer_and_keeps_a_part_of_both(length):
    words = "abc " * 40
    title, traded = words[:length].strip(), "xyz " * 30
    found = heading(title, traded)
    assert len(found) <= MOST
    before, _, after = found.partition(" on ")
    assert before.startswith("a")
    assert len(after) >= min(LEAST - 6, len(traded))


@pytest.mark.parametrize(
    ("name", "key", "title"),
    [("sp500", "SP500", "S&P 500"), ("nasdaq", "NASDAQ", "Nasdaq Composite"),
     ("simulated", "SIMULATED", "simulated prices")],
)  # fmt: skip
def test_a_sample_has_a_name_for_readers_beside_its_own(name, key, title):
    bars = sample(name, end="2006-06-30")
    assert (bars.name, bars.title) == (key, title)
    result = run("sma-switch", bars, period=20, strips=False)
    assert (result.traded_name, result.heading) == (title, f"SMA switch on {title}")
    assert (result.name_of(key), result.name_of("OTHER")) == (title, "OTHER")
    plain = json.loads(result.to_json())
    assert (plain["data"][0]["name"], plain["data"][0]["title"]) == (key, title)
    assert plain["benchmark"]["name"] == key
    assert fault_of(plain) is None
    plain["data"][0]["title"] = ["S&P 500"]
    assert fault_of(plain) == "a title in data is text, not ['S&P 500']"


def test_the_index_of_the_twenty_stocks_is_called_by_its_name():
    pytest.importorskip("skfolio")
    market = sample_market("us20", start="2020-01-01")
    assert (market.etf.name, market.etf.title) == ("SP500", "S&P 500")
    assert {bars.title for bars in market.panel.bars} == {""}


def test_a_title_stays_with_the_bars_and_changes_nothing_else():
    bars = sample("sp500")
    bare = replace(bars, title="")
    assert bars == bare
    assert bars.vintage == bare.vintage
    cut = bars.between("2001-01-01", "2002-01-01").without_dividends()
    assert cut.title == "S&P 500"
    assert replace(bars, title=" S&P\n500\0").title == "S&P 500"


def test_bars_without_a_title_have_no_such_key(tmp_path):
    file = tmp_path / "SPY.csv"
    sample("sp500", end="2001-06-30").frame().to_csv(file)
    result = run("sma-switch", read_bars(file), period=20, strips=False)
    assert result.heading == "SMA switch on SPY"
    assert "title" not in result.plain()["data"][0]


def test_a_book_of_a_fund_says_so():
    class Book(PlaybookStrategy):
        title = "Book"
        params = (("etf", ""),)

        def target_weights(self):
            return {self.data1: 1.0, self.data: -1.0}

    feeds = [sample("simulated", seed=seed, end="2005-12-30") for seed in range(4)]
    named = [replace(bars, name=f"F{k}", title="") for k, bars in enumerate(feeds)]
    result = run(Book, named, strips=False)
    assert result.heading == "Book on 3 F0 stocks and F0"


def test_a_report_of_returns_has_the_series_name_and_trades_nothing():
    days = pd.date_range("2020-01-01", periods=300, freq="B")
    series = pd.Series(np.sin(np.arange(300)) / 100, days, name="My fund")
    result = report(series)
    assert (result.traded_name, result.heading) == ("My fund", "My fund")


def test_a_very_long_name_of_bars_is_cut_in_the_heading_alone():
    bars = sample("sp500", end="2001-06-30")
    columns = {name: getattr(bars, name) for name in bars.frame()}
    long = Bars(LONG * 4, bars.dates, **columns)
    result = run("sma-switch", long, period=20, strips=False)
    assert len(result.heading) <= MOST
    assert json.loads(result.to_json())["data"][0]["name"] == LONG * 4
