"""What analyzers read of a trade that a strategy is told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import backtrader as bt
import numpy as np

_CLOSED: int = bt.Trade.Closed


class ToldTrade(NamedTuple):
    """A trade as it stood at a bar; less than backtrader's copy of it, which keeps more alive."""

    bar: int
    """Number of the strategy's bar."""
    justopened: bool
    status: int
    pnl: Any
    """Profit before commission, in account currency."""
    pnlcomm: Any
    """Profit after commission."""
    barlen: int
    """Bars from entry to exit."""
    long: bool

    @property
    def Closed(self) -> int:  # noqa: N802 - backtrader's name
        """The `status` of a trade that ended."""
        return _CLOSED


def told(trade: Any, bar: int) -> ToldTrade:
    """Return what analyzers read of a trade at a bar."""
    return ToldTrade(
        bar, trade.justopened, trade.status, trade.pnl, trade.pnlcomm, trade.barlen, trade.long
    )


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


def closed_of(trades: Sequence[ToldTrade]) -> ClosedTrades:
    """Return those of some trades that ended, and were not opened by the same fill."""
    rows = [trade[3:] for trade in trades if trade[2] == _CLOSED and not trade[1]]
    return (
        ClosedTrades(*map(list, zip(*rows, strict=True))) if rows else ClosedTrades([], [], [], [])
    )
