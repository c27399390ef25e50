"""A search of a strategy that sends its own orders is a loop of its runs; sets that are stopped.

Laws: engine and interruption change no byte; a set that is stopped ranks last and ends nothing.
"""

import html
import json
import re

import backtrader as bt
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.search.page import page
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.search.engines.threads import Threads
from btplaybook.search.errors import SearchStopped, StoreError
from btplaybook.search.objectives import derived

CODE = '''
import backtrader as bt


class Cross(bt.Strategy):
    """Long above a mean; `fast` and `slow` are bars, `size` is shares."""

    params = (("fast", 2), ("slow", 6), ("size", 300), ("idle", 0), ("mean", bt.ind.SMA))

    def __init__(self):
        if self.p.fast >= self.p.slow:
            raise ValueError(f"fast must be below slow, got {self.p.fast} and {self.p.slow}")
        fast, slow = (self.p.mean(period=n) for n in (self.p.fast, self.p.slow))
        self.cross = bt.ind.CrossOver(fast, slow)

    def next(self):
        print("a line a bar")
        if self.cross > 0:
            self.buy(size=self.p.size)
        elif self.cross < 0 and self.position:
            self.close()


def a_fill(result):
    """Return the gain of a fill."""
    return result.metrics["pnl"]["total"] / len(result.trades) if len(result.trades) else None


def text(result):
    return "much"


def sharpe(result):
    return 1.0


def endless(result):
    return float("inf") if result.params["fast"] == 2 else 1.0


def two(result, other):
    return 1.0


def broken(result):
    return 1.0 / 0.0
'''
HERE = {"engine": Threads(1)}
SPACE = "fast=2..5,slow=4..10:2,idle=0|1"
"""32 sets, of which those with fast >= slow are stopped, and `idle` changes nothing."""


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[79].item())


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    file = tmp_path_factory.mktemp("mine") / "cross.py"
    file.write_text(CODE)
    return str(file)


@pytest.fixture(scope="module")
def found(bars, mine):
    return run_search(f"{mine}:Cross", bars, SPACE, objective="calmar", top=32, **HERE)


def alone(mine, bars, row):
    own = {name: row[name] for name in ("fast", "slow", "idle")}
    return run(f"{mine}:Cross", bars, params=own, strips=False)


def test_it_is_a_loop_of_runs(bars, mine, found):
    top = found.found.top
    told = top[top["total_return"].notna()].to_dict("records")
    assert len(told) == 32 - 4
    fills = set()
    for row in told:
        result = alone(mine, bars, row)
        metrics = {**result.metrics, **derived(result.metrics)}
        for name in ("total_return", "sharpe", "max_drawdown", "win_rate", "calmar"):
            assert row[name] == pytest.approx(metrics[name], rel=1e-12, nan_ok=True), name
        fills.add(tuple(zip(result.trades["date"], result.trades["size"], strict=True)))
    values = [row["calmar"] for row in told]
    assert values == sorted(values, reverse=True)
    assert found.median.trials == found.found.distinct == len(fills) < len(told) / 2 + 1
    assert (found.kernel, found.confirmed) == ("RunEvaluator", 0)


def test_stopped_sets_rank_last_and_the_first_says_why(found):
    told = json.loads(found.to_json())["trials"]
    assert (told["evaluated"], told["undefined"]) == (32, 4)
    assert told["stopped"] == {
        "sets": 4,
        "params": {"fast": 4, "slow": 4, "idle": 0},
        "why": "line 12 of cross.py: ValueError: fast must be below slow, got 4 and 4",
    }
    assert found.found.top["total_return"].tail(4).isna().all()


def test_the_page_says_what_is_left_out(found):
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page(found))).split())
    assert "Calmar ratio" in text
    assert "stopped: 4 sets" in text
    assert "The first, fast = 4, slow = 4, idle = 0: line 12 of cross.py: ValueError" in text
    assert "points and percent are left out" in text
    assert "Uncompounded" not in text
    assert "only when the target changes" not in text


def test_what_it_prints_is_left_out(bars, mine, capsys):
    said = []
    run_search(f"{mine}:Cross", bars, "fast=2..3", say=said.append, **HERE)
    assert capsys.readouterr().out == ""
    assert re.fullmatch(
        r".*:Cross sends its own orders, so that it has neither a kernel nor points: every set is "
        r"run bar by bar, \S+ s each or \S+ s of one core for 2 sets",
        said[0],
    )


def test_interrupted_and_resumed_in_processes_it_has_the_same_bytes(bars, mine, found, tmp_path):
    kept = {"objective": "calmar", "top": 32, "store": tmp_path / "store"}

    def interrupt(stage):
        if stage.places == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_search(f"{mine}:Cross", bars, SPACE, watch=interrupt, **kept, **HERE)
    stages = []
    resumed = run_search(
        f"{mine}:Cross", bars, SPACE, watch=lambda stage: stages.append(stage.places),
        engine="processes", workers=2, **kept,
    )  # fmt: skip
    assert stages == [*range(10, 33)]
    assert resumed.to_json() == found.to_json()


def test_a_store_of_other_code_is_refused(bars, mine, tmp_path):
    file = tmp_path / "cross.py"
    file.write_text(CODE)
    kept = {"store": tmp_path / "store", **HERE}
    run_search(f"{file}:Cross", bars, "fast=2..3", **kept)
    file.write_text(CODE.replace("> 0:", ">= 1:"))
    with pytest.raises(StoreError, match=r"holds another search: code.sha256"):
        run_search(f"{file}:Cross", bars, "fast=2..3", **kept)


@pytest.mark.parametrize("strategy", ["mine", "sma-switch"])
def test_a_function_of_the_result_ranks(bars, mine, strategy):
    name, space = (
        (f"{mine}:Cross", "fast=2..4") if strategy == "mine" else (strategy, "period=2..4")
    )
    said = []
    result = run_search(name, bars, space, objective=f"{mine}:a_fill", say=said.append, **HERE)
    for row in result.found.top.to_dict("records"):
        own = {key: row[key] for key in result.space.names}
        ran = run(name, bars, params=own, strips=False)
        assert row["a_fill"] == ran.metrics["pnl"]["total"] / len(ran.trades)
    assert list(result.found.top["a_fill"]) == sorted(result.found.top["a_fill"], reverse=True)
    told = json.loads(result.to_json())
    assert (told["kernel"], told["found"]["objective"]) == ("RunEvaluator", "a_fill")
    assert told["objective"]["text"] == f"{mine}:a_fill"
    assert result.held_objective is None
    assert ("the objective is a function of a run" in said[0]) == (strategy != "mine")


def test_an_infinite_objective_is_no_figure(bars, mine):
    result = run_search(f"{mine}:Cross", bars, "fast=2..3", objective=f"{mine}:endless", **HERE)
    top = result.found.top
    assert top["fast"].tolist() == [3, 2]
    assert top["endless"].isna().tolist() == [False, True]
    assert result.found.undefined == 1


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        pytest.param("{mine}:a_fil", "there is no function 'a_fil'; did you mean 'a_fill'?"),
        pytest.param("{mine}:two", "it is called with the result of a run alone: missing"),
        pytest.param("{mine}:sharpe", "a statistic has that name already"),
        pytest.param("__main__:score", "__main__, where other processes cannot find it"),
        pytest.param("nowhere:score", "module 'nowhere' cannot be imported"),
        pytest.param("points", "sends its own orders, of so many shares"),
    ],
)
def test_an_objective_that_cannot_be(bars, mine, objective, words):
    with pytest.raises(ParameterError, match=re.escape(words)):
        run_search(f"{mine}:Cross", bars, "fast=2..3", objective=objective.format(mine=mine))


@pytest.mark.parametrize(
    ("space", "objective", "error", "words"),
    [
        pytest.param(
            "fast=6..8", "excess", SearchStopped,
            "no set could be run to its end; fast = 6: line 12 of cross.py: ValueError: fast must "
            "be below slow, got 6 and 6",
            id="a bug with another message for each set",
        ),
        pytest.param(
            "fast=2..4", "{mine}:text", ParameterError,
            "objective text: it returned 'much', which is no number",
            id="an objective that is no number",
        ),
        pytest.param(
            "fast=2..4", "{mine}:broken", SearchStopped,
            "every set tried ended alike, {'fast': 2}: line 46 of cross.py: ZeroDivisionError: "
            "float division by zero",
            id="a bug in the objective",
        ),
        pytest.param(
            "size=90000..90002", "excess", SearchStopped, "no set could be run to its end",
            id="past max_gross",
        ),
        pytest.param(
            "slow=90..92", "excess", ParameterError, "Cross needs 91 bars before next() is called",
            id="too few bars",
        ),
    ],
)  # fmt: skip
def test_where_every_set_is_stopped(bars, mine, space, objective, error, words):
    with pytest.raises(error, match=re.escape(words)) as stopped:
        run_search(f"{mine}:Cross", bars, space, objective=objective.format(mine=mine), **HERE)
    assert "\n" not in str(stopped.value)


def test_who_is_defined_in_a_function_is_refused(bars):
    class Local(bt.Strategy):
        params = (("size", 1),)

    with pytest.raises(ParameterError, match="Local is defined inside a function"):
        run_search(Local, bars, "size=1..2")


OTHERWISE = '''
from btplaybook.strategies.sma_switch import SmaSwitch


class Half(SmaSwitch):
    """Half of what the rule says."""

    def target_weights(self):
        weights = super().target_weights()
        return None if weights is None else {data: 0.5 * of for data, of in weights.items()}


class FlatIsNothing(SmaSwitch):
    """A rule whose short side is no decision."""

    def rule_position(self):
        position = super().rule_position()
        return position if position == 1 else None


class Slower(SmaSwitch):
    """Another default."""

    params = (("period", 20),)
'''


@pytest.mark.parametrize(
    ("name", "compiled"), [("Half", False), ("FlatIsNothing", False), ("Slower", True)]
)
def test_who_changes_what_the_rule_says_is_run_bar_by_bar(bars, tmp_path, name, compiled):
    """The compiled rule alone would rank sets by other weights."""
    file = tmp_path / "otherwise.py"
    file.write_text(OTHERWISE)
    strategy = f"{file}:{name}"
    found = run_search(strategy, bars, "period=2..6", top=5, percent_fee=0.001, **HERE)
    assert (found.kernel != "RunEvaluator") is compiled
    for row in found.found.top.to_dict("records"):
        alone = run(strategy, bars, period=row["period"], percent_fee=0.001, strips=False)
        assert row["total_return"] == pytest.approx(alone.metrics["total_return"], abs=1e-12)
