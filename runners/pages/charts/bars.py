"""Pictures of bars: by year, by name, and movement up and down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np

from ...runs.sections.pictures import BarsByYear, GroupedBars, Movement
from ..svg.axes import LETTER, NARROW, Labels, gutter_for, named
from ..svg.plot import RUNS, Plot

WIDE = 0.76
"""Width of a group of bars; the distance of two groups is 1."""

MOST_YEARS = 8
"""Most years that are written below a chart."""

ROW = 16
"""Height of a level bar in pixels."""


def movement(chart: Movement) -> str:
    """Draw bars of up and down movement by year, overnight gap and session stacked."""
    plot = Plot(chart.name, chart.label, unit="%" if chart.unit == "percent" else "")
    years = [int(year) for year in chart.table.index]
    for way, colour in (("up", "gain"), ("down", "loss")):
        session, gap = (chart.table[f"{part}_{way}"] for part in ("session", "gap"))
        plot.bars(years, session, WIDE, colour, f"open to close, {way}")
        plot.bars(years, gap, WIDE, colour, f"gap, {way}", base=session, opacity=0.45)
    plot.level(0.0)
    plot.x_ticks = some_years(years)
    return plot.html()


def bars_by_year(chart: BarsByYear) -> str:
    """Draw bars of one or two figures for each calendar year, side by side."""
    plot = Plot(chart.name, chart.label, unit="%" if chart.percent else "")
    colours = cycle(("accent", "benchmark"))
    add_bars_by_year(plot, chart.series, [next(colours) for _ in chart.series])
    return plot.html()


def add_bars_by_year(
    plot: Plot, series: Mapping[str, Mapping[int, float]], colours: Sequence[str]
) -> None:
    """Add bars by year to a chart, and the years; the legend is left out of a single series."""
    years = [int(year) for year in next(iter(series.values()))]
    wide = WIDE / len(series)
    for place, (legend, values) in enumerate(series.items()):
        shift = (place - (len(series) - 1) / 2.0) * wide
        heights = [float(values[year]) for year in years]
        plot.bars(
            years, heights, wide, colours[place], legend if len(series) > 1 else "",
            shift=shift, table=False,
        )  # fmt: skip
        plot.column(legend, years, heights)
    plot.level(0.0)
    plot.x_ticks = some_years(years)


def grouped_bars(chart: GroupedBars) -> str:
    """Draw bars of several figures for each name, side by side; level ones if names are long."""
    names = [str(name) for name in next(iter(chart.series.values()))]
    upright = sum(len(name) + 1 for name in names) * LETTER <= NARROW
    plot = Plot(chart.name, chart.label, unit="%" if chart.percent else "")
    if upright:
        plot.x_ticks = named(names)
    else:
        plot.gutter = gutter_for(names)
        plot.height = max(plot.height, len(names) * (ROW * len(chart.series) + ROW // 2))
        plot.y_ticks, plot.y_limits = named(names), (len(names) - 0.5, -0.5)
    add = plot.bars if upright else plot.rows_of_bars
    wide = (WIDE + 0.04) / len(chart.series)
    rows = np.arange(len(names))
    for place, (legend, values) in enumerate(chart.series.items()):
        shift = (place - (len(chart.series) - 1) / 2.0) * wide
        add(rows, [*values.values()], wide, RUNS[place % len(RUNS)], legend, shift=shift)
    (plot.level if upright else plot.upright)(0.0)
    return plot.html()


def some_years(years: Sequence[int]) -> Labels:
    """Return at most `MOST_YEARS` evenly spaced years, as labels of an axis."""
    stride = -(-len(years) // MOST_YEARS) or 1
    return [(float(year), str(year)) for year in years[::stride]]
