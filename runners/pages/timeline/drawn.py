"""Draw time charts as the page shows them without a script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ...runs.labels.formats import NONE
from ..svg.figures_table import Series, figures_table
from ..svg.marks import shown_in
from ..svg.paths import Floats
from ..svg.plot import Plot
from .charts import Line, Overlay, TimeChart

MOST_MARKS = 300
"""Most marks within a window that are drawn; more would hide the line, and the shade shows them."""

MOST_ROWS = 66
"""Most rows of the table of a chart's figures: ends of months, quarters or years."""


def drawn(chart: TimeChart, days: Floats) -> str:
    """Return a chart as HTML: its legend with the last values, and the ``<svg>``.

    Parameters
    ----------
    chart : TimeChart
        The chart.
    days : ndarray of shape (n_days,)
        Days since 1970-01-01, rising.
    """
    lines, overlay = chart.lines, chart.overlay
    if chart.feeds:
        lines, overlay = chart.feeds[0].lines, chart.feeds[0].overlay
    return f"{_legend(lines, overlay, chart.unit)}{_plot(chart, lines, overlay, days).svg()}"


def table(charts: Sequence[TimeChart], days: Floats, label: str) -> str:
    """Return the figures of charts as one folded table, at the ends of months or years."""
    ends = period_ends(days)
    series = [
        Series(line.label, days[ends], line.values[ends], shown_in(chart.unit))
        for chart in charts
        for line in _every_line(chart)
        if not line.hidden
    ]
    return figures_table(label, series, dated=True, most=MOST_ROWS)


def _every_line(chart: TimeChart) -> list[Line]:
    if not chart.feeds:
        return list(chart.lines)
    return [line for feed in chart.feeds for line in feed.lines]


def legend_keys(overlay: Overlay) -> str:
    """Return the entries of the legend for shaded spans and marks."""
    return "".join(
        f'<span><i class="{shape}" style="color:var(--{colour})"></i>{escape(text)}</span>'
        for text, colour, shape in overlay.keys
    )


def period_ends(days: Floats) -> list[int]:
    """Return the last place of each month, quarter or year, whichever are few enough."""
    dates = days.astype(int).astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(int)
    for length in (1, 3, 12):
        period = months // length
        found = np.flatnonzero(np.append(period[1:] != period[:-1], True))
        if len(found) <= MOST_ROWS:
            break
    return [int(place) for place in found]


def _legend(lines: Sequence[Line], overlay: Overlay, unit: str) -> str:
    keys = "".join(
        f'<span data-key="{escape(line.key)}"'
        f"{'' if line.drawn_in(len(line.values)) else ' class=off'}>"
        f'<i class="line" style="color:var(--{line.colour})"></i>{escape(line.label)} '
        f"<b>{escape(_last(line.values, unit))}</b></span>"
        for line in lines
    )
    return f'<p class="legend">{keys}{legend_keys(overlay)}</p>'


def _last(values: Floats, unit: str) -> str:
    """Return the last value that exists: a line may end before the page's last day."""
    known = values[np.isfinite(values)]
    return shown_in(unit)(float(known[-1])) if known.size else NONE


def _plot(chart: TimeChart, lines: Sequence[Line], overlay: Overlay, days: Floats) -> Plot:
    plot = Plot(chart.name, chart.label, height=chart.height, unit=chart.unit, log=chart.log)
    plot.dated = plot.inside = True
    last = days[-1] if days[-1] > days[0] else days[0] + 1.0
    plot.x_limits = (float(days[0]), float(last))
    for colour, spans in overlay.shade.items():
        if spans:
            edges = np.array(spans, dtype=int)
            plot.band(days[edges[:, 0]], days[edges[:, 1]], colour, opacity=0.13)
    if chart.zero:
        plot.level(0.0)
    for line in lines:
        if not line.drawn_in(len(days)):
            continue
        if line.kind != "line":
            plot.area(days, 0.0, line.values, line.colour, step=line.kind == "step")
        plot.line(
            days, line.values, line.colour, width=line.width, step=line.kind == "step", table=False
        )
    few = sum(len(marks) for marks in overlay.marks.values()) <= MOST_MARKS
    for colour, marks in overlay.marks.items():
        if marks and few:
            places, values = zip(*marks, strict=True)
            plot.points(days[list(places)], values, colour, size=overlay.dot)
    return plot
