"""Play a run to analyzers bar by bar, where an account is out of the ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..cursors import Cursor
from .run import Run
from .told_trade import ToldTrade
from .worth import places_in


def play(analyzers: Sequence[Any], run: Run, strategy: Any, own: Cursor) -> None:
    """Tell analyzers of every bar as backtrader does; where one raises, it raises at its bar.

    Parameters
    ----------
    analyzers : sequence of Analyzer
        Started, and told of no bar yet.
    run : Run
        As the name says.
    strategy : Strategy
        Whose dates, feeds and broker they read.
    own : Cursor
        Its clock.
    """
    trades: dict[int, list[ToldTrade]] = {}
    for trade in run.trades:
        trades.setdefault(trade.bar, []).append(trade)
    broker = strategy.broker
    before = broker.getvalue(), broker.fundvalue
    clocks = [(own, list(range(len(run.moments))))]
    clocks += [
        (feed.lines.datetime._cursor, places_in(feed, run.moments).tolist())
        for feed in strategy.datas
    ]
    newest = [(clock, clock.index) for clock, _ in clocks]
    try:
        for bar, account in enumerate(run.worth.told()):
            for clock, places in clocks:
                clock.index = places[bar]
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
        for clock, place in newest:
            clock.index = place
