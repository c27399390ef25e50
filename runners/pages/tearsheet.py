"""A run's tearsheet: one self-contained HTML page.

The page first describes the run and how far to trust it, then shows quantstats' report. It holds no
script and makes no network request; every text from a user is escaped; equal runs give equal bytes.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from ...analyzers import relative_statistics
from ..runs.labels.parameters_shown import parameter_rows
from ..runs.labels.units import in_units, unit_of
from ..runs.recorded.result import recorded
from ..runs.result import RunResult
from . import plots, recorded_rows, settings_rows, summary_rows, trades
from . import quantstats as quantstats_body
from . import strips as strip_words
from .daily_returns import (
    benchmark_returns,
    is_cash,
    strategy_returns,
    switches_per_year,
    yearly_returns,
)
from .html import rendered
from .panels import panels_of

UNFILLED_SHOWN = 24
"""Orders that never filled, of which the page shows the first."""


def tearsheet(result: RunResult | Any) -> str:
    """Return the page of a run as HTML text.

    Parameters
    ----------
    result : RunResult, strategy or Recorder
        The result of a run; or a strategy that ran in a cerebro of your own with a `Recorder`, as
        ``cerebro.run()`` returns it. If quantstats cannot describe the returns (no trades, too few
        days, a ruined account), a sentence replaces its report.

    Returns
    -------
    str
        The whole document.

    Raises
    ------
    ParameterError
        The strategy ran without a `Recorder`; see `recorded`.
    """
    if not isinstance(result, RunResult):
        result = recorded(result)
    return rendered("tearsheet.html", **_context(result))


def _context(result: RunResult) -> dict[str, Any]:
    """Return all values for the template."""
    from markupsafe import Markup

    returns, benchmark = strategy_returns(result), benchmark_returns(result)
    missing = quantstats_body.why_no_body(returns)
    rate = float(result.settings.get("risk_free_rate") or 0.0)
    unit = unit_of(result.periods_per_year)
    body = None
    if missing is None:
        body = _body(result, returns, benchmark, rate)
    shown = {row[0] for group in body.metrics for row in group} if body else set()
    decisions = result.decisions
    twice_a_day = "session" in decisions and bool((decisions["session"] == "open").any())
    pnl = result.metrics.get("pnl") or {}
    return {
        "run": result,
        "has_benchmark": benchmark is not None,
        # quantstats omits a benchmark that does not vary, such as cash without interest
        "drawn_beside": any(
            len(row) > 2 for group in (body.metrics if body else []) for row in group
        ),
        "never_traded": result.knows_orders and result.trades.empty,
        "summary": summary_rows.summary(result),
        **_settings(result, twice_a_day, unit),
        "in_units": lambda text: in_units(text, unit),
        "parameters": parameter_rows(result.strategy, result.params),
        "waterfall": summary_rows.waterfall_rows(pnl, result.settings.get("cash")) if pnl else [],
        "trades": trades.trades(result),
        "unfilled_shown": UNFILLED_SHOWN,
        "strips": strip_words.strip_tables(result),
        "strips_missing": (result.strips or {}).get("not_shown"),
        "pictures": {name: Markup(svg) for name, svg in _pictures(result).items()},
        "panels": panels_of(result.sections),
        "missing": missing and in_units(missing, unit),
        "body": body,
        "charts": {name: Markup(svg) for name, svg in body.charts.items()} if body else {},
        "titles": {name: quantstats_body.CHARTS[name] for name in quantstats_body.OURS},
        "compared": bool(body and len(body.metrics[0][0]) > 2),
        "deviations": {
            name: why
            for name, why in quantstats_body.deviations(rate, result.periods_per_year).items()
            if name in shown
        },
    }


def _settings(result: RunResult, twice_a_day: bool, unit: str) -> dict[str, Any]:
    """Return the heading and the words on fills, sizes and costs."""
    strategy, params, settings = result.strategy, result.params, result.settings
    if result.is_recorded:
        return {
            "heading": recorded_rows.heading(strategy, params, settings),
            "timing": recorded_rows.timing_words(settings),
            "costs": recorded_rows.cost_words(settings),
        }
    own = result.sends_orders
    heading = settings_rows.heading(strategy, params, settings, twice_a_day, sends_orders=own)
    return {
        "heading": heading if result.knows_orders else "",
        "timing": settings_rows.timing_words(settings, twice_a_day, unit, sends_orders=own),
        "costs": settings_rows.cost_words(settings, result.data),
    }


def _body(
    result: RunResult, returns: pd.Series, benchmark: pd.Series | None, rate: float
) -> quantstats_body.Body:
    """Return quantstats' report; a benchmark without risk is left out."""
    market = None if benchmark is None else benchmark.to_numpy(dtype=float)
    if market is not None and is_cash(result.benchmark_name, market):
        benchmark = None  # a benchmark without risk has no beta
    body = quantstats_body.quantstats_body(
        returns, benchmark, result.periods_per_year, rate, first_decision(result)
    )
    if benchmark is None or market is None:
        return body
    slope = relative_statistics.beta_with_error(returns.to_numpy(dtype=float), market)
    if slope is not None and slope.away_from_zero:
        return body
    metrics = [
        [(row[0], "-", *row[2:]) if row[0] == "Treynor Ratio" else row for row in group]
        for group in body.metrics
    ]
    return dataclasses.replace(body, metrics=metrics)


def first_decision(result: RunResult) -> pd.Timestamp | None:
    """Return the day of the first decision, before which nothing could be held; None for none."""
    if result.decisions.empty:
        return None
    return pd.Timestamp(result.decisions["date"].min())


def _pictures(result: RunResult) -> dict[str, str]:
    """Return the pictures by name; a picture without numbers is empty."""
    pictures = dict.fromkeys(
        ("growth", "uncompounded", "years", "switches", "waterfall", "fills"), ""
    )
    daily, market = result.daily, benchmark_returns(result)
    if len(daily) > 1:
        start = pd.Series(0.0, index=daily.index[:1])
        index_returns = None if market is None else pd.concat([start, market])
        grown = daily["equity"] / daily["equity"].iloc[0]
        if "deposits" in daily:
            grown = (1.0 + daily["return"].fillna(0.0)).cumprod()
        pictures["growth"] = plots.growth(
            grown,
            None if index_returns is None else (1.0 + index_returns).cumprod(),
        )
        gains = daily["percent"] if "percent" in daily else daily["return"]
        pictures["uncompounded"] = plots.uncompounded(
            gains.fillna(0.0).cumsum(),
            None if index_returns is None else index_returns.cumsum(),
        )
        pictures["years"] = plots.yearly_returns(
            yearly_returns(strategy_returns(result)),
            None if market is None else yearly_returns(market),
        )
    per_year = switches_per_year(daily["sign"]) if "sign" in daily else {}
    if any(per_year.values()):
        pictures["switches"] = plots.switches(per_year)
    pnl = result.metrics.get("pnl") or {}
    parts = {
        name: float(amount)
        for name, amount in pnl.items()
        if name not in ("total", "residual") and amount
    }
    if parts:
        pictures["waterfall"] = plots.waterfall(parts)
    if bars := strip_words.fill_bars(result):
        pictures["fills"] = plots.fill_strip(
            bars.amounts, bars.run, bars.reference,
            in_points=bars.in_points, decided_again=bars.decided_again,
        )  # fmt: skip
    return pictures
