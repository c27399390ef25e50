"""Time whole commands: CPU, wall and peak memory, for this checkout and, if given, an earlier one.

    python benchmarks/waits.py [OTHER_CHECKOUT] [--repetitions N] [--only NAME]

The commands of the two checkouts run in turn, each after a first run that fills the caches. Prints
JSON: for each command the medians. Studies need the real prices of BTPLAYBOOK_DATA.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).resolve().parent.parent
SAMPLE = ("--sample", "sp500")
COMMANDS = {
    "import backtrader, pandas, numba": ("-c", "import backtrader, pandas, numba"),
    "--help": ("--help",),
    "list": ("list",),
    "run": ("run", "sma-switch", *SAMPLE),
    "run --quick": ("run", "sma-switch", *SAMPLE, "--quick"),
    "next": ("next", "sma-switch", *SAMPLE),
    "audit": ("audit", "sma-switch", *SAMPLE),
    "rerun": ("rerun", "earlier"),
    "compare": ("compare", "earlier", "other"),
    "report": ("report", "earlier/daily.csv"),
    "search of 299 sets": (
        "search", "sma-switch", *SAMPLE, "--space", "period=2..300", "--worth", "none",
    ),
    "search of 299 sets, and what its winner is worth": (
        "search", "sma-switch", *SAMPLE, "--space", "period=2..300",
    ),
    "walk-forward of 99 sets": (
        "walk-forward", "sma-switch", *SAMPLE, "--space", "period=2..100", "--fit", "5y",
    ),
    "run of the simulated sector": (
        "run", "sector-long-short", "--sample", "simulated-sector", "--whole-shares",
        "--cash", "10000000",
    ),
}  # fmt: skip
if DATA := os.environ.get("BTPLAYBOOK_DATA"):
    COMMANDS |= {
        f"study {name}": ("study", name, "--data", DATA)
        for name in ("robust-etf", "summer-speculations")
    }
WRITES = ("run", "search", "study", "walk-forward", "report")
NEW = ("--worth", "none")
"""Options that an earlier checkout does not know, and does without."""
EARLIER = {
    "earlier": ("run", "sma-switch", *SAMPLE, "--quick"),
    "other": ("run", "sma-switch", *SAMPLE, "--quick", "--set", "period=50"),
}
"""Folder to the run that is in it, for the commands that read earlier runs."""


class Took(NamedTuple):
    """What a process took."""

    cpu: float
    """Seconds, of its children too."""
    wall: float
    """Seconds."""
    peak_mb: float


def took(checkout: Path, arguments: tuple[str, ...]) -> Took:
    """Run a command of a checkout in a process of its own, in a folder of its own."""
    if checkout != HERE and arguments[-2:] == NEW:
        arguments = arguments[:-2]
    with tempfile.TemporaryDirectory() as folder:
        for name, earlier in EARLIER.items():
            if any(part.split("/")[0] == name for part in arguments):
                _process(checkout, (*earlier, "--out", name), folder)
        if (daily := Path(folder, "earlier", "daily.parquet")).exists():
            import pandas as pd

            pd.read_parquet(daily)["return"].dropna().to_csv(daily.with_suffix(".csv"))
        out = ("--out", "out") if arguments[0] in WRITES else ()
        return _process(checkout, (*arguments, *out), folder)


def _process(checkout: Path, arguments: tuple[str, ...], folder: str) -> Took:
    python = [str(HERE / ".venv" / "bin" / "python")]
    package = checkout / "build" / "typing"  # one place, as numba keeps kernels by their paths
    package.mkdir(parents=True, exist_ok=True)
    if not (package / "btplaybook").exists():
        (package / "btplaybook").symlink_to("../..")
    module = () if arguments[0] == "-c" else ("-m", "btplaybook.runners")
    began = time.perf_counter()
    process = subprocess.Popen(
        [*python, *module, *arguments],
        cwd=folder,
        env=_environment(package, folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return Took(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024.0)


def _environment(package: Path, folder: str) -> dict[str, str]:
    """Return the environment of a user: bytecode is kept, and trials in a folder of their own."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(package), "XDG_DATA_HOME": folder}


def main() -> None:
    """Time the commands, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", nargs="?", type=Path, help="an earlier checkout, to compare with")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", choices=COMMANDS)
    asked = parser.parse_args()
    checkouts = {"before": asked.other.resolve()} if asked.other else {}
    checkouts["now"] = HERE
    told: dict[str, dict[str, dict[str, float]]] = {}
    for name, arguments in COMMANDS.items():
        if asked.only not in (None, name):
            continue
        runs: dict[str, list[Took]] = {each: [] for each in checkouts}
        for each in checkouts.values():
            took(each, arguments)
        for _ in range(asked.repetitions):
            for which, each in checkouts.items():
                runs[which].append(took(each, arguments))
        told[name] = {
            which: {
                field: round(median(getattr(one, field) for one in each), 2)
                for field in Took._fields
            }
            for which, each in runs.items()
        }
        print(json.dumps({name: told[name]}), flush=True)


if __name__ == "__main__":
    main()
