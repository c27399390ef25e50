"""Benchmarks: instruments, cash, mixes and returns; their figures and texts."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.benchmarks import mix_of, placed
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search

WHOLE = sample("simulated")
ONE = dataclasses.replace(WHOLE.between(None, WHOLE.dates[599].item()), name="ONE", title="")
OTHER = dataclasses.replace(
    sample("simulated", seed=1).between(None, ONE.dates[-1].item()), name="OTHER", title=""
)
WINDOW = {"start": str(ONE.dates[40]), "period": 20, "strips": False}


def switched(benchmark, bars=ONE, **settings):
    return run("sma-switch", bars, benchmark=benchmark, **{**WINDOW, **settings})


def monthly_ledger(weights, start, cash=1e6):
    """Shares by instrument, bought and levelled at month ends, dividends put into more shares."""
    tables = list(weights)
    days = ONE.dates[np.searchsorted(ONE.dates, np.datetime64(start)) - 1 :]
    rows = [np.searchsorted(table.dates, days) for table in tables]
    close = np.array([table.close[row] for table, row in zip(tables, rows, strict=True)])
    paid = np.array([table.dividend[row] for table, row in zip(tables, rows, strict=True)])
    share = np.array(list(weights.values()))
    free = cash * (1 - share.sum())
    held = cash * share / close[:, 0]
    wealth = [cash]
    for t in range(1, len(days)):
        held = held * (1 + paid[:, t] / close[:, t])
        worth = float(held @ close[:, t]) + free
        wealth.append(worth)
        last = t + 1 == len(days) or days[t + 1].astype("M8[M]") != days[t].astype("M8[M]")
        if last:
            held, free = worth * share / close[:, t], worth * (1 - share.sum())
    return np.array(wealth)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmarks")
    for bars in (ONE, OTHER):
        bars.frame().to_csv(folder / f"{bars.name}.csv")
    return folder


def test_a_mix_is_its_own_ledger_day_by_day(files):
    text = f"ONE=0.6,{files / 'OTHER.csv'}=0.4"
    result = switched(text)
    expected = monthly_ledger({ONE: 0.6, OTHER: 0.4}, WINDOW["start"])
    returns = result.daily["benchmark_return"].to_numpy()
    assert np.isnan(returns[0])
    assert returns[1:] == pytest.approx(expected[1:] / expected[:-1] - 1, abs=1e-12)
    assert result.benchmark["total_return"] == pytest.approx(expected[-1] / 1e6 - 1, rel=1e-9)
    assert result.benchmark["pnl"]["residual"] == pytest.approx(0.0, abs=1e-6)
    assert result.benchmark["pnl"]["dividends"] > 0
    assert result.benchmark_title == "60 % ONE, 40 % OTHER, monthly"
    assert result.settings["benchmark"] == text
    assert [data["sha256"] for data in result.benchmark_data] == [OTHER.vintage]
    half = {"ONE": np.float32(0.5), str(files / "OTHER.csv"): np.float32(0.5)}
    of_text = switched(f"ONE=0.5,{files / 'OTHER.csv'}=0.5")
    assert switched(half).benchmark == of_text.benchmark


def test_a_mix_with_cash_and_one_of_a_mapping():
    for given in ("ONE=0.25,cash=0.75", {"ONE": 0.25, "cash": 0.75}):
        result = switched(given)
        expected = monthly_ledger({ONE: 0.25}, WINDOW["start"])
        assert result.benchmark["total_return"] == pytest.approx(expected[-1] / 1e6 - 1, rel=1e-9)
        assert result.benchmark_name == "25 % ONE, 75 % cash"
    assert switched({"ONE": 1.0}).benchmark["total_return"] == pytest.approx(
        switched("ONE").benchmark["total_return"], rel=1e-12
    )


@pytest.mark.parametrize(
    "given",
    [
        lambda folder: str(folder / "OTHER.csv"),
        lambda folder: folder / "OTHER.csv",
        lambda folder: OTHER,
        lambda folder: OTHER.frame(),
        lambda folder: {"OTHER": OTHER},
    ],
)
def test_an_instrument_that_is_not_traded(files, given):
    result = switched(given(files))
    traded = run("sma-switch", OTHER, **WINDOW)
    assert result.benchmark == traded.benchmark
    assert result.metrics == switched(None).metrics
    assert [data["sha256"] for data in result.benchmark_data] == [OTHER.vintage]
    assert "benchmark_data" not in switched(None).plain()


def test_cash_without_interest_does_not_vary_and_what_divides_by_it_is_none():
    result = switched("cash", strips=True)
    theirs = result.benchmark
    assert (theirs["total_return"], theirs["volatility"]) == (0.0, 0.0)
    absent = ("sharpe", "sharpe_band", "sortino", "points", "percent", "win_rate")
    assert {theirs[key] for key in absent} == {None}
    page = tearsheet(result)
    assert "beside cash<" in page
    assert "cash held" not in page
    assert "without the benchmark, which has no risk to compare with" in page
    # what is called buying and holding stays that
    lead = result.strips["cost"]["break_even"]["over_buy_and_hold"]
    assert lead == switched(None, strips=True).strips["cost"]["break_even"]["over_buy_and_hold"]
    assert "The lead over ONE held is gone at" in page


def test_cash_earns_the_rate_of_the_day_before():
    dates = pd.to_datetime([ONE.dates[0], ONE.dates[300]])
    rates = pd.Series([0.01, 0.05], index=dates)
    result = switched("cash", interest=rates)
    days = result.daily.index
    rate = np.where(days[:-1] < dates[1], 0.01, 0.05)
    expected = rate * np.diff(days).astype("m8[D]").astype(int) / 360
    assert result.daily["benchmark_return"].to_numpy()[1:] == pytest.approx(expected, abs=1e-15)
    assert result.benchmark["pnl"]["interest"] == pytest.approx(
        1e6 * (np.prod(1 + expected) - 1), rel=1e-12
    )
    assert result.benchmark_title == "Cash"


def test_returns_are_taken_as_they_are():
    returns = OTHER.frame()["close"].pct_change().rename("price of other")
    result = switched(returns)
    counted = result.daily["benchmark_return"].iloc[1:]
    pd.testing.assert_series_equal(
        counted, returns.reindex(counted.index), check_names=False, rtol=1e-15, check_freq=False
    )
    assert result.benchmark_title == "price of other"
    assert result.benchmark["pnl"]["price"] is None
    json.dumps(result.plain(), allow_nan=False)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("OTHR", "no bars are called 'OTHR'.*A benchmark is the name of a feed, a file, cash"),
        ("ONE=0.6,OTHER=0.4", "no bars are called 'OTHER'"),
        ("ONE=0.6,cash=0.3", "the weights must sum to 1, and sum to 0.9"),
        ("ONE=1.5,cash=-0.5", "each weight must be above 0"),
        ("ONE=0.5,ONE=0.5", "ONE is there twice"),
        ("nowhere.csv", "nowhere.csv: no such file"),
        (5, "got int"),
        ([ONE, OTHER], "a benchmark is one table of bars, got 2: ONE, OTHER"),
        (ONE.frame()["close"], r"these look like prices: give prices.pct_change\(\)"),
        (ONE.frame()["close"].pct_change() * 1e3, "a fraction above -1 is needed"),
        (ONE.frame()["close"].pct_change().iloc[:300], "has no return on .* and 297 more"),
        (ONE.frame()["close"].pct_change().reset_index(drop=True), "needs dates as its index"),
        (OTHER.between(ONE.dates[100].item()), "begins on .*, after the account opened on"),
        (OTHER.between(None, ONE.dates[400].item()), "ends on .*, and the run on"),
    ],
)
def test_what_cannot_be_compared_with_is_one_line(given, words):
    with pytest.raises(ValueError, match=words) as raised:
        switched(given)
    assert raised.value.exit_code in (2, 4)
    assert "\n" not in str(raised.value)


def test_days_without_a_bar_are_days_without_return_and_are_said():
    gone = np.isin(np.arange(len(OTHER)), (200, 201, 350))
    columns = {
        name: getattr(OTHER, name)[~gone]
        for name in ("dates", "open", "high", "low", "close", "volume", "dividend")
    }
    gappy = dataclasses.replace(OTHER, **columns)
    result = switched(gappy)
    returns = result.daily["benchmark_return"]
    assert (returns[pd.DatetimeIndex(OTHER.dates[gone])] == 0.0).all()
    badge = next(badge for badge in result.badges if badge.text == "benchmark lacks days")
    assert badge.why.startswith("No bar of OTHER on 3 of ")


def test_what_is_earned_between_a_runs_days_counts_on_the_next():
    """A benchmark with more bars than the run loses no dividend and no move."""
    kept = np.arange(len(ONE)) % 7 != 3
    columns = {
        name: getattr(ONE, name)[kept]
        for name in ("dates", "open", "high", "low", "close", "volume", "dividend")
    }
    sparse = Bars(**{"name": "SPARSE", "calendar": ONE.calendar, **columns})
    result = switched(OTHER, bars=sparse)
    first, last = (
        np.searchsorted(OTHER.dates, d.to_datetime64()) for d in result.daily.index[[0, -1]]
    )
    growth = np.prod(1 + OTHER.total_returns[first + 1 : last + 1])
    assert result.benchmark["total_return"] == pytest.approx(growth - 1, rel=1e-9)


@pytest.mark.usefixtures("without_pages")
def test_each_runs_again_and_compares(files, tmp_path, command, monkeypatch):
    monkeypatch.chdir(files)
    folders = []
    for n, benchmark in enumerate(("cash", "OTHER.csv", "ONE=0.6,OTHER.csv=0.4")):
        folders.append(tmp_path / str(n))
        ended = command(
            "run", "sma-switch", "--bars", "ONE.csv", "--benchmark", benchmark, "--quick",
            "--start", WINDOW["start"], "--set", "period=20", "--out", folders[-1],
        )  # fmt: skip
        assert ended.code == 0, ended.err
        assert rerun(folders[-1]).same_bytes
    assert compare(folders).held is None
    other = tmp_path / "again"
    write_run(read_plan(folders[2] / "run.json").run(), other)
    assert compare([folders[2], other]).held.name == "60 % ONE, 40 % OTHER, monthly"


@pytest.mark.usefixtures("without_pages")
def test_a_changed_file_of_the_benchmark_is_told(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    OTHER.frame().to_csv("OTHER.csv")
    ONE.frame().to_csv("ONE.csv")
    write_run(run("sma-switch", "ONE.csv", benchmark="OTHER.csv", **WINDOW), "out")
    (OTHER.frame() * 1.01).to_csv("OTHER.csv")
    report = rerun("out")
    assert not report.same_bars
    assert "OTHER, which is only compared with: other bars than the" in report.untold[0]
    report.check()


@pytest.mark.usefixtures("without_pages")
def test_a_table_from_python_cannot_be_run_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ONE.frame().to_csv("ONE.csv")
    for given in (OTHER, ONE.frame()["close"].pct_change()):
        write_run(run("sma-switch", "ONE.csv", benchmark=given, **WINDOW), "out")
        with pytest.raises(ParameterError, match="benchmark came from Python, of which only the"):
            rerun("out")


def test_a_plans_benchmark_lies_in_its_folder(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = files / "plan.toml"
    plan.write_text(
        '[run]\nstrategy = "sma-switch"\nbenchmark = "ONE=0.6,OTHER.csv=0.4"\nquick = true\n'
        '[bars]\nONE = "ONE.csv"\n[params]\nperiod = 20\n'
    )
    result = read_plan(plan).run()
    assert result.benchmark_name == "60 % ONE, 40 % OTHER"
    assert result.settings["benchmark"] == f"ONE=0.6,{files / 'OTHER.csv'}=0.4"


@pytest.mark.parametrize(
    ("text", "mix"),
    [
        ("SPY=0.6,TLT=0.4", {"SPY": 0.6, "TLT": 0.4}),
        (" A, Inc = 5e-1 , B=.5", {"A, Inc": 0.5, "B": 0.5}),
        ("Société Générale=A=0.6,日経=0.4", {"Société Générale=A": 0.6, "日経": 0.4}),
        ("SPY.csv=1", {"SPY.csv": 1.0}),
        ("SPY", None),
        ("SPY=all", None),
        ("SPY=0.6,TLT", None),
        ("", None),
    ],
)
def test_a_mix_is_read_from_its_last_equals_signs(text, mix):
    assert mix_of(text) == mix


def test_files_are_placed_and_names_are_not(tmp_path):
    assert placed("A.csv", tmp_path, ["A.csv"]) == "A.csv"
    assert placed("A.csv", tmp_path, ["A"]) == str(tmp_path / "A.csv")
    assert placed("cash", tmp_path, []) == "cash"
    assert placed("A=0.5,b/B.csv=0.5", tmp_path, ["A"]) == f"A=0.5,{tmp_path / 'b/B.csv'}=0.5"


def test_a_searchs_excess_stays_over_buying_and_holding():
    window = {"start": WINDOW["start"], "top": 3, "at_random": 1}
    plain = run_search("sma-switch", ONE, "period=10|20|30", **window)
    other = run_search("sma-switch", ONE, "period=10|20|30", benchmark="cash", **window)
    pd.testing.assert_frame_equal(plain.found.top, other.found.top)
    assert plain.held == other.held


def test_a_neutral_book_compares_itself_with_cash():
    from btplaybook.strategies.sector_long_short import SectorLongShort
    from btplaybook.strategies.sma_switch import SmaSwitch

    class Neutral(SmaSwitch):
        """Says so."""

        benchmark = "cash"

    assert SectorLongShort.benchmark == "cash"
    assert run(Neutral, ONE, **WINDOW).benchmark_title == "Cash"
    assert run(Neutral, ONE, benchmark="ONE", **WINDOW).benchmark_title == "Hold ONE"
