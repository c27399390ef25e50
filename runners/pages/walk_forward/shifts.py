"""The strip of refit dates: a dot for the walk-forward made again with each later refit."""

from __future__ import annotations

import numpy as np

from ...runs.labels.figures import FIGURES
from ...runs.labels.formats import percent
from ...walk_forwards.result import WalkForwardResult
from ..svg.plot import Plot


def shift_strip(result: WalkForwardResult) -> str:
    """Draw the total return of each shift, and of holding, on one axis; empty without shifts."""
    rows = result.refit_shift
    if not rows or len(rows) < 2:
        return ""
    totals = np.array([each.total_return for each in rows], np.float64)
    plot = Plot("shifts", "Total return by refit dates", height=64)
    plot.inside, plot.x_unit = True, "%"
    plot.y_ticks, plot.y_limits = [], (-1.0, 1.0)
    own, held = rows[0], None if rows[0].excess is None else totals[0] - rows[0].excess
    ends = totals if held is None else np.append(totals, held)
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = 0.06 * (high - low) or 0.01
    plot.x_limits = (low - room, high + room)
    plot.level(0.0, "grid")
    if held is not None:
        plot.upright(held, "ink", "buy and hold", dash=True)
    plot.points(totals[1:], np.zeros(len(rows) - 1), "benchmark", "refits later", size=9.0)
    plot.points(totals[:1], [0.0], "accent", "the walk-forward itself", size=11.0)
    places = np.arange(len(rows), dtype=np.float64)
    plot.column(FIGURES["total_return"].label, places, totals, percent)
    plot.places = [
        (float(place), "as it is" if each is own else f"{each.shift} later")
        for place, each in enumerate(rows)
    ]
    return plot.html()
