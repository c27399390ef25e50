"""How far a run is: on a terminal, in a file, and to a function."""

import datetime
import io

import numpy as np
import pytest
from rich.console import Console

from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.command import run_progress
from btplaybook.runners.command.progress import DayBar
from btplaybook.runners.command.run_progress import PLAIN_EVERY, RunProgress, progress_of
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.stages import FIRST, Stage, stage
from btplaybook.strategies.base.reached import reached

DAY = datetime.date(2020, 5, 4)


def test_a_plain_line_every_ten_seconds_with_the_time_left():
    now, lines = [0.0], []
    shown = RunProgress("book", plain=True, clock=lambda: now[0], say=lines.append)
    for now[0] in (0.0, 5.0, 9.9, 10.0, 15.0, 20.0):
        shown(Stage(FIRST, DAY, now[0] / 40.0))
    assert lines == [
        "book: 2020-05-04, 25%, about 30 s left",
        "book: 2020-05-04, 50%, about 20 s left",
    ]


def test_a_stage_is_named_and_its_time_counts_from_its_own_start():
    now, lines = [0.0], []
    shown = RunProgress("book", plain=True, clock=lambda: now[0], say=lines.append)
    shown(Stage(FIRST, DAY, 1.0))
    now[0] = 100.0
    shown(Stage("again, gate=False", DAY, 0.0))
    now[0] = 100.0 + PLAIN_EVERY
    shown(Stage("again, gate=False", DAY, 0.01))
    now[0] += PLAIN_EVERY
    shown(Stage("again, gate=False", DAY, 0.1))
    assert [line.partition(": ")[2] for line in lines] == [
        "2020-05-04, 0%", "2020-05-04, 1%", "2020-05-04, 10%, about 3 min left",
    ]  # fmt: skip
    assert lines[0].startswith("book again, gate=False")


def test_a_short_run_shows_nothing_on_a_terminal(monkeypatch):
    monkeypatch.setattr(run_progress, "SHOWN_EVERY", 0.0)
    with RunProgress("book", plain=False, clock=lambda: 0.0) as shown:
        shown(Stage(FIRST, DAY, 0.5))
    assert shown._bar is None


def test_a_terminal_has_one_line_that_goes_away():
    written = io.StringIO()
    bar = DayBar(Console(file=written, force_terminal=True, width=90, markup=False))
    bar.show("book", "2020-05-04", 0.25)
    bar.show("book again, gate=False", "2020-06-01", 0.5)
    bar.close()
    for text in ("book", "25%", "2020-05-04", "gate=False", "50%", "2020-06-01", "\x1b[2K"):
        assert text in written.getvalue()
    assert written.getvalue().count("\n") <= 1


@pytest.mark.parametrize(("json", "terminal", "plain"), [
    (True, True, True), (False, False, True), (False, True, False),
])  # fmt: skip
def test_plain_with_json_and_without_a_terminal(monkeypatch, json, terminal, plain):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert progress_of("book", json=json)._plain is plain


def test_days_outside_of_a_block_are_told_to_nobody():
    (fund, *_), _ = of_market(simulated_sector(3, n_stocks=30, years=3))
    told = []
    with stage(told.append, "first", [fund]):
        reached(fund.dates[0].item())
        reached(fund.dates[-1].item())
    with stage(None, "nobody", [fund]):
        reached(DAY)
    reached(DAY)
    assert [(one.name, one.share) for one in told] == [("first", 0.0), ("first", 1.0)]


def test_a_run_tells_its_stages_and_gives_the_same_result():
    market, inputs = of_market(simulated_sector(3, n_stocks=30, years=3))
    bars = [table.between(None, "2006-09-29") for table in market[:9]]
    given = {"inputs": inputs, "cash": 1e7, "whole_shares": True}
    told = []
    result = run("sector-long-short", bars, progress=told.append, **given)
    assert list(dict.fromkeys(one.name for one in told)) == [
        FIRST, "again, gate=False", "again, weighting=equal_variance",
    ]  # fmt: skip
    shares = [one.share for one in told if one.name == FIRST]
    assert (np.diff(shares) > 0.0).all()
    assert shares[-1] > 0.9
    assert result.to_json() == run("sector-long-short", bars, **given).to_json()
