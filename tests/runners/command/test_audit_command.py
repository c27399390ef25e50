"""`btplaybook audit`: verdict, JSON and exit code, with bars and without; and `run --audit`."""

import json

import pytest

FILE = """
import random

import backtrader as bt


class Honest(bt.Strategy):
    def next(self):
        if len(self) % 9 == 0:
            self.order_target_percent(self.data1, target=0.5 if len(self) % 2 else 0.0)


class Peeks(bt.Strategy):
    def next(self):
        if len(self) < self.data.buflen() and self.data.close[1] > self.data.close[0]:
            self.buy(size=1, exectype=bt.Order.Limit, price=0.01)


class Random(bt.Strategy):
    def next(self):
        if random.random() < 0.5:
            self.buy(size=1)
"""
TWO_YEARS = ("--sample", "simulated", "--end", "2006-06-30")


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(FILE)
    return tmp_path / "mine.py"


def test_without_bars_a_market_of_as_many_feeds_as_it_needs_is_simulated(command, file):
    ended = command("audit", "mine.py:Honest", "--cuts", 1)
    assert ended.code == 0
    assert ended.out.startswith("Look-ahead audit passed: mine.py:Honest did the same twice")
    assert ended.out.endswith("audited for data, not for selection\n")
    assert "a simulated market, since no bars were given: SIM1, 600 bars" in ended.err
    assert "SIM2" in ended.err
    assert "SIM3" not in ended.err


def test_a_red_verdict_names_day_feed_and_order_and_ends_with_1(command, file):
    half = ("--sample", "simulated", "--end", "2005-06-30")
    ended = command("audit", "mine.py:Peeks", *half, "--cuts", 1, "--json")
    assert ended.code == 1
    told = json.loads(ended.out)
    assert (told["schema"], told["strategy"]) == (1, "mine.py:Peeks")
    assert (told["passed"], told["reason"], len(told["cuts"])) == (False, "look-ahead", 1)
    first = told["moved"][0]
    assert first["what"] == (
        f"the order of {first['date']} is missing: buy 1 SIMULATED (Limit at 0.01)"
    )
    assert ended.err == f"btplaybook: {told['verdict']}\n"
    assert told["data"] == ["SIMULATED, 125 bars, 2005-01-03 to 2005-06-30"]


@pytest.mark.parametrize(
    ("every", "kind"),
    [
        ("open", "376 bars from open to open, whose close is the day's opening price, 2005-01-04"),
        ("week", "78 weekly bars, 2005-01-07"),
        ("month", "18 monthly bars, 2005-01-31"),
    ],
)
def test_the_audit_says_what_its_bars_are(command, file, every, kind):
    ended = command(
        "audit", "sma-switch", *TWO_YEARS, "--resample", every, "--set", "period=3", "--cuts", 1,
        "--json",
    )  # fmt: skip
    (told,) = json.loads(ended.out)["data"]
    assert told.startswith(f"SIMULATED, {kind} to 2006-06-")


def test_what_is_not_reproducible_is_red_and_no_look_ahead(command, file):
    ended = command("audit", "mine.py:Random", *TWO_YEARS)
    assert (ended.code, ended.out) == (1, "")
    assert "Random is not reproducible" in ended.err
    assert "future" not in ended.err


def test_a_plan_and_parameters_are_audited_as_they_are_run(command, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text('[run]\nstrategy = "sma-switch"\nsample = ["simulated"]\nend = "2005-12-30"\n')
    ended = command("audit", plan, "--set", "period=8", "--cuts", 1, "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["passed"] is True
    assert command("audit", plan, "--set", "period=0").code == 2


@pytest.mark.usefixtures("without_pages")
def test_an_audited_run_keeps_the_verdict_and_is_the_same_bytes_again(command, tmp_path):
    out = tmp_path / "out"
    ended = command(
        "run", "sma-switch", "--sample", "simulated", "--end", "2005-12-30", "--set", "period=8",
        "--audit", "--cuts", 1, "--quick", "--out", out,
    )  # fmt: skip
    assert ended.code == 0
    kept = json.loads((out / "run.json").read_text())
    assert kept["audit"]["passed"] is True
    assert kept["audit"]["verdict"].startswith("Look-ahead audit passed: sma-switch")
    assert len(kept["audit"]["cuts"]) == 1
    assert "audited" in [badge["text"] for badge in kept["badges"]]
    assert json.loads(command("rerun", out, "--json").out)["same_bytes"] is True


def test_cuts_without_an_audit_are_refused(command):
    ended = command("run", "sma-switch", "--sample", "simulated", "--cuts", 2)
    assert (ended.code, ended.err) == (2, "btplaybook: --cuts is for --audit\n")
    assert command("audit", "sma-switch", "--cuts", 0).code == 2
