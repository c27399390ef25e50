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
    "search of 299 sets": ("search", "sma-switch", *SAMPLE, "--space", "period=2..300"),
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
WRITES = ("run", "search", "study")


class Took(NamedTuple):
    """What a process took."""

    cpu: float
    """Seconds, of its children too."""
    wall: float
    """Seconds."""
    peak_mb: float


def took(checkout: Path, arguments: tuple[str, ...]) -> Took:
    """Run a command of a checkout in a process of its own."""
    python = [str(HERE / ".venv" / "bin" / "python")]
    with tempfile.TemporaryDirectory() as folder:
        package = checkout / "build" / "typing"  # one place, as numba keeps kernels by their paths
        package.mkdir(parents=True, exist_ok=True)
        if not (package / "btplaybook").exists():
            (package / "btplaybook").symlink_to("../..")
        out = ("--out", folder + "/out") if arguments[0] in WRITES else ()
        module = () if arguments[0] == "-c" else ("-m", "btplaybook.runners")
        began = time.perf_counter()
        process = subprocess.Popen(
            [*python, *module, *arguments, *out],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(package)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return Took(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024.0)


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
