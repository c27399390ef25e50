"""Options of reading: on the command line, in a plan, and kept in run.json for a rerun.

The laws: an option applies only to the table that it names; run.json keeps it, and a rerun gives
the same bytes; the help lists the options of reading in their own group.
"""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from vendors import Market, market

from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.reading import PLAIN, Reading
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.records.rerun import rerun

OF = Market(market(), {60: 2.0})
SPLIT_DAY = str(OF.bars.index[60].date())
QUICK = ("--quick", "--set", "period=8")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Raw prices without a word about their split, and the split-adjusted twin day first."""
    monkeypatch.chdir(tmp_path)
    OF.raw.to_csv("raw.csv")
    twin = OF.bars.reset_index()
    twin.assign(date=twin["date"].dt.strftime("%d/%m/%Y")).to_csv("twin.csv", index=False)
    twin[:9].assign(date=twin["date"].dt.strftime("%d/%m/%Y")).to_csv("short.csv", index=False)
    return tmp_path


def total(out):
    return json.loads(Path(out, "run.json").read_text())["metrics"]["total_return"]


@pytest.mark.usefixtures("without_pages")
def test_a_split_on_the_command_line_gives_the_twins_figure(files, command):
    ended = command("run", "sma-switch", "--bars", "raw.csv", "--out", "a", *QUICK,
                    "--split", f"{SPLIT_DAY}=2")  # fmt: skip
    assert ended.code == 0, ended.err
    assert command("run", "sma-switch", "--bars", "twin.csv", "--out", "b", *QUICK).code == 0
    assert total("a") == pytest.approx(total("b"), rel=1e-9)
    data = json.loads(Path("a/run.json").read_text())["data"][0]
    assert data["prices"] == "raw"
    assert data["reading"] == {"split": [f"{SPLIT_DAY}=2"]}
    assert json.loads(Path("b/run.json").read_text())["data"][0]["prices"] == "split"


def kept(result, folder):
    """Write what a rerun reads, without the page, which takes seconds."""
    Path(folder).mkdir()
    Path(folder, "run.json").write_text(result.to_json(), encoding="utf-8")
    return Path(folder)


@pytest.mark.parametrize(
    "options",
    [
        {"bars": ("raw.csv",), "reading": {"split": (f"{SPLIT_DAY}=2",)}},
        {"bars": ("twin.csv",), "reading": {"resample": "week"}},
        {"bars": ("twin.csv",), "reading": {"calendar": "24/5"}},
        {
            "samples": ("simulated",),
            "settings": {"end": "2006-06-30"},
            "reading": {"resample": "month"},
        },
        {
            "bars": ("twin.csv",),
            "settings": {"benchmark": "raw.csv"},
            "reading": {"split": (f"raw:{SPLIT_DAY}=2",)},
        },
    ],
    ids=str,
)
def test_a_rerun_reads_in_the_same_way(files, options):
    result = Plan("sma-switch", params={"period": 3}, quick=True, **options).run()
    folder = kept(result, "kept")
    assert rerun(folder).same_bytes
    assert read_plan(folder / "run.json").run().to_json() == result.to_json()


def test_a_benchmarks_file_is_read_with_the_options_and_warned_about(files):
    plain = {"params": {"period": 3}, "bars": ("twin.csv",), "quick": True}
    held = Plan("sma-switch", **plain).run().benchmark["total_return"]
    raw = Plan("sma-switch", settings={"benchmark": "raw.csv"}, **plain)
    result = raw.run()
    assert result.benchmark["total_return"] < held - 0.3
    assert any("split of 2:1" in line for line in result.benchmark_data[0]["warnings"])
    assert any(badge.text.startswith("data warnings") for badge in result.badges)
    reading = {"split": (f"raw:{SPLIT_DAY}=2",)}
    stated = dataclasses.replace(raw, reading=reading).run()
    assert stated.benchmark["total_return"] == pytest.approx(held, rel=1e-9)
    with pytest.raises(ParameterError, match=f"--split twin:{SPLIT_DAY}=2"):
        dataclasses.replace(raw, reading={"split": (f"{SPLIT_DAY}=2",)}).run()


def test_a_split_belongs_to_one_of_several_tables(files, command):
    bars = ("--bars", "A=raw.csv", "--bars", "B=raw.csv")
    ended = command("run", "sma-switch", *bars, *QUICK, "--split", f"{SPLIT_DAY}=2")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert f"--split A:{SPLIT_DAY}=2" in ended.err
    ended = command("run", "sma-switch", *bars, *QUICK, "--split", f"C:{SPLIT_DAY}=2")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    one, other = Plan("sma-switch", bars=("A=raw.csv", "B=raw.csv"),
                      reading={"split": (f"A:{SPLIT_DAY}=2",)}).load()  # fmt: skip
    np.testing.assert_allclose(one.close, OF.bars["close"])
    np.testing.assert_allclose(other.close, OF.raw["close"])


def test_a_plan_says_it_for_each_file(files, command):
    Path("plan.toml").write_text(
        '[run]\nstrategy = "sma-switch"\nquick = true\n'
        f'[bars]\nA = {{file = "raw.csv", split = "{SPLIT_DAY}=2"}}\n'
        'B = {file = "short.csv", dates = "dmy"}\n[params]\nperiod = 3\n'
    )
    one, other = read_plan("plan.toml").load()
    np.testing.assert_allclose(one.close, OF.bars["close"])
    assert str(other.dates[0]) == str(OF.bars.index[0].date())
    assert one.origin.reading == Reading(split=(f"{SPLIT_DAY}=2",))


def test_what_is_typed_overrides_a_plans_reading(files):
    Path("plan.toml").write_text(
        '[run]\nstrategy = "sma-switch"\nprices = "total"\n[bars]\nA = "raw.csv"\n'
        'B = {file = "raw.csv", prices = "raw"}\n'
    )
    plan = read_plan("plan.toml")
    assert [table.prices for table in plan.load()] == ["total", "raw"]
    typed = plan.overridden(Plan("sma-switch", reading={"prices": "split"}), {"prices"})
    assert [table.prices for table in typed.load()] == ["split", "split"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('{prices = "raw"}', "name of a file"), ('{file = "raw.csv", price = "raw"}', "no option"),
        ('{file = "raw.csv", prices = 3}', "prices must be text"), ("3", "name of a file"),
        ('{file = "raw.csv", prices = "pure"}', "prices must be one of"),
        ('{file = "raw.csv", drop-bad-rows = "yes"}', "true or false"),
    ],
)  # fmt: skip
def test_a_plans_reading_that_cannot_be(files, entry, words):
    Path("plan.toml").write_text(f'[run]\nstrategy = "sma-switch"\n[bars]\nA = {entry}\n')
    with pytest.raises(ParameterError, match=words):
        read_plan("plan.toml")


@pytest.mark.parametrize(
    "option",
    [("--prices", "pure"), ("--dates", "ymd"), ("--resample", "year"), ("--split", "x"),
     ("--calendar", "XNYZ"), ("--timezone", "Mars/Olympus"), ("--decimal", ";")],
    ids=lambda option: option[0],
)  # fmt: skip
def test_an_option_that_cannot_be_is_one_line(files, command, option):
    ended = command("run", "sma-switch", "--bars", "twin.csv", *QUICK, *option)
    assert (ended.code, len(ended.err.splitlines())) == (2, 1), ended.err


@pytest.mark.parametrize("name", ["run", "search", "walk-forward"])
def test_the_help_shows_them_in_a_group(name, command):
    text = command(name, "--help").out
    group = text.split("\nReading files:\n")[1]
    group = group.split("\n\n")[0]
    assert set(re.findall(r"^  (--[\w-]+)", group, re.MULTILINE)) == {
        "--prices", "--split", "--calendar", "--timezone", "--dates", "--decimal", "--resample",
        "--drop-bad-rows", "--keep-all-rows", "--no-dividends",
    }  # fmt: skip


def test_a_search_of_weekly_bars(files, command):
    ended = command("search", "sma-switch", "--space", "period=2..6", "--bars", "twin.csv",
                    "--resample", "week", "--out", "found", "--json")  # fmt: skip
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["data"][0]["frequency"] == "week"


def test_a_reading_says_what_differs_and_is_made_of_it_again():
    reading = Reading(prices="raw", split="2020-08-31=4", drop_bad_rows=True)
    assert reading.plain() == {"prices": "raw", "split": ["2020-08-31=4"], "drop_bad_rows": True}
    assert Reading.of(reading.plain()) == reading
    assert PLAIN.plain() == {}
    with pytest.raises(RequestError, match="no option of reading"):
        Reading.of({"price": "raw"})


def test_a_weekly_run_counts_fifty_two_a_year(files):
    result = Plan("sma-switch", params={"period": 3}, bars=("twin.csv",), quick=True,
                  reading={"resample": "week"}).run()  # fmt: skip
    assert result.periods_per_year == 52
    weekly = pd.Series(OF.bars["close"]).resample("W-FRI").last().iloc[:-1]
    held = weekly.iloc[-1] / weekly.iloc[0]
    n = len(result.returns)
    assert result.benchmark["cagr"] == pytest.approx(held ** (52 / n) - 1, rel=1e-9)
