"""`--loop` and `--explain-loop`: which loop runs, said on request, and in run.json."""

import json

import pytest

from btplaybook.runners.runs.loop.words import words_of_loop

pytestmark = pytest.mark.usefixtures("undrawn")

RUN = ("run", "sma-switch", "--sample", "simulated", "--end", "2006-06-30", "--set", "period=8")


@pytest.fixture
def ran(command, tmp_path):
    """Return the outcome of a run and what its run.json says."""

    def call(*options):
        outcome = command(*RUN, "--quick", "--out", tmp_path, *options)
        file = tmp_path / "run.json"
        return outcome, json.loads(file.read_text()) if outcome.code == 0 else None

    return call


@pytest.mark.parametrize(
    ("options", "taken", "said"),
    [
        ((), "fast", "Loop: fast"),
        (("--loop", "auto"), "fast", "Loop: fast"),
        (("--loop", "fast"), "fast", "Loop: fast"),
        (("--loop", "stock"), "stock", "Loop: backtrader's own, as --loop stock asks"),
    ],
)
def test_the_loop_is_told(ran, options, taken, said):
    outcome, told = ran(*options, "--explain-loop")
    assert told["loop"] == {"taken": taken, "reasons": []}
    assert told["settings"]["loop"] == (options[1] if options else "auto")
    assert said in outcome.err.splitlines()


def test_nothing_is_said_unasked(ran):
    outcome, _ = ran()
    assert "Loop:" not in outcome.out + outcome.err


def test_both_loops_give_the_same(ran):
    _, fast = ran("--loop", "fast")
    _, stock = ran("--loop", "stock")
    for told in (fast, stock):
        del told["loop"], told["settings"]["loop"]
    assert fast == stock


def test_another_loop_is_refused(ran):
    outcome, _ = ran("--loop", "quick")
    assert outcome.code == 2
    assert "loop must be one of auto, fast, stock, got 'quick'" in outcome.err


HEIKIN = """
import backtrader as bt


class Smoothed(bt.Strategy):
    def __init__(self):
        self.ha = bt.ind.HeikinAshi()

    def next(self):
        if self.ha.ha_close[0] > self.ha.ha_open[0] and not self.position:
            self.buy(size=10)
"""


def test_the_reason_of_a_fallback_is_told(command, tmp_path):
    file = tmp_path / "smoothed.py"
    file.write_text(HEIKIN)
    shared = ("run", file, *RUN[2:6], "--quick", "--out", tmp_path / "out")
    outcome = command(*shared, "--explain-loop")
    told = json.loads((tmp_path / "out" / "run.json").read_text())["loop"]
    assert told == {"taken": "stock", "reasons": ["HeikinAshi is computed bar by bar"]}
    line = "Loop: backtrader's own, because HeikinAshi is computed bar by bar"
    assert line in outcome.err.splitlines()
    refused = command(*shared, "--loop", "fast")
    assert refused.code == 2
    assert "the fast loop cannot take this run: HeikinAshi is computed" in refused.err


def test_a_script_has_the_loop_of_its_cerebros():
    assert words_of_loop({}) == "Loop: backtrader's own, as the script runs its own cerebros"
