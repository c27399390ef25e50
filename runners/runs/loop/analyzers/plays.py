"""Which of backtrader's analyzers can be computed after a run, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import getmembers, isfunction
from typing import Any, NamedTuple

import backtrader as bt

from . import drawdowns, leverage, returns, trades
from .run import Run

kinds = bt.analyzers


class Play(NamedTuple):
    """How an analyzer's figures come of a run."""

    play: Callable[[Any, Run], None]
    """Leaves the analyzer as backtrader's loop leaves it after the last bar."""
    fits: Callable[[Any, Run], bool] = lambda analyzer, run: True
    """Whether the run is ordinary enough for it, and nothing raises."""
    reads_broker: bool = False
    """Whether backtrader's code asks the broker for its value, beside what it is told."""


def _nothing(analyzer: Any, run: Run) -> None:
    """Do nothing: the analyzer acts at the end alone, with its children's figures."""


PLAYS: dict[type, Play] = {
    kinds.TimeReturn: Play(
        returns.time_return, lambda each, run: run.is_ordinary(each, each._lastvalue)
    ),
    kinds.Returns: Play(returns.returns),
    kinds.VWR: Play(returns.variability_weighted_return, lambda each, run: run.worth.are_floats),
    kinds.LogReturnsRolling: Play(
        returns.log_returns_rolling,
        lambda each, run: run.is_ordinary(each, each._lastvalue, positive=True),
    ),
    kinds.SharpeRatio: Play(_nothing),
    kinds.SharpeRatio_A: Play(_nothing),
    kinds.PeriodStats: Play(_nothing),
    kinds.AnnualReturn: Play(_nothing),
    kinds.DrawDown: Play(drawdowns.drawdown, lambda each, run: run.is_ordinary(each, 1.0)),
    kinds.TimeDrawDown: Play(
        drawdowns.time_drawdown,
        lambda each, run: run.is_ordinary(each, 1.0),
        reads_broker=True,
    ),
    kinds.Calmar: Play(
        drawdowns.calmar,
        lambda each, run: run.is_ordinary(each, each._values[-1], positive=True),
        reads_broker=True,
    ),
    kinds.TradeAnalyzer: Play(trades.trade_analyzer, lambda each, run: run.closed.are_ordinary()),
    kinds.GrossLeverage: Play(
        leverage.gross_leverage, lambda each, run: run.is_ordinary(each, 1.0)
    ),
    kinds.SQN: Play(trades.system_quality_number),
}
OF_TRADES = (kinds.TradeAnalyzer, kinds.SQN)
"""Analyzers that are told of trades."""
METHODS = frozenset(name for name, _ in getmembers(bt.TimeFrameAnalyzerBase, isfunction))
"""What is not an analyzer of backtrader's any more when it is set on one."""
WITH_THEIR_CHILD = frozenset({kinds.Calmar})
"""Analyzers that take their child through the run themselves."""


def acting_parts(analyzers: Iterable[Any]) -> list[Any]:
    """Return analyzers with those in the place of `PyFolio` that do its work at a bar."""
    return [
        part
        for analyzer in analyzers
        for part in (
            analyzer._children
            if type(analyzer) is kinds.PyFolio and METHODS.isdisjoint(vars(analyzer))
            else [analyzer]
        )
    ]


def can_wait(analyzer: Any, asked_as_ever: bool) -> bool:
    """Return whether an analyzer can be computed after the run.

    Parameters
    ----------
    analyzer : Analyzer
        Started.
    asked_as_ever : bool
        Whether the broker answers what backtrader's does when it is asked for its value.
    """
    play = PLAYS.get(type(analyzer))
    return (
        play is not None
        and (asked_as_ever or not play.reads_broker)
        and getattr(analyzer.p, "data", None) is None
        and getattr(analyzer.p, "_doprenext", True) is True
        and METHODS.isdisjoint(vars(analyzer))
        and all(can_wait(child, asked_as_ever) for child in analyzer._children)
    )


def fits(analyzer: Any, run: Run) -> bool:
    """Return whether an analyzer and its children can be computed without playing every bar."""
    return PLAYS[type(analyzer)].fits(analyzer, run) and all(
        fits(child, run) for child in analyzer._children
    )


def compute(analyzer: Any, run: Run) -> None:
    """Compute an analyzer's figures, its children's first."""
    if type(analyzer) not in WITH_THEIR_CHILD:
        for child in analyzer._children:
            compute(child, run)
    PLAYS[type(analyzer)].play(analyzer, run)
