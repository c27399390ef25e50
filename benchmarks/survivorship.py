"""Measure what a panel of survivors does to the test of a factor, and write what the pages quote.

    python benchmarks/survivorship.py           prints the figures, and whether they are as written
    python benchmarks/survivorship.py --write   writes them anew

On each simulated market stocks that lose more than 45 % against the fund within a year are
delisted, by another 30 %. Value and momentum are tested on all stocks and on those that are still
listed at the end.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.factor_tests import survivors
from btplaybook.runners.runs.sector.survivorship import FACTORS, FILE, MARKET, known_bias
from btplaybook.strategies.sector_long_short import HORIZONS

SEEDS = 40
EXACT = 1e-9


def main() -> None:
    """Print the figures; exit 1 where a market does not give what is written."""
    seeds = range(SEEDS)
    found = measured(seeds)
    if "--write" in sys.argv:
        Path(FILE).write_text(written(found), encoding="utf-8")
    for result in proved(found):
        print(json.dumps(result))
    sys.exit(0 if all(result["met"] for result in proved(found)) else 1)


def measured(seeds: Any) -> list[dict[str, Any]]:
    """Return what each market gives: `seed`, `gone` and `bias` by factor and horizon."""
    return list(Parallel(n_jobs=2)(delayed(of_seed)(seed) for seed in seeds))


def of_seed(seed: int) -> dict[str, Any]:
    """Return the bias of each factor on one market, and the share of its stocks that were gone."""
    market = simulated_sector(seed, **MARKET)
    stocks = len(market.panel.bars)
    return {
        "seed": seed,
        "gone": 1.0 - len(survivors.survivors_of(market)) / stocks,
        "bias": {
            factor: {
                str(horizon): bias._asdict()
                for horizon, bias in survivors.bias_on(market, factor, HORIZONS).items()
            }
            for factor in FACTORS
        },
    }


def written(found: list[dict[str, Any]]) -> str:
    """Return the text of the file that the pages read."""
    return json.dumps({"market": MARKET, "seeds": found}, indent=1) + "\n"


def proved(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each factor's and horizon's mean bias and band, and whether it is as written."""
    kept = {one["seed"]: one for one in json.loads(Path(FILE).read_text(encoding="utf-8"))["seeds"]}
    results = []
    for factor in FACTORS:
        for horizon in HORIZONS:
            told = known_bias(factor, horizon)
            apart = max(
                abs(one["bias"][factor][str(horizon)][part] - own)
                for one in found
                for part, own in kept[one["seed"]]["bias"][factor][str(horizon)].items()
            )
            results.append(
                {
                    "bias": f"survivors, {factor}, {horizon} sessions",
                    "ic": [told.ic.mean, told.ic.low, told.ic.high],
                    "spread": [told.spread.mean, told.spread.low, told.spread.high],
                    "gone": float(np.mean([one["gone"] for one in found])),
                    "target": f"as written, to {EXACT:g}",
                    "measured": apart,
                    "met": apart <= EXACT,
                }
            )
    return results


if __name__ == "__main__":
    main()
