"""A strategy in one file, run by its path; two feeds or more, and cash.

btplaybook run examples/dual_momentum.py:DualMomentum --sample sp500 --sample nasdaq --every month
"""

from __future__ import annotations

from typing import Any

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.playbook_strategy import PlaybookStrategy, Weights


class DualMomentum(PlaybookStrategy):
    """Hold the feed that rose most, and nothing while none rose more than cash.

    Rule
    ----
    The momentum of a feed is C_t / C_{t-n} - 1. Hold 100 % of the feed with the highest, as long
    as that is above `hurdle`; else cash. Of equals the first feed counts.

    Timing
    ------
    Decided from closes up to bar t, filled at C_t by default. The source decides once a month: run
    it with ``--every month``.

    Sizing
    ------
    All of the account in one feed, or none of it.

    Parameters
    ----------
    lookback : int
        Bars n over which a rise is measured, >= 1 (252).
    hurdle : float
        What cash made over as many bars, as a fraction (0).

    Source
    ------
    Antonacci, "Dual Momentum Investing", McGraw-Hill, 2014.

    Deviations
    ----------
    Price momentum; the source ranks total returns. Its hurdle is what Treasury bills made, month
    by month; here it is one number. Out of the market it holds bonds, here cash.
    """

    params = (
        ("lookback", 252),
        ("hurdle", 0.0),
    )

    def __init__(self) -> None:
        if not isinstance(self.p.lookback, int) or self.p.lookback < 1:
            raise StrategyError(f"lookback must be a whole number >= 1, got {self.p.lookback!r}")

    def target_weights(self) -> Weights | None:
        """Return the strongest feed, or none; no change until one has bars enough."""
        momenta = {data: self._momentum(data) for data in self.datas if self._known(data)}
        if not momenta:
            return None
        strongest = max(momenta, key=momenta.__getitem__)
        return {strongest: 1.0} if momenta[strongest] > self.p.hurdle else {}

    def bars_needed(self) -> int:
        """Return the bars of the look-back and the one that it is compared with."""
        return int(self.p.lookback) + 1

    def _known(self, data: Any) -> bool:
        # Where a feed has fewer bars, close[-lookback] is no error: it is a bar of the future.
        return len(data) > self.p.lookback

    def _momentum(self, data: Any) -> float:
        return float(data.close[0] / data.close[-self.p.lookback] - 1.0)
