"""`--quantstats` of `run`, of a script and of `report`."""

import json
from pathlib import Path

import pytest

from btplaybook.runners.records.files import QUANTSTATS

pytestmark = pytest.mark.usefixtures("without_pages")

RUN = ("run", "sma-switch", "--sample", "simulated", "--set", "period=8", "--quick")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Write a line in place of the report, which takes seconds; return the titles drawn."""
    titles = []

    def line(*_, title, **__):
        titles.append(title)
        return "quantstats"

    monkeypatch.setattr("btplaybook.runners.pages.as_quantstats.of_run.full_report", line)
    return titles


def test_a_run_writes_it_and_says_where(command, drawn):
    done = command(*RUN, "--end", "2006-06-30", "--quantstats", "--json")
    there = Path("out/sma-switch") / QUANTSTATS
    assert done.code == 0
    assert there.read_text() == "quantstats"
    assert done.err.splitlines()[-1] == f"quantstats' own report: {there}"
    assert "quantstats" not in json.loads(done.out)["settings"]
    assert drawn == ["SMA switch: SIMULATED"]
    again = command(*RUN, "--end", "2006-06-30", "--json")
    assert again.out == done.out
    assert not there.exists()


def test_one_line_says_why_there_is_none(command, drawn):
    done = command(*RUN, "--start", "2006-06-26", "--end", "2006-06-30", "--quantstats")
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if QUANTSTATS in line]
    assert line.startswith(f"btplaybook: no {QUANTSTATS}: The window holds 5 daily returns;")
    assert not (Path("out/sma-switch") / QUANTSTATS).exists()
    assert drawn == []


def test_a_plan_asks_for_it(command, drawn):
    Path("plan.toml").write_text(
        '[run]\nstrategy = "sma-switch"\nsample = "simulated"\nend = 2006-06-30\n'
        'quick = true\nquantstats = true\nout = "there"\n[params]\nperiod = 8\n'
    )
    assert command("run", "plan.toml").code == 0
    assert (Path("there") / QUANTSTATS).exists()
    assert len(drawn) == 1


def test_a_report_writes_it(command, drawn):
    rows = "".join(f"2024-01-{day:02},{0.001 * (day % 5 - 2)}\n" for day in range(2, 31))
    Path("mine.csv").write_text(f"date,returns\n{rows}")
    done = command("report", "mine.csv", "--name", "<mine>", "--quantstats")
    assert done.code == 0, done.err
    assert (Path("out/report-mine") / QUANTSTATS).exists()
    assert drawn == ["<mine>"]


def test_a_script_writes_it_for_each_cerebro(command, drawn):
    Path("mine.py").write_text(
        "import backtrader as bt, pandas as pd\n"
        "from btplaybook import sample\n"
        "class Hold(bt.Strategy):\n"
        "    def next(self):\n"
        "        if not self.position: self.buy(size=10)\n"
        "bars = sample('simulated')\n"
        "names = ('open', 'high', 'low', 'close')\n"
        "frame = pd.DataFrame({name: getattr(bars, name) for name in names}, bars.dates)\n"
        "for days in (60, 70):\n"
        "    cerebro = bt.Cerebro()\n"
        "    cerebro.adddata(bt.feeds.PandasData(dataname=frame.iloc[:days], name='A'))\n"
        "    cerebro.addstrategy(Hold)\n"
        "    cerebro.run()\n"
    )
    assert command("run", "mine.py", "--quantstats").code == 0
    assert [(Path(f"out/mine-{place}") / QUANTSTATS).exists() for place in (1, 2)] == [True, True]
    assert len(drawn) == 2
