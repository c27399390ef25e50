"""Read mutated inputs with every reader: it may raise only the project's errors, soon and small.

A seeded mutator changes small valid files of every kind: it flips, removes, repeats and swaps
bytes, replaces numbers and words by extreme ones, changes the types of Parquet columns, and
exchanges parts of zip and gzip files. Each kind also has bombs, inputs made to exhaust a reader. A
worker process reads the inputs within limits of time and memory; it must return a result or raise
an error that has an `exit_code`.

    python benchmarks/fuzz_readers.py [N] [SEED] [KIND ...]
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fuzz_inputs import KINDS, Kind

INPUTS, SEED = 10_000, 0
SECONDS = 10
LARGEST = 10**9
"""Bytes by which a worker's memory may grow while it reads one input."""

ADDRESS_SPACE = 6 * 2**30
"""Bytes of memory beyond which the system refuses a worker, to protect the machine."""


class Fault(NamedTuple):
    """An input that led to another end than a result or one of the project's errors."""

    kind: str
    number: int
    what: str
    where: str


class TooSlow(BaseException):
    """A reader took too long; a BaseException, so that `except Exception` does not catch it."""


def prove(
    n_inputs: int = INPUTS, seed: int = SEED, kinds: dict[str, Kind] = KINDS
) -> dict[str, Any]:
    """Read mutated inputs, the same number of each kind, and count the outcomes.

    Returns
    -------
    dict
        Seed, number of inputs, number of refused and accepted inputs of each kind, the longest time
        in seconds, the largest growth of memory in MB, and the faults, whose kind and number
        reproduce the input.
    """
    share = -(-n_inputs // len(kinds))
    jobs = [(name, seed, share) for name in kinds]
    ended: Counter[str] = Counter()
    faults: list[Fault] = []
    slowest, largest = (0.0, ""), (0, "")
    # Each kind has its own process, since the peak of memory never falls.
    with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        for name, counts, found, slow, large in pool.imap_unordered(_read_all, jobs, chunksize=1):
            ended.update(counts)
            faults += found
            slowest, largest = max(slowest, (slow, name)), max(largest, (large, name))
            print(f"{name:>12}: {dict(counts)}, {len(found)} faults, {slow:.1f} s, {large} MB")
    return {
        "seed": seed,
        "inputs": share * len(kinds),
        "ended": dict(ended),
        "slowest": slowest,
        "largest_mb": largest,
        "faults": [fault._asdict() for fault in faults],
    }


def made(name: str, seed: int, number: int) -> bytes:
    """Return an input of a kind by number: first the bombs, then mutations of its valid file."""
    kind = KINDS[name]
    if number < len(kind.bombs):
        return kind.bombs[number]()
    rng = np.random.default_rng([seed, number, *name.encode()])
    return kind.mutated(rng)


def _read_all(
    job: tuple[str, int, int],
) -> tuple[str, Counter[str], list[Fault], float, int]:
    name, seed, share = job
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    for alarm in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(alarm, _alarm)
    kind, counts, faults, slowest, grown = KINDS[name], Counter[str](), [], 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"input{kind.suffix}"
        file.write_bytes(kind.sound())
        kind.read(file)  # imports the reader, and shows that the valid file can be read
        for number in range(share):
            file.write_bytes(made(name, seed, number))
            before, start = _peak(), time.process_time()
            fault = _ended(lambda: kind.read(file), counts)
            took = time.process_time() - start
            slowest = max(slowest, took)
            grown = max(grown, _peak() - before)
            if fault is None and _peak() - before > LARGEST:
                fault = (f"memory grew by {(_peak() - before) / 1e6:.0f} MB", "")
            if fault is not None:
                faults.append(Fault(name, number, *fault))
    return name, counts, faults, slowest, grown // 10**6


def _ended(read: Callable[[], object], counts: Counter[str]) -> tuple[str, str] | None:
    """Read an input and return how it failed, or None."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # time of this process: others may be busy
    signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS)  # elapsed time: waiting counts too
    try:
        read()
        counts["accepted"] += 1
    except TooSlow:
        return f"took more than {SECONDS} s", ""
    except Exception as error:
        if not hasattr(error, "exit_code"):
            last = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in last if "btplaybook" in frame.filename]
            where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
            return f"{type(error).__name__}: {error}"[:200], where
        if max(map(len, str(error).splitlines()), default=0) > 2_000:
            return f"a line of {max(map(len, str(error).splitlines()))} characters", ""
        counts["refused"] += 1
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def _alarm(*_: object) -> None:
    raise TooSlow


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _chosen(arguments: list[str]) -> Iterator[Any]:
    numbers = [int(each) for each in arguments if each.isdigit()]
    yield from (*numbers, *(INPUTS, SEED)[len(numbers) :])
    names = [each for each in arguments if not each.isdigit()]
    yield {name: KINDS[name] for name in names or KINDS}


if __name__ == "__main__":
    found = prove(*_chosen(sys.argv[1:]))
    print(json.dumps(found, indent=2))
    sys.exit(1 if found["faults"] else 0)
