"""The picture of named points, one figure against another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...runs.sections.pictures import Scatter
from ..svg.axes import LETTER, NARROW, named
from ..svg.marks import shown_in
from ..svg.plot import HEIGHT, Plot
from ..svg.scale import upright

LINE = 14.0
"""Height of a name in pixels."""

PHONE = NARROW - 40.0
"""Width of the plot on a phone in pixels, without the labels at its left."""


class Side(NamedTuple):
    """Where a name stands beside its point."""

    anchor: str
    dx: int
    dy: int


SIDES = (Side("start", 6, 0), Side("end", -6, 0), Side("middle", 0, -10), Side("middle", 0, 11))
"""Right, left, above and below, in the order in which they are tried."""


def scatter(chart: Scatter) -> str:
    """Draw named points, one figure against another."""
    plot = Plot(chart.name, chart.label)
    plot.x_unit = "%" if chart.x_percent else ""
    plot.x_title, plot.y_title = chart.x_label, chart.y_label
    x, y = np.asarray(chart.x, dtype=float), np.asarray(chart.y, dtype=float)
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y)).tolist()
    across, up = upright(x[known].tolist()), upright(y[known].tolist())
    plot.x_limits, plot.y_limits = (across.low, across.high), (up.low, up.high)
    plot.points(x[known], y[known], "accent", size=6.0)
    names = [chart.names[place] for place in known]
    sides = beside(PHONE * across.shares(x[known]), HEIGHT * (1.0 - up.shares(y[known])), names)
    for place, name, side in zip(known, names, sides, strict=True):
        plot.text(x[place], y[place], name, anchor=side.anchor, dx=side.dx, dy=side.dy)
    plot.places = named(chart.names)
    rows = np.arange(x.size)
    plot.column(chart.x_label, rows, x, shown_in(plot.x_unit))
    plot.column(chart.y_label, rows, y)
    return plot.html()


def beside(x: NDArray[np.float64], y: NDArray[np.float64], names: list[str]) -> list[Side]:
    """Return a side for each name on which it covers the least of what is drawn.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Points in pixels of a chart on a phone, y downwards.
    names : list of str
        Their names.

    Returns
    -------
    list of Side
        The first of `SIDES` that overlaps no point, no earlier name and not the chart's edge; else
        the one that overlaps least.
    """
    taken = [(a - 4.0, a + 4.0, b - 4.0, b + 4.0) for a, b in zip(x, y, strict=True)]
    found = []
    for a, b, name in zip(x, y, names, strict=True):
        boxes = [_box(a, b, LETTER * len(name), side) for side in SIDES]
        costs = [
            sum(_shared(box, other) for other in taken)
            + LINE * (max(0.0, -box[0]) + max(0.0, box[1] - PHONE))
            for box in boxes
        ]
        best = int(np.argmin(costs))
        found.append(SIDES[best])
        taken.append(boxes[best])
    return found


Box = tuple[float, float, float, float]
"""Left, right, top and bottom in pixels."""


def _box(x: float, y: float, wide: float, side: Side) -> Box:
    start = {"start": 0.0, "middle": -wide / 2.0, "end": -wide}[side.anchor] + x + side.dx
    return start, start + wide, y + side.dy - LINE / 2.0, y + side.dy + LINE / 2.0


def _shared(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    wide = min(one[1], other[1]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[2], other[2])
    return max(0.0, wide) * max(0.0, high)
