"""Fetching with the real yfinance from a server on 127.0.0.1."""

import datetime as dt
import importlib.util
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import curl_cffi.requests
import numpy as np
import pandas as pd
import pytest
from curl_cffi.requests.exceptions import DNSError, Timeout

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.vendors.vintages import CacheError, Vintages
from btplaybook.feeds.yahoo import session as session_module
from btplaybook.feeds.yahoo.fetch import (
    Fetched,
    SourceError,
    UnknownTickerError,
    cache_folder,
    check_ticker,
    fetch,
)
from btplaybook.feeds.yahoo.session import YahooSession


def from_path(path: Path) -> ModuleType:
    """Import a module of the tests, which are no package."""
    if path.stem not in sys.modules:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[path.stem] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[path.stem])
    return sys.modules[path.stem]


yahoo_server = from_path(Path(__file__).with_name("yahoo_server.py"))

DAYS = [day.item() for day in sessions("XNYS", "2020-01-02", "2020-06-30")]
TODAY = DAYS[100]  # 2020-05-27, a Wednesday
KNOWN = 90  # bars that a first fetch on DAYS[90] keeps
PRICES = ["open", "high", "low", "close"]


@pytest.fixture
def yahoo() -> Iterator[Any]:
    with yahoo_server.serving() as server:
        server.instruments["SPY"] = yahoo_server.instrument(DAYS[:101])
        yield server


@pytest.fixture
def get(yahoo: Any, tmp_path: Path) -> Callable[..., Fetched]:
    """Fetch SPY into an own cache on a given day."""

    def call(ticker: str = "SPY", *, today: dt.date = TODAY, **more: Any) -> Fetched:
        more = {"folder": tmp_path, "session": yahoo.session(), "seconds": 5.0} | more
        return fetch(ticker, today=today, **more)

    return call


@pytest.fixture
def known(yahoo: Any, get: Callable[..., Fetched]) -> Fetched:
    """What a fetch ten days ago kept: the first 90 bars, while the 91st was being made."""
    first = get(today=DAYS[KNOWN])
    assert len(first.bars) == KNOWN
    yahoo.charts = 0
    yahoo.asked.clear()
    return first


def closes(fetched: Fetched) -> list[float]:
    return fetched.bars.close.tolist()


# -- good answers ----------------------------------------------------------------------------------


def test_bars_are_what_yahoo_says(yahoo: Any, get: Callable[..., Fetched]) -> None:
    spy = yahoo.instruments["SPY"]
    spy.dividends[DAYS[20]] = 1.25
    bars = get().bars
    assert bars.dates.tolist() == DAYS[:100]
    for name in (*PRICES, "volume"):
        assert getattr(bars, name).tolist() == spy.prices[name][:100]
    assert bars.dividend.tolist() == [1.25 if row == 20 else 0.0 for row in range(100)]
    assert (bars.name, bars.source, bars.calendar) == ("SPY", "yahoo:SPY", "XNYS")
    assert not bars.price_only


def test_first_fetch_asks_for_everything(yahoo: Any, get: Callable[..., Fetched]) -> None:
    assert get().report.words() == [
        "SPY: 100 bars, 2020-01-02 to 2020-05-26, from Yahoo, 100 new",
        "SPY: the bar of 2020-05-27 is left out: its day is not over",
    ]
    (asked,) = [path for path in yahoo.asked if "period1" in path]
    assert "period1=-" in asked


def test_second_fetch_asks_for_ten_known_bars_and_what_is_newer(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    second = get()
    assert second.report.appended == 10
    assert second.report.restated is None
    assert closes(second) == yahoo.instruments["SPY"].prices["close"][:100]
    (asked,) = [path for path in yahoo.asked if "period1" in path]
    since = int(asked.split("period1=")[1].split("&")[0])
    assert dt.datetime.fromtimestamp(since, dt.UTC).date() == DAYS[KNOWN - 10]


def test_appended_bars_equal_a_fetch_of_everything(
    known: Fetched, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    assert get().bars.vintage == get(folder=tmp_path / "another").bars.vintage


def test_nothing_new_leaves_the_file_alone(
    known: Fetched, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    before = [(file.name, file.stat().st_mtime_ns) for file in tmp_path.glob("SPY/*.parquet")]
    again = get(today=DAYS[KNOWN])
    assert again.report.appended == 0
    assert again.bars == known.bars
    assert before == [(f.name, f.stat().st_mtime_ns) for f in tmp_path.glob("SPY/*.parquet")]


def test_appending_leaves_one_file(
    known: Fetched, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    get()
    assert len(list(tmp_path.glob("SPY/*"))) == 2  # the bars and the manifest


def test_start_and_end_cut_what_is_returned_and_not_what_is_kept(
    yahoo: Any, get: Callable[..., Fetched]
) -> None:
    cut = get(start=DAYS[10], end=str(DAYS[19]))
    assert cut.bars.dates.tolist() == DAYS[10:20]
    assert cut.report.rows == 100


def test_faults_outside_the_window_do_not_matter(yahoo: Any, get: Callable[..., Fetched]) -> None:
    yahoo.instruments["SPY"].set(DAYS[5], open=0.0)
    with pytest.raises(BarsError, match=f"SPY .*open is not positive on {DAYS[5]}"):
        get()
    assert len(get(start=DAYS[6]).bars) == 94


def test_dividends_can_be_left_unread(yahoo: Any, get: Callable[..., Fetched]) -> None:
    yahoo.instruments["SPY"].dividends[DAYS[20]] = 1.25
    bars = get(dividends=False).bars
    assert bars.price_only
    assert not bars.dividend.any()


def test_every_day_of_the_week(yahoo: Any, get: Callable[..., Fetched]) -> None:
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(60)]
    yahoo.instruments["BTC-USD"] = yahoo_server.instrument(
        days, kind="CRYPTOCURRENCY", timezone="UTC"
    )
    fetched = get("btc-usd", today=days[50])
    assert (len(fetched.bars), fetched.bars.calendar, fetched.report.late) == (50, "24/7", 0)


def test_capital_gains_are_told(yahoo: Any, get: Callable[..., Fetched]) -> None:
    spy = yahoo.instruments["SPY"]
    spy.dividends[DAYS[20]], spy.gains[DAYS[20]] = 1.25, 0.75
    fetched = get()
    assert fetched.bars.dividend[20] == 1.25
    assert "1 distributions of capital gains" in fetched.report.words()[-1]


def test_yfinance_is_quiet_and_left_as_it_was(
    yahoo: Any,
    get: Callable[..., Fetched],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import yfinance

    yfinance.config.debug.hide_exceptions = True  # as it is at first
    log = logging.getLogger("yfinance")
    forget_crumb(monkeypatch)
    yahoo.trouble = "crumb 429"  # of which it would warn
    get()
    yahoo.trouble = "503"
    get()
    assert yfinance.config.debug.hide_exceptions
    assert log.level == logging.NOTSET
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def forget_crumb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let yfinance ask for cookie and crumb as in a new process."""
    from yfinance.data import YfData

    monkeypatch.setattr(YfData(), "_crumb", None)


# -- days that are not over, rows that are not whole -----------------------------------------------


def test_unfinished_bar_is_not_kept_and_comes_next_day(
    yahoo: Any, get: Callable[..., Fetched]
) -> None:
    spy = yahoo.instruments["SPY"]
    assert get().report.unfinished == str(DAYS[100])
    spy.set(DAYS[100], close=spy.prices["low"][100])  # what the day ends with
    tomorrow = get(today=DAYS[101])
    assert tomorrow.report.restated is None
    assert tomorrow.bars.close[100] == spy.prices["low"][100]


def test_missing_last_bar_is_told_and_comes_later(yahoo: Any, get: Callable[..., Fetched]) -> None:
    whole = yahoo.instruments["SPY"]
    yahoo.instruments["SPY"] = yahoo_server.instrument(DAYS[:99])
    first = get()
    assert first.report.late == 1
    assert first.report.words()[1:] == ["SPY: no bar for the session after 2020-05-22"]
    yahoo.instruments["SPY"] = whole
    for name in yahoo_server.FIELDS:
        whole.prices[name][:99] = first.bars.frame()[name].tolist()
    assert get().report.appended == 1


def test_row_without_prices_at_the_end_is_left_for_later(
    yahoo: Any, get: Callable[..., Fetched]
) -> None:
    spy = yahoo.instruments["SPY"]
    close = spy.prices["close"][99]
    spy.set(DAYS[99], close=None)
    first = get()
    assert first.report.incomplete == (str(DAYS[99]),)
    assert f"SPY: no prices yet for {DAYS[99]}: left for the next fetch" in first.report.words()
    spy.set(DAYS[99], close=close)
    second = get()
    assert (second.report.appended, second.report.restated) == (1, None)


def test_row_without_prices_in_the_middle_is_left_out_and_told(
    yahoo: Any, get: Callable[..., Fetched]
) -> None:
    yahoo.instruments["SPY"].set(DAYS[50], **dict.fromkeys(yahoo_server.FIELDS))
    fetched = get()
    assert len(fetched.bars) == 99
    assert f"SPY: rows without prices left out: {DAYS[50]}" in fetched.report.words()


def test_row_without_prices_but_with_a_dividend_is_a_fault(
    yahoo: Any, get: Callable[..., Fetched]
) -> None:
    """Leaving it out would lose the dividend."""
    spy = yahoo.instruments["SPY"]
    spy.set(DAYS[50], **dict.fromkeys(yahoo_server.FIELDS))
    spy.dividends[DAYS[50]] = 1.25
    with pytest.raises(BarsError, match=f"close is missing or not finite on {DAYS[50]}"):
        get()


@pytest.mark.parametrize("row", [85, 89], ids=["inside", "the last"])
def test_known_bar_that_an_answer_lacks_stays(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched], row: int
) -> None:
    yahoo.instruments["SPY"].remove(DAYS[row])
    second = get()
    assert (second.report.lacking, second.report.restated) == (1, None)
    assert closes(second)[:KNOWN] == closes(known)
    assert "SPY: Yahoo's answer lacks 1 known bar; kept from the cache" in second.report.words()


# -- restated bars ---------------------------------------------------------------------------------


def test_restated_bar_is_told_and_the_old_version_kept(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    spy = yahoo.instruments["SPY"]
    old = spy.prices["close"][85]
    spy.set(DAYS[85], close=spy.prices["low"][85], volume=spy.prices["volume"][85] * 2)
    spy.set(DAYS[3], volume=spy.prices["volume"][3] * 4)  # long before the overlap
    second = get()
    found = second.report.restated
    assert found is not None
    assert (found.bars, found.first, found.last) == (2, str(DAYS[3]), str(DAYS[85]))
    assert found.largest == {
        "close": pytest.approx(1 - spy.prices["low"][85] / old, rel=1e-12),
        "volume": 0.75,
    }
    assert closes(second) == spy.prices["close"][:100]

    held = Vintages(tmp_path, "SPY").read()
    assert held is not None
    (older,) = held.older
    assert (older.file, older.why, older.fetched) == (second.report.kept, "restated", "2020-05-12")
    kept = Vintages(tmp_path, "SPY").load(older)
    assert kept["close"].tolist() == closes(known)
    assert second.report.words()[1:3] == [
        f"SPY: Yahoo has restated what it said before: {found.words()}",
        f"SPY: the version before is kept as {older.file}",
    ]


def test_restated_dividend_is_told_as_a_part_of_the_price(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    yahoo.instruments["SPY"].dividends[DAYS[85]] = 0.5
    found = get().report.restated
    assert found is not None
    assert found.largest == {"dividend": 0.5 / known.bars.close[85]}


def test_bar_that_appears_between_known_ones_is_a_restatement(
    yahoo: Any, get: Callable[..., Fetched]
) -> None:
    whole = yahoo_server.instrument(DAYS[:101])
    yahoo.instruments["SPY"].remove(DAYS[85])
    get(today=DAYS[KNOWN])
    yahoo.instruments["SPY"] = whole
    found = get().report.restated
    assert found is not None
    assert (found.bars, found.added, found.gone) == (0, 1, 0)


def test_rounding_is_no_restatement(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    spy = yahoo.instruments["SPY"]
    for row in range(101):
        spy.set(spy.dates[row], close=spy.prices["close"][row] * (1 + 5e-7))
    second = get()
    assert second.report.restated is None
    assert closes(second)[:KNOWN] == closes(known)  # what was known stays to the last bit


def test_answer_older_than_the_overlap_is_asked_for_in_full(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    """A ticker that is given to another company: nothing overlaps."""
    yahoo.instruments["SPY"] = yahoo_server.instrument(DAYS[95:101], seed=1)
    found = get().report.restated
    assert found is not None
    assert (found.bars, found.gone) == (0, KNOWN)
    assert found.words() == f"{KNOWN} no longer there"


# -- splits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "new", "old"),
    [
        pytest.param(95, 7, 1, id="7 for 1"),
        pytest.param(95, 1, 10, id="1 for 10"),
        pytest.param(95, 1231, 1000, id="spin-off booked as 1.231"),
        pytest.param(90, 2, 1, id="the day after the last known bar"),
        pytest.param(100, 2, 1, id="today, its bar is not over"),
    ],
)
def test_split_rescales_what_is_known(
    yahoo: Any, get: Callable[..., Fetched], tmp_path: Path, day: int, new: int, old: int
) -> None:
    spy = yahoo.instruments["SPY"]
    spy.dividends[DAYS[20]] = 1.25
    known = get(today=DAYS[KNOWN])
    spy.split(DAYS[day], new, old)
    second = get()
    assert second.report.split == new / old
    assert second.report.restated is None
    ratio = new / old
    for name in PRICES:
        known_prices = getattr(known.bars, name)
        assert getattr(second.bars, name)[:KNOWN].tolist() == (known_prices / ratio).tolist()
    assert second.bars.volume[:KNOWN].tolist() == (known.bars.volume * ratio).tolist()
    assert second.bars.dividend[20] == 1.25 / ratio
    np.testing.assert_allclose(second.bars.close, spy.prices["close"][:100], rtol=1e-6)
    assert second.report.kept
    assert f"split of {ratio:g} for 1" in second.report.words()[1]

    third = get()  # it is not applied twice
    assert (third.report.split, third.report.kept, third.report.waiting) == (1.0, "", "")
    assert third.bars == second.bars


def test_split_with_wrong_prices_is_a_restatement(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    spy = yahoo.instruments["SPY"]
    spy.split(DAYS[95], 2)
    spy.set(DAYS[85], close=spy.prices["low"][85])
    report = get().report
    assert report.split == 2
    assert report.restated is not None
    assert (report.restated.bars, list(report.restated.largest)) == (1, ["close"])


def test_split_that_prices_do_not_show_yet_waits(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    spy = yahoo.instruments["SPY"]
    spy.split(DAYS[95], 4, rescaled=False)
    second = get()
    assert (second.report.split, second.report.waiting) == (1.0, str(DAYS[95]))
    assert len(second.bars) == 95
    assert closes(second)[:KNOWN] == closes(known)
    spy.split(DAYS[95], 4)  # the vendor has caught up
    third = get()
    assert (third.report.split, third.report.appended, third.report.waiting) == (4.0, 5, "")
    np.testing.assert_allclose(third.bars.close, spy.prices["close"][:100], rtol=1e-6)


def test_two_splits_at_once(yahoo: Any, known: Fetched, get: Callable[..., Fetched]) -> None:
    spy = yahoo.instruments["SPY"]
    spy.split(DAYS[92], 2)
    spy.split(DAYS[96], 3)
    second = get()
    assert (second.report.split, second.report.restated) == (6.0, None)
    np.testing.assert_allclose(second.bars.close, spy.prices["close"][:100], rtol=1e-6)


# -- every failure ---------------------------------------------------------------------------------

NO_JSON = "Yahoo's answer is not JSON"
NO_PRICES = "Yahoo's answer holds no prices"
UNREADABLE = "Yahoo's answer cannot be read"
NO_LIST = f"{UNREADABLE} (AttributeError: 'list' object has no attribute 'get')"
CUT = "Yahoo cannot be reached (end of response with 1000 bytes missing)"

# For a ticker that is new, yfinance first asks for the exchange's time zone; for one that is known
# it asks for prices at once. It says different things of the same bad answer.
FAILURES = [
    ("429", "Yahoo refuses for now: too many requests (429)", ""),
    ("503", "Yahoo answers with an error (status 503)", ""),
    ("html", NO_JSON, ""),
    ("down", NO_JSON, "Yahoo answers that it is down"),
    ("cut json", NO_JSON, ""),
    ("no text", NO_JSON, ""),
    ("a list", NO_LIST, NO_PRICES),
    ("chart is a list", NO_LIST, NO_PRICES),
    ("no result", f"{UNREADABLE} (IndexError: list index out of range)", NO_PRICES),
    ("null result", f"{UNREADABLE} (TypeError: 'NoneType' object is not subscriptable)", NO_PRICES),
    ("no quotes", NO_PRICES, ""),
    ("error words", NO_PRICES, ""),
    ("hang up", "Yahoo cannot be reached (Empty reply from server)", ""),
    ("cut short", CUT, ""),
    ("slow", "Yahoo did not answer within 0.2 s", ""),
]


@pytest.mark.parametrize(("trouble", "words", "_"), FAILURES, ids=[row[0] for row in FAILURES])
def test_failure_without_a_cache_is_one_line(
    yahoo: Any, get: Callable[..., Fetched], tmp_path: Path, trouble: str, words: str, _: str
) -> None:
    yahoo.trouble = trouble
    ticker = "NEW-" + trouble.replace(" ", "-").upper()
    yahoo.instruments[ticker] = yahoo.instruments["SPY"]
    with pytest.raises(SourceError) as failed:
        get(ticker, seconds=0.2 if trouble == "slow" else 5.0)
    assert str(failed.value) == f"{ticker}: {words}; the cache has no bars of it"
    assert failed.value.exit_code == 3
    assert not (tmp_path / ticker).exists()


def test_a_deep_answer_cannot_be_read(yahoo: Any, get: Callable[..., Fetched]) -> None:
    yahoo.trouble = "deep json"
    yahoo.instruments["DEEP"] = yahoo.instruments["SPY"]
    with pytest.raises(SourceError, match=r"cannot be read \(RecursionError"):
        get("DEEP")


def test_an_endless_answer_is_cut(
    yahoo: Any, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("btplaybook.feeds.yahoo.session.LARGEST_ANSWER", 2**16)
    yahoo.trouble = "huge"
    yahoo.instruments["HUGE"] = yahoo.instruments["SPY"]
    with pytest.raises(SourceError, match="HUGE: Yahoo's answer is larger than 64 kB"):
        get("HUGE")


@pytest.mark.parametrize(("trouble", "first", "later"), FAILURES, ids=[row[0] for row in FAILURES])
def test_failure_serves_the_cache(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched], trouble: str, first: str, later: str
) -> None:
    yahoo.trouble = trouble
    served = get(seconds=0.2 if trouble == "slow" else 5.0)
    assert served.bars == known.bars
    assert served.report.origin == "cache"
    assert served.report.words() == [
        f"SPY: 90 bars, 2020-01-02 to 2020-05-11, from the cache, fetched 2020-05-12 "
        f"(15 days ago): {later or first}",
        "SPY: no bar for the 10 sessions after 2020-05-11",
    ]


def test_failure_is_not_remembered(yahoo: Any, get: Callable[..., Fetched]) -> None:
    """yfinance itself would serve the bad answer again."""
    yahoo.instruments["AGAIN"] = yahoo.instruments["SPY"]
    yahoo.trouble = "html"
    with pytest.raises(SourceError):
        get("AGAIN")
    yahoo.trouble = ""
    assert len(get("AGAIN").bars) == 100


def test_failure_of_the_second_question_leaves_the_cache(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    yahoo.instruments["SPY"].set(DAYS[85], volume=1.0)
    yahoo.trouble, yahoo.trouble_from = "503", 1
    served = get()
    assert served.report.reason == "Yahoo answers with an error (status 503)"
    assert served.bars == known.bars


def test_crumb_is_not_needed(
    yahoo: Any, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_crumb(monkeypatch)
    yahoo.trouble = "crumb 429"
    assert len(get().bars) == 100
    assert "/v1/test/getcrumb" in yahoo.asked


def test_unknown_ticker(get: Callable[..., Fetched], tmp_path: Path) -> None:
    with pytest.raises(UnknownTickerError, match=r"^Yahoo knows no ticker 'SPX500'$") as failed:
        get("spx500")
    assert failed.value.exit_code == 2
    assert not (tmp_path / "SPX500").exists()


def test_ticker_that_yahoo_no_longer_knows_is_served(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched]
) -> None:
    del yahoo.instruments["SPY"]
    served = get()
    assert served.bars == known.bars
    assert served.report.reason == "Yahoo knows no ticker 'SPY'"


def test_nothing_listens(get: Callable[..., Fetched]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        session = yahoo_server.RedirectedSession(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(SourceError, match=r"Yahoo cannot be reached \(Failed to connect"):
            get(session=session)


class NoNames(YahooSession):
    """A machine without a network: no name is resolved."""

    def request(self, method: Any, url: str, **options: Any) -> Any:
        raise DNSError(
            "Failed to perform, curl: (6) Could not resolve host: query2.finance.yahoo.com. "
            "See https://curl.se/libcurl/c/libcurl-errors.html first for more details."
        )


def test_no_network(known: Fetched, get: Callable[..., Fetched]) -> None:
    words = "Yahoo cannot be reached (Could not resolve host: query2.finance.yahoo.com)"
    assert get(session=NoNames()).report.reason == words
    with pytest.raises(SourceError) as failed:
        get("SH", session=NoNames())
    assert str(failed.value) == f"SH: {words}; the cache has no bars of it"


def test_host_that_swallows_everything_is_told_of(
    get: Callable[..., Fetched],
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)  # and never answers
        session = yahoo_server.RedirectedSession(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(SourceError, match=r"did not answer within 0\.3 s"):
            get("SILENT", session=session, seconds=0.3)


def test_host_that_swallows_everything_takes_no_longer_than_allowed(
    get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cookie, crumb and chart together: yfinance alone would wait for minutes.

    The clock is the test's own: each request takes all the time that it is given.
    """
    now, waits = [1000.0], []

    def swallow(self: Any, method: Any, url: str, **options: Any) -> None:
        waits.append(options["timeout"])
        now[0] += options["timeout"]
        raise Timeout("Operation timed out")

    monkeypatch.setattr(session_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(curl_cffi.requests.Session, "request", swallow)
    with pytest.raises(SourceError, match="did not answer within 6 s"):
        get("SILENT", session=session_module.YahooSession(), seconds=6.0)
    assert waits
    assert sum(waits) <= 6.0
    assert now[0] == 1000.0 + sum(waits)


def test_default_deadline_leaves_room_in_ten_seconds() -> None:
    from btplaybook.feeds.yahoo import fetch as yahoo

    assert yahoo.SECONDS <= 7.0


def test_deadline_is_lifted_afterwards(yahoo: Any) -> None:
    session = yahoo.session()
    with session.limited_to(0.0), pytest.raises(OSError, match="deadline"):
        session.get("https://fc.yahoo.com/")
    assert session.get("https://fc.yahoo.com/").status_code == 404


# -- the cache alone -------------------------------------------------------------------------------


def test_offline_serves_the_cache_and_writes_nothing(
    yahoo: Any, known: Fetched, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    before = sorted((f, f.stat().st_mtime_ns) for f in tmp_path.rglob("*") if f.is_file())
    served = get(offline=True)
    assert served.bars == known.bars
    assert served.report.words()[0].endswith("(15 days ago): Yahoo was not asked")
    assert not yahoo.asked
    assert before == sorted((f, f.stat().st_mtime_ns) for f in tmp_path.rglob("*") if f.is_file())


def test_offline_without_a_cache(get: Callable[..., Fetched], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"SPY: no bars in the cache {tmp_path}"):
        get(offline=True)


def test_daily_asks_once_a_day(yahoo: Any, get: Callable[..., Fetched]) -> None:
    get(daily=True)
    yahoo.asked.clear()
    again = get(daily=True)
    assert not yahoo.asked
    assert (again.report.origin, again.report.reason) == ("cache", "")
    assert again.report.words() == [
        "SPY: 100 bars, 2020-01-02 to 2020-05-26, from the cache, fetched 2020-05-27 (today)"
    ]
    get(daily=True, today=DAYS[101])
    assert yahoo.asked


def test_daily_asks_again_for_a_bar_that_is_late(yahoo: Any, get: Callable[..., Fetched]) -> None:
    yahoo.instruments["SPY"].remove(DAYS[100])
    yahoo.instruments["SPY"].remove(DAYS[99])
    get(daily=True)
    yahoo.asked.clear()
    get(daily=True)
    assert yahoo.asked


@pytest.mark.parametrize("what", ["manifest", "file", "no file"])
def test_damaged_cache_is_fetched_again(
    get: Callable[..., Fetched], tmp_path: Path, what: str
) -> None:
    first = get()
    (file,) = tmp_path.glob("SPY/*.parquet")
    if what == "manifest":
        (tmp_path / "SPY" / "manifest.json").write_text('{"schema": 1, "cur')
    elif what == "file":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    else:
        file.unlink()
    with pytest.raises(SourceError, match="SPY: the cache is damaged"):
        get(offline=True)
    with pytest.raises(SourceError, match=r"resolve host: .*; the cache is damaged"):
        get(session=NoNames())
    second = get()
    assert second.bars == first.bars
    assert second.report.words()[1].startswith("SPY: the cache is damaged (")
    assert get().report.damage == ""


def test_today_is_the_date_at_the_exchange(yahoo: Any, get: Callable[..., Fetched]) -> None:
    """The newest bar is of today in Tokyo; it is left out, whatever the date is here."""
    today = pd.Timestamp.now("Asia/Tokyo").date()
    days = [today - dt.timedelta(days=back) for back in range(9, -1, -1)]
    yahoo.instruments["7203.T"] = yahoo_server.instrument(
        days, kind="EQUITY", timezone="Asia/Tokyo"
    )
    known = yahoo.instruments["7203.T"]
    known.kind = "CRYPTOCURRENCY"  # opens at midnight, so that its bar is there all day
    fetched = fetch("7203.t", folder=cache_of(get), session=yahoo.session())
    assert fetched.report.unfinished == str(today)
    assert fetched.report.fetched == str(today)


def cache_of(get: Callable[..., Fetched]) -> Path:
    """Return the folder that `get` fetches into."""
    return next(
        cell.cell_contents for cell in get.__closure__ or () if isinstance(cell.cell_contents, Path)
    )


# -- tickers and folders ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "..", "../../x", "/etc/passwd", "a/b", "a\\b", "SPY\0", "S PY", "SPY\n\nX",
        "x" * 21, "ÄÖ", "SPY.", "-SPY", "~", "$(id)", "SPY;rm", "%2e%2e", "US0378331005", "straße",
    ],
)  # fmt: skip
def test_text_that_is_no_ticker(get: Callable[..., Fetched], text: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"is no ticker|looks like an ISIN") as failed:
        get(text)
    assert failed.value.exit_code == 2
    assert "\n" not in str(failed.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "ticker"),
    [("spy", "SPY"), (" BRK-B ", "BRK-B"), ("^gspc", "^GSPC"), ("eurusd=x", "EURUSD=X"),
     ("7203.T", "7203.T"), ("M&M.NS", "M&M.NS"), ("BTC-USD", "BTC-USD")],
)  # fmt: skip
def test_text_that_is_a_ticker(text: str, ticker: str) -> None:
    assert check_ticker(text) == ticker


@pytest.mark.parametrize("ticker", ["^GSPC", "M&M.NS", "EURUSD=X"])
def test_signs_in_a_ticker_reach_yahoo(
    yahoo: Any, get: Callable[..., Fetched], ticker: str, tmp_path: Path
) -> None:
    yahoo.instruments[ticker] = yahoo_server.instrument(DAYS[:101])
    assert len(get(ticker).bars) == 100
    assert (tmp_path / ticker / "manifest.json").exists()


def test_cache_that_cannot_be_written(get: Callable[..., Fetched], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match="cannot be written") as failed:
        get(folder=tmp_path / "file")
    assert failed.value.exit_code == 2


def test_full_disk_leaves_the_cache_as_it_was(
    known: Fetched, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CacheError, match=r"No space left on device"):
        get()
    monkeypatch.undo()
    assert get(offline=True).bars == known.bars


def test_default_cache_is_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    if sys.platform == "linux":
        assert cache_folder() == Path("/somewhere/btplaybook/yahoo")
    assert cache_folder("here") == Path("here")


def test_report_is_plain_data(yahoo: Any, known: Fetched, get: Callable[..., Fetched]) -> None:
    import json

    yahoo.instruments["SPY"].set(DAYS[85], volume=1.0)
    plain = json.loads(json.dumps(get().report.plain()))
    assert plain["restated"]["bars"] == 1
    assert plain["origin"] == "network"
