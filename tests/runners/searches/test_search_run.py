"""A search equals a loop of runs, for every engine, after interruption; wrong kernels are found.

Laws: figures, order and counts of a search equal those of single runs; engine, interruption and
repetition change no byte; a figure that a run does not have is refused.
"""

import datetime
import itertools
import json
import math
import re

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches import confirmation, sweep
from btplaybook.runners.searches import run as wiring
from btplaybook.runners.searches.confirmation import _drawn
from btplaybook.runners.searches.run import AT_RANDOM, run_search
from btplaybook.search.engines.calls import NotSent
from btplaybook.search.engines.engine import BY_RUNS
from btplaybook.search.errors import Mismatch, StoreError
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.screen import Screen
from btplaybook.search.space import Space

SAME = 1e-9  # accumulated over 400 bars
FIGURES = [name for name in COLUMNS if name not in ("ruined", "positions_hash")]
SIGNS = "d=1..5,M=1..14,R=2..21"
"""1,400 sets: six chunks."""


def plain_loop(strategy, bars, values, allowed=lambda one: True, **settings):
    """Run every set; return `index`, the parameters, all figures and the weights in force."""
    rows, names = [], list(values)
    for index, drawn in enumerate(itertools.product(*values.values())):
        own = dict(zip(names, drawn, strict=True))
        if not allowed(own):
            continue
        ran = run(strategy, bars, params=own, strips=False, figures_only=True, **settings)
        decided = ran.decisions.assign(date=pd.to_datetime(ran.decisions["date"]))
        weights = decided.groupby("date")["weight"].last()
        days = pd.DatetimeIndex(ran.daily.index)
        in_force = weights.reindex(weights.index.union(days)).ffill().reindex(days).fillna(0.0)
        held = ran.benchmark["total_return"]
        rows.append(
            {"index": index, **own}
            | {name: ran.metrics[name] for name in FIGURES if not name.startswith("excess")}
            | {"excess": ran.metrics["total_return"] - held}
            | {"excess_per_year": per_year(ran)}
            | {"ruined_on": ran.metrics["ruined_on"], "in_force": tuple(in_force + 0.0)}
        )
    return pd.DataFrame(rows)


def per_year(ran):
    """The run's growth a year less that of holding; from the totals, not from its own rates."""
    years = (len(ran.daily) - 1) / ran.bars[0].periods_per_year
    if ran.metrics["ruined_on"]:
        return None
    own, held = (1.0 + table["total_return"] for table in (ran.metrics, ran.benchmark))
    return own ** (1.0 / years) - held ** (1.0 / years)


def ranked(rows, objective):
    """Order as a search does: the objective, then the number; ruined sets last, by number."""
    ruined = rows["ruined_on"].notna()
    key = -rows[objective].astype(float).where(~ruined, 0.0)
    return rows.assign(ruined=ruined, key=key).sort_values(
        ["ruined", "key", "index"], kind="stable"
    )


def same(ours, theirs):
    """Two figures agree, also where neither exists."""
    theirs = math.nan if theirs is None else float(theirs)
    return (math.isnan(ours) and math.isnan(theirs)) or math.isclose(
        ours, theirs, rel_tol=SAME, abs_tol=SAME
    )


# -- against a loop --------------------------------------------------------------------------------

LOOPS = [
    pytest.param(
        "sma-switch",
        {"period": range(2, 8), "direction": ("trend", "reversion")},
        (),
        lambda one: True,
        "excess",
        {},
        id="all free",
    ),
    pytest.param(
        "sign-s4",
        {"d": (1, 2, 3), "M": (1, 2, 3, 6), "R": (4, 9, 14)},
        ("M > d", "R != 9"),
        lambda one: one["M"] > one["d"] and one["R"] != 9,
        "sharpe",
        {"every": "week", "fill": "next_open", "percent_fee": 0.0005, "slippage_bps": 2.0,
         "borrow": 0.01, "start": "2005-06-01"},
        id="weekly, at the next open, with costs",
    ),
    pytest.param(
        "sign-s3",
        {"d": (1, 2), "R": (2, 3, 4), "fallback": (2.0, 2.5)},
        (),
        lambda one: True,
        "points",
        {},
        id="half of them alike",
    ),
    pytest.param(
        "sma-switch",
        {"period": range(5, 45, 3)},
        (),
        lambda one: True,
        "total_return",
        {"cash": 1, "min_fee": 0.02, "direction": "trend"},
        id="some ruined",
    ),
]  # fmt: skip


@pytest.mark.usefixtures("one_confirmed")  # the loop is the confirmation
@pytest.mark.parametrize(
    ("strategy", "values", "constraints", "allowed", "objective", "settings"), LOOPS
)
def test_a_search_is_a_plain_loop_of_runs(
    simulated, strategy, values, constraints, allowed, objective, settings
):
    space = Space(values, constraints)
    found = run_search(
        strategy, simulated, space, objective=objective, top=space.size, **settings
    ).found
    rows = ranked(plain_loop(strategy, simulated, values, allowed, **settings), objective)
    assert len(rows) > 10
    assert list(found.top["index"]) == list(rows["index"])
    assert (found.sets, found.evaluated) == (len(rows), len(rows))
    assert found.ruined == rows["ruined"].sum()
    assert found.distinct == rows["in_force"].nunique()
    for name in values:
        assert list(found.top[name]) == list(rows[name])
    for name in FIGURES:
        apart = [
            (int(index), name, ours, theirs)
            for index, ours, theirs in zip(rows["index"], found.top[name], rows[name], strict=True)
            if not same(ours, theirs)
        ]
        assert apart == []
    standing = rows[~rows["ruined"]]
    for name in values:
        table = found.marginals[found.marginals["parameter"] == name].set_index("value")
        groups = standing.groupby(name)[objective]
        for value, group in groups:
            assert table.loc[value, "count"] == len(group)
            assert table.loc[value, "mean"] == pytest.approx(group.mean(), rel=SAME, abs=SAME)
            assert table.loc[value, "best"] == pytest.approx(group.max(), rel=SAME, abs=SAME)
            assert table.loc[value, "worst"] == pytest.approx(group.min(), rel=SAME, abs=SAME)


@pytest.mark.usefixtures("one_confirmed")
def test_some_sets_of_the_loop_above_are_ruined_and_others_not(simulated):
    found = run_search(
        "sma-switch", simulated, "period=5..44:3", cash=1, min_fee=0.02, direction="trend", top=20
    ).found
    assert 0 < found.ruined < found.evaluated
    assert list(found.top["ruined"] >= 0) == sorted(found.top["ruined"] >= 0)
    assert found.marginals["count"].sum() == found.evaluated - found.ruined


def test_the_neighbours_are_the_sets_beside_the_winner(simulated, tmp_path):
    values = {"d": (1, 2, 3), "M": (1, 2, 3, 6), "R": (4, 6, 8, 10, 12)}
    space = Space(values, ["M >= d"])
    result = run_search("sign-s4", simulated, space, top=1, at_random=0, store=tmp_path)
    every = result.found.rows().set_index(["d", "M", "R"])["excess"].to_dict()
    winner = dict(zip(values, max(every, key=every.get), strict=True))
    wanted = []
    for name, steps in values.items():
        place = steps.index(winner[name])
        for step in range(-2, 3):
            if not 0 <= place + step < len(steps):
                continue
            beside = {**winner, name: steps[place + step]}
            if beside["M"] >= beside["d"]:
                wanted.append(
                    (name, step, steps[place + step], every[tuple(beside.values())], False)
                )
    assert list(result.neighbours.itertuples(index=False, name=None)) == wanted
    assert len(wanted) > 5


# -- what is confirmed -----------------------------------------------------------------------------


def test_the_best_and_twenty_others_are_confirmed(simulated):
    result = run_search(
        "sign-s3", simulated, "d=1..3,R=2..21", top=3, every="week", fill="next_open",
        percent_fee=0.0005, end="2005-08-31",
    )  # fmt: skip
    assert result.confirmed == 3 + AT_RANDOM == 23
    assert len(result.found.top) == 3


def test_each_confirmed_set_is_told(simulated):
    told, said = [], []
    run_search(
        "sma-switch", simulated, "period=5..16", say=said.append,
        confirms=lambda *far: told.append(far),
    )  # fmt: skip
    assert told == [(done, 12) for done in range(13)]
    assert said == []


def test_in_processes_the_same_sets_are_confirmed(simulated, monkeypatch):
    alone = run_search("sma-switch", simulated, "period=5..11")
    started, told = [], []
    calls = confirmation.Calls
    monkeypatch.setattr(confirmation, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(confirmation, "cores", lambda: 2)
    monkeypatch.setattr(
        confirmation, "Calls", lambda *given: started.append(given[1]) or calls(*given)
    )
    result = run_search(
        "sma-switch", simulated, "period=5..11", confirms=lambda *far: told.append(far)
    )
    assert started == [2]
    assert told[-1] == (7, 7)
    assert result.to_json() == alone.to_json()
    assert result.best.to_json() == alone.best.to_json()


def test_a_search_that_fails_ends_the_processes_that_it_started(simulated, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(confirmation, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(confirmation, "cores", lambda: 2)
    sent = []

    def fails(progress):
        sent.extend(tmp_path.iterdir())
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        run_search("sma-switch", simulated, "period=5..11", watch=fails)
    assert len(sent) == 1
    assert not sent[0].exists()


def test_before_a_long_search_no_process_is_started(simulated, monkeypatch):
    monkeypatch.setattr(confirmation, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(confirmation, "SHORT", 7 * len(simulated) - 1)
    monkeypatch.setattr(confirmation, "cores", lambda: 2)
    steps = []

    def calls(*given):
        steps.append("started")
        raise NotSent

    monkeypatch.setattr(confirmation, "Calls", calls)
    result = run_search(
        "sma-switch", simulated, "period=5..11", watch=lambda progress: steps.append("searched")
    )
    assert steps.index("started") == len(steps) - 1
    assert result.confirmed == 7


def test_a_small_space_is_confirmed_whole(simulated):
    assert run_search("sma-switch", simulated, "period=5..11", top=3).confirmed == 7


def test_the_sets_at_random_are_others_and_allowed():
    space = Space({"a": range(100), "b": range(100), "c": range(100)}, ["a + b + c < 5"])
    assert space.count == 35
    known = {0, 1, 100}
    drawn = _drawn(space, 20, 0, known)
    assert drawn == _drawn(space, 20, 0, known)
    assert 0 < len(drawn) <= 20
    assert not known & set(drawn)
    assert space.allowed(np.array(drawn)).all()
    small = Space({"a": range(9), "b": range(9)}, ["a > b"])
    assert len(_drawn(small, 20, 0, {9})) == 20
    assert len(_drawn(small, 99, 0, {9})) == 35
    assert _drawn(small, 20, 0, {9}) != _drawn(small, 20, 1, {9})


OFF = {
    "total_return": 1e-6, "sharpe": 1e-6, "max_drawdown": -1e-6, "switches": 1.0, "excess": 1e-6,
    "excess_per_year": 1e-6,
}  # fmt: skip


class Wrong:
    """An evaluator that is off in one figure of one set."""

    columns = COLUMNS

    def __init__(self, evaluator, index, name, by):
        self.evaluator, self.index, self.name, self.by = evaluator, index, name, by

    def __call__(self, indices):
        rows = self.evaluator(indices)
        rows[indices == self.index, COLUMNS.index(self.name)] += self.by
        return rows


@pytest.mark.parametrize(
    ("name", "index"),
    [*((name, 5) for name in OFF), ("sharpe", 0)],
)
def test_a_wrong_kernel_is_caught(command, monkeypatch, tmp_path, simulated, name, index):
    right = wiring.evaluator_for
    true = run(
        "sma-switch", simulated, period=5 + index, direction="trend", strips=False,
        figures_only=True,
    )  # fmt: skip
    figures = {
        **true.metrics,
        "excess": true.metrics["total_return"] - true.benchmark["total_return"],
        "excess_per_year": true.metrics["cagr"] - true.benchmark["cagr"],
    }

    def wrong(*arguments):
        evaluator, screen = right(*arguments)
        return Wrong(evaluator, index, name, OFF[name]), screen

    monkeypatch.setattr(wiring, "evaluator_for", wrong)
    ended = command(
        "search", "sma-switch", "--space", "period=5..10", "--sample", "simulated",
        "--end", simulated.dates[-1], "--out", tmp_path / "out", "--engine", "threads",
    )  # fmt: skip
    assert (ended.code, ended.out) == (1, "")
    line = ended.err.splitlines()[-1]
    said = re.fullmatch(
        rf"btplaybook: set {index} \{{'period': {5 + index}\}}: {name} is (\S+) by the arrays and "
        r"(\S+) bar by bar",
        line,
    )
    assert said, line
    by_arrays, bar_by_bar = float(said[1]), float(said[2])
    assert by_arrays - bar_by_bar == pytest.approx(OFF[name], rel=1e-3)
    assert bar_by_bar == pytest.approx(figures[name], rel=SAME)
    assert not (tmp_path / "out").exists()


def test_a_wrong_account_is_caught(monkeypatch, simulated):
    right = Screen.account

    def wrong(self, call):
        came_to = right(self, call)
        came_to.equity[200] *= 1 + 1e-6
        return came_to

    monkeypatch.setattr(Screen, "account", wrong)
    with pytest.raises(Mismatch, match=rf"set \d+ .*equity of {simulated.dates[200]} is"):
        run_search("sma-switch", simulated, "period=5..10")


# -- samples, engines, stores ----------------------------------------------------------------------


def test_a_sample_is_the_same_twice_and_part_of_all(simulated, tmp_path):
    space = Space.parse(SIGNS, ["M > d"])

    def sampled(seed):
        store = tmp_path / f"{len([*tmp_path.iterdir()])}"
        return run_search(
            "sign-s4", simulated, space, sample=60, seed=seed, top=1, at_random=2, store=store
        )

    one = sampled(0)
    assert one.to_json() == sampled(0).to_json()
    assert (one.found.evaluated, one.found.sets) == (60, 1100)
    top = one.found.rows()
    assert len(top) == 60
    assert top["index"].is_unique
    assert (top["M"] > top["d"]).all()
    assert set(top["index"]) != set(sampled(1).found.rows()["index"])
    kept = {"top": 1, "at_random": 0, "store": tmp_path / "all"}
    every = run_search("sign-s4", simulated, space, **kept).found.rows()
    assert len(every) == 1100
    whole = every.set_index("index").loc[top["index"]].reset_index()
    pd.testing.assert_frame_equal(top, whole, check_exact=True)


@pytest.fixture(scope="module")
def undisturbed(simulated):
    """A search of 1,400 sets in threads."""
    return run_search("sign-s4", simulated, SIGNS, top=5, at_random=3)


def test_processes_give_the_bytes_of_threads(simulated, undisturbed):
    other = run_search(
        "sign-s4", simulated, SIGNS, top=5, at_random=3, engine="processes", workers=2
    )
    assert other.to_json() == undisturbed.to_json()
    one = run_search("sign-s4", simulated, SIGNS, top=5, at_random=3, workers=1)
    assert one.to_json() == undisturbed.to_json()


def test_an_interrupted_search_goes_on_from_its_store(tmp_path, simulated, undisturbed):
    seen = []

    def interrupt(stage):
        seen.append(stage.places)
        if len(seen) == 2:
            raise KeyboardInterrupt

    kept = {"top": 5, "at_random": 3, "store": tmp_path / "store"}
    with pytest.raises(KeyboardInterrupt):
        run_search("sign-s4", simulated, SIGNS, watch=interrupt, workers=1, **kept)
    assert seen == [256, 512]
    again = []
    resumed = run_search(
        "sign-s4", simulated, SIGNS, watch=lambda stage: again.append(stage.places), **kept
    )
    assert again == [768, 1024, 1280, 1400]
    assert resumed.to_json() == undisturbed.to_json()
    rows = resumed.found.rows()
    assert len(rows) == 1400
    assert rows["excess"].max() == resumed.found.top["excess"].iloc[0]
    # Finished: nothing is evaluated again, whatever the engine.
    more = []
    finished = run_search(
        "sign-s4", simulated, SIGNS, watch=more.append, engine="processes", workers=2, **kept
    )
    assert more == []
    assert finished.to_json() == undisturbed.to_json()


CHANGED = [
    ("bars", {}, "bars.SIMULATED"),
    ("fee", {"percent_fee": 0.001}, "settings.percent_fee"),
    ("fee that another kernel knows", {"percent_fee": 0.0}, "settings.percent_fee"),
    ("space that another kernel knows", {"space": "d=1..2,fallback=1|2"}, "space.names"),
    ("parameter", {"params": {"fallback": 1.0}}, "params.fallback"),
    ("objective", {"objective": "sharpe"}, "objective"),
    ("start", {"start": "2005-06-01"}, "settings.start"),
]


@pytest.mark.parametrize(("case", "other", "key"), CHANGED, ids=[row[0] for row in CHANGED])
def test_a_store_of_another_search_is_refused(tmp_path, simulated, case, other, key):
    kept = {"space": "d=1..2,R=2..5", "top": 2, "at_random": 0, "store": tmp_path}
    kept |= {"percent_fee": 0.0005, "rebalance": "daily"}
    if case.endswith("kernel knows"):
        kept["percent_fee"] = 0.0 if case.startswith("space") else 0.0005
    run_search("sign-s3", simulated, **kept)
    bars = simulated.between(None, simulated.dates[-2].item()) if case == "bars" else simulated
    before = {path: path.read_bytes() for path in tmp_path.glob("*.json")}
    with pytest.raises(StoreError, match=rf"holds another search: {re.escape(key)}"):
        run_search("sign-s3", bars, **{**kept, **other})
    assert {path: path.read_bytes() for path in tmp_path.glob("*.json")} == before


# -- strategies without a rule ---------------------------------------------------------------------


@pytest.mark.parametrize("case", ["session-switch", "user"])
def test_a_strategy_without_a_rule_goes_bar_by_bar(monkeypatch, simulated, momentum, case):
    values, strategy = {
        "session-switch": (
            {"session": ("overnight", "intraday"), "side": ("long", "short")},
            "session-switch",
        ),
        "user": ({"lookback": (5, 20), "side": ("both", "long")}, momentum),
    }[case]
    engines, said, search = [], [], sweep.search

    def watched(*arguments, **options):
        engines.append(options["engine"])
        return search(*arguments, **options)

    monkeypatch.setattr(sweep, "search", watched)
    result = run_search(strategy, simulated, Space(values), workers=1, say=said.append)
    rows = ranked(plain_loop(strategy, simulated, values), "excess")
    top = result.found.top
    assert engines == [BY_RUNS]
    assert list(top["index"]) == list(rows["index"])
    for name in FIGURES:
        assert all(map(same, top[name], rows[name])), name
    assert result.confirmed == 0
    assert result.kernel == "RunEvaluator"
    (line,) = said
    assert line.startswith(f"{strategy} has no rule that arrays can be read from")
    assert "4 sets" in line
    times = int(re.search(r"([\d,]+) times as long as the kernel", line)[1].replace(",", ""))
    assert times > 100
    assert registry.resolve(strategy).rule_call({**values}) is None


# -- search.json -----------------------------------------------------------------------------------


def test_the_json_has_the_trials_and_is_plain(undisturbed):
    told = json.loads(undisturbed.to_json())
    assert told["schema"] == 1
    assert told["trials"] == {
        "sets": 1400, "evaluated": 1400, "distinct": undisturbed.found.distinct,
        "distinct_is_estimate": False, "undefined": 0, "ruined": 0,
    }  # fmt: skip
    per_year = undisturbed.found.rows().drop_duplicates("positions_hash")["excess_per_year"]
    assert told["median"] == {
        "objective": undisturbed.median.objective, "low": undisturbed.median.objective,
        "high": undisturbed.median.objective, "trials": undisturbed.found.distinct,
        "distinct": True, "excess": undisturbed.median.objective,
        "excess_per_year": per_year.median(),
    }  # fmt: skip
    assert told["confirmed"] == 8
    assert told["space"]["values"]["M"] == list(range(1, 15))
    assert told["params"] == {"fallback": 2.0, "sizing": "sign"}
    assert {"settings", "window", "data", "kernel", "seed", "benchmark", "found", "versions"} < {
        *told
    }
    assert len(told["found"]["top"]["excess"]) == 5
    assert [step["objective"] for step in told["neighbours"] if step["step"] == 0] == (
        [told["found"]["top"]["excess"][0]] * 3
    )


def test_a_book_of_many_stocks_is_searched_with_what_it_reads():
    market = of_market(simulated_sector(1, n_stocks=30, years=3))
    last = datetime.date(2006, 4, 28)
    bars = [each.between(None, last) for each in market.bars if each.dates[1].item() < last]
    given = {"inputs": market.inputs, "weighting": "equal", "least_value": 5}
    found = run_search("sector-long-short", bars, "names=10|20", workers=1, **given)
    result = found.plain()
    for row in found.found.top.to_dict("records"):
        names = int(found.space.set_at(int(row["index"]))["names"])
        alone = run("sector-long-short", bars, names=names, figures_only=True, **given)
        assert row["total_return"] == alone.metrics["total_return"]
        assert alone.sections == {}
    assert {entry["name"] for entry in result["inputs"]} >= {"holdings", "fundamentals"}


def test_a_search_of_a_rule_reads_no_holdings():
    market = of_market(simulated_sector(1, n_stocks=30, years=3))
    with pytest.raises(ParameterError, match="sma-switch reads no holdings"):
        run_search("sma-switch", market.bars[0], "period=2..3", inputs=market.inputs)
