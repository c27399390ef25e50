"""Samples: the real ones are what arch and skfolio ship, the simulated bars hold no signal."""

import csv
import gzip
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds import samples
from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.samples import MARKETS, SAMPLES, sample, sample_market
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.feeds.us20 import us20
from btplaybook.runners.command import cli


@pytest.mark.parametrize(("name", "first_close"), [("sp500", 1228.099976), ("nasdaq", 2208.050049)])
def test_real_sample(name: str, first_close: float) -> None:
    bars = sample(name)
    assert (bars.name, bars.calendar, bars.price_only) == (name.upper(), "XNYS", True)
    assert bars.source == f"sample:{name}"
    assert (len(bars), str(bars.dates[0]), str(bars.dates[-1])) == (
        5031, "1999-01-04", "2018-12-31",
    )  # fmt: skip
    assert bars.close[0] == first_close


@pytest.mark.parametrize("name", ["sp500", "nasdaq"])
def test_real_sample_equals_what_arch_loads(name: str) -> None:
    module = pytest.importorskip(f"arch.data.{name}")
    loaded = module.load()
    assert sample(name).close.tolist() == loaded["Close"].tolist()
    assert sample(name).dates.tolist() == [day.date() for day in loaded.index]


def test_sp500_opens_are_warned_about() -> None:
    (warning,) = sample("sp500").warnings
    assert warning.startswith("open equals the previous close in 1999-2007 (15.5% to 98.0% of")


def test_neither_arch_nor_skfolio_is_imported() -> None:
    code = (
        "import sys; from btplaybook.feeds.samples import sample; sample('sp500'); "
        "sample('us20#AAPL'); sys.exit(bool({'arch', 'skfolio'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_simulated_is_the_same_in_every_process() -> None:
    # Pinned: another value means that every simulated study changes.
    assert sample("simulated").vintage == (
        "92c3b7fb1c6c9683a14f6ce8c5807a5ceeebfce4b28d4d4fc81ee38c3a0137c3"
    )
    assert sample("simulated") == sample("simulated", seed=0)
    assert sample("simulated") != sample("simulated", seed=1)


def test_simulated_layout() -> None:
    bars = sample("simulated")
    assert (len(bars), bars.name, bars.price_only) == (2520, "SIMULATED", False)
    assert bars.dates.tolist() == sessions("XNYS", "2005-01-03", bars.dates[-1]).tolist()
    assert bars.warnings == ()
    assert (bars.open[1:] != bars.close[:-1]).mean() > 0.99


def test_simulated_dividends_come_out_of_the_price() -> None:
    bars = sample("simulated")
    days = [day for day, paid in zip(bars.dates.tolist(), bars.dividend, strict=True) if paid]
    assert len(days) == 40
    assert {day.month for day in days} == {3, 6, 9, 12}
    # Third Fridays; Good Friday of 2008 fell on one, and the dividend on the Thursday before.
    assert {day.isoformat() for day in days if day.weekday() != 4} == {"2008-03-20"}

    # Same shocks without the dividends: relative to them the price loses each dividend's part.
    ex_dates = bars.dividend > 0
    unpaid = simulated_bars(0, dividends=False)
    gap = np.log(bars.close / unpaid.close)
    steps = np.diff(gap, prepend=0.0)
    assert steps[ex_dates] == pytest.approx(np.log(1 - 0.005), rel=0.1)
    assert np.abs(steps[~ex_dates]).max() < 1e-5


def test_simulated_returns_have_no_signal_but_clustered_volatility() -> None:
    # Twenty seeds of ten years. Standard error of a mean of twenty correlations is 0.0045, of the
    # mean Sharpe ratio 0.07; four of them are allowed.
    returns = [sample("simulated", seed=seed).total_returns[1:] for seed in range(20)]
    sharpe = [r.mean() / r.std() * np.sqrt(252) for r in returns]
    serial = [np.corrcoef(r[1:], r[:-1])[0, 1] for r in returns]
    absolute = [np.corrcoef(np.abs(r[1:]), np.abs(r[:-1]))[0, 1] for r in returns]
    assert abs(np.mean(sharpe)) < 0.28
    assert abs(np.mean(serial)) < 0.018
    assert np.mean(absolute) > 0.1
    assert np.mean([r.std() * np.sqrt(252) for r in returns]) == pytest.approx(0.175, abs=0.03)


def test_window_of_a_sample() -> None:
    instruments = {
        "us20": "us20#KO",
        "simulated-sector": "simulated-sector#SECTOR",
        "simulated-sector-b": "simulated-sector-b#BS01",
    }
    for name in SAMPLES:
        bars = sample(instruments.get(name, name), start="2008-01-01", end="2008-12-31")
        assert (str(bars.dates[0]), str(bars.dates[-1])) == ("2008-01-02", "2008-12-31")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param({"name": "sp50"}, r"unknown sample 'sp50'; did you mean 'sp500'\? \(samples: "
                     r"sp500, nasdaq, us20, simulated, simulated-sector, "
                     r"simulated-sector-b\)", id="near"),
        pytest.param({"name": "x"}, r"unknown sample 'x' \(samples", id="far"),
        pytest.param({"name": "simulated", "seed": -1}, "seed must not be negative, got -1",
                     id="seed"),
        pytest.param({"name": "simulated-sector#S01", "seed": -1}, "seed must not be negative",
                     id="seed of a market"),
        pytest.param({"name": "us20"}, "sample 'us20' is 20 stocks and SP500; name one, us20#AAPL, "
                     "or give the whole", id="market"),
        pytest.param({"name": "us20#APPL"}, r"'us20' holds no 'APPL'; did you mean 'AAPL'\? "
                     r"\(SP500, AAPL to XOM\)", id="near ticker"),
        pytest.param({"name": "sp500#AAPL"}, "unknown sample 'sp500#AAPL'", id="no market"),
        pytest.param({"name": "nasdaq", "start": "2020-01-01"}, "bars from 1999-01-04 to 2018",
                     id="window"),
    ],
)  # fmt: skip
def test_refusals(asked: dict[str, object], words: str) -> None:
    with pytest.raises(RequestError, match=words) as raised:
        sample(**asked)
    assert raised.value.exit_code == 2


def test_without_arch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "find_spec", lambda _: None)
    with pytest.raises(RequestError, match="ships inside arch: python -m pip install arch"):
        sample("sp500")


# Markets


def test_us20_is_what_skfolio_ships() -> None:
    # Read with the standard library: importing skfolio takes seconds.
    folder = Path(find_spec("skfolio").submodule_search_locations[0]) / "datasets" / "data"
    market = sample_market("us20")
    for file, tables in (("sp500_dataset", market.panel.bars), ("sp500_index", [market.etf])):
        with gzip.open(folder / f"{file}.csv.gz", "rt") as lines:
            rows = list(csv.DictReader(lines))
        assert sorted(rows[0]) == sorted(["Date", *(bars.name for bars in tables)])
        for bars in tables:
            assert bars.close.tolist() == [float(row[bars.name]) for row in rows]
            assert bars.dates.astype(str).tolist() == [row["Date"] for row in rows]
            assert bars.calendar == "XNYS"


def test_us20_says_what_it_does_not_know() -> None:
    market = sample_market("us20")
    assert not market.volumes_known
    assert market.etf.price_only
    assert not any(bars.price_only for bars in market.panel.bars)
    for bars in market.bars:
        for column in (bars.open, bars.high, bars.low):
            assert column.tolist() == bars.close.tolist()
        assert not bars.volume.any()
        assert not bars.dividend.any()
    assert np.isnan(market.panel.split_factors("2020-01-02", market.panel.tickers)).all()
    assert [market.holdings, market.membership, market.sectors, market.fundamentals] == [None] * 4
    assert market.truth is None
    said = [text for _, text, _ in (*market.badges, *market.panel.badges)]
    assert said == [
        "closes only", "dividends inside the prices", "hedged with an index",
        "split factors unknown", "survivorship",
    ]  # fmt: skip


def test_us20_is_adjusted_for_splits_and_dividends(realdata: Path) -> None:
    # Against another vendor's closes: the ratio to the adjusted ones stays, that to those which
    # are adjusted for splits alone grows by every dividend.
    panel = pd.read_parquet(realdata / "sector" / "information_technology.parquet")
    apple = panel[panel["ticker"] == "AAPL"].set_index("date").loc["2012-01-01":]
    ours = pd.Series(sample("us20#AAPL").close, pd.DatetimeIndex(sample("us20#AAPL").dates))
    adjusted = (ours / apple["adj_close"]).dropna()
    split_alone = (ours / (apple["close"] / apple["split_factor"])).dropna()
    # On a few days the vendors differ by a third of a percent.
    assert adjusted.max() / adjusted.min() == pytest.approx(1, abs=5e-3)
    assert split_alone.iloc[-1] / split_alone.iloc[0] > 1.10


def test_one_instrument_of_a_market() -> None:
    apple = sample("us20#aapl", start="2000-01-01", end="2000-12-31")
    assert (apple.name, apple.source) == ("AAPL", "sample:us20#AAPL")
    assert (str(apple.dates[0]), str(apple.dates[-1])) == ("2000-01-03", "2000-12-29")
    assert sample("us20#AAPL", dividends=False) == sample("us20#AAPL")  # it has none to leave out
    share = sample("simulated-sector#S01", seed=3)
    assert share.source == "sample:simulated-sector#S01, seed 3"
    assert share == simulated_sector(3).panel.bars[0]
    unpaid = sample("simulated-sector#SECTOR", seed=3, dividends=False)
    assert unpaid.price_only
    assert not unpaid.dividend.any()


def test_simulated_market_is_the_simulated_sector() -> None:
    market, made = sample_market("simulated-sector", seed=3), simulated_sector(3)
    assert market.bars == made.bars
    assert market.panel.sha256 == made.panel.sha256
    assert market.fundamentals.sha256 == made.fundamentals.sha256
    assert market.panel.source == "sample:simulated-sector, seed 3"
    assert {bars.source for bars in market.bars} == {
        f"sample:simulated-sector#{bars.name}, seed 3" for bars in made.bars
    }


def test_window_of_a_market() -> None:
    whole = sample_market("simulated-sector", seed=3)
    late = [bars.name for bars in whole.panel.bars if bars.dates[0] > whole.etf.dates[100]]
    market = sample_market("simulated-sector", seed=3, end=str(whole.etf.dates[100]))
    assert len(market.etf) == 101
    assert market.panel.without_bars == tuple(late)
    assert len(market.panel.bars) == 60 - len(late)
    day = whole.etf.dates[100]
    for bars in market.panel.bars:
        assert bars.dates[-1] == day
        assert bars.source == f"sample:simulated-sector#{bars.name}, seed 3"
    kept = market.panel.tickers
    assert market.panel.split_factors(day, kept).tolist() == (
        whole.panel.split_factors(day, kept).tolist()
    )
    later = sample_market("simulated-sector", seed=3, start=str(day), dividends=False)
    assert later.etf.dates[0] == day
    assert all(bars.price_only and not bars.dividend.any() for bars in later.bars)
    last = whole.etf.dates[-1]
    assert later.panel.split_factors(last, ["S01"]) == whole.panel.split_factors(last, ["S01"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param({"name": "us2"}, "unknown sample 'us2'; did you mean 'us20'", id="near"),
        pytest.param({"name": "sp500"}, r"'sp500' is one instrument \(markets: us20, simulated-s",
                     id="no market"),
        pytest.param({"name": "us20", "start": "2030-01-01"}, "bars from 1990-01-02 to 2022",
                     id="window"),
        pytest.param({"name": "simulated-sector", "seed": -1}, "seed must not be negative, got -1",
                     id="seed"),
    ],
)  # fmt: skip
def test_refused_markets(asked: dict[str, object], words: str) -> None:
    with pytest.raises(RequestError, match=words) as raised:
        sample_market(**asked)
    assert raised.value.exit_code == 2


def test_markets_are_samples() -> None:
    assert set(MARKETS) < set(SAMPLES)


def test_without_skfolio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("btplaybook.feeds.us20.find_spec", lambda _: None)
    with pytest.raises(RequestError, match=r"pip install btplaybook\[samples\]"):
        us20()


@pytest.mark.parametrize(
    ("strategy", "sample"), [("sector-long-short", "us20"), ("sma-switch", "us20#AAPL")]
)
def test_the_command_line_says_how_to_install_skfolio(
    strategy: str,
    sample: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("btplaybook.feeds.us20.find_spec", lambda _: None)
    monkeypatch.setattr("sys.argv", ["btplaybook", "run", strategy, "--sample", sample])
    monkeypatch.chdir(tmp_path)
    samples._market.cache_clear()
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "btplaybook: sample 'us20' ships inside skfolio, which is not installed: "
        "pip install btplaybook[samples]\n"
    )


def test_the_second_simulated_sector_is_the_next_seed_under_other_names() -> None:
    second, made = sample_market("simulated-sector-b", seed=3), simulated_sector(4)
    assert second.etf.source == "sample:simulated-sector-b#BSECTOR, seed 3"
    assert [bars.name for bars in second.bars] == [f"B{bars.name}" for bars in made.bars]
    np.testing.assert_array_equal(second.panel.bars[7].close, made.panel.bars[7].close)
    day = second.etf.dates[-1]
    assert second.holdings is not None
    assert made.holdings is not None
    mine, theirs = (
        second.holdings.weights_on(day, "BSECTOR"),
        made.holdings.weights_on(day, "SECTOR"),
    )
    assert mine is not None
    assert theirs is not None
    assert dict(mine) == {f"B{ticker}": weight for ticker, weight in theirs.items()}
    with pytest.raises(RequestError, match="prefix must be letters from A to Z, got 'B1'"):
        simulated_sector(prefix="B1")
