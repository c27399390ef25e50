"""Prove that a search that is killed twice gives the same bytes as an undisturbed one.

Each process of the search is killed with SIGKILL at a random moment after it has stored some new
chunks; the next process continues with another engine. The search is named by ``module:function``,
which returns space, evaluator, objective and manifest; ``toy`` is an example. `prove_command` does
the same to the command, with a strategy that is run bar by bar.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from btplaybook.feeds.samples import sample
from btplaybook.search.driver import search
from btplaybook.search.kernels.sign_family import SignFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.space import Space
from btplaybook.strategies.sign.sign_s4 import SignS4

HERE = Path(__file__).parent
ALONE = ("threads", 1)
ENGINES = (("threads", 2), ("processes", 2), ("dask", 2))
"""Engine and workers of each process in turn; all but the last are killed."""
SETS = 50
"""Sets of the command's search."""
PATIENCE = 120.0
"""Longest time of one process, in seconds."""


@dataclass(frozen=True)
class Toy:
    """Evaluator of statistics hashed from a set's number, with ties, undefined and ruined sets.

    Attributes
    ----------
    pause : float
        Time that each call sleeps, in seconds.
    rules : int
        Largest number of distinct rules.
    """

    pause: float = 0.0
    rules: int = 10_000
    columns: tuple[str, ...] = ("gain", "points", "ruined", "positions_hash")

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of statistics per set; see `btplaybook.search.evaluator.Evaluator`."""
        time.sleep(self.pause)
        bits = indices.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        bits ^= bits >> np.uint64(32)
        uniform = (bits >> np.uint64(11)) / 2.0**53
        rows = np.empty((indices.size, 4))
        rows[:, 0] = np.round(uniform * 4 - 1, 4)
        rows[uniform < 0.03, 0] = np.nan
        rows[:, 1] = 100 * uniform
        rows[:, 2] = np.where(uniform > 0.97, 5.0, -1.0)
        rows[:, 3] = bits % np.uint64(self.rules)
        return rows


class Job(NamedTuple):
    """The parts of a search."""

    space: Space
    evaluator: Any
    objective: str
    manifest: dict[str, Any]


def toy() -> Job:
    """Return a million sets that are slow enough to be interrupted."""
    space = Space({"a": range(100), "b": range(100), "c": range(10), "d": range(10)})
    return Job(space, Toy(pause=0.15), "gain", {"vintage": "toy"})


def sign_rules() -> Job:
    """Return ten million sets of the sign rule S4 on the embedded S&P 500."""
    bars = sample("sp500")
    space = Space({"d": range(20), "M": range(1, 101), "R": range(2, 5002)})
    evaluator = SignFamilyEvaluator(
        strategy=SignS4,
        defaults=dict(SignS4.params._getpairs()),
        space=space,
        bars=bars,
        opens_on=bars.dates[-661].item(),
        terms=Terms(),
    )
    return Job(space, evaluator, "excess", {"bars": bars.vintage})


def prove(job: str = "search_proof:toy", *, seed: int = 0) -> dict[str, Any]:
    """Search without and with kills; return the comparison.

    Parameters
    ----------
    job : str
        ``module:function``; the module is importable from this folder.
    seed : int
        Seed of the random moments.

    Returns
    -------
    dict
        `kills`; `chunks_after_kill` (stored chunks after each kill), `chunks` (their total number),
        `sha256` of the undisturbed result, `equal`, and `faults` (a sentence for each).
    """
    moments = random.Random(seed)
    faults: list[str] = []
    stored: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        alone, killed = Path(folder, "alone"), Path(folder, "killed")
        _ended(_started(job, alone, ALONE), faults, "the undisturbed search")
        for engine in ENGINES[:-1]:
            process = _started(job, killed, engine)
            wanted = _chunks(killed) + moments.randint(1, 3)
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < deadline:
                if _chunks(killed) >= wanted:
                    break
                time.sleep(0.005)
            time.sleep(moments.uniform(0, 0.1))
            if process.poll() is not None:
                faults.append(f"{engine[0]}: ended with {process.poll()} before it was killed")
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            stored.append(_chunks(killed))
        _ended(_started(job, killed, ENGINES[-1]), faults, "the last search")
        results = [_content(path / "result.json") for path in (alone, killed)]
        chunks = _chunks(alone)
    equal = results[0] == results[1] and results[0] != b""
    if not equal:
        faults.append("the results differ")
    if stored and not 0 < stored[0] < stored[-1] < chunks:
        faults.append(f"the kills left {stored} of {chunks} chunks: not in the middle")
    return {
        "kills": len(stored),
        "chunks_after_kill": stored,
        "chunks": chunks,
        "sha256": hashlib.sha256(results[0]).hexdigest(),
        "equal": equal,
        "faults": faults,
    }


def prove_command(kills: int = 2, seed: int = 0) -> dict[str, Any]:
    """Kill ``btplaybook search`` of 50 sets of a plain backtrader strategy, and resume it.

    Returns
    -------
    dict
        `sets`, `kills`, `stored` (sets in the store after each kill), `equal` (search.json and
        search.html have the bytes of a search left alone) and `faults` (a sentence for each).
    """
    moments = random.Random(seed)
    faults: list[str] = []
    stored: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        alone, killed = Path(folder, "alone"), Path(folder, "killed")
        _ended(_command(alone), faults, "the undisturbed search")
        for kill in range(kills):
            process = _command(killed)
            wanted = _chunks(killed / "store") + moments.randint(3, SETS // (kills + 2))
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < deadline:
                if _chunks(killed / "store") >= wanted:
                    break
                time.sleep(0.01)
            if process.poll() is not None:
                faults.append(f"kill {kill + 1}: it had ended with {process.poll()}")
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            stored.append(_chunks(killed / "store"))
        _ended(_command(killed), faults, "the last search")
        files = ("search.json", "search.html")
        equal = all(_content(alone / name) == _content(killed / name) != b"" for name in files)
    if not equal:
        faults.append("the results differ")
    if stored != sorted(set(stored)) or not 0 < stored[0] < stored[-1] < SETS:
        faults.append(f"the kills left {stored} of {SETS} sets: not in the middle")
    return {"sets": SETS, "kills": kills, "stored": stored, "equal": equal, "faults": faults}


def _command(folder: Path) -> subprocess.Popen[bytes]:
    arguments = [
        *("search", "golden_cross.py:GoldenCross", "--sample", "sp500", "--objective", "calmar"),
        *("--space", "fast=10..55:5,slow=60..100:10", "--workers", "2"),
        *("--store", str(folder / "store"), "--out", str(folder)),
    ]
    script = (
        f"import sys\nfrom btplaybook.runners.command import cli\nsys.argv[1:] = {arguments!r}\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", f"{script}cli.main()"],
        cwd=HERE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def search_in(job: str, folder: str, engine: str, workers: str) -> None:
    """Search in this process, with a store."""
    module, _, function = job.partition(":")
    what: Job = getattr(import_module(module), function)()
    search(
        what.space,
        what.evaluator,
        what.objective,
        engine=engine,
        workers=int(workers),
        store=folder,
        manifest=what.manifest,
    )


def _started(job: str, folder: Path, engine: tuple[str, int]) -> subprocess.Popen[bytes]:
    """Start a search in its own process group, so that its workers are killed with it."""
    arguments = (job, str(folder), engine[0], str(engine[1]))
    # Imported, since workers cannot receive what is defined in __main__.
    script = f"import search_proof\nsearch_proof.search_in(*{arguments!r})\n"
    return subprocess.Popen([sys.executable, "-c", script], cwd=HERE, start_new_session=True)


def _ended(process: subprocess.Popen[bytes], faults: list[str], name: str) -> None:
    try:
        ended = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        ended = process.wait()
    if ended:
        faults.append(f"{name} ended with {ended}")


def _chunks(folder: Path) -> int:
    """Return the number of chunks in a store's progress file, which is read whole or not at all."""
    path = folder / "progress.npz"
    if not path.exists():
        return 0
    with np.load(path) as file:
        return int(sum(last - first + 1 for first, last in file["finished"]))


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def main(arguments: Sequence[str]) -> int:
    """Print the outcome; return 1 if the proof fails."""
    found = prove(*arguments)
    print(json.dumps(found, indent=2))
    return int(bool(found["faults"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
