"""The holdings of a fund, asked for with the real yfinance from a server on 127.0.0.1."""

import datetime as dt
import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from curl_cffi.requests.exceptions import DNSError

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.holdings import Holdings, read_holdings
from btplaybook.feeds.errors import RequestError, SourceError, UnknownTickerError
from btplaybook.feeds.vendors.vintages import CacheError
from btplaybook.feeds.yahoo.holdings import fetch_holdings
from btplaybook.feeds.yahoo.session import YahooSession

if "yahoo_server" not in sys.modules:  # the tests are no package
    spec = importlib.util.spec_from_file_location(
        "yahoo_server", Path(__file__).with_name("yahoo_server.py")
    )
    assert spec is not None
    assert spec.loader is not None
    sys.modules["yahoo_server"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["yahoo_server"])
yahoo_server: Any = sys.modules["yahoo_server"]

TODAY = dt.date(2026, 3, 2)

ENERGY = [
    ("XOM", "Exxon Mobil Corp", 0.25),
    ("CVX", "Chevron Corp", 0.15625),
    ("BRK-B", "Berkshire Hathaway Inc Class B", 0.0625),
]


@pytest.fixture
def yahoo() -> Iterator[Any]:
    with yahoo_server.serving() as server:
        server.funds["XLE"] = yahoo_server.Fund(ENERGY)
        yield server


@pytest.fixture
def get(yahoo: Any, tmp_path: Path) -> Callable[..., Holdings]:
    def call(etf: str = "XLE", *, today: dt.date = TODAY, **more: Any) -> Holdings:
        more = {"folder": tmp_path, "session": yahoo.session(), "seconds": 5.0} | more
        return fetch_holdings(etf, today=today, **more)

    return call


class NoNames(YahooSession):
    """A machine without a network: no name is resolved."""

    def request(self, method: Any, url: str, **options: Any) -> Any:
        raise DNSError("Failed to perform, curl: (6) Could not resolve host: yahoo. See https")


# -- good answers ----------------------------------------------------------------------------------


def test_weights_are_fractions_and_hold_on_every_day(get: Callable[..., Holdings]) -> None:
    found = get("xle")
    for day in ("1999-01-04", "2026-03-02", "2030-01-02"):
        assert found.weights_on(day, "XLE") == {"XOM": 0.25, "CVX": 0.15625, "BRK-B": 0.0625}
    assert found.weights_on("2020-01-02", "XLF") is None
    assert (found.source, found.etfs, found.first_known) == ("yahoo:holdings XLE", ("XLE",), None)


def test_badges_say_that_they_are_few_and_of_today(get: Callable[..., Holdings]) -> None:
    assert get().badges == (
        (
            "warn",
            "holdings not point in time",
            "The holdings of XLE carry no date, and are used for all days.",
        ),
        (
            "warn",
            "largest 3 holdings only",
            "As Yahoo states them on 2026-03-02, 46.9 % of XLE, applied to the past; no other "
            "stock is in the universe.",
        ),
    )


def test_holding_that_yahoo_lists_twice_counts_once(
    yahoo: Any, get: Callable[..., Holdings]
) -> None:
    yahoo.funds["XLE"].holdings = [*ENERGY, ("CVX", "Chevron Corporation", 0.15625)]
    assert get().weights_on(TODAY, "XLE") == {"XOM": 0.25, "CVX": 0.15625, "BRK-B": 0.0625}


def test_holding_with_two_weights_is_a_contradiction(
    yahoo: Any, get: Callable[..., Holdings]
) -> None:
    yahoo.funds["XLE"].holdings = [*ENERGY, ("CVX", "Chevron Corp", 0.125)]
    with pytest.raises(BarsError, match="yahoo:holdings XLE: XLE names CVX twice"):
        get()


def test_cash_among_the_largest_is_no_stock(yahoo: Any, get: Callable[..., Holdings]) -> None:
    yahoo.funds["XLE"].holdings = [
        *ENERGY,
        ("", "Ssi US Gov Money Market Class", 0.03125),
        ("IXPZ6", "E-Mini Energy Dec26", 0.015625),
    ]
    found = get()
    assert set(found.weights_on(TODAY, "XLE") or ()) == {"XOM", "CVX", "BRK-B"}
    assert found.cash_on(TODAY, "XLE") == {
        "Ssi US Gov Money Market Class": 0.03125,
        "E-Mini Energy Dec26": 0.015625,
    }
    assert "51.6 % of XLE" in found.badges[1][2]


# -- what is kept ----------------------------------------------------------------------------------


def test_yahoo_is_asked_once_a_day(yahoo: Any, get: Callable[..., Holdings]) -> None:
    first = get()
    yahoo.asked.clear()
    assert get().sha256 == first.sha256
    assert not yahoo.asked
    get(today=TODAY + dt.timedelta(days=1))
    assert any("quoteSummary/XLE" in path for path in yahoo.asked)


def test_kept_answers_are_a_record_point_in_time(
    yahoo: Any, get: Callable[..., Holdings], tmp_path: Path
) -> None:
    get()
    yahoo.funds["XLE"].holdings = [("NEW", "New & Large, Inc.", 0.5)]
    assert get(today=dt.date(2026, 6, 1)).weights_on("2000-01-03", "XLE") == {"NEW": 0.5}
    record = read_holdings(sorted((tmp_path / "holdings" / "XLE").glob("*.csv")))
    assert record.weights_on("2026-03-01", "XLE") is None
    assert set(record.weights_on("2026-05-31", "XLE") or ()) == {"XOM", "CVX", "BRK-B"}
    assert record.weights_on("2026-06-01", "XLE") == {"NEW": 0.5}
    # Asked about an earlier day, the later answer is not looked at.
    assert set(get(today=dt.date(2026, 5, 1), offline=True).weights_on(TODAY, "XLE") or ()) == {
        "XOM", "CVX", "BRK-B"
    }  # fmt: skip


def test_answer_of_another_day_is_served_where_yahoo_fails(
    yahoo: Any, get: Callable[..., Holdings]
) -> None:
    known = get()
    yahoo.trouble = "429"
    served = get(today=dt.date(2026, 3, 9))
    assert served.sha256 == known.sha256
    assert "on 2026-03-02" in served.badges[1][2]
    assert served.badges[2:] == (
        (
            "warn",
            "Yahoo's holdings of 2026-03-02",
            "Yahoo gave none today: Yahoo refuses for now: too many requests (429).",
        ),
    )


def test_fund_that_yahoo_no_longer_knows_is_served(
    yahoo: Any, get: Callable[..., Holdings]
) -> None:
    known = get()
    del yahoo.funds["XLE"]
    served = get(today=dt.date(2026, 3, 9))
    assert served.sha256 == known.sha256
    assert served.badges[2][2] == "Yahoo gave none today: Yahoo knows no ticker 'XLE'."


def test_offline_asks_nobody(yahoo: Any, get: Callable[..., Holdings], tmp_path: Path) -> None:
    with pytest.raises(SourceError) as failed:
        get(offline=True)
    assert str(failed.value) == (
        f"XLE: Yahoo was not asked; nothing of it is kept in {tmp_path / 'holdings'}"
    )
    assert not yahoo.asked
    assert not list(tmp_path.iterdir())


# -- every failure ---------------------------------------------------------------------------------


def test_unknown_fund(get: Callable[..., Holdings]) -> None:
    with pytest.raises(UnknownTickerError, match=r"^Yahoo knows no ticker 'XLEE'$") as failed:
        get("XLEE")
    assert failed.value.exit_code == 2


@pytest.mark.parametrize(
    ("fund", "words"),
    [
        pytest.param(
            {"kind": "EQUITY"}, "XLE is no fund: to Yahoo it is EQUITY", id="a stock"
        ),
        pytest.param({"holdings": []}, "Yahoo states no holdings of XLE", id="an empty list"),
        pytest.param({}, "Yahoo states no holdings of XLE", id="no list"),
        pytest.param(
            {"holdings": [("UST", "A bond", 0.01), ("UST2", "A bond", 0.005)]},
            "Yahoo states 2 holdings of XLE, 1.5 % of it: too few to go by; give its published "
            "holdings",
            id="next to nothing",
        ),
        pytest.param(
            {"holdings": [("GCZ6", "Gold Dec26", 0.99)]},
            "none of the holdings that Yahoo states of XLE is a listed security",
            id="no security",
        ),
    ],
)  # fmt: skip
def test_ticker_that_is_of_no_use(
    yahoo: Any, get: Callable[..., Holdings], fund: dict[str, Any], words: str
) -> None:
    yahoo.funds["XLE"] = yahoo_server.Fund(**fund)
    with pytest.raises(RequestError) as failed:
        get()
    assert str(failed.value) == words
    assert failed.value.exit_code == 2


@pytest.mark.parametrize("weight", [None, float("nan"), -0.1, 25.0], ids=str)
def test_weight_that_is_no_fraction(
    yahoo: Any, get: Callable[..., Holdings], weight: float | None, tmp_path: Path
) -> None:
    yahoo.funds["XLE"].holdings = [*ENERGY, ("SLB", "SLB Ltd", weight)]
    with pytest.raises(SourceError, match="weights that are no fractions of the fund") as failed:
        get()
    assert failed.value.exit_code == 3
    assert not (tmp_path / "holdings" / "XLE").exists()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("429", "Yahoo refuses for now: too many requests (429)"),
        ("503", "Yahoo answers with an error (status 503)"),
        ("crumb 429", "Yahoo answers with an error (status 401)"),
        ("html", "Yahoo's answer is not JSON"),
        ("cut json", "Yahoo's answer is not JSON"),
        ("no text", "Yahoo's answer is not JSON"),
        ("a list", "Yahoo's answer cannot be read (TypeError: list indices must be integers or "
         "slices, not str)"),
        ("hang up", "Yahoo cannot be reached (Empty reply from server)"),
        ("slow", "Yahoo did not answer within 0.2 s"),
    ],
)  # fmt: skip
def test_failure_is_one_line(
    yahoo: Any,
    get: Callable[..., Holdings],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
    words: str,
) -> None:
    from yfinance.data import YfData

    monkeypatch.setattr(YfData(), "_crumb", None)
    yahoo.trouble = trouble
    with pytest.raises(SourceError) as failed:
        get(seconds=0.2 if trouble == "slow" else 5.0)
    kept = f"nothing of it is kept in {tmp_path / 'holdings'}"
    assert str(failed.value) == f"XLE: {words}; {kept}"
    assert failed.value.exit_code == 3


def test_no_network(get: Callable[..., Holdings]) -> None:
    with pytest.raises(SourceError, match=r"^XLE: Yahoo cannot be reached \(Could not resolve"):
        get(session=NoNames())


def test_host_that_swallows_everything_is_told_of(
    get: Callable[..., Holdings], monkeypatch: pytest.MonkeyPatch
) -> None:
    from yfinance.data import YfData

    monkeypatch.setattr(YfData(), "_crumb", None)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)  # and never answers
        session = yahoo_server.RedirectedSession(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(SourceError, match=r"did not answer within 0\.3 s"):
            get(session=session, seconds=0.3)


@pytest.mark.parametrize("text", ["", "../../x", "S PY", "US0378331005"])
def test_text_that_is_no_ticker(get: Callable[..., Holdings], text: str) -> None:
    with pytest.raises(RequestError, match=r"is no ticker|looks like an ISIN"):
        get(text)


def test_cache_that_cannot_be_written(get: Callable[..., Holdings], tmp_path: Path) -> None:
    (tmp_path / "holdings").write_text("")
    with pytest.raises(CacheError, match="cannot be written"):
        get()


def test_kept_answer_that_cannot_be_read_is_named(
    get: Callable[..., Holdings], tmp_path: Path
) -> None:
    get()
    file = tmp_path / "holdings" / "XLE" / "2026-03-02.csv"
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BarsError, match=r"2026-03-02\.csv: not a readable table of answers"):
        get()


def test_files_that_no_day_names_are_no_answers(
    get: Callable[..., Holdings], tmp_path: Path
) -> None:
    first = get()
    for name in ("0000-00-00.csv", "1999-99-99.csv", "19991231.csv", "notes.csv"):
        (tmp_path / "holdings" / "XLE" / name).write_text("\0")
    assert get().sha256 == first.sha256
