"""Prove that a folder of results is whole, or refused by a reader, after kills during a write.

A child process writes generations of files into one folder, as fast as it can. It is killed with
SIGKILL at a random moment, or before or after a step of a write (a file or folder synced, a file
renamed, a file deleted). A reader must then find every file of one generation, or refuse the
folder. A file of the user in the folder must stay, and the next write must leave no unfinished
files.

``python folder_proof.py FOLDER KILLS AT_RANDOM SEED`` is the program that forks and prints JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records.folder import WRITING, write_folder
from btplaybook.runners.records.manifest import MANIFEST, result_with

PAGES = ("daily.parquet", "trades.parquet", "tearsheet.html")
OWN = "notes.txt"
STEPS = ("fsync", "replace", "unlink")
SECONDS = 0.15  # longest time until a random kill


def prove(kills: int = 60, at_random: int = 30, seed: int = 0) -> dict[str, Any]:
    """Kill writers and return what a reader found.

    Parameters
    ----------
    kills : int
        Number of repetitions.
    at_random : int
        Number of repetitions with a kill at a random moment; in the others the kill is at each step
        in turn.
    seed : int
        Seed of the random moments.

    Returns
    -------
    dict
        `kills`, `seed`, `found` (how often a reader found a whole generation, "whole", none yet,
        "none", or refused, "refused") and `faults` (a sentence for each failure).
    """
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            [sys.executable, __file__, folder, *map(str, (kills, at_random, seed))],
            capture_output=True,
            text=True,
        )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def main() -> None:
    """Fork, kill and read as the arguments say; print the outcome as JSON."""
    root = Path(sys.argv[1])
    os.environ["XDG_CACHE_HOME"] = str(root / "cache")  # the folder of the locks
    kills, at_random, seed = map(int, sys.argv[2:])
    moments = random.Random(seed)
    steps = [(name, call, after) for call in (1, 2, 3, 4, 5, 6) for name in STEPS
             for after in (False, True)]  # fmt: skip
    found: Counter[str] = Counter()
    faults = []
    for kill in range(kills):
        # Some folders are new, others are killed repeatedly.
        folder = root / str(kill % 12)
        folder.mkdir(exist_ok=True)
        (folder / OWN).write_text("mine")
        if kill < at_random:
            where = "at random"
            child = _forked(lambda folder=folder: _write_on(folder))
            time.sleep(moments.uniform(0, SECONDS))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        else:
            step = steps[kill % len(steps)]
            where = f"{'after' if step[2] else 'before'} {step[0]} {step[1]}"
            child = _forked(lambda folder=folder, step=step: _killed_at(step, folder))
            os.waitpid(child, 0)
        state, bad = _look(folder)
        found[state] += 1
        if kill % 3 == 0:
            bad += _write_again(folder)
        faults += [f"kill {kill}, {where}: {fault}" for fault in bad]
    print(json.dumps({"kills": kills, "seed": seed, "found": dict(sorted(found.items())),
                      "faults": faults}))  # fmt: skip


def generation(number: int) -> dict[str, bytes]:
    """Return the files of a generation; one of the files is only in every second generation."""
    names = [*PAGES, *(["strips.parquet"] if number % 2 else []), "run.json"]
    return {name: f"{number} {name}\n".encode() * 2000 for name in names}


def _write_on(folder: Path) -> None:
    """Write generation after generation until this process is killed."""
    number = time.monotonic_ns()
    while True:
        number += 1
        write_folder(folder, generation(number))


def _killed_at(step: tuple[str, int, bool], folder: Path) -> None:
    """Write a generation, and kill this process at a step of the next one."""
    number = time.monotonic_ns() * 2 + 1
    write_folder(folder, generation(number))
    function, call, after = step
    original = getattr(os, function)
    calls = 0

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*arguments, **options)
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(os, function, counted)
    write_folder(folder, generation(number + 1))


def _look(folder: Path) -> tuple[str, list[str]]:
    """Return what a reader finds, and the failures."""
    faults = []
    if (folder / OWN).read_text() != "mine":
        faults.append(f"{OWN} was changed")
    try:
        result = result_with(folder, "run.json")
    except ParameterError as error:
        if "\n" in str(error) or "write the result again" not in str(error):
            faults.append(f"the refusal says {error}")
        return "refused", faults
    there = {path.name: path.read_bytes() for path in folder.iterdir()
             if path.is_file() and path.name not in (OWN, MANIFEST)}  # fmt: skip
    if not result and not there:
        return "none", faults
    if "run.json" not in there:  # the first write: a reader finds no record yet
        return "none", faults
    number = int(there["run.json"].split(b" ", 1)[0])
    if there != generation(number):
        faults.append(f"a mix that no reader is told of: {sorted(there)}")
    return "whole", faults


def _write_again(folder: Path) -> list[str]:
    """Write once more and return the failures found afterwards."""
    number = time.monotonic_ns() * 2
    write_folder(folder, generation(number))
    state, faults = _look(folder)
    if state != "whole":
        faults.append(f"after the next write the folder is {state}")
    faults += [f"{path.name} is left" for path in folder.glob(f"{WRITING}*")]
    return faults


def _forked(act: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        act()
    finally:
        os._exit(1)  # skip the exit handlers that the parent registered


if __name__ == "__main__":
    main()
