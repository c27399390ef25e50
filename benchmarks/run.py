"""Measure all targets and print them as JSON: ``make bench``.

Kernels are measured twice where the processor has AVX-512: with it, and as if AVX2 were all, as on
most desktops. ``--avx2`` measures the second alone. A target is met if it is met both times. The
exit code is 0 even if a target is missed: that is a result, not an error.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import feed_loading
import instruction_set
import kernel_general
import large_tables
import loop_speed
import page
import pivot_kernels
import search_memory
import sector_speed
import startup
import strips
import sweeps
import unreachable
import worth

OUT = Path("out/bench.json")
KERNELS = (kernel_general.measure, sweeps.measure, pivot_kernels.measure)
BENCHMARKS = (
    startup.measure,
    feed_loading.measure,
    large_tables.measure,
    loop_speed.measure,
    page.measure,
    strips.measure,
    *KERNELS,
    search_memory.measure,
    sector_speed.measure,
    unreachable.measure,
    worth.measure,
)


def main() -> None:
    """Run all benchmarks in turn, or the kernels alone as if AVX2 were all."""
    parser = argparse.ArgumentParser(description="Measure all targets and print them as JSON.")
    parser.add_argument(
        "--avx2", action="store_true", help="the kernels alone, as if AVX2 were all"
    )
    chosen = parser.parse_args()
    vectors = instruction_set.instruction_set()
    report: dict[str, object] = {
        "python": platform.python_version(),
        "instruction_set": "AVX2" if chosen.avx2 else vectors,
    }
    if chosen.avx2 and vectors == "AVX-512":
        report["results"] = instruction_set.under_avx2("run.py")
    else:
        print(f"kernels are compiled for {vectors}", file=sys.stderr)
        report["results"] = _measured(KERNELS if chosen.avx2 else BENCHMARKS)
        if vectors == "AVX-512":
            report["as_if_avx2_were_all"] = instruction_set.under_avx2("run.py")
    text = json.dumps(report, indent=2) + "\n"
    OUT.parent.mkdir(exist_ok=True)
    if not chosen.avx2:
        OUT.write_text(text, encoding="utf-8")
    print(text, end="")


def _measured(benchmarks: Iterable[Callable[[], Any]]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for benchmark in benchmarks:
        measured = benchmark()
        results += measured if isinstance(measured, list) else [measured]
        print(json.dumps(measured), file=sys.stderr)
    return results


if __name__ == "__main__":
    main()
