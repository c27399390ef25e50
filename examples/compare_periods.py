"""The Python interface in one table: the SMA switch at several periods, and at three fills.

python examples/compare_periods.py [SAMPLE or FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.samples import SAMPLES, sample
from btplaybook.runners.runs.run import run

PERIODS = (10, 50, 100, 200)
FILLS = ("close", "next_open", "next_close")


def main(name: str = "sp500") -> None:
    """Run every period at every fill, with 5 bp a trade, and print total returns."""
    bars = sample(name) if name in SAMPLES else read_bars(Path(name))
    print(f"{bars.name}, {bars.dates[0]} to {bars.dates[-1]}: total return, 5 bp a trade\n")
    print(f"{'period':>10}" + "".join(f"{fill:>12}" for fill in FILLS) + f"{'switches':>12}")
    for period in PERIODS:
        print(row(bars, period))
    print(f"\n{'held':>10}{run('sma-switch', bars, strips=False).benchmark['total_return']:>12.1%}")
    print(f"\nOf {len(PERIODS)} tries one is the best, by chance too.")


def row(bars: Bars, period: int) -> str:
    """Return a line of the table."""
    results = [
        run("sma-switch", bars, period=period, fill=fill, percent_fee=0.0005, strips=False)
        for fill in FILLS
    ]
    totals = "".join(f"{result.metrics['total_return']:>12.1%}" for result in results)
    return f"{period:>10}{totals}{results[0].metrics['switches']:>12}"


if __name__ == "__main__":
    main(*sys.argv[1:2])
