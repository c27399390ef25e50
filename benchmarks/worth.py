"""Measure the reality check and the probability of overfitting of many sets, in fresh processes.

``make bench`` measures a quarter of the sets; ``python benchmarks/worth.py --full`` all of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any

import numpy as np
from search_memory import peak_of_this_process

N_DAYS = 5_000
N_SETS = 20_000
N_REPLICATES = 1_000
SHARE = 4
SECONDS = 120.0
MEGABYTES = 4_096


def measure(n_sets: int = N_SETS // SHARE) -> list[dict[str, Any]]:
    """Time both statistics, and take the peak memory (RSS) of each in its own process.

    Parameters
    ----------
    n_sets : int
        Sets of `N_DAYS` float32 returns. The targets are those of `N_SETS`, in proportion.

    Returns
    -------
    list of dict
        `name`, `target` (most seconds), `measured`, `met` (memory within its target, too), `cpu`
        (seconds of all cores) and `megabytes`.
    """
    target = SECONDS * n_sets / N_SETS
    results = []
    for what in ("reality_check", "pbo"):
        ran = subprocess.run(
            [sys.executable, __file__, "--run", what, "--sets", str(n_sets)],
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(ran.stdout)
        results.append(
            {
                "name": f"{what} of {n_sets} sets, {N_DAYS} days, seconds",
                "target": target,
                "measured": round(found["seconds"], 1),
                "met": found["seconds"] <= target and found["megabytes"] <= MEGABYTES,
                "cpu": round(found["cpu"], 1),
                "megabytes": found["megabytes"],
            }
        )
    return results


def run(what: str, n_sets: int) -> dict[str, float]:
    """Compute one statistic of returns without a mean; return seconds and megabytes."""
    from btplaybook.search.worth.pbo import probability_of_overfitting
    from btplaybook.search.worth.reality_check import reality_check

    random = np.random.default_rng(0)
    returns = random.standard_normal((N_DAYS, n_sets), dtype=np.float32)
    returns *= np.float32(0.01)
    began, cpu = perf_counter(), process_time()
    if what == "reality_check":
        reality_check(returns, n_replicates=N_REPLICATES)
    else:
        probability_of_overfitting(returns)
    return {
        "seconds": perf_counter() - began,
        "cpu": process_time() - cpu,
        "megabytes": peak_of_this_process(),
    }


def main() -> None:
    """Measure a quarter of the sets, or all, or be the process that is measured."""
    parser = argparse.ArgumentParser(description="Measure statistics of many sets.")
    parser.add_argument("--full", action="store_true", help=f"{N_SETS} sets")
    parser.add_argument("--run", choices=("reality_check", "pbo"), help="compute one here")
    parser.add_argument("--sets", type=int, default=N_SETS // SHARE)
    chosen = parser.parse_args()
    if chosen.run:
        print(json.dumps(run(chosen.run, chosen.sets)))
        return
    for result in measure(N_SETS if chosen.full else chosen.sets):
        print(json.dumps(result))


if __name__ == "__main__":
    main()
