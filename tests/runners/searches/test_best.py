"""The best set's run: the one that confirmed it, kept beside the search's page."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records.files import RUN
from btplaybook.runners.records.manifest import MANIFEST, result_with
from btplaybook.runners.records.record import read_record
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.records.write import write_run, write_search
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches import bar_by_bar, best, confirmation
from btplaybook.runners.searches.run import run_search
from btplaybook.search.engines.threads import Threads

pytestmark = pytest.mark.usefixtures("undrawn")

HERE = {"engine": Threads(1)}

FICKLE = '''
import backtrader as bt

RUNS = []


class Fickle(bt.Strategy):
    """Buys more in each run of this process, and may end the last."""

    params = (("after", 2), ("ends", 0))

    def __init__(self):
        RUNS.append(self)
        self.bar = 0

    def next(self):
        self.bar += 1
        if self.bar == self.p.after:
            self.buy(size=100 + len(RUNS))
        if self.p.ends and len(RUNS) >= self.p.ends:
            raise OverflowError("that was once too often")
'''


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[79].item())


@pytest.fixture(scope="module")
def found(bars):
    return run_search("sma-switch", bars, "period=5..9", top=2, at_random=1, percent_fee=0.001)


def plain(result):
    return json.loads(result.to_json())


def without_badges(result):
    return {key: value for key, value in plain(result).items() if key != "badges"}


# -- the run ---------------------------------------------------------------------------------------


def test_the_best_run_is_that_of_the_best_set(bars, found):
    period = int(found.found.top["period"].iloc[0])
    by_hand = run("sma-switch", bars, period=period, percent_fee=0.001, strips=False)
    assert without_badges(found.best) == without_badges(by_hand)
    pd.testing.assert_frame_equal(found.best.daily, by_hand.daily)
    assert found.best.metrics["total_return"] == pytest.approx(
        found.found.top["total_return"].iloc[0], rel=1e-9
    )


def test_it_says_of_how_many_sets_it_is_the_best(bars, found):
    (told,) = (one for one in found.best.badges if one.text == "in sample")
    assert "best of 5 sets (5 distinct)" in told.why
    alone = run("sma-switch", bars, period=5, percent_fee=0.001, strips=False)
    assert [one for one in found.best.badges if one != told] == alone.badges


def test_no_set_is_run_for_it_again(bars, monkeypatch):
    ran, first = [], confirmation.run
    for module in (confirmation, bar_by_bar):
        monkeypatch.setattr(
            module, "run", lambda *given, **more: ran.append(1) or first(*given, **more)
        )
    monkeypatch.setattr(best, "run", None)
    result = run_search("sma-switch", bars, "period=5..9", top=2, at_random=1)
    assert (len(ran), result.confirmed) == (3, 3)
    assert result.best is not None


def test_search_json_says_nothing_of_it(found):
    without = dataclasses.replace(found, best=None)
    assert found.to_json() == without.to_json()


def test_without_a_kernel_the_best_set_is_run_once_more(bars, momentum):
    result = run_search(momentum, bars, "lookback=5|20", **HERE)
    lookback = int(result.found.top["lookback"].iloc[0])
    by_hand = run(momentum, bars, lookback=lookback, strips=False)
    assert without_badges(result.best) == without_badges(by_hand)


@pytest.mark.parametrize(
    ("space", "told"),
    [
        pytest.param("after=2..4", "gave other figures", id="other figures"),
        # The first set is run once more to tell the time that the search takes.
        pytest.param("after=2..4,ends=5", "OverflowError: that was once", id="an end"),
    ],
)
def test_a_strategy_that_decides_anew_each_time_has_no_best_run(bars, tmp_path, space, told):
    (tmp_path / "fickle.py").write_text(FICKLE)
    said = []
    result = run_search(f"{tmp_path / 'fickle.py'}:Fickle", bars, space, say=said.append, **HERE)
    assert result.best is None
    assert np.isfinite(result.found.top["total_return"]).any()
    assert said[-1].startswith("the best set has no page of its own, since running it again ")
    assert told in said[-1]
    write_search(result, tmp_path / "out")
    assert not (tmp_path / "out" / "best").exists()


# -- the folder ------------------------------------------------------------------------------------


def test_the_best_set_has_the_folder_of_a_run(found, tmp_path):
    write_search(found, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "best", "search.html", "search.json", MANIFEST,
    }  # fmt: skip
    folder = tmp_path / "best"
    assert {path.name for path in folder.iterdir()} == {*RUN}
    assert result_with(folder, "run.json").keys() == {*RUN} - {MANIFEST}
    assert read_record(folder).plain == plain(found.best)


def test_it_can_be_run_again(tmp_path):
    result = run_search("sma-switch", sample("simulated"), "period=5..7", top=1, at_random=0)
    write_search(result, tmp_path)
    again = rerun(tmp_path / "best")
    assert again.same_bars
    assert again.figures == []
    assert again.parts == ["badges"]  # a run alone is not the best of a search


def test_the_next_search_replaces_it(bars, found, tmp_path):
    write_search(found, tmp_path)
    (tmp_path / "best" / "notes.txt").write_text("mine")
    other = run_search("sma-switch", bars, "period=20..22", top=1, at_random=0)
    write_search(other, tmp_path)
    assert read_record(tmp_path / "best").plain["params"]["period"] >= 20
    write_search(dataclasses.replace(other, best=None), tmp_path)
    assert [path.name for path in (tmp_path / "best").iterdir()] == ["notes.txt"]


def test_a_search_without_a_best_run_leaves_no_folder(found, tmp_path):
    write_search(found, tmp_path)
    write_search(dataclasses.replace(found, best=None), tmp_path)
    assert not (tmp_path / "best").exists()
    assert (tmp_path / "search.html").is_file()


def test_runs_of_ones_own_in_that_place_stay_where_they_are(found, tmp_path):
    write_run(found.best, tmp_path / "mine")
    before = {path: path.read_bytes() for path in (tmp_path / "mine").iterdir()}
    write_search(found, tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "mine").iterdir()} == before


def test_equal_searches_write_equal_bytes(bars, found, tmp_path):
    again = run_search("sma-switch", bars, "period=5..9", top=2, at_random=1, percent_fee=0.001)
    for result, name in ((found, "one"), (again, "other")):
        write_search(result, tmp_path / name)
    for file in ("search.html", "search.json", "best/run.json", "best/tearsheet.html"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_a_file_in_its_place_is_an_error_of_the_folder(found, tmp_path):
    (tmp_path / "best").write_text("a file")
    with pytest.raises((OSError, ParameterError)):
        write_search(found, tmp_path)
    assert not (tmp_path / "search.json").exists()
