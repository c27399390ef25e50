"""Measure the pivot rule's kernels: all thresholds of a line, all biases, and a seeded best."""

from __future__ import annotations

from statistics import median
from time import process_time
from typing import Any

import numpy as np

from btplaybook.feeds.samples import sample
from btplaybook.search.kernels.pivot.best import best_of, drawn_lines
from btplaybook.search.kernels.pivot.line_sums import LineSums, layout_of
from btplaybook.search.kernels.pivot.scores import Forces
from btplaybook.search.kernels.pivot.sorted_scan import SortedScan
from btplaybook.search.kernels.pivot.space import published_space

TARGET_LANES = 2.0
TARGET_SCAN = 5.0
TARGET_BEST = 1.0
REPETITIONS = 5
LINES = 200
WARM_UP, N_DAYS = 250, 4972


def measure() -> list[dict[str, Any]]:
    """Time what a score line takes, from its forces to its sums.

    Returns
    -------
    list of dict
        `name`, `target`, `measured` and `met`. Processor time of one core; the whole space without
        bands is extrapolated from a part of its lines, ``make proof`` runs all of them.
    """
    close = sample("sp500").close[-(WARM_UP + N_DAYS + 1) :]
    first, end = close.size - 1 - N_DAYS, close.size - 1
    if first < 0:
        raise RuntimeError(f"the sample has {close.size} bars, the benchmark takes more")
    points = np.append(np.diff(close), 0.0)
    loses = -np.sign(points).astype(np.int8)
    space, forces = published_space(), Forces(close)
    lines = drawn_lines(space, LINES, 0)
    sums = LineSums(forces, layout_of(points, points, first, [end]), space)

    scan = SortedScan(points, loses, first, end)

    def lanes() -> None:
        for line in lines:
            sums(line)

    def biases() -> None:
        for line in lines:
            scan(forces.scores(line))

    def best() -> None:
        best_of(close, points, space, first=first, ends=[end])

    for_lanes, for_biases, for_best = (_seconds(work) for work in (lanes, biases, best))
    rules = space.levels.long_level.size
    speed = rules * N_DAYS * LINES / for_lanes / 1e9
    minutes = for_biases / LINES * len(space.lines) / 60.0
    return [
        {
            "name": f"pivot lanes, {rules} rules ({space.sets_per_line} sets) of a line x {N_DAYS} "
            "bars: gain, switches, losing days, 1e9 bar-evaluations/s a core",
            "target": TARGET_LANES,
            "measured": round(speed, 1),
            "met": speed >= TARGET_LANES,
        },
        {
            "name": f"pivot sorted scan, all biases of {len(space.lines)} lines x {N_DAYS} bars "
            f"(extrapolated from {LINES}), minutes of one core",
            "target": TARGET_SCAN,
            "measured": round(minutes, 1),
            "met": minutes <= TARGET_SCAN,
        },
        {
            "name": f"pivot best of 2000 random lines x {space.sets_per_line} sets x {N_DAYS} "
            "bars, forces of the market included, seconds of one core",
            "target": TARGET_BEST,
            "measured": round(for_best, 2),
            "met": for_best <= TARGET_BEST,
        },
    ]


def _seconds(work: Any) -> float:
    work()  # numba compiles
    times = []
    for _ in range(REPETITIONS):
        began = process_time()
        work()
        times.append(process_time() - began)
    return median(times)


if __name__ == "__main__":
    for result in measure():
        print(result)
