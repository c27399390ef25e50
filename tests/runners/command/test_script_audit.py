"""`btplaybook audit SCRIPT.py`: the strategies of a script's cerebros, on the script's bars."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from btplaybook.runners.command import cli
from btplaybook.runners.command.script_audit import builds_cerebro

SCRIPT = """
import sys
import backtrader as bt
import pandas as pd

class Honest(bt.Strategy):
    params = dict(period=3)

    def __init__(self):
        self.mean = bt.ind.SMA(period=self.p.period)

    def next(self):
        print("a line a bar")
        if self.data.close[0] > self.mean[0] and not self.position:
            self.buy()
        elif self.data.close[0] < self.mean[0] and self.position:
            self.close()

class Peeks(Honest):
    def next(self):
        try:
            ahead = self.data.close[1] > self.data.close[0]
        except IndexError:
            ahead = False
        if ahead and not self.position:
            self.buy()
        elif not ahead and self.position:
            self.close()

days = pd.bdate_range("2020-01-01", periods=80)
closes = [100.0 + (7 * k) % 11 for k in range(80)]
prices = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), closes), days)
prices["volume"] = 1.0
for kind in (Honest, Peeks)[: int(sys.argv[1])]:
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=prices, name="A"))
    cerebro.addstrategy(kind, period=4)
    cerebro.run()
"""


@pytest.fixture
def audited(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(SCRIPT)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["btplaybook", "audit", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return SimpleNamespace(code=int(ended.value.code or 0), out=out, err=err)

    return call


def test_each_strategy_of_a_script_is_audited(audited):
    done = audited("mine.py", "--json", "--cuts", "2", "--", "2")
    honest, peeks = json.loads(done.out)
    assert done.code == 1
    assert honest["strategy"] == "mine.py:Honest"
    assert (honest["passed"], peeks["passed"]) == (True, False)
    assert peeks["reason"] == "look-ahead"
    assert honest["data"] == ["A, 80 bars, 2020-01-01 to 2020-04-21"]
    assert done.err.count("a line a bar") == 77  # the run of the script, and not its audits
    (line,) = [line for line in done.err.splitlines() if line.startswith("btplaybook:")]
    assert "mine.py:Peeks knows the future" in line


def test_who_traded_in_the_script_and_not_in_the_audit_is_not_passed(audited):
    """On whole weeks no Wednesday is seen."""
    text = Path("mine.py").read_text()
    day = "self.data.datetime.date(0).weekday()"
    for old, new in (
        ("cerebro.adddata", "cerebro.replaydata"),
        ('name="A"))', 'name="A"), timeframe=bt.TimeFrame.Weeks)'),
        ("self.data.close[0] > self.mean[0] and not", f"{day} == 2 and not"),
        ("self.data.close[0] < self.mean[0] and", f"{day} == 1 and"),
    ):
        assert old in text
        text = text.replace(old, new)
    Path("mine.py").write_text(text)
    done = audited("mine.py", "--cuts", "2", "--", "1")
    assert done.code == 2
    assert "Honest had " in done.err
    assert "decides nothing on its finished bars" in done.err


def test_a_feed_with_a_line_of_its_own_is_told_in_a_line(audited):
    text = Path("mine.py").read_text()
    made = (
        'type("More", (bt.feeds.PandasData,), '
        '{"lines": ("signal",), "params": (("signal", "volume"),)})(dataname=prices, name="A")'
    )
    text = text.replace('bt.feeds.PandasData(dataname=prices, name="A")', made)
    Path("mine.py").write_text(text)
    done = audited("mine.py", "--cuts", "2", "--", "1")
    assert done.code == 2
    assert "A has the line signal beside its prices, which an audit cannot cut" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mine.py", "--set", "period=4"), "leave out --set"),
        (("mine.py", "--cuts", "0"), "cuts must be >= 1, got 0"),
        (("mine.py:Honest", "--", "2"), "unexpected extra argument (2)"),
    ],
)
def test_what_does_not_apply_is_one_line(audited, arguments, words):
    done = audited(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert words in done.err


@pytest.mark.parametrize(
    ("text", "builds"),
    [
        ("import backtrader as bt\nc = bt.Cerebro()", True),
        ("from backtrader import Cerebro\ndef main():\n    Cerebro(stdstats=False)", True),
        ("import backtrader as bt\nclass A(bt.Strategy):\n    'No Cerebro() here.'", False),
        ("def broken(", False),
    ],
)
def test_a_script_is_known_by_the_cerebro_that_it_makes(tmp_path, text, builds):
    (tmp_path / "any.py").write_text(text)
    assert builds_cerebro(str(tmp_path / "any.py")) is builds
    assert not builds_cerebro(str(tmp_path / "none.py"))
