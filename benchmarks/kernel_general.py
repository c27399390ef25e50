"""Measure how many bars per second the general kernel computes with all costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from instruction_set import instruction_set

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.search.kernels.general import GeneralEvaluator, account_rows
from btplaybook.search.ledger import Terms, account, orders_due
from btplaybook.search.market import Market
from btplaybook.strategies.rules.sma_switch import sma_side
from btplaybook.strategies.sma_switch import SmaSwitch

TARGET_BARS = {"AVX-512": 0.3}
"""By the vectors in use; with others `TARGET_BARS_OTHERWISE`."""
TARGET_BARS_OTHERWISE = 0.25
TARGET_THREADS = 1.8
REPETITIONS = 5
N_BARS = 5220
N_SETS = 1000
PERIOD = 8
DEAR = Terms(
    costs=Costs(per_share=0.005, min_fee=1.0, percent_fee=0.0002, slippage_bps=3.0),
    financing=Financing(cash=0.03, rebate=0.01, debit=0.08, borrow=0.02),
)


class Periods:
    """A space of moving averages that repeats the same periods."""

    def set_at(self, index: int) -> dict[str, Any]:
        """Return the set of a number."""
        return {"period": 2 + index % 250}


def measure() -> list[dict[str, Any]]:
    """Time the kernel alone, the ledger for comparison, and the evaluator on two threads.

    Returns
    -------
    list of dict
        `name`, `target`, `measured` and `met`. Bars per second count all sets together, from given
        positions to statistics. Results without a target are for comparison.
    """
    bars = sample("sp500")
    bars = bars.between(bars.dates[-N_BARS].item()) if len(bars) > N_BARS else bars
    market = Market.of([bars], bars.dates[0].item())
    sides = sma_side(bars.close, PERIOD, True)
    positions = np.array([np.roll(sides, k) for k in range(N_SETS)])
    kernel, walk = [], []
    for repetition in range(REPETITIONS + 1):
        began = perf_counter()
        account_rows(market, positions, DEAR, "on_change", periods_per_year=252)
        ended = perf_counter()
        targets = positions[repetition][:, None].copy()
        account(market, targets, orders_due(targets, "on_change"), DEAR)
        if repetition:  # numba compiles in the first repetition
            kernel.append(ended - began)
            walk.append(perf_counter() - ended)
    target = TARGET_BARS.get(instruction_set(), TARGET_BARS_OTHERWISE)
    speed = positions.size / median(kernel) / 1e9
    ratio = _threads(bars)
    where = f"{len(bars)} bars, all costs on"
    return [
        {
            "name": f"general kernel, {N_SETS} sets x {where}, 1e9 bars/s a core",
            "target": target,
            "measured": round(speed, 3),
            "met": speed >= target,
        },
        {
            "name": f"search.ledger.account, no statistics, one set x {where}, 1e9 bars/s a core",
            "target": None,
            "measured": round(len(bars) / median(walk) / 1e9, 3),
            "met": None,
        },
        {
            "name": f"general evaluator of SMA 2..251, {where}: two threads against one",
            "target": TARGET_THREADS,
            "measured": round(ratio, 2),
            "met": ratio >= TARGET_THREADS,
        },
    ]


def _threads(bars: Bars) -> float:
    evaluator = GeneralEvaluator(
        strategy=SmaSwitch,
        defaults=dict(SmaSwitch.params._getpairs()),
        space=Periods(),
        bars=bars,
        opens_on=bars.dates[0].item(),
        terms=DEAR,
    )
    # Every tenth set, so that chunks have equal work: long averages take longer.
    chunks = [np.arange(N_SETS)[first::10] for first in range(10)]
    evaluator(chunks[0])  # numba compiles
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(REPETITIONS):
        for workers, seconds in times.items():
            began = perf_counter()
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(evaluator, chunks))
            seconds.append(perf_counter() - began)
    return median(times[1]) / median(times[2])


if __name__ == "__main__":
    for result in measure():
        print(result)
