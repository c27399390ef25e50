"""Run set-ups at random in backtrader's loop and in the fast one, and compare all that is seen.

The set-ups are those of `tests/runners/runs/loop/at_random.py`: bars, an account, a program of
orders. ``python benchmarks/loop_fuzz.py 0 1000`` tries the seeds 0 to 999.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from random import Random
from typing import Any

from joblib import Parallel, delayed

HELPERS = Path(__file__).parents[1] / "tests/runners/runs/loop"
CHUNK = 50


def prove(set_ups: int = 5_000, first: int = 0) -> dict[str, Any]:
    """Compare set-ups and return the outcomes.

    Parameters
    ----------
    set_ups : int
        Number of set-ups.
    first : int
        Seed of the first; the others have the seeds that follow.

    Returns
    -------
    dict
        `seeds` (first and last), `fast` (how many took the fast loop) and `faults` (seed and the
        first difference).
    """
    end = first + set_ups
    chunks = [range(start, min(start + CHUNK, end)) for start in range(first, end, CHUNK)]
    found = Parallel(n_jobs=os.cpu_count())(delayed(_chunk)(seeds) for seeds in chunks)
    return {
        "seeds": [first, end - 1],
        "fast": sum(fast for fast, _ in found),
        "faults": [fault for _, faults in found for fault in faults],
    }


def _chunk(seeds: range) -> tuple[int, list[str]]:
    """Return how many of the seeds took the fast loop, and the faults."""
    sys.path.insert(0, str(HELPERS))
    import backtrader as bt
    from at_random import set_up_of
    from same_bits import LOOKS, seen
    from written_out import first_difference

    from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro

    fast, faults = 0, []
    for seed in seeds:
        rng = Random(seed)
        set_up, look = set_up_of(rng, rng.choice((15, 40, 80))), LOOKS[seed % len(LOOKS)]
        stock, ours = bt.Cerebro(**set_up.options), FastCerebro(**set_up.options)
        try:
            diaries = []
            for cerebro in (stock, ours):
                set_up(cerebro)
                diaries.append(seen(cerebro, look, 1 + seed % 2))
        except Exception:
            faults.append(f"seed {seed}, {look} looks: {traceback.format_exc(limit=-3)}")
            continue
        fast += ours.loop_taken == "fast"
        if where := first_difference(*diaries):
            faults.append(f"seed {seed}, {look} looks: {where[:2000]}")
    return fast, faults


def main() -> None:
    """Compare the seeds that the arguments name; exit with 1 if one has a fault."""
    first, end = map(int, sys.argv[1:3])
    found = prove(end - first, first)
    print(json.dumps(found, indent=2))
    sys.exit(bool(found["faults"]))


if __name__ == "__main__":
    main()
