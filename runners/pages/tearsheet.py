"""A run's tearsheet: one self-contained HTML page.

The first screen says what was run, what came of it and how far to believe it; then come what the
result hangs on, price and trades, months, figures, and folded what was run. Every text from a user
is escaped; equal runs give equal bytes. No drawing library is used.
"""

from __future__ import annotations

from typing import Any

from ..runs.labels.bar_ends import at_ends, end_of, filled_at
from ..runs.labels.decided_every import decided_every
from ..runs.labels.parameters_shown import changed_parameters, parameter_rows
from ..runs.labels.units import in_units, unit_of
from ..runs.recorded.result import recorded
from ..runs.result import BOOK, RunResult
from . import recorded_rows, run_charts, settings_rows, summary_rows, trades
from . import strips as strip_words
from .as_quantstats.deviations import deviations
from .as_quantstats.reportable import why_no_body
from .as_quantstats.table import quantstats_table
from .book_rows import book_panels
from .daily_returns import benchmark_returns, is_cash, strategy_returns
from .html import rendered
from .months import months
from .panels import panels_of
from .rolling import rolling_charts
from .run_pictures import run_pictures
from .six_figures import six_figures
from .timeline.drawn import table
from .timeline.shown import first_screen, safe, shown
from .verdict import verdict
from .worst_drawdowns import worst_drawdowns

AS_OF = "0.0.86"
"""The version of quantstats whose definitions its table follows; the tests hold it to them."""

UNFILLED_SHOWN = 24
"""Orders that never filled, of which the page shows the first."""


def tearsheet(result: RunResult | Any) -> str:
    """Return the page of a run as HTML text.

    Parameters
    ----------
    result : RunResult, strategy or Recorder
        The result of a run; or a strategy that ran in a cerebro of your own with a `Recorder`, as
        ``cerebro.run()`` returns it. If its returns allow no statistics (no trades, too few days,
        a ruined account), a sentence says why.

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
    unit, at = unit_of(result.periods_per_year), end_of(result.data)
    decisions = result.decisions
    twice_a_day = "session" in decisions and bool((decisions["session"] == "open").any())
    pnl = result.metrics.get("pnl") or {}
    missing = why_no_body(strategy_returns(result))
    context: dict[str, Any] = {
        "run": result,
        "has_benchmark": benchmark_returns(result) is not None,
        "never_traded": result.knows_orders and result.trades.empty,
        "missing": missing and in_units(missing, unit),
        "in_units": lambda text: at_ends(in_units(text, unit), at),
        "filled_at": lambda fill: filled_at(fill, at),
        "at": at,
        "verdict": verdict(result).text,
        "six": six_figures(result),
        "beside": result.benchmark_title.removeprefix("Hold "),
        **_settings(result, twice_a_day, unit),
        "parameters": parameter_rows(result.strategy, result.params),
        "changed": changed_parameters(result.strategy, result.params),
        "summary": summary_rows.summary(result),
        "waterfall": summary_rows.waterfall_rows(pnl, result.settings.get("cash")) if pnl else [],
        "strips": strip_words.strip_tables(result),
        "every": strip_words.every_table(result),
        "strips_missing": (result.strips or {}).get("not_shown"),
        "trades": trades.trades(result),
        "unfilled_shown": UNFILLED_SHOWN,
        "months": months(result),
        "drawdowns": worst_drawdowns(result),
        **_panels(result),
        "pictures": run_pictures(result),
        **_time_charts(result),
        **_quantstats(result, missing, unit),
    }
    return {**context, "contents_list": contents(context)}


def contents(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the anchors of the page's sections and their names, in the order of the page."""
    parts = (
        *(
            (f"first-{place}", panel.title)
            for place, panel in enumerate(context["first_panels"], 1)
        ),
        ("hangs", "Hangs on", context["strips"] or context["strips_missing"] or context["every"]),
        ("price", "Price", context["price"] or context["position"]),
        ("trades", "Trades", context["trades"] or context["run"].unfilled),
        ("months", "Months", context["months"]),
        ("figures", "Figures"),
        *((f"panel-{place}", panel.title) for place, panel in enumerate(context["panels"], 1)),
        ("run", "What was run" if context["run"].knows_orders else "What was read"),
        ("quantstats", "quantstats", context["quantstats_rows"]),
    )
    return [(part[0], part[1]) for part in parts if len(part) == 2 or part[2]]


def _settings(result: RunResult, twice_a_day: bool, unit: str) -> dict[str, Any]:
    """Return the heading and the words on fills, sizes and costs."""
    strategy, params, settings = result.strategy, result.params, result.settings
    if result.is_recorded:
        return {
            "heading": recorded_rows.heading(strategy, params, settings),
            "timing": recorded_rows.timing_words(settings),
            "costs": recorded_rows.cost_words(settings),
        }
    own, at = result.sends_orders, end_of(result.data)
    heading = settings_rows.heading(
        strategy, params, settings, twice_a_day, sends_orders=own, at=at
    )
    return {
        "heading": heading if result.knows_orders else "",
        "timing": settings_rows.timing_words(
            settings, twice_a_day, unit, sends_orders=own, at=at, periods=decided_every(result)
        ),
        "costs": settings_rows.cost_words(settings, result.data),
    }


def _panels(result: RunResult) -> dict[str, Any]:
    """Return the panels that come first, all of those of a neutral book, and the others."""
    own = book_panels(result)
    panels = panels_of(result.sections, own)
    first = len(panels) if result.is_neutral else len(own)
    if result.strategy == BOOK and len(panels) > len(own):  # whose all of it is, comes first
        panels.insert(0, panels.pop(len(own)))
        first = max(first, len(own) + 1)
    return {"first_panels": panels[:first], "panels": panels[first:]}


def _time_charts(result: RunResult) -> dict[str, Any]:
    """Return the time charts, drawn, with their tables and the numbers for the script."""
    if len(result.daily) < 2:
        nothing = ("price", "position", "growth_table", "price_table", "rolling_table")
        empty: dict[str, Any] = dict.fromkeys((*nothing, "scalable", "chart_data"))
        return {**empty, "growth": [], "rolling": [], "feeds": [], "feeds_left_out": 0}
    days = run_charts.days_of(result)
    lines = run_charts.growth_lines(result)
    growth = run_charts.growth_charts(lines)
    price = run_charts.price_chart(result, scalable=growth[0].scalable)
    position = run_charts.position_chart(result)
    middle = [chart for chart in (price, position) if chart is not None]
    rolling = rolling_charts(result)
    feeds = [feed.name for feed in price.feeds] if price else []

    return {
        **first_screen(growth, days, lines[:2], [*middle, *rolling]),
        "price": price and shown(price, days),
        "position": position and shown(position, days),
        "price_table": safe(table(middle, days, "price and position")) if middle else None,
        "feeds": feeds,
        "feeds_left_out": len(result.bars) - len(feeds) if feeds else 0,
        "rolling": [shown(chart, days) for chart in rolling],
        "rolling_table": safe(table(rolling, days, "the last half year")) if rolling else None,
    }


def _quantstats(result: RunResult, missing: str | None, unit: str) -> dict[str, Any]:
    """Return quantstats' table; a benchmark without risk is left out."""
    returns, benchmark = strategy_returns(result), benchmark_returns(result)
    if missing is not None:
        return {"quantstats_rows": None}
    if benchmark is not None and is_cash(result.benchmark_name, benchmark.to_numpy(dtype=float)):
        benchmark = None  # quantstats cannot regress on it
    rate = float(result.settings.get("risk_free_rate") or 0.0)
    rows = quantstats_table(returns, benchmark, result.periods_per_year, rate)
    names = {row[0] for group in rows for row in group}
    return {
        "quantstats_rows": rows,
        "quantstats_version": AS_OF,
        "compared": benchmark is not None,
        "deviations": {
            name: why
            for name, why in deviations(rate, result.periods_per_year).items()
            if name in names
        },
    }
