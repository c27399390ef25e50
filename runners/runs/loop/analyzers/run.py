"""What a run was, for who computes an analyzer's figures after it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from .account import PLAIN
from .periods import Periods, periods_of
from .told_trade import ClosedTrades, ToldTrade, closed_of
from .worth import Worth


class Run:
    """The bars, the account and the trades of a strategy.

    Attributes
    ----------
    moments : ndarray of shape (n_bars,)
        backtrader's dates of the bars, ascending.
    worth : Worth
        The account at each bar.
    trades : list of ToldTrade
        In the order in which the strategy was told of them.
    """

    def __init__(
        self, moments: np.ndarray, line: Any, worth: Worth, trades: list[ToldTrade]
    ) -> None:
        self.moments, self.worth, self.trades = moments, worth, trades
        self._line = line
        self._periods: dict[tuple[Any, Any], Periods] = {}

    def periods(self, analyzer: Any) -> Periods:
        """Return the periods that a time frame analyzer tells apart."""
        frame = analyzer.timeframe, analyzer.compression
        if frame not in self._periods:
            self._periods[frame] = periods_of(analyzer, self.moments, self._line)
        return self._periods[frame]

    def series(self, analyzer: Any) -> np.ndarray:
        """Return what an analyzer is told at each bar: the account's value, or a share's."""
        return self.worth.fund_values if analyzer._fundmode else self.worth.values

    def is_ordinary(self, analyzer: Any, at_start: Any, positive: bool = False) -> bool:
        """Return whether no value is zero or infinite, and each is a number of Python's own.

        Parameters
        ----------
        analyzer : Analyzer
            As the name says.
        at_start : number
            What it holds as the value before the first bar.
        positive : bool
            Whether values below zero are out of the ordinary too.
        """
        return (
            self.worth.are_floats
            and type(at_start) in PLAIN
            and _is_usual(np.array([at_start], dtype=np.float64), positive)
            and _is_usual(self.series(analyzer), positive)
        )

    @cached_property
    def closed(self) -> ClosedTrades:
        """The trades that ended, in the order in which the strategy was told of them."""
        return closed_of(self.trades)


def _is_usual(values: np.ndarray, positive: bool) -> bool:
    above = values > 0 if positive else values != 0
    return bool((above & np.isfinite(values)).all())
