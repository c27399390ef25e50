"""The worst drawdowns of a run, as rows of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ...analyzers.drawdowns import drawdowns
from ..runs.labels.formats import count, percent
from .daily_returns import strategy_returns

if TYPE_CHECKING:
    from ..runs.result import RunResult

MOST = 8


class Fall(NamedTuple):
    """One drawdown: the day of the peak, of the trough and of the recovery; depth and length."""

    start: str
    trough: str
    end: str
    """Empty if it has not been recovered."""
    depth: str
    days: str


def worst_drawdowns(result: RunResult) -> list[Fall]:
    """Return the deepest drawdowns, at most `MOST`; none where returns have gaps."""
    returns = strategy_returns(result)
    if not np.isfinite(returns.to_numpy(dtype=float)).all():
        return []
    found = drawdowns(returns, pd.Timestamp(result.daily.index[0]))
    return [
        Fall(
            f"{fall.start:%Y-%m-%d}",
            f"{fall.trough:%Y-%m-%d}",
            "" if fall.end is None else f"{fall.end:%Y-%m-%d}",
            percent(fall.depth),
            count(fall.days),
        )
        for fall in found[:MOST]
    ]
