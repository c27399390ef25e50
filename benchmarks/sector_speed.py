"""Measure six years of the sector book on one core: 47 stocks, optimised every month.

The data are real Health Care stocks and their fund XLV if ``BTPLAYBOOK_DATA`` names real prices,
else a simulated market cut to the same number of stocks. A process must be bound to its core before
NumPy starts its threads, so this file is also the program that runs there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

TARGET = 15.0
REPETITIONS = 3
N_STOCKS = 47
FIRST, LAST = "2012-01-03", "2017-12-29"
HISTORY = "2009-01-02"


def measure() -> list[dict[str, Any]]:
    """Time the run alone, and with the strips of its tearsheet.

    Returns
    -------
    list of dict
        `name`, `target` (most seconds), `measured` (the median) and `met`.

    Raises
    ------
    RuntimeError
        The run failed.
    """
    ran = subprocess.run([sys.executable, __file__], capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    found = json.loads(ran.stdout)
    where = f"{found['market']}, {found['decisions']} decisions and trims, {found['cores']} core(s)"
    return [
        {
            "name": f"sector long/short, seconds{what}: {where}",
            "target": target,
            "measured": round(found[which], 2),
            "met": found[which] <= TARGET if target else None,
        }
        for what, which, target in (
            ("", "run", TARGET),
            (" with strips", "with_strips", None),
        )
    ]


def main() -> None:
    """Bind this process to one core, run, and print the times as JSON."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()

    from statistics import median

    from btplaybook.runners.runs.run import run

    folder = os.environ.get("BTPLAYBOOK_DATA")
    market, bars, inputs, window = _real(Path(folder)) if folder else _simulated()
    found: dict[str, Any] = {"market": market, "cores": cores}
    for name, strips in (("run", False), ("with_strips", True)):
        taken = []
        for _ in range(REPETITIONS):
            began = perf_counter()
            result = run(
                "sector-long-short",
                bars,
                inputs=inputs,
                strips=strips,
                whole_shares=True,
                cash=10e6,
                **window,
            )
            taken.append(perf_counter() - began)
        found[name] = median(taken)
    found["decisions"] = int(result.decisions["date"].nunique())
    print(json.dumps(found))


def _real(folder: Path) -> tuple[str, Any, Any, dict[str, str]]:
    from btplaybook.feeds.readers import read_bars
    from btplaybook.runners.plans.input_files import read_inputs

    sector = folder / "sector"
    files = {
        "panel": "health_care.parquet",
        "membership": "sp500_membership.csv",
        "securities": "securities.csv",
        "fundamentals": "fundamentals_annual.csv",
    }
    stocks, inputs = read_inputs({name: [str(sector / file)] for name, file in files.items()})
    fund = read_bars(folder / "etf" / "XLV.csv", start=HISTORY)
    window = {"start": FIRST, "end": LAST}
    return f"XLV, {len(stocks)} stocks, {FIRST} to {LAST}", [fund, *stocks], inputs, window


def _simulated() -> tuple[str, Any, Any, dict[str, str]]:
    from btplaybook.feeds.simulated.sector import simulated_sector
    from btplaybook.runners.plans.input_files import of_market

    market = simulated_sector(0, n_stocks=N_STOCKS, years=8)
    bars, inputs = of_market(market)
    start = market.etf.dates[2 * 252]
    return f"simulated, {N_STOCKS} stocks, six years", bars, inputs, {"start": str(start)}


if __name__ == "__main__":
    main()
