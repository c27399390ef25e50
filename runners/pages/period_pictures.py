"""Pictures of weekly, monthly, quarterly and yearly returns; every period is included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..runs.labels.formats import count, percent
from .charts.distributions import between
from .svg.axes import named
from .svg.plot import Plot

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 20

BOX, CAP = 0.5, 0.25
"""Width of a box, and of the ends of its whiskers; the distance of two boxes is 1."""


def quantiles(by_unit: Mapping[str, pd.Series]) -> str:
    """Draw the quantiles of the returns of each period.

    Parameters
    ----------
    by_unit : mapping of str to Series of float
        Name of the period to its returns as fractions, no NaN, at least one return each.

    Returns
    -------
    str
        The chart as HTML: the box holds the middle half and the line the median, whiskers reach to
        the last return within 1.5 boxes, and every return beyond is a dot.
    """
    plot = Plot("returns_dist", "Quantiles of returns, by length of the period", unit="%")
    values = [series.to_numpy(dtype=float) for series in by_unit.values()]
    table = np.array([np.quantile(one, (0.0, 0.25, 0.5, 0.75, 1.0)) for one in values])
    _, low, middle, high, _ = table.T
    ends = np.array([_whiskers(one, a, b) for one, a, b in zip(values, low, high, strict=True)])
    x = np.arange(len(values), dtype=float)
    plot.level(0.0)
    plot.segments(x, ends[:, 0], x, low, "ink")
    plot.segments(x, high, x, ends[:, 1], "ink")
    plot.boxes(x - BOX / 2, x + BOX / 2, low, high, "benchmark")
    plot.segments(x - BOX / 2, middle, x + BOX / 2, middle, "ink", width=1.6)
    for end in ends.T:
        plot.segments(x - CAP / 2, end, x + CAP / 2, end, "ink")
    for place, one in enumerate(values):
        beyond = one[(one < ends[place, 0]) | (one > ends[place, 1])]
        plot.points(np.full(beyond.size, place), beyond, "accent", size=3.0)
    plot.x_ticks = named([f"{name}\n{len(one):,}" for name, one in by_unit.items()])
    plot.places = named(list(by_unit))
    plot.column("returns", x, [one.size for one in values], count)
    for name, column in zip(
        ("lowest", "lower quartile", "median", "upper quartile", "highest"), table.T, strict=True
    ):
        plot.column(name, x, column)
    return plot.html()


def _whiskers(values: NDArray[np.float64], low: float, high: float) -> tuple[float, float]:
    """Return the lowest and the highest value within 1.5 distances of the quartiles."""
    reach = 1.5 * (high - low)
    inside = values[(values >= low - reach) & (values <= high + reach)]
    return min(low, float(inside.min())), max(high, float(inside.max()))


def monthly_distribution(strategy: pd.Series, benchmark: pd.Series | None) -> str:
    """Draw the distribution of monthly returns.

    Parameters
    ----------
    strategy, benchmark : Series of float
        Monthly returns as fractions, no NaN, at least one.

    Returns
    -------
    str
        The chart as HTML.
    """
    drawn = {"Strategy": strategy} | ({} if benchmark is None else {"Benchmark": benchmark})
    values = np.concatenate([months.to_numpy(dtype=float) for months in drawn.values()])
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9:
        low, high = low - 0.01, high + 0.01
    edges = np.linspace(low, high, BINS + 1)
    middle, wide = 0.5 * (edges[1:] + edges[:-1]), (high - low) / BINS / len(drawn)
    plot = Plot("monthly_dist", "Number of months by their return")
    plot.x_unit, plot.y_whole = "%", True
    for place, (label, months) in enumerate(drawn.items()):
        counts, _ = np.histogram(np.clip(months, low, high), edges)
        shift = (place - (len(drawn) - 1) / 2.0) * wide
        colour = ("accent", "benchmark")[place]
        plot.bars(middle, counts, 0.92 * wide, colour, label, shift=shift, table=False)
        plot.column(label, middle, counts, count)
    plot.level(0.0)
    mean = float(strategy.mean())
    plot.upright(mean, "ink", f"Mean month, {percent(mean)}", width=1.0, dash=True)
    plot.places = between(middle, edges, "%")
    return plot.html()
