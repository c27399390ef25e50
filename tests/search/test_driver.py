"""A search as a whole, against pandas over all rows; samples, resuming, and what is refused."""

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest

from btplaybook.search import driver
from btplaybook.search.driver import Progress, search
from btplaybook.search.errors import SearchError, SearchStopped, SpaceError, StoreError
from btplaybook.search.space import Space

SPACE = Space({"a": range(12), "b": range(10), "s": ("x", "y"), "c": range(9)}, ("a > b",))
PROOF = Path(__file__).parents[2] / "benchmarks" / "search_proof.py"
MANIFEST = {"vintage": "toy"}


@pytest.fixture(scope="module")
def proof() -> ModuleType:
    spec = importlib.util.spec_from_file_location("search_proof", PROOF)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["search_proof"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def toy(proof: ModuleType) -> Any:
    return proof.Toy(rules=300)


def all_rows(space: Space, toy: Any) -> pd.DataFrame:
    allowed = [
        index for index in range(space.size) if space.set_at(index)["a"] > space.set_at(index)["b"]
    ]
    table = pd.DataFrame(toy(np.array(allowed)), columns=list(toy.columns))
    sets = pd.DataFrame([space.set_at(index) for index in allowed])
    return pd.concat([pd.Series(allowed, name="index"), sets, table], axis=1)


def text(found: Any) -> str:
    return json.dumps(found.plain())


def test_a_search_is_a_table_sorted_and_grouped(toy: Any, tmp_path: Path) -> None:
    table = all_rows(SPACE, toy)
    found = search(
        SPACE, toy, "gain", store=tmp_path, manifest=MANIFEST, chunk=100, top=20, workers=2
    )
    alive = table[(table["ruined"] < 0) & table["gain"].notna()]
    assert (found.sets, found.evaluated) == (len(table), len(table))
    assert found.ruined == (table["ruined"] >= 0).sum() > 0
    assert found.undefined == ((table["ruined"] < 0) & table["gain"].isna()).sum() > 0
    assert found.distinct == table["positions_hash"].nunique()
    assert found.histogram["count"].sum() == len(alive)
    best = alive.sort_values(["gain", "index"], ascending=[False, True]).head(20)
    pd.testing.assert_frame_equal(
        found.top, best.reset_index(drop=True), check_dtype=False, check_exact=True
    )
    by_s = alive.groupby("s")["gain"].mean()
    means = found.marginals[found.marginals["parameter"] == "s"].set_index("value")["mean"]
    assert means.to_dict() == pytest.approx(by_s.to_dict(), rel=1e-12)
    assert found.rows is not None
    pd.testing.assert_frame_equal(found.rows(), table, check_dtype=False, check_exact=True)


def test_the_outcome_does_not_depend_on_the_chunks(toy: Any) -> None:
    outcomes = {text(search(SPACE, toy, "gain", chunk=chunk)) for chunk in (7, 100, 10**6, None)}
    assert len(outcomes) == 1


def test_a_sample_holds_each_set_once(toy: Any, tmp_path: Path) -> None:
    found = search(
        SPACE, toy, "gain", sample=300, seed=4, store=tmp_path, manifest=MANIFEST, chunk=64
    )
    assert found.rows is not None
    rows = found.rows()
    assert found.evaluated == len(rows) == rows["index"].nunique() == 300
    assert (rows["a"] > rows["b"]).all()
    assert found.sets == SPACE.count
    assert not rows["index"].is_monotonic_increasing


def test_a_sample_is_that_of_its_seed_whatever_the_chunks(toy: Any) -> None:
    same = {text(search(SPACE, toy, "gain", sample=300, chunk=chunk)) for chunk in (11, 300, None)}
    other = text(search(SPACE, toy, "gain", sample=300, seed=1))
    assert len(same) == 1
    assert other not in same


def test_a_sample_of_everything_is_everything(toy: Any) -> None:
    whole = search(SPACE, toy, "gain", sample=SPACE.count)
    assert text(whole) == text(search(SPACE, toy, "gain"))


def test_a_small_sample_of_a_huge_space(toy: Any) -> None:
    space = Space({name: range(1000) for name in "abcd"}, ["a < b", "c < d"])
    found = search(space, toy, "gain", sample=2000)
    assert found.sets is None  # a trillion: too many to count
    assert found.evaluated == 2000
    assert (found.top["a"] < found.top["b"]).all()


class Stops:
    """Raises once so many sets were asked for; else it is the toy, as the manifest names it."""

    __qualname__ = "Toy"

    def __init__(self, inner: Any, sets: int) -> None:
        self.inner = inner
        self.columns = inner.columns
        self.left = sets

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        self.left -= indices.size
        if self.left < 0:
            raise RuntimeError("stopped")
        rows: np.ndarray = self.inner(indices)
        return rows


class Another:
    """The toy by another name, with its columns in another order."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.columns = inner.columns[::-1]

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        rows: np.ndarray = self.inner(indices)
        return rows[:, ::-1]


@pytest.mark.parametrize("sample", [None, 700])
def test_an_interrupted_search_goes_on(toy: Any, tmp_path: Path, sample: int | None) -> None:
    common: dict[str, Any] = {"manifest": MANIFEST, "chunk": 64, "sample": sample, "workers": 1}
    total = search(SPACE, toy, "gain", store=tmp_path / "alone", **common).evaluated
    for _ in range(2):
        with pytest.raises(RuntimeError, match="stopped"):
            search(SPACE, Stops(toy, 250), "gain", store=tmp_path / "cut", **common)
        assert not (tmp_path / "cut" / "result.json").exists()
    counted = Stops(toy, 10**9)
    search(SPACE, counted, "gain", store=tmp_path / "cut", **common)
    evaluated = 10**9 - counted.left
    assert 0 < evaluated < total - 300
    results = [(tmp_path / name / "result.json").read_bytes() for name in ("alone", "cut")]
    assert results[0] == results[1]
    again = Stops(toy, 0)  # everything is there already
    search(SPACE, again, "gain", store=tmp_path / "cut", **common)
    assert (tmp_path / "cut" / "result.json").read_bytes() == results[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"objective": "points"}, 'objective is "gain" there and "points" here'),
        ({"sample": 50}, "sample is null there and 50 here"),
        ({"chunk": 50}, "chunk is 100 there and 50 here"),
        ({"top": 5}, "top is 100 there and 5 here"),
        ({"sample": 50, "chunk": None}, "sample is null there and 50 here"),
        (
            {"manifest": {"vintage": "other"}, "evaluator": "another"},
            'vintage is "toy" there and "other" here',
        ),
        ({"top": 5, "evaluator": "another"}, "top is 100 there and 5 here"),
        ({"evaluator": "another"}, 'evaluator is "Toy" there and "Another" here'),
        ({"manifest": {"vintage": "other"}}, 'vintage is "toy" there and "other" here'),
        ({"space": Space({"a": range(2, 14), "b": range(10)})}, "space.names is"),
    ],
)
def test_a_store_of_another_search_is_refused(
    toy: Any, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    first = {
        "space": SPACE,
        "evaluator": toy,
        "objective": "gain",
        "manifest": MANIFEST,
        "chunk": 100,
        "store": tmp_path,
    }
    search(**first)
    if change.get("evaluator") == "another":
        change = {**change, "evaluator": Another(toy)}
    with pytest.raises(StoreError, match=message):
        search(**{**first, **change})


def test_a_store_of_another_version_is_refused(
    toy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(SPACE, toy, "gain", store=tmp_path, manifest=MANIFEST)
    monkeypatch.setattr(driver, "__version__", "99")
    with pytest.raises(StoreError, match=r'btplaybook is ".*" there and "99" here'):
        search(SPACE, toy, "gain", store=tmp_path, manifest=MANIFEST)


def test_beyond_a_million_no_rows_are_kept(
    toy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "KEPT", 500)
    found = search(SPACE, toy, "gain", store=tmp_path, manifest=MANIFEST)
    assert found.rows is None
    assert not list((tmp_path / "rows").iterdir())


@pytest.mark.parametrize("sample", [None, 300])
@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_a_few_rows_are_there_without_a_store(
    toy: Any, proof: ModuleType, tmp_path: Path, sample: int | None, engine: str
) -> None:
    if engine == "processes":
        cloudpickle.register_pickle_by_value(proof)
    common: dict[str, Any] = {"sample": sample, "chunk": 100, "workers": 2 if sample is None else 1}
    held = search(SPACE, toy, "gain", engine=engine, **common).rows
    stored = search(SPACE, toy, "gain", store=tmp_path, manifest=MANIFEST, **common).rows
    assert held is not None
    assert stored is not None
    pd.testing.assert_frame_equal(held(), stored(), check_exact=True)


def test_many_rows_are_not_held(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "HELD", SPACE.count)
    assert search(SPACE, toy, "gain").rows is not None
    monkeypatch.setattr(driver, "HELD", SPACE.count - 1)
    assert search(SPACE, toy, "gain").rows is None
    assert search(SPACE, toy, "gain", sample=300).rows is not None


def test_progress_is_told(toy: Any) -> None:
    told: list[Progress] = []
    found = search(SPACE, toy, "gain", chunk=500, workers=1, say=told.append)
    assert [one.places for one in told] == [500, 1000, 1500, 2000, 2160]
    assert told[-1].of == SPACE.size
    assert told[-1].evaluated == found.evaluated
    assert told[-1].best_index == found.top["index"][0]
    assert told[-1].best == found.top["gain"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"objective": "gian"}, "no objective 'gian'; did you mean 'gain'"),
        ({"objective": "ruined"}, "no objective 'ruined'"),
        ({"engine": "thread"}, "no engine 'thread'; did you mean 'threads'"),
        ({"workers": 0}, "workers must be >= 1, got 0"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "a scheduler goes with engine 'dask'"),
        ({"sample": 0}, "sample must be >= 1, got 0"),
        ({"sample": 10**6}, "a sample of 1000000 from a space of"),
        ({"seed": -1}, "seed must be >= 0, got -1"),
        ({"top": 0}, "top must be >= 1, got 0"),
        ({"chunk": 0}, "chunk must be >= 1, got 0"),
        ({"store": "x"}, "a store needs a manifest"),
        ({"store": "x", "manifest": {"seed": 3}}, "'seed' is the search's own entry"),
        ({"space": Space({"gain": (1, 2)})}, "parameter 'gain' has the name of a column"),
        ({"space": Space({"index": (1, 2)})}, "parameter 'index' has the name of a column"),
    ],
)
def test_wrong_arguments(toy: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(SearchError, match=message) as caught:
        search(**{"space": SPACE, "evaluator": toy, "objective": "gain", **arguments})
    assert "\n" not in str(caught.value)


def test_an_evaluator_of_another_shape_is_told(toy: Any) -> None:
    with pytest.raises(SearchError, match=r"Toy returned float64 of shape \(.*4\), not .*1\)"):
        search(SPACE, replace(toy, columns=("gain",)), "gain")


def test_contradictions_that_are_too_wide_to_be_seen_at_once_are_seen_at_the_end(toy: Any) -> None:
    space = Space({"a": range(4000), "b": range(4000)}, ["a > b", "b > a"])
    with pytest.raises(SpaceError, match="no set satisfies the constraints"):
        search(space, toy, "gain")


def test_a_disk_that_fills_stops_the_search_in_one_line(
    toy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    search(SPACE, toy, "gain", store=tmp_path / "good", manifest=MANIFEST)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(SearchStopped, match="cannot be written: No space left on device"):
            search(SPACE, toy, "gain", store=tmp_path / "full", manifest=MANIFEST)
    search(SPACE, toy, "gain", store=tmp_path / "full", manifest=MANIFEST)
    results = [(tmp_path / name / "result.json").read_bytes() for name in ("good", "full")]
    assert results[0] == results[1]
