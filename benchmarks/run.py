"""Measure all targets and print them as JSON: ``make bench``.

The exit code is 0 even if a target is missed: that is a result, not an error.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import feed_loading
import kernel_general
import large_tables
import loop_speed
import page
import search_memory
import sector_speed
import startup
import strips
import sweeps
import unreachable

OUT = Path("out/bench.json")
BENCHMARKS = (
    startup.measure,
    feed_loading.measure,
    large_tables.measure,
    loop_speed.measure,
    page.measure,
    strips.measure,
    kernel_general.measure,
    sweeps.measure,
    search_memory.measure,
    sector_speed.measure,
    unreachable.measure,
)


def main() -> None:
    """Run all benchmarks in turn."""
    results: list[dict[str, object]] = []
    for benchmark in BENCHMARKS:
        measured = benchmark()
        results += measured if isinstance(measured, list) else [measured]
        print(json.dumps(measured), file=sys.stderr)
    report = {"python": platform.python_version(), "results": results}
    text = json.dumps(report, indent=2) + "\n"
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
