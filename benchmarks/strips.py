"""Compare the time of a tearsheet's strips with that of their run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Any

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.runs import strips
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.replay import replay_of
from btplaybook.runners.runs.settings import Settings
from btplaybook.strategies.playbook_strategy import PlaybookStrategy, Weights
from btplaybook.strategies.sma_switch import SmaSwitch

TARGET = 1.0
REPETITIONS = 5
N_INSTRUMENTS = 31


class Rotation(PlaybookStrategy):
    """Hold all instruments but one with equal weights; the left-out one changes every month."""

    def target_weights(self) -> Weights:
        """Return equal weights for all but one."""
        out = len(self) % len(self.datas)
        return {data: 1.0 / len(self.datas) for k, data in enumerate(self.datas) if k != out}


def measure() -> list[dict[str, Any]]:
    """Time each strip against its run, on one instrument and on thirty-one.

    Returns
    -------
    list of dict
        `name`, `target` (largest time of a strip, in units of the run's time), `measured` (the same
        ratio of medians) and `met`. The replay of the run, which the three strips share, is
        included in each.
    """
    sp500 = sample("sp500")
    many = [replace(simulated_bars(seed), name=f"I{seed}") for seed in range(N_INSTRUMENTS)]
    return [
        *_against_the_run("SMA switch, 1", SmaSwitch, {"period": 8}, [sp500], Settings()),
        *_against_the_run(
            f"monthly rotation, {N_INSTRUMENTS}", Rotation, {}, many, Settings(every="month")
        ),
    ]


def _against_the_run(
    name: str,
    kind: type[PlaybookStrategy],
    params: dict[str, Any],
    tables: Sequence[Bars],
    settings: Settings,
) -> list[dict[str, Any]]:
    opens = tables[0].dates[0].item()
    tasks: dict[str, Callable[[Any], Any]] = {
        "fill strip": strips.fill_strip,
        "cost strip": lambda replay: strips.cost_strip(replay, 0.0),
        "capital ladder": strips.capital_ladder,
    }
    times: dict[str, list[float]] = {task: [] for task in ("run", *tasks)}
    for repetition in range(REPETITIONS + 1):
        began = perf_counter()
        ran, broker = run_cerebro(kind, tables, params, settings, opens)
        ended = perf_counter()
        replay = replay_of(ran, broker.ledger, tables, settings, opens)
        shared = perf_counter() - ended
        took = {"run": ended - began}
        for task, strip in tasks.items():
            started = perf_counter()
            strip(replay)
            took[task] = shared + perf_counter() - started
        if repetition:  # numba compiles in the first repetition
            for task, seconds in took.items():
                times[task].append(seconds)
    whole = median(times["run"])
    results = []
    for task in tasks:
        ratio = median(times[task]) / whole
        results.append(
            {
                "name": f"{task} against its run, {name} x {len(tables[0])} bars",
                "target": TARGET,
                "measured": round(ratio, 3),
                "met": ratio <= TARGET,
            }
        )
    return results
