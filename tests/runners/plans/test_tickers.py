"""Tickers on the command line."""

import datetime as dt
import importlib.util
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.yahoo.fetch import SourceError
from btplaybook.runners.command import fetch_report
from btplaybook.runners.plans import tickers
from btplaybook.runners.runs.run import run

SERVER = Path(__file__).parents[2] / "feeds" / "yahoo" / "yahoo_server.py"
if "yahoo_server" not in sys.modules:  # the tests are no package
    spec = importlib.util.spec_from_file_location("yahoo_server", SERVER)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["yahoo_server"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["yahoo_server"])
yahoo_server: Any = sys.modules["yahoo_server"]

DAYS = [day.item() for day in sessions("XNYS", "2020-01-02", "2020-12-31")]
TODAY = DAYS[200]


@pytest.fixture
def yahoo() -> Iterator[Any]:
    with yahoo_server.serving() as server:
        server.instruments["SPY"] = yahoo_server.instrument(DAYS[:200])
        server.instruments["SH"] = yahoo_server.instrument(DAYS[:200], seed=1)
        yield server


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def fetch_all(yahoo: Any, tmp_path: Path, said: list[str]) -> Any:
    return partial(
        fetch_report.fetch_all,
        say=said.append,
        folder=tmp_path,
        today=TODAY,
        session=yahoo.session(),
    )


@pytest.fixture
def load(yahoo: Any, tmp_path: Path, said: list[str]) -> Any:
    return partial(
        tickers.load_tickers, say=said.append, folder=tmp_path, today=TODAY, session=yahoo.session()
    )


def test_several_tickers(fetch_all: Any, said: list[str], tmp_path: Path) -> None:
    report, code = fetch_all(["spy", "SH", "SPY"], start=DAYS[100])
    assert code == 0
    assert said == [
        "SPY: 200 bars, 2020-01-02 to 2020-10-15, from Yahoo, 200 new",
        "SH: 200 bars, 2020-01-02 to 2020-10-15, from Yahoo, 200 new",
        f"cache: {tmp_path}",
    ]
    assert [row["ticker"] for row in report["tickers"]] == ["SPY", "SH"]
    assert report["tickers"][0]["bars"]["rows"] == 100
    json.dumps(report, allow_nan=False)


def test_one_that_fails_does_not_stop_the_others(fetch_all: Any, said: list[str]) -> None:
    complaints: list[str] = []
    report, code = fetch_all(["NONE", "SPY"], complain=complaints.append)
    assert code == 2
    assert complaints == ["Yahoo knows no ticker 'NONE'"]
    assert said[0].startswith("SPY: 200 bars")
    assert report["tickers"][0] == {"ticker": "NONE", "error": complaints[0], "exit_code": 2}
    assert report["tickers"][1]["appended"] == 200


def test_bars_with_faults_are_kept_and_told(yahoo: Any, fetch_all: Any, said: list[str]) -> None:
    yahoo.instruments["SPY"].set(DAYS[5], open=0.0)
    _, code = fetch_all(["SPY"])
    assert code == 4
    assert said[0].startswith("SPY (yahoo:SPY): open is not positive on 2020-01-09")
    assert fetch_all(["SPY"], start=DAYS[6])[1] == 0


def test_no_ticker_is_told_before_anything_is_fetched(
    yahoo: Any, fetch_all: Any, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match="is no ticker"):
        fetch_all(["SPY", "../../x"])
    assert not yahoo.asked
    assert not list(tmp_path.iterdir())


def test_unreachable_source(yahoo: Any, fetch_all: Any, load: Any, said: list[str]) -> None:
    yahoo.trouble = "503"
    assert fetch_all(["SPY"])[1] == 3
    with pytest.raises(SourceError) as failed:
        load(["SPY"])
    assert failed.value.exit_code == 3
    assert str(failed.value) == said[0]


def test_run_on_tickers(yahoo: Any, load: Any, said: list[str]) -> None:
    tables = load(["SPY", "sh"], end=DAYS[149])
    assert [(table.name, table.source, len(table)) for table in tables] == [
        ("SPY", "yahoo:SPY", 150),
        ("SH", "yahoo:SH", 150),
    ]
    assert len(said) == 2
    result = run("sma-switch", tables[0], period=5)
    assert result.data[0]["sha256"] == tables[0].vintage
    assert result.data[0]["source"] == "yahoo:SPY"


def test_second_run_of_a_day_is_silent_and_asks_nobody(
    yahoo: Any, load: Any, said: list[str]
) -> None:
    first = load(["SPY"])
    said.clear()
    yahoo.asked.clear()
    assert load(["SPY"]) == first
    assert not said
    assert not yahoo.asked


def test_run_without_a_network_says_how_old_its_bars_are(
    yahoo: Any, load: Any, said: list[str]
) -> None:
    load(["SPY"])
    said.clear()
    yahoo.trouble = "429"
    load(["SPY"], today=TODAY + dt.timedelta(days=3))
    assert said[0] == (
        "SPY: 200 bars, 2020-01-02 to 2020-10-15, from the cache, fetched 2020-10-16 "
        "(3 days ago): Yahoo refuses for now: too many requests (429)"
    )


def test_real_spy_through_yahoo_gives_the_documented_points(
    realdata: Path, yahoo: Any, load: Any
) -> None:
    """Fetched in two pieces, by way of yfinance and the cache, it is the file to the last bit."""
    spy = read_bars(realdata / "etf" / "SPY.csv", name="SPY", end="2013-09-30")
    dates = spy.dates.tolist()
    prices = {name: getattr(spy, name).tolist() for name in yahoo_server.FIELDS}
    paid = {date: float(cash) for date, cash in zip(dates, spy.dividend, strict=True) if cash}
    yahoo.instruments["SPY"] = yahoo_server.Instrument(dates, prices, paid)
    load(["SPY"], today=dt.date(2010, 6, 30))
    (table,) = load(["SPY"], today=dt.date(2013, 10, 1))
    assert table == spy
    result = run("sma-switch", table, direction="reversion", period=8)
    assert result.metrics["points"] == pytest.approx(255.38, abs=0.005)
