"""Measure how often a placebo errs, and how often it sees an edge of a known size.

Markets without any pattern, in which the p-value of the best of 29 moving averages must be uniform;
and markets in which one of these averages has a true edge of a known Sharpe ratio.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from btplaybook.feeds.bars import Bars
from btplaybook.runners.runs import registry
from btplaybook.search.driver import search
from btplaybook.search.engines.here import Here
from btplaybook.search.evaluator import Evaluator
from btplaybook.search.kernels.chosen import kernel_for
from btplaybook.search.ledger import Terms
from btplaybook.search.space import Space
from btplaybook.search.worth.placebo import PlaceboEvaluator, placebo
from btplaybook.search.worth.placebo_bars import KINDS
from btplaybook.strategies.rules.sma_switch import sma_side
from btplaybook.strategies.sma_switch import SmaSwitch

SPACE = Space({"period": range(2, 31)})
PLANTED = 8
"""The period whose rule has the edge."""

DAYS, WARM_UP = 1_260, 40
DAILY = 0.01
"""Standard deviation of a day."""


def market(seed: int, sharpe: float = 0.0) -> Bars:
    """Return five years of closes; each day has the edge times the side of the planted rule."""
    steps = np.random.default_rng(seed).normal(0.0, DAILY, DAYS + WARM_UP)
    edge = sharpe * DAILY / math.sqrt(252.0)
    closes = np.empty(DAYS + WARM_UP + 1)
    closes[0] = 100.0
    for t, step in enumerate(steps):
        side = 0.0
        if edge and t >= PLANTED - 1:
            side = sma_side(closes[t - PLANTED + 1 : t + 1], PLANTED, False)[-1]
        closes[t + 1] = closes[t] * math.exp(step + edge * side)
    dates = np.arange("2001-01-01", closes.size, dtype="datetime64[D]")
    unknown, none = np.full(closes.size, np.nan), np.zeros(closes.size)
    return Bars("MADE", dates, closes, closes, closes, closes, unknown, none, calendar="24/7")


def p_values(bars: Bars, runs: int) -> list[float]:
    """Return the placebo p of both kinds for the best average by Sharpe ratio."""
    opens = bars.dates[WARM_UP].item()
    common: dict[str, Any] = {
        "strategy": SmaSwitch, "defaults": registry.parameters(SmaSwitch), "space": SPACE,
        "opens_on": opens, "terms": Terms(), "rebalance": "daily", "every": "day",
        "risk_free_rate": 0.0,
    }  # fmt: skip
    on = partial(_kernel_on, common)
    best = float(search(SPACE, on([bars]), "sharpe", engine=Here()).top["sharpe"].iloc[0])
    found = []
    for kind in KINDS:
        evaluator = PlaceboEvaluator(
            kind=kind, on=on, tables=(bars,), opens_on=opens, space=SPACE, objective="sharpe"
        )
        found.append(placebo(evaluator, best, runs=runs, engine=Here()).p)
    return found


def _kernel_on(common: dict[str, Any], tables: Sequence[Bars]) -> Evaluator:
    return kernel_for(**common, bars=tables[0])


def main() -> None:
    """Print a table as JSON."""
    from scipy.stats import kstest

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nulls", type=int, default=400)
    parser.add_argument("--planted", type=int, default=100)
    parser.add_argument("--runs", type=int, default=99)
    given = parser.parse_args()
    generator = np.random.default_rng(0)
    table: dict[str, Any] = {"runs": given.runs, "nulls": given.nulls, "planted": given.planted}
    nulls = np.array([p_values(market(seed), given.runs) for seed in range(given.nulls)])
    for kind, column in zip(KINDS, nulls.T, strict=True):
        # A p of 1/100, 2/100, ... is spread over its step, so that its law is continuous.
        spread = column - generator.uniform(0.0, 1.0 / (1 + given.runs), column.size)
        table[kind] = {
            "ks_p": float(kstest(spread, "uniform").pvalue),
            "rejected_at_5_percent": float(np.mean(column <= 0.05)),
        }
    for sharpe in (0.5, 1.0, 2.0):
        seen = np.array(
            [p_values(market(10_000 + s, sharpe), given.runs) for s in range(given.planted)]
        )
        for kind, column in zip(KINDS, seen.T, strict=True):
            table[kind][f"power_at_sharpe_{sharpe}"] = float(np.mean(column <= 0.05))
    print(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
