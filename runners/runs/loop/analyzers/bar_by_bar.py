"""Play a run to analyzers bar by bar, where an account is out of the ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..cursors import Cursor
from .run import Run
from .told_trade import ToldTrade


def play(analyzers: Sequence[Any], run: Run, broker: Any, cursor: Cursor) -> None:
    """Tell analyzers of every bar as backtrader does; where one raises, it raises at its bar.

    Parameters
    ----------
    analyzers : sequence of Analyzer
        Started, and told of no bar yet.
    run : Run
        As the name says.
    broker : BackBroker
        Whose value some of them read.
    cursor : Cursor
        The clock of the strategy, whose dates they read.
    """
    trades: dict[int, list[ToldTrade]] = {}
    for trade in run.trades:
        trades.setdefault(trade.bar, []).append(trade)
    before = broker.getvalue(), broker.fundvalue
    try:
        for bar, account in enumerate(run.worth.told()):
            cursor.index = bar
            cash, value, fund_value, _ = account
            broker._value, broker._fundval = value, fund_value
            for trade in trades.get(bar, ()):
                for analyzer in analyzers:
                    analyzer._notify_trade(trade)
            for analyzer in analyzers:
                analyzer._notify_cashvalue(cash, value)
                analyzer._notify_fund(*account)
            for analyzer in analyzers:
                analyzer._next()
    finally:
        broker._value, broker._fundval = before
