"""Time charts as a template shows them: each with its name, and their numbers for the script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..svg.paths import Floats
from .charts import Line, TimeChart
from .data import packed
from .drawn import drawn, table

if TYPE_CHECKING:
    from markupsafe import Markup


def shown(chart: TimeChart, days: Floats) -> dict[str, Any]:
    """Return a chart's name, its label and its HTML."""
    return {"name": chart.name, "label": chart.label, "html": safe(drawn(chart, days))}


def first_screen(
    charts: Sequence[TimeChart],
    days: Floats,
    growth: Sequence[Line],
    others: Sequence[TimeChart] = (),
) -> dict[str, Any]:
    """Return the charts of a page's first screen with their table, and the numbers of all charts.

    Parameters
    ----------
    charts : sequence of TimeChart
        Growth, then drawdown.
    days : ndarray of shape (n_days,)
        Days since 1970-01-01, rising.
    growth : sequence of Line
        What a narrower window compares: the strategy first.
    others : sequence of TimeChart
        Charts further down the page.
    """
    return {
        "growth": [shown(chart, days) for chart in charts],
        "growth_table": safe(table(charts, days, "growth and drawdown")),
        "scalable": charts[0].scalable,
        "chart_data": safe(packed([*charts, *others], days, growth)),
    }


def safe(html: str) -> Markup:
    """Return HTML that a template does not escape."""
    from markupsafe import Markup

    return Markup(html)
