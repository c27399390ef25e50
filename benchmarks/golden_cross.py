"""A backtrader strategy as people have it: for proofs and timings of what is not our own."""

from __future__ import annotations

from typing import Any

import backtrader as bt


class GoldenCross(bt.Strategy):
    """Be long while a fast mean is above a slow one.

    Parameters
    ----------
    fast, slow : int
        Bars of the two means.
    """

    params: Any = (("fast", 50), ("slow", 200))

    def __init__(self) -> None:
        """Declare the crossings of the two means."""
        fast, slow = (bt.ind.SMA(period=period) for period in (self.p.fast, self.p.slow))
        self.cross = bt.ind.CrossOver(fast, slow)

    def next(self) -> None:
        """Buy or sell where they cross."""
        if self.cross > 0:
            self.order_target_percent(target=0.95)
        elif self.cross < 0:
            self.close()
