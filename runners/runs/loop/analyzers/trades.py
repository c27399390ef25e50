"""Figures of backtrader's analyzers of trades, from the trades that a strategy was told of."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .run import Run

WON_OR_LOST = ("won", "lost")
LONG_OR_SHORT = ("long", "short")


def system_quality_number(analyzer: Any, run: Run) -> None:
    """Compute what `SQN` keeps: the profits of closed trades."""
    analyzer.pnl += [trade.pnlcomm for trade in run.trades if trade.status == trade.Closed]
    analyzer.count = len(analyzer.pnl)


def trade_analyzer(analyzer: Any, run: Run) -> None:
    """Compute `TradeAnalyzer`, with its keys in backtrader's order."""
    found = analyzer.rets
    opened = sum(trade.justopened for trade in run.trades)
    count = len(run.closed.net)
    if opened or count:
        found.total.total += opened
        found.total.open = opened - count
    if not count:
        return
    found.total.closed = count
    gross, net, bars, long = map(np.array, run.closed)
    won = net >= 0.0
    outcomes = dict(zip(WON_OR_LOST, (won, ~won), strict=True))
    sides = dict(zip(LONG_OR_SHORT, (long, ~long), strict=True))
    for name, which in outcomes.items():
        found.streak[name].current, found.streak[name].longest = _streaks(which)
    for name, profits in (("gross", gross), ("net", net)):
        _sum(found.pnl[name], profits, count)
    for name, which in outcomes.items():
        found[name].total = int(which.sum())
        _profits(found[name].pnl, name, net[which])
    for side, which in sides.items():
        found[side].total = int(which.sum())
        _sum(found[side].pnl, net[which], found[side].total)
        for name, outcome in outcomes.items():
            found[side][name] = int((which & outcome).sum())
            _profits(found[side].pnl[name], name, net[which & outcome])
    _lengths(found.len, bars)
    found.len.min = _shortest_since_none(bars)
    for name, which in outcomes.items():
        _lengths(found.len[name], bars[which])
        if bars[which].any():
            found.len[name].min = _shortest(bars[which])
    for side, which in sides.items():
        _lengths(found.len[side], bars[which])
        found.len[side].min = _shortest(bars[which])
        for name, outcome in outcomes.items():
            _lengths(found.len[side][name], bars[which & outcome])
            found.len[side][name].min = _shortest(bars[which & outcome])


def _sum(into: Any, profits: np.ndarray, count: int) -> None:
    """Add up in the order of the trades; their average is over a count of at least one."""
    into.total = float(np.add.accumulate(np.append(0.0, profits))[-1])
    into.average = into.total / (count or 1.0)


def _profits(into: Any, name: str, profits: np.ndarray) -> None:
    _sum(into, profits, len(profits))
    if name == "won":
        into.max = max(0.0, float(profits.max(initial=0.0)))
    else:
        into.max = min(0.0, float(profits.min(initial=0.0)))


def _lengths(into: Any, bars: np.ndarray) -> None:
    into.total = int(bars.sum())
    into.average = into.total / (len(bars) or 1.0)
    into.max = int(bars.max(initial=0))


def _shortest(bars: np.ndarray) -> int:
    """Return the fewest bars; trades within one bar do not count."""
    return int(bars.min(initial=sys.maxsize, where=bars != 0))


def _shortest_since_none(bars: np.ndarray) -> int:
    """Return the fewest bars as backtrader does, which starts anew after a trade within one bar."""
    within_one = np.flatnonzero(bars == 0)
    since = bars[within_one[-1] + 1 :] if len(within_one) else bars
    return int(since.min()) if len(since) else 0


def _streaks(which: np.ndarray) -> tuple[int, int]:
    """Return the length of the last unbroken row of trades, and of the longest."""
    breaks = np.flatnonzero(np.concatenate(([True], ~which)))
    rows = np.diff(breaks, append=len(which) + 1) - 1
    return int(rows[-1]), int(rows.max())
