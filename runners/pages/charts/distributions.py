"""Pictures of a distribution: shares between edges, and very many sets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...runs.labels.formats import count
from ...runs.sections.pictures import Histogram, Spread
from ..svg.axes import Labels
from ..svg.plot import Plot
from ..svg.ticks import tick_texts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

BARS = 48
"""Most bars of a histogram of sets; no bar is narrower than 1 / BARS of the width."""


def histogram(chart: Histogram) -> str:
    """Draw the share of values between edges; the outer bars include all values beyond them."""
    plot = Plot(chart.name, chart.label, unit="%")
    bins = np.asarray(chart.edges, dtype=float)
    middle, width = 0.5 * (bins[1:] + bins[:-1]), 0.94 * np.diff(bins)
    inside = np.clip(
        np.asarray(chart.values, dtype=float), bins[0], np.nextafter(bins[-1], bins[0])
    )
    shares = np.histogram(inside, bins)[0] / max(1, len(inside))
    plot.reach(bins[[0, -1]], [])
    plot.boxes(middle - width / 2.0, middle + width / 2.0, np.zeros_like(shares), shares, "accent")
    plot.level(0.0)
    plot.column("share", middle, shares)
    plot.places = between(middle, bins, "")
    return plot.html()


def spread(chart: Spread) -> str:
    """Draw a histogram of many sets with marked values; the area of a bar is its number of sets."""
    finite = chart.bins[np.isfinite(chart.bins["low"]) & np.isfinite(chart.bins["high"])]
    edges, counts = whole_bins(finite)
    density = counts / np.diff(edges)
    plot = Plot(chart.name, chart.label)
    plot.x_unit = chart.unit
    plot.y_limits, plot.y_ticks = (0.0, 1.05 * float(density.max())), []
    heights = np.append(density, density[-1])
    plot.area(edges, 0.0, heights, "benchmark", opacity=1.0, step=True)  # one shape: no gaps
    plot.level(0.0)
    colours = ("accent", "ink", "loss")
    for colour, (legend, value) in zip(colours, chart.marks.items(), strict=False):
        plot.upright(value, colour, legend, width=1.6)
    middle = 0.5 * (edges[1:] + edges[:-1])
    plot.column("sets", middle, counts, count)
    plot.places = between(middle, edges, chart.unit)
    return plot.html()


def between(middle: NDArray[np.float64], edges: NDArray[np.float64], unit: str) -> Labels:
    """Return the names of bars in a table: the edges of each."""
    texts = tick_texts(edges.tolist(), unit)
    names = [f"{low} to {high}" for low, high in pairwise(texts)]
    return list(zip(middle.tolist(), names, strict=True))


def whole_bins(bins: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Merge the bins of a histogram into wider ones; no bin is split.

    A bar starts at a bin's lower edge and ends at the first edge of a bin that is at least the
    smallest width away; if no bin follows, it has that width. How the sets are spread within a bin
    is unknown.

    Parameters
    ----------
    bins : DataFrame
        `low`, `high`, `count` > 0, finite, in rising order, no two overlapping; one or more, not
        all at one value.

    Returns
    -------
    edges : ndarray of shape (n_bars + 1,)
        Rising, from the lowest edge to the highest. No bar is narrower than 1 / `BARS` of this
        range, unless it is empty.
    counts : ndarray of shape (n_bars,)
        Number of sets in each bar, 0 between bins that are far apart; the sum is that of the bins.
    """
    low, high = (bins[edge].to_numpy(float) for edge in ("low", "high"))
    count = bins["count"].to_numpy()
    width = (high[-1] - low[0]) / BARS
    edges, counts = [float(low[0])], [0]
    for at in range(len(count)):
        counts[-1] += int(count[at])
        reach = max(float(high[at]), edges[-1] + width)
        if at + 1 < len(count) and low[at + 1] >= reach:
            edges.append(reach)
            counts.append(0)
            if low[at + 1] > reach:
                edges.append(float(low[at + 1]))
                counts.append(0)
    top = float(high[-1])
    if top - edges[-1] < width and len(counts) > 1:  # the last bar is too narrow
        edges.pop()
        apart = counts[-2] == 0
        if apart and top - width > edges[-1]:  # it begins in the empty space before it
            edges.append(top - width)
        else:  # merge it with the bar before it
            if apart:
                edges.pop()
            joined = 3 if apart else 2
            counts[-joined:] = [sum(counts[-joined:])]
    return np.array([*edges, top]), np.array(counts)
