"""Print what the CPU of a run is spent on: python benchmarks/phases.py [--repetitions N].

The command `run sma-switch --sample sp500` runs in processes of its own, after a first one that
fills the caches. A signal asks every few milliseconds of CPU where the process is. What was spent
since the last answer belongs to the library whose modules are being imported, else to the part of
the run. Prints JSON: seconds of each, medians.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ("run", "sma-switch", "--sample", "sp500")
EVERY = 0.001
"""Seconds of CPU between two signals; many kernels send them every 4 ms at most."""

SMALL = 0.01
"""Seconds of a library that is not named alone."""

PARTS = {
    ("runners/plans/plan.py", "load_all"): "reading and checking the bars",
    ("runners/runs/loop/fast_cerebro.py", "_run_bars"): "the loop",
    ("runners/runs/again/strips.py", "strips_for"): "the strips",
    ("runners/pages/tearsheet.py", "tearsheet"): "the page",
    ("runners/records/write.py", "write_run"): "tables and run.json",
    ("runners/runs/run.py", "run"): "other figures",
}
"""Part of the run by the function that does it; of two that are under way the inner one counts."""


def part_of(frame: FrameType | None) -> str:
    """Return what the process is at."""
    part = ""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if frame.f_code.co_name == "<module>" and (importing := _imported(path)):
            return f"import {importing}"
        if not part and ROOT in path.parents:
            inside = path.relative_to(ROOT).as_posix().removeprefix("build/typing/btplaybook/")
            part = PARTS.get((inside, frame.f_code.co_name), "")
        frame = frame.f_back
    return part or "the rest"


def _imported(path: Path) -> str:
    """Return the library of a module; empty for Python's own modules and for what starts us."""
    if ROOT in path.parents and ".venv" not in path.parts:
        return "" if path.name in ("__main__.py", "phases.py") else "btplaybook"
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return ""


def spent() -> dict[str, float]:
    """Run the command in this process; return the seconds of CPU by part."""
    found: Counter[str] = Counter({"Python itself": time.process_time()})
    last = time.process_time()

    def ask(_signal: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        found[part_of(frame)] += now - last
        last = now

    signal.signal(signal.SIGPROF, ask)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    from btplaybook.runners.command.cli import main as command

    sys.argv = ["btplaybook", *COMMAND]
    try:
        command()
    except SystemExit as end:
        if end.code:
            raise
    signal.setitimer(signal.ITIMER_PROF, 0.0)
    return found


def in_a_process() -> dict[str, float]:
    """Return what `spent` returns in a new process, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        user = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run(
            [sys.executable, __file__, "--inside", str(Path(folder, "spent.json"))],
            cwd=folder,
            env={**user, "XDG_DATA_HOME": folder},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        told: dict[str, float] = json.loads(Path(folder, "spent.json").read_text())
        return told


def measured(repetitions: int) -> dict[str, float]:
    """Return the median seconds of each part, the longest first, and of all."""
    in_a_process()
    runs = [in_a_process() for _ in range(repetitions)]
    names = {name for run in runs for name in run}
    middle = {name: median(run.get(name, 0.0) for run in runs) for name in names}
    small = [name for name in middle if name.startswith("import ") and middle[name] < SMALL]
    middle["import others"] = sum(middle.pop(name) for name in small)
    told = dict(sorted(middle.items(), key=lambda item: -item[1]))
    told["together"] = median(sum(run.values()) for run in runs)
    return {name: round(seconds, 2) for name, seconds in told.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        asked.inside.write_text(json.dumps(spent()))
    else:
        print(json.dumps(measured(asked.repetitions), indent=2))
