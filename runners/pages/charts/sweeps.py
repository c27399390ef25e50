"""The picture of a sweep: a figure for each value of a parameter."""

from __future__ import annotations

from itertools import cycle

import numpy as np

from ...runs.sections.pictures import ByPeriod
from ..svg.plot import RUNS, Plot

FOOT = 0.06
"""Distance of the marks of ruined sets from the lowest figure, as a fraction of the range."""
TICK = 0.02
"""Half of the height of such a mark, as the same fraction."""


def by_period(chart: ByPeriod) -> str:
    """Draw a figure for each set of a sweep; mark chosen sets, and those that were ruined."""
    plot = Plot(chart.name, chart.label, unit="%" if chart.percent else "")
    plot.x_title = chart.axis
    indexes = [values.index for values in chart.series.values()]
    plot.x_whole = all(index.inferred_type == "integer" for index in indexes)
    every = np.concatenate([values.to_numpy(dtype=float) for values in chart.series.values()])
    known = every[np.isfinite(every)]
    reach = float(np.ptp(known)) or 1.0 if known.size else 1.0
    foot = (float(known.min()) if known.size else 0.0) - FOOT * reach
    middle = (min(index.min() for index in indexes) + max(index.max() for index in indexes)) / 2.0
    plot.level(0.0)
    if chart.reference is not None:
        plot.level(chart.reference, "ink", width=1.0, dash=True)
    for colour, (legend, values) in zip(cycle(RUNS), chart.series.items(), strict=False):
        plot.line(values.index, values, colour, legend)
        best = chart.marks.get(legend)
        if best is not None:
            _mark(plot, best, float(values[best]), colour, right=best > middle)
        dead = np.array((chart.ruined or {}).get(legend, ()), dtype=float)
        ends = (np.full(dead.size, foot + way * TICK * reach) for way in (-1, 1))
        plot.segments(dead, next(ends), dead, next(ends), colour)
    return plot.html()


def _mark(plot: Plot, best: int, figure: float, colour: str, *, right: bool) -> None:
    """Mark a set with a dot and its value of the parameter, on the side that has room."""
    plot.kept.append(float(best))
    if np.isfinite(figure):
        plot.points([best], [figure], colour, size=7.0)
        side = "end" if right else "start"
        plot.text(best, figure, str(best), colour, anchor=side, dx=-7 if right else 7, dy=-4)
