"""Data of one's own: a strategy that reads a series beside its bars, and the audit of it.

python examples/calm_markets.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from btplaybook import Bars, audit, run, sample
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

WINDOW = 21


class CalmMarkets(PlaybookStrategy):
    """Hold the first feed while volatility, handed over as an input, is below a limit.

    Rule
    ----
    Hold 100 % after a day on which the newest known volatility is below `limit`, else nothing.

    Timing
    ------
    Decided from what was known at bar t's close, filled there by default.

    Sizing
    ------
    All of the account, or none of it.

    Parameters
    ----------
    limit : float
        Volatility a year, a decimal fraction, > 0 (0.2).

    Source
    ------
    Moreira and Muir, "Volatility-Managed Portfolios", Journal of Finance 72 (2017), scale by the
    inverse of variance; this is its simplest relative.

    Deviations
    ----------
    All or nothing in the place of a scale.
    """

    params = (("limit", 0.2),)
    reads = ("volatility",)

    def target_weights(self) -> float | None:
        """Return 1 in calm markets, 0 in others; no change before the series begins."""
        known = self.p.inputs["volatility"].on(self.datetime.date(0))
        return None if known is None else float(known < self.p.limit)


def volatility(bars: Bars) -> pd.Series:
    """Return the standard deviation of the last `WINDOW` returns, a year, by day."""
    closes = pd.Series(bars.close, pd.DatetimeIndex(bars.dates))
    spread = closes.pct_change().rolling(WINDOW).std(ddof=1) * np.sqrt(bars.periods_per_year)
    return spread.dropna()


def main() -> None:
    """Run the strategy and audit it, the series included."""
    bars = sample("sp500")
    inputs = {"volatility": volatility(bars)}
    result = run(CalmMarkets, bars, inputs=inputs, strips=False)
    for name in ("total_return", "volatility", "max_drawdown"):
        print(f"{name:>12} {result.metrics[name]:8.3f} {result.benchmark[name]:8.3f}")
    print(audit(CalmMarkets, bars, inputs=inputs, cuts=2).words())


if __name__ == "__main__":
    main()
