"""Alpha and beta of a neutral book: over cash, and to the market that it hedges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ...analyzers.relative_statistics import Alpha, Beta, beta_with_error, jensen_alpha
from ...analyzers.statistics import is_ruined
from ..runs.metrics import buy_and_hold
from .daily_returns import benchmark_returns, strategy_returns

if TYPE_CHECKING:
    from ..runs.result import RunResult


class MarketFigures(NamedTuple):
    """Alpha and beta with their standard errors; None for one that does not exist."""

    name: str
    """The instrument that they are measured to."""
    alpha: Alpha | None
    beta: Beta | None


def market_figures(result: RunResult) -> MarketFigures:
    """Return alpha and beta of a run to an instrument that is held, dividends reinvested.

    Parameters
    ----------
    result : RunResult
        The run, compared with cash. The instrument is the fund of a sector book, else the run's
        first feed.

    Returns
    -------
    MarketFigures
        Alpha is over the interest that cash earned day by day, so that the interest of a hedged
        book does not count as skill; over the risk-free rate if cash earned none. Neither figure
        exists for an instrument that has no bar when the account opens or does not vary, or for
        fewer than three returns; no alpha exists for a ruined account.
    """
    name = _hedged_with(result)
    days = pd.DatetimeIndex(result.daily.index)
    bars = next((table for table in result.bars if table.name == name), None)
    if bars is None or bars.dates[0] > np.datetime64(days[0], "D"):
        return MarketFigures(name, None, None)
    periods = result.periods_per_year
    held, _ = buy_and_hold(bars, days, 1.0, periods, 0.0)
    ours = strategy_returns(result).to_numpy(dtype=float)
    market = held.to_numpy(dtype=float)[1:]
    cash = np.zeros_like(ours)
    if (earned := benchmark_returns(result)) is not None:
        cash = earned.to_numpy(dtype=float)
    rate = 0.0 if cash.any() else float(result.settings.get("risk_free_rate") or 0.0)
    return MarketFigures(
        name,
        None if is_ruined(ours) else jensen_alpha(ours - cash, market - cash, periods, rate),
        beta_with_error(ours, market),
    )


def _hedged_with(result: RunResult) -> str:
    shown = result.sections.get("sector")
    fund = None if shown is None else shown.measured.get("fund")
    return result.held_name if fund is None else str(fund)
