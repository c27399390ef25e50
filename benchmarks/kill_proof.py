"""Prove that the cache stays whole when a fetch is killed, and when several fetch at once.

The real yfinance requests data from the tests' server on 127.0.0.1. Each repetition starts with a
cache of 200 bars, kills a fetch of 50 more with SIGKILL, reads the cache, and fetches again. The
kills are at every step of writing (a file half written, before and after each rename) and, as
often, at a random moment during the fetch.

The process with the server's threads must not fork, so this file is also the program that forks:
``python kill_proof.py ADDRESS FOLDER KILLS AT_RANDOM SEED``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.yahoo.fetch import Fetched, fetch

SERVER = Path(__file__).parents[1] / "tests" / "feeds" / "yahoo" / "yahoo_server.py"
DAYS = [day.item() for day in sessions("XNYS", "2020-01-02", "2020-12-31")]
OLD, NEW = 200, 250  # bars after the first and the second fetch
AT_ONCE = 4

# Where a fetch is killed: function, number of its call, before or after the call, and the bars that
# a reader then finds. For each file the content is synced, it is renamed, the folder is synced.
STEPS = {
    "bars half written": ("fsync", 1, "half", OLD),
    "bars not yet renamed": ("replace", 1, "before", OLD),
    "bars renamed": ("replace", 1, "after", OLD),
    "folder synced after the bars": ("fsync", 2, "after", OLD),
    "manifest half written": ("fsync", 3, "half", OLD),
    "manifest not yet renamed": ("replace", 2, "before", OLD),
    "manifest renamed": ("replace", 2, "after", NEW),
    "folder synced after the manifest": ("fsync", 4, "after", NEW),
    "old bars not yet removed": ("unlink", 1, "before", NEW),
}


def prove(kills: int = 30, at_random: int = 15, seed: int = 0) -> dict[str, Any]:
    """Kill fetches, run some at once, and return the outcomes.

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
        `kills`, `whole` (repetitions without a fault), `found` (number of repetitions by the bars
        found after the kill), `at_once` (number of simultaneous fetches) and `at_once_whole` (those
        that returned all bars), `faults` (a sentence for each failure).
    """
    server_module = _from_path(SERVER)
    with server_module.serving() as server, tempfile.TemporaryDirectory() as folder:
        server.instruments["SPY"] = server_module.instrument(DAYS)
        ran = subprocess.run(
            [sys.executable, __file__, server.base, folder, *map(str, (kills, at_random, seed))],
            capture_output=True,
            text=True,
        )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def main() -> None:
    """Fork, kill and read as the arguments say; print the outcome as JSON."""
    base, folder = sys.argv[1], Path(sys.argv[2])
    kills, at_random, seed = map(int, sys.argv[3:])
    import yfinance  # noqa: F401  once, before the forks

    server_module = _from_path(SERVER)

    def get(cache: Path, bars: int) -> Fetched:
        session = server_module.RedirectedSession(base)
        return fetch("SPY", folder=cache, today=DAYS[bars], session=session)

    moments = random.Random(seed)
    fetched = folder / "fetched"
    if _wait(_forked(lambda: get(fetched, OLD))) != 0:
        raise RuntimeError("the first fetch failed")
    duration = _seconds_of_a_fetch(get, shutil.copytree(fetched, folder / "timed"))
    found: Counter[str] = Counter()
    faults: list[str] = []
    whole = 0
    for kill in range(kills):
        cache = shutil.copytree(fetched, folder / str(kill))
        planned = kill < kills - at_random
        name = list(STEPS)[kill % len(STEPS)] if planned else "a random moment"
        delay = None if planned else moments.uniform(0, duration)
        bad = _one_kill(get, cache, name, delay, found)
        whole += not bad
        faults += [f"{name}: {fault}" for fault in bad]
    together = _at_once(get, folder / "at once")
    report = {
        "kills": kills,
        "whole": whole,
        "found": dict(sorted(found.items())),
        "at_once": AT_ONCE,
        "at_once_whole": together,
        "faults": faults,
    }
    print(json.dumps(report))


def _one_kill(
    get: Callable[[Path, int], Fetched],
    cache: Path,
    name: str,
    delay: float | None,
    found: Counter[str],
) -> list[str]:
    """Run one repetition; return the failures."""
    faults = []
    if delay is None:
        ended = _wait(_forked(lambda: _killed_at(name, lambda: get(cache, NEW))))
        if ended != -signal.SIGKILL:
            faults.append(f"the fetch was not killed, it ended with {ended}")
    else:
        child = _forked(lambda: get(cache, NEW))
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        _wait(child)
    left = len(fetch("SPY", folder=cache, offline=True, today=DAYS[NEW]).bars)
    found[f"{left} bars"] += 1
    expected = {OLD, NEW} if delay is not None else {STEPS[name][3]}
    if left not in expected:
        faults.append(f"{left} bars were left")
    if _wait(_forked(lambda: get(cache, NEW))) != 0:
        faults.append("the second fetch failed")
    after = fetch("SPY", folder=cache, offline=True, today=DAYS[NEW])
    if len(after.bars) != NEW or after.report.damage:
        faults.append(f"after it: {after.report.words()}")
    return faults


def _killed_at(name: str, act: Callable[[], object]) -> None:
    """Kill this process at a step of writing."""
    function, call, moment, _ = STEPS[name]
    original = getattr(os, function)
    calls = 0

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and moment == "half":
            os.ftruncate(arguments[0], os.fstat(arguments[0]).st_size // 2)
        if calls == call and moment in ("before", "half"):
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, function, counted)
    act()


def _at_once(get: Callable[[Path, int], Fetched], cache: Path) -> int:
    """Start simultaneous fetches into an empty cache; count those that return all bars."""
    children = [_forked(lambda: get(cache, NEW)) for _ in range(AT_ONCE)]
    ended = [_wait(child) for child in children]
    left = len(fetch("SPY", folder=cache, offline=True, today=DAYS[NEW]).bars)
    files = len(list((cache / "SPY").glob("*.parquet")))
    return ended.count(0) if (left, files) == (NEW, 1) else 0


def _seconds_of_a_fetch(get: Callable[[Path, int], Fetched], cache: Path) -> float:
    began = time.monotonic()
    _wait(_forked(lambda: get(cache, NEW)))
    return time.monotonic() - began


def _forked(act: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    finally:
        os._exit(code)  # skip the exit handlers that the parent registered


def _wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _from_path(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
