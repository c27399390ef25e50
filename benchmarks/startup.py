"""Measure the start of the package and of its command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

IMPORT_SECONDS = 0.02
HELP_SECONDS = 0.15
REPETITIONS = 20


def measure() -> list[dict[str, object]]:
    """Time `import btplaybook` and `btplaybook --help`; the fastest of several runs each.

    Returns
    -------
    list of dict
        `name`, `target` (most seconds), `measured` (seconds) and `met`. Other work of the machine
        can only make a run slower, so the fastest is closest to the true time.
    """
    return [
        _result("import btplaybook, seconds", IMPORT_SECONDS, _import_seconds),
        _result("btplaybook --help, seconds", HELP_SECONDS, _help_seconds),
    ]


def _result(name: str, target: float, seconds: Callable[[], float]) -> dict[str, object]:
    fastest = min(seconds() for _ in range(REPETITIONS))
    return {"name": name, "target": target, "measured": round(fastest, 4), "met": fastest < target}


def _import_seconds() -> float:
    """Return the time of the package and of what it imports, as Python reports it."""
    command = (sys.executable, "-X", "importtime", "-c", "import btplaybook")
    words = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    (microseconds,) = re.findall(r"\| +(\d+) \| btplaybook$", words, flags=re.MULTILINE)
    return int(microseconds) / 1e6


def _help_seconds() -> float:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = (sys.executable, "-m", "btplaybook.runners", "--help")
    began = perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return perf_counter() - began
