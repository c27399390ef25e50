"""How far something long is, told to a function."""

import numpy as np
import pytest

from btplaybook.runners.command import fetch_report
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.stages import Stage, days_of, inside, part, told_each
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.study import Chapter, Findings, Study
from btplaybook.search.engines.threads import Threads

ORDERS = """
import backtrader as bt


class Cross(bt.Strategy):
    params = (("period", 20),)

    def __init__(self):
        self.over = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))

    def next(self):
        if self.over > 0:
            self.order_target_percent(target=0.9)
        elif self.over < 0:
            self.close()
"""


@pytest.fixture
def told():
    """Return the stages that a function was called with, which is the list's `append`."""
    return []


@pytest.fixture
def cross(tmp_path):
    """Return the file of a strategy that sends its own orders."""
    file = tmp_path / "cross.py"
    file.write_text(ORDERS)
    return str(file)


def parts(told):
    """Return the names of the stages, each once, in their order."""
    return list(dict.fromkeys(stage.name for stage in told))


def shares(told, name):
    return [stage.share for stage in told if stage.name == name and stage.share is not None]


def test_days_are_told_as_shares_of_the_days(simulated, told):
    reached = days_of(told.append, "run", [simulated])
    first, last = simulated.dates[[0, -1]].tolist()
    middle = first + (last - first) / 2
    for day in (first, middle, last):
        reached(day)
    half = (middle - first).days / (last - first).days
    assert told == [("run", first, 0.0), ("run", middle, half), ("run", last, 1.0)]
    days_of(told.append, "", [simulated], days=(middle - first).days)(middle)
    assert told[-1] == ("", middle, 1.0)


def test_nobody_is_told_of_nobodys_parts(simulated):
    assert days_of(None, "run", [simulated]) is None
    assert part(None, "audit") is None
    assert inside(None, "audit", "run 1") is None
    assert [*told_each(None, "fetching", "ab")] == ["a", "b"]


def test_a_part_of_a_part_has_both_names(told):
    whole = part(told.append, "audit")
    part(whole, "one by one")(Stage("", "2020-05-04", 0.5))
    assert told == [
        ("audit", "", None), ("audit, one by one", "", None),
        ("audit, one by one", "2020-05-04", 0.5),
    ]  # fmt: skip


def test_a_step_has_its_share_of_the_part(told):
    step = inside(told.append, "audit", "run 2 of 4", 0.25, 0.5)
    step(Stage("", "2020-05-04", 0.5))
    step(Stage("again", "", None))
    inside(told.append, "at other closes", "run 7")(Stage("", "2020-05-04", 0.5))
    assert told == [
        ("audit", "run 2 of 4", 0.25), ("audit", "run 2 of 4, 2020-05-04", 0.375),
        ("audit", "run 2 of 4, again", 0.25),
        ("at other closes", "run 7", None), ("at other closes", "run 7, 2020-05-04", None),
    ]  # fmt: skip


def test_items_are_told_before_they_are_worked_on(told):
    for item in told_each(told.append, "sweeping", ["SPY", "QQQ", "DIA"], str.lower,
                          {"SPY": 3.0, "QQQ": 1.0, "DIA": 1.0}.get):  # fmt: skip
        assert told[-1].at.startswith(item.lower())
    assert told == [
        ("sweeping", "spy, 1 of 3", 0.0), ("sweeping", "qqq, 2 of 3", 0.6),
        ("sweeping", "dia, 3 of 3", 0.8),
    ]  # fmt: skip


def test_a_sector_run_tells_its_parts_and_gives_the_same_result(told, sector_of):
    market, inputs = of_market(sector_of(3, n_stocks=30, years=3))
    bars = [table.between(None, "2006-09-29") for table in market[:9]]
    given = {"inputs": inputs, "cash": 1e7, "whole_shares": True}
    result = run("sector-long-short", bars, progress=told.append, **given)
    assert parts(told) == [
        "", "measuring", "again, gate=False", "again, weighting=equal_variance",
    ]  # fmt: skip
    rising = shares(told, "")
    assert (np.diff(rising) > 0.0).all()
    assert (rising[0], rising[-1]) == (0.0, 1.0)
    assert len(rising) == len(np.unique(np.concatenate([table.dates for table in bars])))
    assert result.to_json() == run("sector-long-short", bars, **given).to_json()


def test_any_strategy_tells_its_days_and_the_runs_of_its_strips(simulated, cross, told):
    bars = simulated.between(None, simulated.dates[119].item())
    run(cross, bars, progress=told.append)
    assert parts(told) == [
        "", "measuring", "again at other fills, costs and sizes", "again for the break-even",
    ]  # fmt: skip
    assert shares(told, "") == sorted(shares(told, ""))
    assert sum(stage.name == "" for stage in told) == len(bars)
    strips = [stage for stage in told if stage.name.startswith("again at")]
    runs = int(strips[0].at.split()[2])
    assert strips[-1].at == f"{runs} of {runs} runs"
    assert [stage.share for stage in strips] == sorted(stage.share for stage in strips)
    after = [stage for stage in told if stage.name == "again for the break-even"]
    assert {stage.share for stage in after} == {None}  # how many runs it takes is not known
    assert after[0].at == f"{runs} runs made"


def test_an_audit_tells_each_of_its_runs(simulated, told):
    found = audit("sma-switch", simulated, cuts=2, progress=told.append)
    assert parts(told) == [
        "on all bars", "on other bars", "run again", "with bars one by one", "with other futures",
    ]  # fmt: skip
    futures = [stage for stage in told if stage.name == "with other futures"]
    runs = list(dict.fromkeys(str(stage.at).partition(",")[0] for stage in futures))
    assert runs == [f"run {k} of 6" for k in range(1, 7)]
    assert [stage.share for stage in futures] == sorted(stage.share for stage in futures)
    assert futures[-1].share == pytest.approx(1.0)
    assert found == audit("sma-switch", simulated, cuts=2)


def test_next_tells_its_runs_at_other_closes(simulated, told):
    result = tomorrow("sign-s4", simulated, progress=told.append)
    first, *others = parts(told)
    assert first == ""
    assert shares(told, "")[-1] == 1.0
    assert others == ["at other closes"] * bool(others)
    runs = [stage.at for stage in told if stage.name and "," not in str(stage.at)]
    assert runs == [f"run {k}" for k in range(1, len(runs) + 1)]
    assert not shares(told, "at other closes")  # how many there will be is not known
    assert result.to_json() == tomorrow("sign-s4", simulated).to_json()


def test_a_search_bar_by_bar_tells_its_estimate_its_sets_and_its_best(simulated, cross, told):
    run_search(cross, simulated, "period=10|20|30", engine=Threads(1), progress=told.append)
    named = parts(told)
    assert named[:3] == ["timing set 0", "timing set 0, measuring", "searching"]
    assert named[3] == "the best set again"
    sets = [stage for stage in told if stage.name == "searching"]
    assert sets[0] == ("searching", "", None)
    assert [stage.at.partition(",")[0] for stage in sets[1:]] == [
        f"{k} of 3 sets" for k in (1, 2, 3)
    ]
    assert sets[-1].share == 1.0
    assert "best" in sets[-1].at


def test_a_search_of_arrays_tells_its_sets(simulated, told):
    watched = []
    run_search(
        "sma-switch", simulated, "period=5..12", at_random=0, top=1, workers=1,
        watch=watched.append, progress=told.append,
    )  # fmt: skip
    assert parts(told) == ["searching", "confirming bar by bar"]
    assert shares(told, "searching") == [stage.places / stage.of for stage in watched]


def test_a_study_tells_its_chapters_and_their_parts(told):
    def slow(evidence):
        return Findings(words=tuple(evidence.each(("a", "b"), "searching")))

    def quick(_):
        return Findings(words=("quick",))

    study = Study(
        name="two", title="Two", source="none", summary="two chapters",
        start=np.datetime64("2000-01-01").item(), end=np.datetime64("2010-12-31").item(),
        tickers=("SPY",),
        chapters=(Chapter("one", "One", "", slow), Chapter("two", "Two", "", quick)),
    )  # fmt: skip
    lines = []
    run_study(study, progress=told.append, say=lines.append)
    one = "chapter 1 of 2, One"
    assert told == [
        (one, "", None), (f"{one}, searching", "a, 1 of 2", 0.0),
        (f"{one}, searching", "b, 2 of 2", 0.5), ("chapter 2 of 2, Two", "", None),
    ]  # fmt: skip
    assert lines == []


def test_a_rerun_tells_its_run(tmp_path, told):
    from btplaybook.runners.plans.plan import Plan

    write_run(Plan("sma-switch", samples=("simulated",), quick=True).run(), tmp_path)
    assert rerun(tmp_path, progress=told.append).same_bytes
    assert parts(told) == ["reading the bars", "", "measuring"]


def test_tickers_are_told_before_they_are_fetched(monkeypatch, tmp_path, told):
    asked = []

    def refused(name, *_, **__):
        asked.append(len(told))
        raise fetch_report.SourceError("Yahoo cannot be reached")

    monkeypatch.setattr(fetch_report, "fetched", refused)
    fetch_report.fetch_all(
        ["SPY", "QQQ"], say=lambda line: None, folder=tmp_path, progress=told.append
    )
    assert told == [("fetching", "SPY, 1 of 2", 0.0), ("fetching", "QQQ, 2 of 2", 0.5)]
    assert asked == [1, 2]
