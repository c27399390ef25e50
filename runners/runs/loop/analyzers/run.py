"""What a run was, for who computes an analyzer's figures after it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .account import PLAIN, Worth
from .periods import Periods, periods_of


class Run:
    """The bars, the account and the trades of a strategy.

    Attributes
    ----------
    moments : ndarray of shape (n_bars,)
        backtrader's dates of the bars, ascending.
    worth : Worth
        The account at each bar.
    trades : list of (int, list)
        The trades that the strategy was told of, by the number of the bar.
    """

    def __init__(
        self, moments: np.ndarray, line: Any, worth: Worth, trades: list[tuple[int, list[Any]]]
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
        return self._shares if analyzer._fundmode else self._values

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
        lowest = 0.0 if positive else -math.inf
        return (
            type(at_start) in PLAIN
            and math.isfinite(at_start)
            and at_start != 0
            and at_start > lowest
            and (self._shares_are if analyzer._fundmode else self._values_are)[positive]
        )

    @cached_property
    def _values(self) -> np.ndarray:
        return np.array(self.worth.values, dtype=np.float64)

    @cached_property
    def _shares(self) -> np.ndarray:
        return np.array(self.worth.fund_values, dtype=np.float64)

    @cached_property
    def _values_are(self) -> tuple[bool, bool]:
        return _ordinary(self.worth.values, self._values)

    @cached_property
    def _shares_are(self) -> tuple[bool, bool]:
        return _ordinary(self.worth.fund_values, self._shares)

    @cached_property
    def all_trades(self) -> list[Any]:
        """The trades in the order in which the strategy was told of them."""
        return [trade for _, trades in self.trades for trade in trades]


def _ordinary(numbers: Sequence[Any], values: np.ndarray) -> tuple[bool, bool]:
    """Return whether numbers are floats, finite and not zero; and whether positive too."""
    usual = set(map(type, numbers)) <= {float} and bool((np.isfinite(values) & (values != 0)).all())
    return usual, usual and bool((values > 0).all())
