"""The engines: equal bytes, workers that die, silent schedulers, what cannot be sent."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import cloudpickle
import numpy as np
import pytest

from btplaybook.search.driver import search
from btplaybook.search.engines import here_first
from btplaybook.search.engines.dask import Dask, _Run
from btplaybook.search.engines.engine import BY_RUNS, engine_named
from btplaybook.search.engines.here_first import HereFirst
from btplaybook.search.engines.in_flight import AHEAD
from btplaybook.search.engines.processes import Processes
from btplaybook.search.engines.shipping import Parcel
from btplaybook.search.engines.threads import Threads
from btplaybook.search.errors import SchedulerUnreachable, SearchError, SearchStopped
from btplaybook.search.reduction import Summary
from btplaybook.search.space import Space
from btplaybook.search.work import Chunk, Work

SPACE = Space({"a": range(16), "b": range(10), "c": range(8)}, ("a >= b",))
"""So small that no process needs numba."""
PROOF = Path(__file__).parents[2] / "benchmarks" / "search_proof.py"


@pytest.fixture(scope="module")
def proof() -> Iterator[ModuleType]:
    """The module of the toy evaluator; workers cannot import it, so it is sent by value."""
    spec = importlib.util.spec_from_file_location("search_proof_by_value", PROOF)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["search_proof_by_value"] = module
    spec.loader.exec_module(module)
    cloudpickle.register_pickle_by_value(module)
    yield module
    cloudpickle.unregister_pickle_by_value(module)
    del sys.modules["search_proof_by_value"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as running:
        yield running


@pytest.fixture(scope="module")
def alone(proof: ModuleType) -> str:
    """What one thread finds."""
    return text(search(SPACE, proof.Toy(), "gain", workers=1, chunk=63))


def text(found: Any) -> str:
    return json.dumps(found.plain())


def test_two_threads_find_the_same(proof: ModuleType, alone: str) -> None:
    assert text(search(SPACE, proof.Toy(pause=0.001), "gain", workers=2, chunk=32)) == alone


def test_processes_find_the_same(proof: ModuleType, alone: str) -> None:
    found = search(SPACE, proof.Toy(), "gain", engine="processes", workers=2, chunk=32)
    assert text(found) == alone


@pytest.mark.parametrize(("pause", "here"), [(0.0, 13), (0.4, 2)], ids=["soon", "later"])
def test_processes_are_started_for_what_is_not_over_soon(
    proof: ModuleType, alone: str, monkeypatch: pytest.MonkeyPatch, pause: float, here: int
) -> None:
    now = (pause * number for number in range(100))
    begun: list[int] = []
    sent: list[Chunk] = []

    def run(self: Processes, work: Work, chunks: Iterable[Chunk]) -> Iterator[Summary]:
        begun.append(self.workers)
        for chunk in chunks:
            sent.append(chunk)
            yield work(chunk)

    monkeypatch.setattr(here_first, "time", SimpleNamespace(perf_counter=lambda: next(now)))
    monkeypatch.setattr(Processes, "run", run)
    found = search(SPACE, proof.Toy(), "gain", engine=BY_RUNS, workers=3, chunk=100)
    assert text(found) == alone
    assert len(sent) == -(-SPACE.size // 100) - here
    assert begun == [3] * (len(sent) > 0)


@pytest.mark.parametrize(
    ("chunk", "processes"), [(SPACE.size, 1), (SPACE.size // 2, 2), (64, 3)],
    ids=["one chunk", "two", "many"],
)  # fmt: skip
def test_no_more_processes_start_than_there_are_chunks(
    proof: ModuleType, alone: str, monkeypatch: pytest.MonkeyPatch, chunk: int, processes: int
) -> None:
    asked: list[int] = []

    class Pool(ThreadPoolExecutor):
        def __init__(self, workers: int, **settings: Any) -> None:
            asked.append(workers)
            super().__init__(workers, **settings)

        def shutdown(self, wait: bool = True, *, kill_workers: bool = False) -> None:
            super().shutdown(wait)

    monkeypatch.setattr("joblib.externals.loky.process_executor.ProcessPoolExecutor", Pool)
    found = search(SPACE, proof.Toy(), "gain", engine="processes", workers=3, chunk=chunk)
    assert text(found) == alone
    assert asked == [processes]


def test_a_cluster_finds_the_same(proof: ModuleType, alone: str, cluster: Any) -> None:
    address = cluster.scheduler_address
    for chunk in (32, 160):
        found = search(SPACE, proof.Toy(), "gain", engine="dask", scheduler=address, chunk=chunk)
        assert text(found) == alone


@pytest.mark.parametrize("victims", [1, 2], ids=["one of two", "both: the work goes with them"])
def test_workers_of_a_cluster_may_die(
    proof: ModuleType, alone: str, cluster: Any, victims: int
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=20)
        pids = list(client.run(os.getpid).values())
        killed: list[int] = []

        def kill(progress: Any) -> None:
            if not killed and progress.places > SPACE.size / 10:
                for pid in pids[:victims]:
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

        address = cluster.scheduler_address
        found = search(
            SPACE, proof.Toy(pause=0.02), "gain", engine="dask", scheduler=address, chunk=13,
            say=kill,
        )  # fmt: skip
        assert len(killed) == victims
        assert text(found) == alone


def test_a_process_that_dies_stops_the_search_and_the_store_goes_on(
    proof: ModuleType, alone: str, tmp_path: Path
) -> None:
    toy = Dies(proof.Toy(), tmp_path / "died")
    common: dict[str, Any] = {
        "engine": "processes", "workers": 1, "chunk": 32, "store": tmp_path / "store",
        "manifest": {"vintage": "toy"},
    }  # fmt: skip
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    try:
        with pytest.raises(SearchStopped, match="a worker process died"):
            search(SPACE, toy, "gain", **common)
        assert text(search(SPACE, toy, "gain", **common)) == alone
    finally:
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


class Dies:
    """Kills its process, once, in the middle."""

    def __init__(self, inner: Any, mark: Path) -> None:
        self.inner = inner
        self.mark = mark
        self.columns = inner.columns

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        if indices[0] > SPACE.size // 2 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        rows: np.ndarray = self.inner(indices)
        return rows


def test_a_cluster_without_a_worker_left_stops_the_search_in_a_line() -> None:
    """Distributed gives up the wait for a worker with a TimeoutError."""

    class Deserted:
        def scatter(self, *_: Any, **__: Any) -> Any:
            raise TimeoutError("No valid workers found")

    with pytest.raises(SearchStopped, match="no worker of the dask cluster is left"):
        _Run(ModuleType("distributed"), Deserted(), Parcel(b"", ""))


def test_a_scheduler_that_does_not_answer_is_told_soon(
    proof: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("btplaybook.search.engines.dask.PATIENCE", 0.2)
    with pytest.raises(SchedulerUnreachable, match=r"tcp://127\.0\.0\.1:1 does not") as caught:
        search(SPACE, proof.Toy(), "gain", engine="dask", scheduler="tcp://127.0.0.1:1")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("answers", [False, True], ids=["nobody answers", "no workers"])
def test_a_scheduler_is_waited_for_within_ten_seconds_in_all(
    proof: ModuleType, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    waited: list[float] = []

    class Client:
        def __init__(self, address: str, timeout: float, set_as_default: bool) -> None:
            waited.append(timeout)
            if not answers:
                raise TimeoutError("nobody answers")

        def wait_for_workers(self, n: int, timeout: float) -> None:
            waited.append(timeout)
            raise TimeoutError("no worker came")

        def close(self) -> None:
            pass

    monkeypatch.setattr("distributed.Client", Client)
    with pytest.raises(SchedulerUnreachable, match=r"tcp://10\.0\.0\.5:1"):
        search(SPACE, proof.Toy(), "gain", engine="dask", scheduler="tcp://10.0.0.5:1")
    assert len(waited) == 1 + answers
    assert sum(waited) < 10


def test_an_address_that_is_none_is_told(proof: ModuleType) -> None:
    with pytest.raises(SchedulerUnreachable, match="does not answer"):
        search(SPACE, proof.Toy(), "gain", engine="dask", scheduler="nonsense://here")


def test_without_dask_the_extra_is_named(
    proof: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SearchError, match=r"pip install btplaybook\[cluster\]"):
        search(SPACE, proof.Toy(), "gain", engine="dask")


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_what_main_defines_is_refused(engine: str) -> None:
    script = f"""
import numpy as np
from btplaybook.search.driver import search
from btplaybook.search.engines import here_first
from btplaybook.search.reduction import Summary
from btplaybook.search.space import Space

class Mine:
    columns = ("gain",)
    def __call__(self, indices):
        return indices[:, None].astype(float)

if __name__ == "__main__":
    assert search(Space({{"a": range(9)}}), Mine(), "gain").top["a"][0] == 8
    try:
        search(Space({{"a": range(9)}}), Mine(), "gain", engine={engine!r})
    except Exception as error:
        print(type(error).__name__, error)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("SearchError Mine is defined in __main__: other processes")
    assert "backtrader's params; move it into a module" in ran.stdout
    assert ran.stdout.count("\n") == 1


def test_what_a_rule_carries_from_main_is_refused(proof: ModuleType) -> None:
    def rule() -> None: ...

    rule.__module__ = "__main__"
    toy = proof.Toy()
    object.__setattr__(toy, "columns", (*toy.columns, rule))
    work = Work(SPACE, toy, "gain", 10, None, False)
    with pytest.raises(SearchError, match="rule is defined in __main__"):
        Parcel.of(work)
    # As well where no process would be started.
    with pytest.raises(SearchError, match="rule is defined in __main__"):
        next(HereFirst(Processes(2)).run(work, ()))


def test_what_cannot_be_pickled_is_told(proof: ModuleType) -> None:
    toy = proof.Toy()
    object.__setattr__(toy, "columns", threading.Lock())
    with pytest.raises(SearchError, match=r"Toy cannot be sent to other processes: .*; use engine"):
        Parcel.of(Work(SPACE, toy, "gain", 10, None, False))


def test_an_error_of_the_evaluator_comes_through(proof: ModuleType) -> None:
    class Broken(proof.Toy):  # type: ignore[misc, name-defined]
        def __call__(self, indices: np.ndarray) -> np.ndarray:
            raise ZeroDivisionError("in the kernel")

    for engine in ("threads", "processes"):
        with pytest.raises(ZeroDivisionError, match="in the kernel"):
            search(SPACE, Broken(), "gain", engine=engine, workers=1)


def test_a_bounded_number_of_chunks_is_begun(proof: ModuleType) -> None:
    work = Work(SPACE, proof.Toy(), "gain", 10, None, False)
    taken = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield Chunk(number, number * 12, number * 12 + 12)

    summaries = Threads(2).run(work, chunks())
    for received, _ in enumerate(summaries, 1):
        assert taken <= received + 2 * AHEAD
    assert received == taken == 100


def test_a_search_that_is_given_up_begins_nothing_more(proof: ModuleType) -> None:
    work = Work(SPACE, proof.Toy(pause=0.01), "gain", 10, None, False)
    summaries = Threads(2).run(work, (Chunk(k, k * 12, k * 12 + 12) for k in range(100)))
    next(summaries)
    before = threading.active_count()
    summaries.close()
    assert threading.active_count() < before


def test_engines_by_name() -> None:
    assert engine_named("threads", 3) == Threads(3)
    assert engine_named("processes", 3) == Processes(3)
    assert engine_named("dask", scheduler="tcp://a:1") == Dask("tcp://a:1", None)
    own = Threads(1)
    assert engine_named(own) is own
    with pytest.raises(SearchError, match="this is an engine"):
        engine_named(own, workers=2)
