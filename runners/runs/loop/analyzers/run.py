"""What a run was, for who computes an analyzer's figures after it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import backtrader as bt
import numpy as np

from .account import PLAIN
from .periods import Periods, periods_of
from .worth import Worth


class ClosedTrades(NamedTuple):
    """Trades that ended, column by column."""

    gross: list[Any]
    """Profit before commission, in account currency."""
    net: list[Any]
    """Profit after commission."""
    bars: list[Any]
    """Bars from entry to exit."""
    long: list[Any]
    """Whether shares were held, and not owed."""

    def are_ordinary(self) -> bool:
        """Return whether all profits are finite floats of Python's own."""
        types = [set(map(type, column)) for column in self]
        return (
            types[0] | types[1] <= {float}
            and types[2] <= {int}
            and types[3] <= {bool}
            and bool(np.isfinite([*self.gross, *self.net]).all())
        )


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
        trades = [
            trade
            for trade in self.all_trades
            if not trade.justopened and trade.status == bt.Trade.Closed
        ]
        columns = zip(
            *((each.pnl, each.pnlcomm, each.barlen, each.long) for each in trades), strict=True
        )
        return ClosedTrades(*map(list, columns)) if trades else ClosedTrades([], [], [], [])

    @cached_property
    def all_trades(self) -> list[Any]:
        """The trades in the order in which the strategy was told of them."""
        return [trade for _, trades in self.trades for trade in trades]


def _is_usual(values: np.ndarray, positive: bool) -> bool:
    above = values > 0 if positive else values != 0
    return bool((above & np.isfinite(values)).all())
