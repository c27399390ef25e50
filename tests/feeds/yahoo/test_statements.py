"""Statements of companies, asked for with the real yfinance from a server on 127.0.0.1."""

import datetime as dt
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from btplaybook.feeds.companies.fundamentals import Fundamentals, read_fundamentals
from btplaybook.feeds.errors import RequestError, SourceError
from btplaybook.feeds.yahoo.statements import fetch_statements

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
ENDS = ["2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]


def company(scale: float = 1.0, **changed: Any) -> Any:
    """Return five quarters: EBIT 1, 2, 4, 8, 16; debt 50; minority 3; cash 7; 100 shares."""
    lines = {
        "EBIT": dict(zip(ENDS, [1.0, 2.0, 4.0, 8.0, 16.0], strict=True)),
        "TotalDebt": dict.fromkeys(ENDS, 50.0),
        "MinorityInterest": dict.fromkeys(ENDS, 3.0),
        "CashAndCashEquivalents": dict.fromkeys(ENDS, 7.0),
        "OrdinarySharesNumber": dict.fromkeys(ENDS, 100.0),
        "Goodwill": dict.fromkeys(ENDS, 1e6),  # asked for by yfinance, unread by us
    }
    currency = changed.pop("currency", "USD")
    scaled = {
        line: {end: scale * value for end, value in values.items()}
        for line, values in {**lines, **changed}.items()
    }
    return yahoo_server.Company(scaled, currency)


@pytest.fixture
def yahoo() -> Iterator[Any]:
    with yahoo_server.serving() as server:
        server.companies |= {"XOM": company(), "CVX": company(2.0)}
        yield server


@pytest.fixture
def get(yahoo: Any, tmp_path: Path) -> Callable[..., Fundamentals]:
    def call(*tickers: str, today: dt.date = TODAY, **more: Any) -> Fundamentals:
        more = {"folder": tmp_path, "session": yahoo.session(), "seconds": 5.0} | more
        return fetch_statements(tickers or ("XOM", "CVX"), today=today, **more)

    return call


def texts(found: Fundamentals) -> list[str]:
    return [text for _, text, _ in found.badges]


# -- good answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2025-03-30", [np.nan] * 5, id="within-the-lag-of-the-first"),
        pytest.param("2025-12-28", [np.nan, 50.0, 3.0, 7.0, 100.0], id="three-quarters"),
        pytest.param("2025-12-29", [15.0, 50.0, 3.0, 7.0, 100.0], id="four-quarters"),
        pytest.param("2026-03-30", [15.0, 50.0, 3.0, 7.0, 100.0], id="within-the-lag-of-the-fifth"),
        pytest.param("2026-03-31", [30.0, 50.0, 3.0, 7.0, 100.0], id="the-newest-four"),
    ],
)
def test_quarters_are_known_after_the_lag(
    get: Callable[..., Fundamentals], day: str, expected: list[float]
) -> None:
    found = get()
    np.testing.assert_array_equal(
        found.known_on(day, ["CVX", "XOM", "NONE"]),
        [2 * np.array(expected), expected, [np.nan] * 5],
    )
    assert (found.source, found.frequency) == ("yahoo:statements XOM CVX", "quarterly")


def test_years(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    years = {"2023-12-31": 10.0, "2024-12-31": 20.0}
    yahoo.companies["XOM"] = company(EBIT=years)
    found = get("xom", frequency="annual", lag_days=60)
    assert found.frequency == "annual"
    assert found.known_on("2024-02-29", ["XOM"])[0, 0] == 10.0
    assert found.known_on("2025-03-01", ["XOM"])[0, 0] == 20.0


def test_badges_say_what_they_are(get: Callable[..., Fundamentals]) -> None:
    assert get().badges == (
        (
            "warn",
            "statements not point in time",
            "As Yahoo states them on 2026-03-02, restatements included, applied to the past.",
        ),
        (
            "warn",
            "reporting lag of 90 days",
            "The statements have no filing date; known 90 days after their period's end.",
        ),
        (
            "warn",
            "EBIT from 2025-12-29 on",
            "Yahoo states a few periods only: no EBIT of a year is known before 2025-12-29.",
        ),
        (
            "warn",
            "share counts not verified",
            "Taken as counted on the period's end, without later splits; Yahoo documents neither. "
            "It matters where a company has split its shares since its oldest statement.",
        ),
    )


def test_company_without_minorities_gets_the_difference(
    yahoo: Any, get: Callable[..., Fundamentals]
) -> None:
    """Yahoo leaves the line out where it is zero; total equity with and without it tells."""
    yahoo.companies["XOM"] = company(
        MinorityInterest={},
        TotalEquityGrossMinorityInterest=dict.fromkeys(ENDS, 90.0),
        StockholdersEquity=dict.fromkeys(ENDS, 90.0),
    )
    yahoo.companies["CVX"] = company(
        MinorityInterest={ENDS[-1]: 5.0},
        TotalEquityGrossMinorityInterest=dict.fromkeys(ENDS, 90.0),
        StockholdersEquity=dict.fromkeys(ENDS, 86.0),
    )
    found = get()
    assert found.known_on("2026-03-31", ["XOM", "CVX"])[:, 2].tolist() == [0.0, 5.0]
    assert found.known_on("2026-03-30", ["XOM", "CVX"])[:, 2].tolist() == [0.0, 4.0]


def test_line_that_is_left_out_is_not_zero(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    yahoo.companies["XOM"] = company(TotalDebt={}, MinorityInterest={})
    found = get()
    np.testing.assert_array_equal(
        found.known_on("2026-03-31", ["XOM"]), [[30.0, np.nan, np.nan, 7.0, 100.0]]
    )
    assert found.badges[-1] == (
        "warn",
        "incomplete statements: 1",
        "Without them there is no EBIT/EV: XOM (debt, minority_interest).",
    )


def test_bank_without_ebit_leaves_no_value(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    yahoo.companies["XOM"] = company(EBIT={})
    found = get("XOM")
    assert np.isnan(found.known_on("2026-03-31", ["XOM"])[0, 0])
    assert found.badges[2][:2] == ("bad", "no EBIT")


def test_class_of_share(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    yahoo.companies["BRK-B"] = company()
    assert get("brk-b", "BRK-B").known_on("2026-03-31", ["BRK.B"])[0, 0] == 30.0


@pytest.mark.parametrize(
    ("shares_as_of", "day", "says"),
    [("period_end", "2025-12-31", "on the period's end"), ("fetched", "2026-03-02", "restated")],
)
def test_day_on_which_shares_are_counted(
    get: Callable[..., Fundamentals], shares_as_of: str, day: str, says: str
) -> None:
    found = get(shares_as_of=shares_as_of)
    assert found.shares_on("2026-04-01", ["XOM", "CVX", "NONE"]).astype(str).tolist() == [
        day, day, "NaT"
    ]  # fmt: skip
    (why,) = [why for _, text, why in found.badges if text == "share counts not verified"]
    assert says in why


# -- companies that are left out -------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False], ids=["a fund", "unknown"])
def test_company_without_statements_is_left_out_and_named(
    yahoo: Any, get: Callable[..., Fundamentals], known: bool
) -> None:
    if known:
        yahoo.companies["SPY"] = yahoo_server.Company({})
    found = get("XOM", "SPY")
    assert found.source == "yahoo:statements XOM"
    assert found.badges[-1] == (
        "warn",
        "no statements: 1",
        "Yahoo states no quarterly statements of SPY.",
    )
    with pytest.raises(RequestError) as failed:
        get("SPY")
    assert str(failed.value) == (
        "no statements are left: Yahoo states no quarterly statements of SPY."
    )


def test_null_result_is_no_statements(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    yahoo.trouble = "null statements"
    with pytest.raises(RequestError, match=r"no quarterly statements of XOM, CVX\.$"):
        get()


def test_company_that_reports_in_another_currency_is_left_out(
    yahoo: Any, get: Callable[..., Fundamentals]
) -> None:
    yahoo.companies["TSM"] = company(currency="TWD")
    found = get("TSM", "XOM")
    assert set(found.tickers) == {"XOM"}
    assert found.badges[-1] == (
        "warn",
        "statements in another currency: 1",
        "Left out, as prices are in USD: TSM (TWD).",
    )
    assert set(get("TSM", currency="TWD").tickers) == {"TSM"}
    with pytest.raises(RequestError, match=r"no statements are left: .* TSM \(TWD\)"):
        get("TSM")


# -- what is kept ----------------------------------------------------------------------------------


def test_yahoo_is_asked_once_a_day(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    first = get()
    yahoo.asked.clear()
    again = get(offline=True)
    assert (again.sha256, again.badges) == (first.sha256, first.badges)
    get()
    assert not yahoo.asked
    get(today=TODAY + dt.timedelta(days=1))
    assert yahoo.asked


def test_kept_answers_can_be_read_as_files(
    get: Callable[..., Fundamentals], tmp_path: Path
) -> None:
    found = get("XOM")
    read = read_fundamentals(tmp_path / "statements" / "quarterly" / "XOM" / "2026-03-02.csv")
    assert read.sha256 == found.sha256


def test_refusal_half_way_keeps_what_came(yahoo: Any, get: Callable[..., Fundamentals]) -> None:
    get("XOM")
    yahoo.trouble = "429"
    yahoo.asked.clear()
    with pytest.raises(SourceError) as failed:
        get("XOM", "CVX", "COP")
    assert str(failed.value).startswith("CVX: Yahoo refuses for now: too many requests (429); ")
    assert not any("COP" in path for path in yahoo.asked)
    yahoo.trouble = ""
    yahoo.asked.clear()
    assert set(get("XOM", "CVX").tickers) == {"XOM", "CVX"}
    assert not any("XOM" in path for path in yahoo.asked)


def test_answers_of_another_day_are_served_where_yahoo_fails(
    yahoo: Any, get: Callable[..., Fundamentals]
) -> None:
    known = get()
    yahoo.trouble = "503"
    yahoo.asked.clear()
    served = get(today=dt.date(2026, 3, 9))
    assert served.sha256 == known.sha256
    assert "on 2026-03-02" in served.badges[0][2]
    assert served.badges[-1] == (
        "warn",
        "Yahoo gave no new statements",
        "Answers kept before are used for 2 of 2 companies: Yahoo answers with an error (status "
        "503).",
    )
    assert not any("CVX" in path for path in yahoo.asked)  # one failure is enough


# -- every failure ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("429", "Yahoo refuses for now: too many requests (429)"),
        ("503", "Yahoo answers with an error (status 503)"),
        ("html", "Yahoo's answer is not JSON"),
        ("cut json", "Yahoo's answer is not JSON"),
        ("a list", "Yahoo's answer cannot be read (AttributeError: 'list' object has no attribute "
         "'get')"),
        ("hang up", "Yahoo cannot be reached (Empty reply from server)"),
        ("slow", "Yahoo did not answer within 0.2 s"),
    ],
)  # fmt: skip
def test_failure_is_one_line(
    yahoo: Any, get: Callable[..., Fundamentals], tmp_path: Path, trouble: str, words: str
) -> None:
    yahoo.trouble = trouble
    with pytest.raises(SourceError) as failed:
        get("XOM", seconds=0.2 if trouble == "slow" else 5.0)
    kept = f"nothing of it is kept in {tmp_path / 'statements' / 'quarterly'}"
    assert str(failed.value) == f"XOM: {words}; {kept}"
    assert failed.value.exit_code == 3


@pytest.mark.parametrize(
    ("tickers", "options", "words"),
    [
        (["XOM"], {"frequency": "monthly"}, "frequency must be one of quarterly, annual, got"),
        (["XOM"], {"shares_as_of": "today"}, "shares_as_of must be one of period_end, fetched"),
        (["XOM"], {"lag_days": -1}, "lag_days must be a whole number of days from 0 to"),
        (["../x"], {}, "is no ticker"),
        ([], {}, "name at least one ticker"),
    ],
)
def test_what_cannot_be_asked(
    yahoo: Any, tmp_path: Path, tickers: list[str], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        fetch_statements(tickers, folder=tmp_path, session=yahoo.session(), today=TODAY, **options)
    assert not yahoo.asked
