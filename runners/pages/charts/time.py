"""Pictures over time: lines, and one mark per day."""

from __future__ import annotations

from itertools import cycle

import numpy as np

from ...runs.sections.pictures import Curves, DailyMarks
from ..svg.plot import RUNS, Plot


def curves(chart: Curves) -> str:
    """Draw lines over time, with a line at zero; the first one is drawn on top."""
    plot = Plot(chart.name, chart.label, unit="%" if chart.percent else "")
    plot.level(0.0)
    colours = cycle(RUNS)
    for place, (legend, values) in enumerate(chart.series.items()):
        colour = "benchmark" if legend == chart.held else next(colours)
        plot.line(values.index, values, colour, legend, z=len(chart.series) - place)
    return plot.html()


def daily_marks(chart: DailyMarks) -> str:
    """Draw one upright line per day from zero; those beyond `limit` are cut off."""
    plot = Plot(chart.name, chart.label, unit="%")
    plot.y_limits = (-chart.limit, chart.limit)
    values = chart.values.to_numpy(dtype=float)
    drawn = np.clip(values, -chart.limit, chart.limit)
    plot.level(0.0)
    plot.stems(chart.values.index, drawn, "accent", width=0.6, table=False)
    plot.column(chart.label, chart.values.index, values)
    return plot.html()
