"""`btplaybook report`: a file of returns to a folder, which compares and runs again."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.calendars import sessions
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.returns_alone import report
from btplaybook.runners.runs.run import run

pytestmark = pytest.mark.usefixtures("without_pages")

DAYS = pd.DatetimeIndex(sessions("XNYS", "2016-01-04", "2016-06-30"))
TWO = pd.DataFrame(
    np.random.default_rng(7).normal(4e-4, 0.01, (len(DAYS), 2)), DAYS, ["mine", "benchmark"]
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    TWO.to_csv("two.csv", index_label="date")
    TWO["mine"].to_csv("one.csv")
    return tmp_path


def test_a_folder_with_its_json(command):
    done = command("report", "two.csv", "--json", "--name", "Ours", "--risk-free-rate", "0.01")
    assert done.code == 0
    told = json.loads(done.out)
    assert Path("out/report-two/run.json").read_text() == done.out
    assert told["strategy"] == "report"
    assert told["settings"] == {
        "start": None, "end": None, "kind": None, "column": None, "benchmark": "benchmark",
        "risk_free_rate": 0.01,
    }  # fmt: skip
    (data,) = told["data"]
    assert (data["name"], data["source"], data["rows"]) == ("Ours", "two.csv", len(DAYS))
    assert told["metrics"]["total_return"] == pytest.approx(np.prod(1 + TWO["mine"]) - 1, 1e-12)


def test_the_summary_on_the_terminal(command):
    done = command("report", "one.csv", "--out", "here")
    assert "returns alone" in done.out
    assert "Hold" not in done.out
    assert "Uncompounded" not in done.out


@pytest.mark.parametrize("options", [(), ("--benchmark", "sp500", "--start", "2016-02-01")])
def test_runs_again_to_the_same_bytes(command, options):
    command("report", "one.csv", "--name", "Ours", *options)
    done = command("rerun", "out/report-one")
    assert done.code == 0, done.err
    assert "the same bytes" in done.out


def test_a_changed_file_is_told(command):
    command("report", "one.csv")
    TWO["mine"].iloc[:-3].to_csv("one.csv")
    done = command("rerun", "out/report-one")
    assert done.code == 0
    assert f"one: other rows than the {len(DAYS)} from 2016-01-04 to 2016-06-30" in done.out
    assert "Total return" in done.out


def test_is_compared_with_a_run(simulated):
    ran = run("sma-switch", simulated, strips=False)
    write_run(ran, "run")
    write_run(report(ran.equity, name="mine"), "report")
    result = compare(["run", "report"])
    assert result.held is None
    first, second = (each.figures for each in result.runs)
    assert first["sharpe"] == pytest.approx(second["sharpe"], rel=1e-9)
    assert second["over_buy_and_hold"] is None
    assert "Different instruments" in {heading for heading, _ in result.cautions}


def test_never_takes_the_place_of_a_run(command, simulated):
    write_run(run("sma-switch", simulated, strips=False), "kept")
    done = command("report", "one.csv", "--out", "kept")
    assert (done.code, done.out) == (2, "")
    assert done.err == "btplaybook: kept holds a run of sma-switch: give another --out\n"
    assert json.loads(Path("kept/run.json").read_text())["strategy"] == "sma-switch"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("report", "one.csv", "--column", "profit"), 2, "no column of numbers 'profit'"),
        (("report", "one.csv", "--kind", "money"), 2, "kind must be one of returns"),
        (("report", "none.csv"), 2, "none.csv: no such file"),
        (("report", "r.pkl"), 2, "a pickle is not read"),
        (("report", "one.csv", "--benchmark", "nosuch:SPY"), 2, "nosuch"),
        (("run", "out/report-one/run.json"), 2, "record of a report, not of a strategy"),
        (("rerun", "python"), 2, "the returns came from Python"),
    ],
)
def test_refused_in_one_line(command, arguments, code, words):
    write_run(report("one.csv"), "out/report-one")
    write_run(report(TWO["mine"]), "python")
    done = command(*arguments)
    assert done.code == code
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_ticker_of_a_vendor_as_benchmark(command, monkeypatch):
    from btplaybook.feeds.samples import sample
    from btplaybook.runners.plans import tickers

    monkeypatch.setattr(tickers, "load_tickers", lambda names, **_: [sample("sp500")])
    command("report", "one.csv", "--benchmark", "yahoo:SPY")
    kept = json.loads(Path("out/report-one/run.json").read_text())
    assert kept["settings"]["benchmark"] == "yahoo:SPY"
    assert kept["benchmark"]["name"] == "SP500"
    assert "the same bytes" in command("rerun", "out/report-one").out
