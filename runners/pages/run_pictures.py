"""The pictures of a run that are not time charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from . import period_pictures, periods
from .charts.account import switches, waterfall
from .charts.account import yearly_returns as draw_years
from .charts.growth import uncompounded
from .daily_returns import (
    benchmark_returns,
    strategy_returns,
    switches_per_year,
    yearly_returns,
)

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..runs.result import RunResult

FEWEST_MONTHS = 6
"""Fewest months whose distribution is drawn."""


def run_pictures(result: RunResult) -> dict[str, Markup]:
    """Return the pictures by name; one without numbers is empty."""
    from markupsafe import Markup

    drawn = {
        "years": "", "uncompounded": "", "distribution": "", "quantiles": "", "switches": "",
        "waterfall": "",
    }  # fmt: skip
    daily, market = result.daily, benchmark_returns(result)
    returns = strategy_returns(result)
    if len(daily) > 1:
        drawn["years"] = draw_years(
            yearly_returns(returns), None if market is None else yearly_returns(market)
        )
        drawn["uncompounded"] = _uncompounded(daily, market)
    months = periods.compounded(returns, "M")
    if len(months) >= FEWEST_MONTHS and months.notna().all():
        drawn["distribution"] = period_pictures.monthly_distribution(
            months, None if market is None else periods.compounded(market, "M")
        )
        drawn["quantiles"] = period_pictures.quantiles(
            periods.by_unit(returns, result.periods_per_year)
        )
    per_year = switches_per_year(daily["sign"]) if "sign" in daily else {}
    if any(per_year.values()):
        drawn["switches"] = switches(per_year)
    pnl = result.metrics.get("pnl") or {}
    parts = {
        name: float(amount)
        for name, amount in pnl.items()
        if name not in ("total", "residual") and amount
    }
    if len(parts) > 1:
        drawn["waterfall"] = waterfall(parts)
    return {name: Markup(html) for name, html in drawn.items()}


def _uncompounded(daily: pd.DataFrame, market: pd.Series | None) -> str:
    """Draw the running sums of daily gains; that of the price alone if one index is traded."""
    gains = daily["percent"] if "percent" in daily else daily["return"]
    start = pd.Series(0.0, index=daily.index[:1])
    return uncompounded(
        gains.fillna(0.0).cumsum(),
        None if market is None else pd.concat([start, market]).cumsum(),
    )
