"""Measure the peak memory of searches of 10^4 and 10^7 sets, each in its own process."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from btplaybook.feeds.samples import sample
from btplaybook.search.driver import search
from btplaybook.search.kernels.sign_family import SignFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.space import Space
from btplaybook.strategies.sign.sign_s4 import SignS4

SMALL, LARGE = 10_000, 10_000_000
TARGET = 1.25
DELAYS, WINDOWS = 20, 100


def measure() -> dict[str, Any]:
    """Return the ratio of the larger search's peak to the smaller one's, and both peaks in MB."""
    peaks = {sets: _peak(sets) for sets in (SMALL, LARGE)}
    ratio = peaks[LARGE] / peaks[SMALL]
    return {
        "name": f"peak RSS of a search, {LARGE} sets over {SMALL}",
        "target": TARGET,
        "measured": round(ratio, 2),
        "met": ratio <= TARGET,
        "megabytes": peaks,
    }


def _peak(sets: int) -> int:
    ran = subprocess.run(
        [sys.executable, __file__, str(sets)], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


def run(sets: int) -> int:
    """Search `sets` sets of the sign rule S4; return this process's peak memory (RSS) in MB."""
    bars = sample("sp500")
    memories = sets // (DELAYS * WINDOWS)
    space = Space({"d": range(DELAYS), "M": range(1, WINDOWS + 1), "R": range(2, memories + 2)})
    evaluator = SignFamilyEvaluator(
        strategy=SignS4,
        defaults=dict(SignS4.params._getpairs()),
        space=space,
        bars=bars,
        opens_on=bars.dates[-661].item(),
        terms=Terms(),
    )
    search(space, evaluator, "excess", engine="threads")
    return peak_of_this_process()


def peak_of_this_process() -> int:
    """Return the peak memory (RSS) in MB.

    On Linux, a child's `ru_maxrss` includes the memory that its parent held at its start; the
    high-water mark of /proc begins with the program itself.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
