"""Bars in any form that a run accepts; closing prices alone are filled at closes only."""

import json

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.bars.any_bars import tables_from
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

pytestmark = pytest.mark.usefixtures("undrawn")

YEAR = {"start": "2016-06-01", "end": "2017-05-31"}
SPX = sample("sp500", start="2014-01-02", end="2017-12-29")
NDX = sample("nasdaq", start="2014-01-02", end="2017-12-29")
CLOSES = SPX.frame()["close"].rename("SPX")


def yfinance(*tables, fields_first=True):
    """A frame with two levels of columns, as yfinance's `download` returns it."""
    frames = {t.name: t.frame().drop(columns="dividend").rename(columns=str.title) for t in tables}
    wide = pd.concat(frames, axis=1, names=["Ticker", "Price"])
    return wide.swaplevel(axis=1) if fields_first else wide


def long(*tables):
    frames = [t.frame().assign(Symbol=t.name) for t in tables]
    return pd.concat(frames).rename_axis("Date").reset_index()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bars")
    SPX.frame().to_csv(folder / "SPX.csv")
    long(NDX, SPX).to_parquet(folder / "both.parquet")
    return folder


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (lambda files: SPX, ["SP500"]),
        (lambda files: [SPX, NDX], ["SP500", "NASDAQ"]),
        (lambda files: (table for table in (SPX, NDX)), ["SP500", "NASDAQ"]),
        (lambda files: {"A": SPX, "B": NDX.frame()}, ["A", "B"]),
        (lambda files: str(files / "SPX.csv"), ["SPX"]),
        (lambda files: files / "SPX.csv", ["SPX"]),
        (lambda files: f"mine={files / 'both.parquet'}#NASDAQ", ["mine"]),
        (lambda files: [files / "SPX.csv", NDX], ["SPX", "NASDAQ"]),
        (lambda files: SPX.frame(), ["bars"]),
        (lambda files: SPX.frame().assign(ticker="SPX"), ["SPX"]),
        (lambda files: long(NDX, SPX), ["NASDAQ", "SP500"]),
        (lambda files: long(NDX, SPX).set_index(["Date", "Symbol"]), ["NASDAQ", "SP500"]),
        (lambda files: yfinance(SPX), ["SP500"]),
        (lambda files: yfinance(NDX, SPX), ["NASDAQ", "SP500"]),
        (lambda files: yfinance(NDX, SPX, fields_first=False), ["NASDAQ", "SP500"]),
        (lambda files: CLOSES, ["SPX"]),
        (lambda files: dict(pd.DataFrame({"A": CLOSES, "B": CLOSES})), ["A", "B"]),
        (lambda files: CLOSES.rename(("Close", "SPX")), ["SPX"]),
        (lambda files: CLOSES.rename(None), ["closes"]),
    ],
)
def test_what_holds_bars_becomes_bars(files, given, names):
    tables = tables_from(given(files))
    assert [table.name for table in tables] == names
    for table in tables:
        like = NDX if table.name in ("NASDAQ", "B", "mine") else SPX
        assert np.array_equal(table.dates, like.dates)
        if like is SPX:  # the others may be closes by design
            assert np.array_equal(table.close, like.close)


def test_a_frame_says_in_run_json_that_it_is_one():
    frame = SPX.frame()
    before = frame.copy()
    result = run("sma-switch", frame, strips=False, period=20, **YEAR)
    assert result.data[0]["source"] == "frame"
    assert result.metrics == run("sma-switch", SPX, strips=False, period=20, **YEAR).metrics
    pd.testing.assert_frame_equal(frame, before)


def test_from_frame_names_a_table_after_its_ticker():
    assert Bars.from_frame(long(SPX)).name == "SP500"
    assert Bars.from_frame(long(NDX, SPX), ticker="nasdaq").name == "NASDAQ"
    assert Bars.from_frame(yfinance(SPX)).name == "SP500"
    assert Bars.from_frame(yfinance(SPX), name="mine").name == "mine"
    assert Bars.from_frame(SPX.frame()).name == "bars"


@pytest.mark.parametrize(
    ("bars", "words"),
    [
        (5, "bars must be the path of a CSV or Parquet file.*; got int"),
        (None, "got NoneType"),
        (np.ones(3), "got numpy.ndarray"),
        ([SPX, 1.5], "got float"),
        ({"A": 1}, "got int"),
        ([], "no bars were given"),
        ({"A": long(NDX, SPX)}, "named 'A' hold 2 instruments: NASDAQ, SP500"),
        ([CLOSES, CLOSES], r"a name of its own, and 'SPX' is that of table 1 \(.*\) and table 2"),
        ("sp500", r"no file sp500; for the sample say sample\('sp500'\)"),
        ("nowhere.csv", "nowhere.csv"),
        (pd.DataFrame({"SPX": CLOSES}), r"columns open, .* got SPX; .* dict\(frame\)"),
        (CLOSES.reset_index(drop=True), "needs dates as its index"),
        (CLOSES.astype(str) + "x", "close is not a number"),
        (pd.Series(dtype=float, index=pd.DatetimeIndex([])), "at least 2 bars"),
        (CLOSES.where(CLOSES.index != CLOSES.index[7]), "close is missing or not finite on 2014"),
    ],
)
def test_what_holds_none_is_named_in_a_line(bars, words):
    with pytest.raises(ValueError, match=words) as raised:
        run("sma-switch", bars)
    assert raised.value.exit_code in (2, 4)
    audits = (audit,) if bars is not None else ()  # without bars it simulates a market
    for other in (*audits, lambda *given: run_search(*given, "period=5|6")):
        with pytest.raises(ValueError, match=words):
            other("sma-switch", bars)


def test_a_series_of_closes_is_the_table_whose_prices_are_the_closes():
    padded = pd.concat([pd.Series([np.nan], index=[pd.Timestamp("2013-12-31")]), CLOSES])
    (table,) = tables_from(padded)
    assert (table.closes_only, table.volume_known, table.price_only) == (True, False, True)
    assert np.array_equal(table.close, SPX.close)
    assert table.source == "series"


def test_a_run_of_closes_says_so_and_shows_no_next_open(tmp_path):
    result = run("sma-switch", CLOSES, period=20, **YEAR)
    assert "closes only" in {badge.text for badge in result.badges}
    assert {row["fill"] for row in result.strips["fill"]} == {
        "close", "next_close", "close_after_next",
    }  # fmt: skip
    assert "no next open" in result.strips["next_open_not_shown"]
    assert "there is no next open to fill at" in tearsheet(result)
    write_run(result, tmp_path)  # NaN volumes are no JSON
    assert json.loads((tmp_path / "run.json").read_text())["data"][0]["name"] == "SPX"
    known = run("sma-switch", SPX, period=20, **YEAR)
    assert "next_open_not_shown" not in known.strips
    assert result.metrics == known.metrics | {"pnl": result.metrics["pnl"]}


@pytest.mark.parametrize(
    ("strategy", "space", "settings", "why"),
    [
        ("sma-switch", "period=5|6", {"fill": "next_open"}, "fill next_open needs opening prices"),
        (
            "session-switch",
            "side=long|short",
            {},
            "session-switch, which trades at the open, needs opening prices",
        ),
    ],
)
def test_what_fills_at_opens_refuses_closes(strategy, space, settings, why):
    with pytest.raises(ParameterError, match=f"{why}, and of SPX closes alone are known"):
        run(strategy, CLOSES, **settings)
    with pytest.raises(ParameterError, match=why):
        run_search(strategy, CLOSES, space, **settings)


class Holds(PlaybookStrategy):
    """Holds one feed, and reads the other."""

    params = (("held", 0),)

    def target_weights(self):
        return {self.datas[self.p.held]: 1.0}


def test_closes_that_are_only_read_may_stand_beside_opens_that_are_traded():
    assert run(Holds, [SPX, CLOSES], fill="next_open", **YEAR).metrics["total_return"]
    with pytest.raises(ParameterError, match="of SPX closes alone are known"):
        run(Holds, [SPX, CLOSES], fill="next_open", held=1, **YEAR)


class ByVolume(PlaybookStrategy):
    """Holds after a day of more volume."""

    def target_weights(self):
        return {self.data: float(self.data.volume[0] > self.data.volume[-1])}


def test_a_strategy_that_reads_volume_refuses_bars_without_it():
    assert run(ByVolume, SPX, strips=False, **YEAR).trades.shape[0] > 10
    with pytest.raises(ValueError, match="SPX has no volume: this strategy reads it") as raised:
        run(ByVolume, CLOSES, **YEAR)
    assert raised.value.exit_code == 4


def test_audit_and_search_run_on_closes():
    assert audit("sma-switch", CLOSES, period=20, **YEAR).passed
    found = run_search("sma-switch", CLOSES, "period=10..14", at_random=2, **YEAR)
    assert found.confirmed == 5
