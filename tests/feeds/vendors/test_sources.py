"""Vendors that packages register: asked, cached and compared as Yahoo is."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.errors import RequestError, SourceError, UnknownTickerError
from btplaybook.feeds.reading import Reading
from btplaybook.feeds.vendors.fetch import Fetched, cache_folder, fetch
from btplaybook.feeds.vendors.names import source_and_ticker, ticker_of_bars
from btplaybook.feeds.vendors.sources import GROUP, registered, source_named

DAYS = pd.DatetimeIndex([str(day) for day in sessions("XNYS", "2020-01-02", "2020-06-30")])
TODAY = DAYS[100].date()
Install = Callable[..., None]


def table(rows: int = 101) -> pd.DataFrame:
    """Closes 100, 100.1, ...: a row a day, newest first, with a vendor's names."""
    close = 100 + 0.1 * np.arange(rows)
    frame = pd.DataFrame(
        {
            "Date": DAYS[:rows].strftime("%Y-%m-%d"),
            "Open": close - 0.05,
            "High": close + 1,
            "Low": close - 1,
            "Last": close,
            "Vol": 1000.0,
            "Dividends": np.where(np.arange(rows) == 20, 0.5, 0.0),
            "Stock Splits": 0.0,
        }
    )
    return frame.iloc[::-1].reset_index(drop=True)


class Tiny:
    """Answers with its table from `start` on, and remembers what it was asked."""

    timezone = "America/New_York"

    def __init__(self) -> None:
        self.table: Any = table()
        self.asked: list[tuple[str, dt.date | None, dt.date]] = []
        self.trouble: BaseException | None = None

    def fetch(self, ticker: str, start: dt.date | None, end: dt.date) -> Any:
        self.asked.append((ticker, start, end))
        if self.trouble:
            raise self.trouble
        if not isinstance(self.table, pd.DataFrame) or start is None:
            return self.table
        return self.table[self.table["Date"] >= str(start)]


@pytest.fixture
def tiny() -> Tiny:
    return Tiny()


@pytest.fixture
def get(tiny: Tiny, tmp_path: Path) -> Callable[..., Fetched]:
    def call(ticker: str = "spy", *, today: dt.date = TODAY, **more: Any) -> Fetched:
        return fetch(ticker, tiny, name="tiny", today=today, folder=tmp_path, **more)

    return call


def test_bars_are_what_the_vendor_says(tiny: Tiny, get: Callable[..., Fetched]) -> None:
    fetched = get()
    bars = fetched.bars
    assert (bars.name, bars.source, bars.prices) == ("SPY", "tiny:SPY", "split")
    assert bars.dates.tolist() == [day.date() for day in DAYS[:100]]
    assert bars.close.tolist() == (100 + 0.1 * np.arange(100)).tolist()
    assert (bars.dividend.sum(), bars.dividend[20]) == (0.5, 0.5)
    assert tiny.asked == [("SPY", None, TODAY)]
    assert fetched.report.words() == [
        "tiny:SPY: 100 bars, 2020-01-02 to 2020-05-26, from tiny, 100 new",
        f"tiny:SPY: the bar of {TODAY} is left out: its day is not over",
    ]


def test_the_next_fetch_asks_for_ten_known_bars_and_what_is_newer(
    tiny: Tiny, get: Callable[..., Fetched]
) -> None:
    get(today=DAYS[90].date())
    tiny.asked.clear()
    fetched = get()
    assert tiny.asked == [("SPY", DAYS[80].date(), TODAY)]
    assert (fetched.report.appended, fetched.report.restated) == (10, None)
    assert len(fetched.bars) == 100


def test_daily_asks_once_a_day(tiny: Tiny, get: Callable[..., Fetched]) -> None:
    first = get()
    tiny.asked.clear()
    assert get(daily=True).bars == first.bars
    assert tiny.asked == []
    get(daily=True, today=TODAY + dt.timedelta(days=1))
    assert len(tiny.asked) == 1


def test_a_restated_bar_is_told_and_the_old_version_kept(
    tiny: Tiny, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    get()
    tiny.table.loc[tiny.table["Date"] == str(DAYS[95].date()), "Last"] += 0.5
    second = get()
    assert second.report.restated is not None
    assert (second.report.restated.bars, second.report.restated.first) == (1, str(DAYS[95].date()))
    assert any("tiny has restated what it said before: 1 bar" in w for w in second.report.words())
    assert (tmp_path / "@tiny" / "SPY" / second.report.kept).is_file()


def test_a_split_rescales_what_is_known(tiny: Tiny, get: Callable[..., Fetched]) -> None:
    get(today=DAYS[90].date())
    tiny.table[["Open", "High", "Low", "Last"]] /= 2
    tiny.table["Vol"] *= 2
    tiny.table["Dividends"] /= 2
    tiny.table.loc[tiny.table["Date"] == str(DAYS[92].date()), "Stock Splits"] = 2.0
    report = get().report
    assert (report.split, report.restated) == (2.0, None)


def test_bars_are_an_answer_too(tiny: Tiny, get: Callable[..., Fetched]) -> None:
    raw = table().rename(columns={"Last": "Close"}).drop(columns="Dividends")
    raw.loc[raw["Date"] < "2020-03-02", ["Open", "High", "Low", "Close"]] *= 2
    raw.loc[raw["Date"] == "2020-03-02", "Stock Splits"] = 2
    tiny.table = Bars.from_frame(raw, "X", reading=Reading(prices="raw"))
    bars = get().bars
    assert bars.price_only
    assert bars.close.tolist() == pytest.approx((100 + 0.1 * np.arange(100)).tolist(), rel=1e-12)


def test_without_dividends_or_volumes_they_are_not_known(
    tiny: Tiny, get: Callable[..., Fetched]
) -> None:
    tiny.table = table().drop(columns=["Dividends", "Vol", "Stock Splits"])
    first = get(today=DAYS[90].date())
    assert first.bars.price_only
    assert not first.bars.volume_known
    assert get().report.restated is None


def test_faults_are_kept_and_told(tiny: Tiny, get: Callable[..., Fetched]) -> None:
    tiny.table.loc[tiny.table["Date"] == str(DAYS[5].date()), "Open"] = 0.0
    with pytest.raises(BarsError, match=r"SPY \(tiny:SPY\): open is not positive on 2020-01-09"):
        get()
    assert len(get(start=DAYS[6].date(), offline=True).bars) == 94


UNUSABLE = {
    "nothing": (None, "tiny's answer cannot be used: it is NoneType, not a DataFrame or Bars"),
    "no rows": (table(0), "tiny's answer cannot be used: it holds no prices"),
    "no close": (table().drop(columns="Last"), "cannot be used: no column close"),
    "text": (table().assign(Last="x"), "cannot be used: close is not a number"),
    "a date twice": (pd.concat([table(), table()]), "cannot be used: two bars on 2020-0"),
    "a split of -1": (table().assign(split=-1), "cannot be used: a split that is no ratio"),
    "raw prices": (table().assign(split_factor=1.0), "column split_factor says that prices are"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_answer_that_cannot_be_used(tiny: Tiny, get: Callable[..., Fetched], case: str) -> None:
    good = tiny.table
    tiny.table, words = UNUSABLE[case]
    with pytest.raises(SourceError) as failed:
        get()
    assert str(failed.value).startswith("tiny:SPY: tiny's answer")
    assert words in str(failed.value)
    assert "\n" not in str(failed.value)
    tiny.table = good
    first = get()
    tiny.table = UNUSABLE[case][0]
    again = get()
    assert (again.bars, again.report.origin) == (first.bars, "cache")
    assert words in again.report.reason


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (ConnectionRefusedError("no"), "tiny cannot be reached (ConnectionRefusedError: no)"),
        (KeyError("a\nb"), r"tiny failed (KeyError: 'a\nb')"),
        (SystemExit(2), "tiny failed (SystemExit: 2)"),
        (SourceError("down for repairs"), "down for repairs"),
    ],
    ids=["network", "a bug", "exits", "says so"],
)
def test_a_vendor_that_fails(
    tiny: Tiny, get: Callable[..., Fetched], trouble: BaseException, words: str
) -> None:
    tiny.trouble = trouble
    with pytest.raises(SourceError) as failed:
        get()
    assert str(failed.value) == f"tiny:SPY: {words}; the cache has no bars of it"
    assert failed.value.exit_code == 3
    tiny.trouble = None
    get()
    tiny.trouble = trouble
    assert get().report.words()[0].endswith(f"from the cache, fetched 2020-05-27 (today): {words}")


def test_an_unknown_ticker(tiny: Tiny, get: Callable[..., Fetched]) -> None:
    tiny.trouble = UnknownTickerError("tiny knows no ticker 'SPY'")
    with pytest.raises(UnknownTickerError, match="tiny knows no ticker 'SPY'"):
        get()
    with pytest.raises(RequestError, match=r"is no ticker: .* as tiny spells them"):
        get("../x")


def test_each_source_has_a_cache_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder(None, "tiny").name == "tiny"
    assert cache_folder(None, "tiny").parent == cache_folder().parent
    assert cache_folder("here", "tiny") == Path("here/@tiny")


# -- registered sources ------------------------------------------------------------------------


SOURCE = "class Vendor:\n    def fetch(self, ticker, start, end):\n        return None\n"


def test_a_class_or_an_object_is_registered(install: Install) -> None:
    install("playbook-extra", GROUP, f"{SOURCE}\nmade = Vendor()", tiny="guest:Vendor")
    assert list(registered()) == ["tiny"]
    assert type(source_named("tiny")).__name__ == "Vendor"
    install("playbook-more", GROUP, "", made="guest:made")
    assert source_named("made").fetch("SPY", None, TODAY) is None


def test_names_that_are_taken_cannot_be_registered(install: Install) -> None:
    points = dict.fromkeys(("yahoo", "sample", "panel", "x", "-x", "two words"), "guest:Vendor")
    install("playbook-extra", GROUP, SOURCE, **points)
    assert registered() == {}


def test_an_unknown_source_is_told_with_a_near_miss(install: Install) -> None:
    install("playbook-extra", GROUP, SOURCE, tiny="guest:Vendor")
    with pytest.raises(RequestError) as failed:
        source_named("tyni")
    assert str(failed.value) == (
        "no source of bars is called 'tyni'; did you mean 'tiny'? (known: yahoo, tiny; a package "
        "registers one under btplaybook.sources)"
    )
    assert failed.value.exit_code == 2


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 / 0", "'tiny' of playbook-extra cannot be loaded: ZeroDivisionError: division by zero"),
        ("Vendor = 3", "'tiny' of playbook-extra (guest:Vendor) has no method fetch"),
        (
            f"{SOURCE}\n    def __init__(self, key):\n        pass",
            "'tiny' of playbook-extra cannot be built: TypeError: ",
        ),
        (f"{SOURCE}\n    timezone = 'New York'", "'tiny' of playbook-extra: timezone 'New York'"),
    ],
    ids=["no module", "no source", "needs a key", "no zone"],
)
def test_a_broken_source_is_named(install: Install, source: str, words: str) -> None:
    install("playbook-extra", GROUP, source, tiny="guest:Vendor")
    with pytest.raises(RequestError) as failed:
        source_named("tiny")
    assert str(failed.value).startswith(words)


@pytest.mark.parametrize(
    ("text", "source", "ticker"),
    [("SPY", "yahoo", "SPY"), ("Tiny:spy", "tiny", "spy"), ("a:b:c", "a", "b:c")],
)
def test_source_and_ticker(text: str, source: str, ticker: str) -> None:
    assert source_and_ticker(text) == (source, ticker)


@pytest.mark.parametrize(
    ("source", "name", "asked"),
    [
        ("yahoo:SPY", "SPY", "SPY"),
        ("tiny:SPY", "SPY", "tiny:SPY"),
        ("tiny:SPY", "MINE", None),
        ("sample:SPY", "SPY", None),
        ("panel:SPY", "SPY", None),
        ("C:SPY", "SPY", None),
        ("SPY.csv", "SPY", None),
        ("yahoo", "yahoo", None),
    ],
)
def test_what_to_type_for_bars_of_a_vendor(source: str, name: str, asked: str | None) -> None:
    assert ticker_of_bars(source, name) == asked
