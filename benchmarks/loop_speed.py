"""Compare the bar-by-bar loop with backtrader's own and with other engines, in CPU time."""

from __future__ import annotations

import gc
import itertools
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import process_time
from typing import Any

import backtrader as bt
import loop_rivals
import pandas as pd
from loop_markets import CASH, equal_weights, many, one, switch, watch

from btplaybook.feeds.bars import Bars
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.runners.runs.settings import Settings
from btplaybook.strategies.sma_switch import SmaSwitch

REPETITIONS = 5
ANALYZERS = (
    bt.analyzers.TimeReturn, bt.analyzers.SharpeRatio, bt.analyzers.DrawDown,
    bt.analyzers.Returns, bt.analyzers.TradeAnalyzer,
)  # fmt: skip
SIZES = (1_000, 10_000, 100_000)
"""Bars of the runs whose cost a bar is compared."""

FLAT = 1.25
"""Largest ratio of costs a bar, of the runs of `SIZES`."""

Task = Callable[[], Any]


def measure() -> list[dict[str, Any]]:
    """Measure every target of the loop.

    Returns
    -------
    list of dict
        `name`, `target`, `measured` and `met`; without a target where the figure is only told.
    """
    return [*_one(), *_several(), *_without_orders(), _five_hundred()]


def seconds(tasks: dict[str, Task], repetitions: int = REPETITIONS) -> dict[str, float]:
    """Return the median CPU seconds of each task, all run in turn after one warm-up each."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(repetitions):
        for name, task in tasks.items():
            gc.collect()
            began = process_time()
            task()
            taken[name].append(process_time() - began)
    return {name: median(each) for name, each in taken.items()}


def run(kind: type[bt.Cerebro], tables: Sequence[pd.DataFrame], strategy: Any, analyzers: Any = ()):
    """Run a backtrader strategy on backtrader's own broker, with fills at the close."""
    cerebro = kind(stdstats=False)
    cerebro.broker.setcash(CASH)
    cerebro.broker.set_coc(True)
    for number, table in enumerate(tables):
        cerebro.adddata(bt.feeds.PandasData(dataname=table), name=str(number))
    cerebro.addstrategy(strategy)
    for analyzer in analyzers:
        cerebro.addanalyzer(analyzer)
    cerebro.run()
    if kind is FastCerebro and cerebro.loop_taken != "fast":
        raise RuntimeError(f"the fast loop was not taken: {cerebro.why_stock}")


def _one() -> list[dict[str, Any]]:
    tables = [one()]
    strategy = switch(bt)
    bars = Bars.from_frame(tables[0].assign(dividend=0.0), "index", calendar="24/7")
    opens = bars.dates[0].item()
    tasks: dict[str, Task] = {
        "stock": lambda: run(bt.Cerebro, tables, strategy),
        "ours": lambda: run(FastCerebro, tables, strategy),
        "stock, five analyzers": lambda: run(bt.Cerebro, tables, strategy, ANALYZERS),
        "ours, five analyzers": lambda: run(FastCerebro, tables, strategy, ANALYZERS),
        "playbook": lambda: run_cerebro(SmaSwitch, [bars], {"period": 8}, Settings(), opens),
    }
    took = seconds(tasks)  # before the other engines' libraries fill the process
    others = {
        name: lambda rival=rival: rival(tables, "switch") for name, rival in loop_rivals.ONE.items()
    }
    what = "1 x 5,220 bars, a moving average of 8 closes"
    return [
        _ratio(f"{what}: times backtrader", took["stock"] / took["ours"], 6.0),
        _ratio(
            f"{what}, five analyzers: times backtrader",
            took["stock, five analyzers"] / took["ours, five analyzers"],
            9.0,
        ),
        {"name": f"{what}: CPU ms", "measured": _ms(took | seconds(others))},
    ]


def _several() -> list[dict[str, Any]]:
    tables, strategy = many(31), equal_weights(bt)
    tasks: dict[str, Task] = {
        "stock": lambda: run(bt.Cerebro, tables, strategy),
        "ours": lambda: run(FastCerebro, tables, strategy),
    }
    for name, rival in loop_rivals.MANY.items():
        tasks[name] = lambda rival=rival: rival(tables, "equal weights")
    took = seconds(tasks)
    what = "31 x 2,520 bars, equal weights monthly"
    return [
        _ratio(f"{what}: times backtrader", took["stock"] / took["ours"], 20.0),
        _ratio(f"{what}: times bt", took["bt"] / took["ours"], 1.5),
        {"name": f"{what}: CPU ms", "measured": _ms(took)},
    ]


def _without_orders() -> list[dict[str, Any]]:
    """Return the cost a bar of a run that sends no order, and whether more bars change it."""
    strategy = watch(bt)
    tables = {bars: [one(bars)] for bars in SIZES}
    took = seconds(
        {str(bars): lambda bars=bars: run(FastCerebro, tables[bars], strategy) for bars in SIZES}
    )
    further = {
        (few, many): 1e6 * (took[str(many)] - took[str(few)]) / (many - few)
        for few, many in itertools.pairwise(SIZES)
    }
    first, second = further.values()
    return [
        {
            "name": "without orders: microseconds of a further bar, up to 100,000 bars",
            "target": 2.0,
            "measured": round(second, 2),
            "met": second < 2.0,
        },
        {
            "name": "without orders: cost of a further bar, beyond 10,000 bars against up to them",
            "target": FLAT,
            "measured": round(second / first, 2),
            "met": second / first < FLAT,
        },
        {"name": "without orders: CPU ms by bars", "measured": _ms(took)},
    ]


def _five_hundred() -> dict[str, Any]:
    """Return time and memory of 500 instruments, in a process of their own."""
    answer = subprocess.run(
        [sys.executable, __file__], check=True, capture_output=True, text=True
    ).stdout
    return {"name": "500 x 2,520 bars, equal weights monthly", "measured": json.loads(answer)}


def _ratio(name: str, measured: float, target: float) -> dict[str, Any]:
    return {
        "name": name,
        "target": target,
        "measured": round(measured, 2),
        "met": measured >= target,
    }


def _ms(took: dict[str, float]) -> dict[str, float]:
    return {name: round(1e3 * each, 1) for name, each in took.items()}


if __name__ == "__main__":
    market = many(500)
    began = process_time()
    run(FastCerebro, market, equal_weights(bt))
    seconds_taken = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(json.dumps({"cpu_seconds": round(seconds_taken, 2), "peak_mb": round(peak)}))
