"""Panels: raw prices of many names in, split-adjusted bars out, and nothing that was not there.

Laws: a name read out of a panel equals the name read alone; answers for a day do not change when
later bars are cut off or replaced by noise; the order of rows and of tickers does not count.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.panel import Panel, read_panel
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.simulated.sector import simulated_sector

PRICES = ["open", "high", "low", "close"]
DAYS = pd.date_range("2020-01-06", periods=5)
DAY = np.timedelta64(1, "D")


def _rows(week: pd.DataFrame, ticker: str, factor: object = 1.0) -> pd.DataFrame:
    return week.assign(ticker=ticker, split_factor=factor)


def _split(week: pd.DataFrame, ticker: str = "SPLIT") -> pd.DataFrame:
    """The week in raw prices of a name that splits 4 for 1 on Thursday; ex-date on Wednesday."""
    factor = np.array([4.0, 4.0, 4.0, 1.0, 1.0])
    raw = week.assign(volume=week["volume"] / factor, dividend=week["dividend"] * factor)
    raw[PRICES] = raw[PRICES].mul(factor, axis=0)
    return _rows(raw, ticker, factor)


@pytest.fixture
def table(week: pd.DataFrame) -> pd.DataFrame:
    """A plain name, one that splits, one listed on Wednesday and one delisted on Tuesday."""
    return pd.concat(
        [
            _split(week),
            _rows(week, "BRK.B"),
            _rows(week[week["date"] >= "2020-01-08"], "LATE"),
            _rows(week[week["date"] <= "2020-01-07"], "GONE"),
        ],
        ignore_index=True,
    )


def test_a_split_is_taken_out_of_prices_dividends_and_volumes(week, table) -> None:
    panel = Panel.from_frame(table, source="by hand")
    assert panel.tickers == ("BRK-B", "GONE", "LATE", "SPLIT")
    assert panel.bars[3] == Bars.from_frame(week, "SPLIT")
    assert panel.bars[3].source == "panel:by hand#SPLIT"
    assert table["close"].iloc[0] == 404.0  # the row itself stays as it was


def test_a_listing_starts_late_and_a_delisting_ends_early(table) -> None:
    _, gone, late, _ = Panel.from_frame(table).bars
    assert [day.day for day in gone.dates.tolist()] == [6, 7]
    assert [day.day for day in late.dates.tolist()] == [8, 9, 10]


def test_a_gap_is_no_bar(week) -> None:
    panel = Panel.from_frame(_rows(week.drop(index=2), "GAP"))
    assert [day.day for day in panel.bars[0].dates.tolist()] == [6, 7, 9, 10]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2020-01-03", [np.nan, np.nan, np.nan, np.nan], id="before-all"),
        pytest.param("2020-01-07", [4.0, np.nan, 1.0, np.nan], id="late-not-listed"),
        pytest.param("2020-01-08", [4.0, 1.0, 1.0, np.nan], id="eve-of-the-split"),
        pytest.param("2020-01-09", [1.0, 1.0, 1.0, np.nan], id="split"),
        pytest.param("2020-01-12", [1.0, 1.0, 1.0, np.nan], id="weekend-after-all"),
    ],
)
def test_split_factor_is_that_of_the_last_bar(table, day, expected) -> None:
    found = Panel.from_frame(table).split_factors(day, ["SPLIT", "LATE", "GONE", "NONE"])
    np.testing.assert_array_equal(found, expected)


def test_split_factors_of_a_whole_market_are_those_of_the_bars() -> None:
    panel = simulated_sector(2, n_stocks=30, years=3).panel
    days = np.arange(panel.bars[0].dates[0] - 3 * DAY, panel.bars[0].dates[-1] + 3 * DAY, 7 * DAY)
    for day in days:
        rows = [int((bars.dates <= day).sum()) - 1 for bars in panel.bars]
        known = [f[row] if row >= 0 else np.nan for f, row in zip(panel.factors, rows, strict=True)]
        np.testing.assert_array_equal(panel.split_factors(day, panel.tickers), known)


def test_classes_of_shares_are_spelled_alike(table) -> None:
    panel = Panel.from_frame(table, tickers=["brk/b"])
    assert panel.tickers == ("BRK-B",)
    assert panel.split_factors("2020-01-10", ["BRK.B", "BRK-B"]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_a_file_is_read_whole_or_a_name_at_a_time(table, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"panel{suffix}"
    if suffix == ".parquet":
        table.astype({"ticker": "category"}).to_parquet(file)
    else:
        table.to_csv(file, index=False)
    panel = read_panel(file)
    assert panel.sha256 == Panel.from_frame(table).sha256
    assert panel.bars[3].source == f"panel:{file}#SPLIT"
    for bars in panel.bars:
        assert read_bars(file, ticker=bars.name) == bars


def test_a_ticker_may_be_na(week, tmp_path: Path) -> None:
    _rows(week, "NA").to_csv(tmp_path / "panel.csv", index=False)
    assert read_panel(tmp_path / "panel.csv").tickers == ("NA",)


@given(st.permutations(range(17)))
def test_rows_may_be_grouped_in_any_way(order) -> None:
    # Dates go up within a name; names may alternate.
    days = pd.DataFrame({"date": DAYS, "open": 10.0, "high": 10.0, "low": 10.0, "close": 10.0,
                         "volume": 1.0})  # fmt: skip
    names = [("A", 5), ("B", 3), ("C", 5), ("D", 4)]
    table = pd.concat([_rows(days.head(n), name) for name, n in names], ignore_index=True)
    mixed = table.loc[order].sort_values("date", kind="stable")
    assert Panel.from_frame(mixed).sha256 == Panel.from_frame(table).sha256


def test_a_window_leaves_names_out_and_says_so(table) -> None:
    panel = Panel.from_frame(table, start="2020-01-08")
    assert panel.tickers == ("BRK-B", "LATE", "SPLIT")
    assert panel.badges == (
        ("info", "names without bars: 1", "Fewer than 2 bars in the window: GONE."),
    )
    with pytest.raises(RequestError, match="no name has 2 bars from 2021-01-01 to the last"):
        Panel.from_frame(table, start="2021-01-01")
    with pytest.raises(RequestError, match="end must be a date"):
        Panel.from_frame(table, end="soon")


def test_without_split_factors(week) -> None:
    panel = Panel.from_frame(week.assign(ticker="A"))
    assert np.isnan(panel.split_factors("2020-01-10", ["A"])).all()
    assert [badge[:2] for badge in panel.badges] == [("warn", "split factors unknown")]


def test_without_dividends(week, table) -> None:
    unpaid = Panel.from_frame(table, dividends=False)
    assert all(bars.price_only and not bars.dividend.any() for bars in unpaid.bars)
    unknown = Panel.from_frame(table.drop(columns="dividend"))
    assert all(bars.price_only for bars in unknown.bars)


def _survivors(n: int, years: int) -> pd.DataFrame:
    days = pd.bdate_range("2010-01-04", periods=years * 261)
    return pd.concat(
        pd.DataFrame({"ticker": f"T{i:02}", "date": days, "open": 1.0, "high": 1.0, "low": 1.0,
                      "close": 1.0, "volume": 1.0, "split_factor": 1.0})
        for i in range(n)
    )  # fmt: skip


def test_a_panel_without_delistings_has_a_badge() -> None:
    table = _survivors(10, 3)
    assert [badge[1] for badge in Panel.from_frame(table).badges] == ["survivorship"]
    one_ends = table[~((table["ticker"] == "T03") & (table["date"] > "2012-06-01"))]
    for sound in (one_ends, _survivors(9, 3), _survivors(10, 1)):
        assert Panel.from_frame(sound).badges == ()


def test_raw_prices_are_those_of_the_whole_file(table) -> None:
    """Of a name without a split the column tells nothing, and its prices are raw all the same."""
    panel = Panel.from_frame(table)
    assert {bars.prices for bars in panel.bars} == {"raw"}
    assert [bars.name for bars in panel.bars if "states no split" in bars.origin.why]
    adjusted = Panel.from_frame(table[table["ticker"] != "SPLIT"])
    assert {bars.prices for bars in adjusted.bars} == {"split"}
    for bars in adjusted.bars:
        assert bars == panel.bars[panel.tickers.index(bars.name)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda t: t.drop(columns="ticker"),
                     "frame: no column ticker (accepted: ticker, symbol, instrument)", id="ticker"),
        pytest.param(lambda t: t.drop(columns="date"),
                     "frame: no column date (accepted: date, datetime, timestamp, day)", id="date"),
        pytest.param(lambda t: t.head(0), "frame: the table has no rows", id="no-rows"),
        pytest.param(lambda t: t.assign(Symbol="A"), "frame: two columns are ticker", id="twice"),
        pytest.param(lambda t: t.assign(ticker=t["ticker"].mask(t.index == 2)),
                     "frame: ticker is missing in row 3", id="blank"),
        pytest.param(lambda t: pd.concat([t, t.tail(1)]),
                     "frame: GONE: more than one bar a day (bars must be daily, one instrument at "
                     "a time) on 2020-01-07", id="a-day-twice"),
        pytest.param(lambda t: t.assign(split_factor=t["split_factor"].mask(t.index == 1)),
                     "frame: SPLIT: split_factor is missing or not finite on 2020-01-07", id="nan"),
        pytest.param(lambda t: t.assign(split_factor=t["split_factor"].mask(t.index == 1, 0.0)),
                     "frame: SPLIT: split_factor is not positive on 2020-01-07", id="zero"),
        pytest.param(lambda t: t.assign(close=t["close"].mask(t.index.isin([3, 8]), -1.0)),
                     "frame: BRK-B: close is not positive on 2020-01-09\n"
                     "frame: BRK-B: low is above the close on 2020-01-09\n"
                     "frame: SPLIT: close is not positive on 2020-01-09\n"
                     "frame: SPLIT: low is above the close on 2020-01-09", id="two-names"),
        pytest.param(lambda t: t.assign(date=t["date"].astype(str).mask(t.index == 6, "soon")),
                     "frame: BRK-B: no date (write it YYYY-MM-DD): 'soon' in row 2", id="no-date"),
    ],
)  # fmt: skip
def test_faults(table, change, words: str) -> None:
    with pytest.raises(BarsError) as raised:
        Panel.from_frame(change(table))
    assert str(raised.value) == words
    assert raised.value.exit_code == 4


def test_only_the_first_faults_are_shown(week) -> None:
    many = pd.concat(_rows(week.assign(volume=-1.0), f"T{i:02}") for i in range(30))
    with pytest.raises(BarsError) as raised:
        Panel.from_frame(many, source="many.csv")
    lines = str(raised.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "many.csv: and 10 more faults"


def test_a_cell_is_named_by_its_line_in_the_file(table, tmp_path: Path) -> None:
    file = tmp_path / "panel.csv"
    table.assign(close=table["close"].astype(object).mask(table.index == 7, "x")).to_csv(
        file, index=False
    )
    with pytest.raises(BarsError, match=r"BRK-B: close is not a number: 'x' in line 9$"):
        read_panel(file)


def test_an_unknown_ticker_offers_the_near_miss(table) -> None:
    with pytest.raises(RequestError, match="unknown ticker 'SPLITS'; did you mean 'SPLIT'") as one:
        Panel.from_frame(table, tickers=["GONE", "splits"])
    assert one.value.exit_code == 2


def test_parts_must_go_together(table) -> None:
    panel = Panel.from_frame(table)
    with pytest.raises(BarsError, match="in order and once"):
        Panel(panel.bars[::-1], panel.factors[::-1])
    with pytest.raises(BarsError, match="every bar needs its split factor"):
        Panel(panel.bars, panel.factors[::-1])


@given(cut=st.integers(0, 6), seed=st.integers(0, 99))
def test_what_was_known_stays_when_the_future_goes(cut: int, seed: int) -> None:
    days = pd.DataFrame({"date": DAYS, "open": 9.0, "high": 11.0, "low": 9.0, "volume": 1.0,
                         "close": [10.0, 9.0, 11.0, 10.0, 9.5], "dividend": 0.1})  # fmt: skip
    panel = Panel.from_frame(
        pd.concat([_split(days), _rows(days.tail(3), "LATE"), _rows(days.head(2), "GONE")])
    )
    day = np.datetime64("2020-01-05") + cut * DAY
    names = ["SPLIT", "LATE", "GONE"]
    for other in (panel.until(day), panel.scrambled_after(day, np.random.default_rng(seed))):
        for asked in np.arange(np.datetime64("2020-01-04"), day + DAY):
            factors = other.split_factors(asked, names)
            expected = panel.split_factors(asked, names)
            kept = np.isin(names, other.tickers)  # a single bar is no table of bars
            np.testing.assert_array_equal(factors[kept], expected[kept])
        for bars in other.bars:
            whole = panel.bars[panel.tickers.index(bars.name)]
            known = bars.dates <= day
            np.testing.assert_array_equal(bars.close[known], whole.close[: known.sum()])
            np.testing.assert_array_equal(bars.volume[known], whole.volume[: known.sum()])
    later = [bars.dates[bars.dates > day] for bars in panel.until(day).bars]
    assert not any(len(dates) for dates in later)


def test_noise_is_noise(table) -> None:
    panel = Panel.from_frame(table)
    other = panel.scrambled_after("2020-01-07", np.random.default_rng(0))
    assert other.tickers == panel.tickers
    for bars, noise in zip(panel.bars, other.bars, strict=True):
        later = bars.dates > np.datetime64("2020-01-07")
        assert not (bars.close[later] == noise.close[later]).any()
        assert not (bars.volume[later] == noise.volume[later]).any()
    assert not np.isclose(other.split_factors("2020-01-10", ["SPLIT", "LATE"]), 1.0).any()
    assert panel.until("2020-01-01").first_known is None


@pytest.mark.realdata
def test_real_panel(realdata: Path) -> None:
    file = realdata / "sector" / "information_technology.parquet"
    panel = read_panel(file)
    assert len(panel.bars) == 55
    assert str(panel.first_known) == "2009-01-02"
    assert [badge[1] for badge in panel.badges] == ["survivorship"]
    apple = panel.bars[panel.tickers.index("AAPL")]
    raw = apple.close * panel.factors[panel.tickers.index("AAPL")]
    days = np.searchsorted(apple.dates, np.array(["2014-06-06", "2014-06-09"], "datetime64[D]"))
    assert raw[days] == pytest.approx([645.57, 93.70], rel=1e-12)


@pytest.mark.realdata
def test_real_total_returns_agree_with_the_vendors(realdata: Path) -> None:
    # The vendor's adjusted close gives C_t / (C_before - D_t): an account of the dividends that
    # owes nothing to our division of them by the split factor.
    file = realdata / "sector" / "financials.parquet"
    adjusted = pd.read_parquet(file, columns=["ticker", "date", "adj_close"])
    off = []
    for bars in read_panel(file).bars:
        vendor = adjusted.loc[adjusted["ticker"] == bars.name, "adj_close"].to_numpy()
        paid = np.flatnonzero(bars.dividend[1:] > 0)
        ours = bars.adjusted_close[1:] / bars.adjusted_close[:-1]
        off.append(np.abs(ours / (vendor[1:] / vendor[:-1]) - 1)[paid])
    assert np.quantile(np.concatenate(off), 0.99) < 1e-3


def test_panels_are_joined_by_name() -> None:
    whole = simulated_sector(0, n_stocks=30, years=3).panel
    halves = [
        dataclasses.replace(whole, bars=whole.bars[cut], factors=whole.factors[cut], source=name)
        for name, cut in (("b", slice(10, None)), ("a", slice(12)))
    ]
    joined = Panel.joined(halves)
    assert joined.tickers == whole.tickers
    assert joined.source == "b, a"
    assert joined.sha256 == whole.sha256
    assert joined.tickers_from("a") == whole.tickers[:12]
    assert joined.tickers_from("b") == whole.tickers[10:]
    assert joined.tickers_from("c") == ()
    assert Panel.joined([whole]) is whole
    day, names = whole.bars[0].dates[300], whole.tickers
    np.testing.assert_array_equal(joined.split_factors(day, names), whole.split_factors(day, names))
    other = dataclasses.replace(
        halves[1], factors=(*halves[1].factors[:11], 2.0 * halves[1].factors[11])
    )
    with pytest.raises(BarsError, match=f"a: the bars of {names[11]} differ from those in b"):
        Panel.joined([halves[0], other])


def _jumping(last: int, factor: np.ndarray) -> pd.DataFrame:
    """Forty days of a name that halves its price once, with the split factors given."""
    days = pd.bdate_range("2020-01-06", periods=40)
    close = 100.0 + 0.1 * (np.arange(40) % 3)
    close[last:] /= 2.0
    return pd.DataFrame(
        {"date": days, "open": close, "high": close * 1.01, "low": close * 0.99, "close": close,
         "volume": 1000.0, "split_factor": factor}
    )  # fmt: skip


@pytest.mark.parametrize("stated", [True, False])
def test_a_jump_is_no_split_where_the_panel_states_them(stated: bool) -> None:
    """A table with a split of some name knows splits; one of 1 throughout may know of none."""
    split = np.where(np.arange(40) < 20, 2.0, 1.0)
    one = np.ones(40)
    other = _jumping(20, split if stated else one)
    if not stated:
        other[PRICES] *= np.where(np.arange(40) < 20, 0.5, 1.0)[:, None]
    rows = pd.concat([_jumping(30, one).assign(ticker="FELL"), other.assign(ticker="SPLIT")])
    panel = Panel.from_frame(rows, source="by hand")
    told = [text for bars in panel.bars for text in bars.warnings if "as by a split" in text]
    assert len(told) == (0 if stated else 1)
    assert all(bars.origin.splits_known == stated for bars in panel.bars)
    halved = [text for text in panel.bars[0].warnings if "beyond" in text]
    assert panel.bars[0].close[30] == pytest.approx(50.0, rel=0.01)
    assert len(halved) == 1  # it stays a large return
    assert panel.until("2020-02-28").bars[0].origin.splits_known == stated


def test_stocks_of_a_made_up_sector_have_no_warning_of_splits() -> None:
    market = simulated_sector(0)
    assert any((np.diff(factor) != 0.0).any() for factor in market.panel.factors)
    told = [text for bars in market.panel.bars for text in bars.warnings]
    assert told
    assert not [text for text in told if "as by a split" in text]
