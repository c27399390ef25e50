"""Draw each kind of picture as inline SVG, in the style of the tearsheet."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from ..runs.labels.colours import ACCENT, BENCHMARK, GAIN, INK, LOSS, MUTED, RUNS
from ..runs.sections.pictures import (
    BarsByYear,
    ByPeriod,
    Curves,
    DailyMarks,
    GroupedBars,
    Histogram,
    Movement,
    Scatter,
    Spread,
)
from .plots import legend, picture, some_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


def curves(chart: Curves) -> str:
    """Draw lines over time, with a line at zero."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        colours = cycle(RUNS)
        for place, (legend_text, values) in enumerate(chart.series.items()):
            colour = BENCHMARK if legend_text == chart.held else next(colours)
            axes.plot(values.index, values, color=colour, label=legend_text, zorder=3 - place / 100)
        if chart.percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        if len(chart.series) > 1:
            legend(axes, reverse=False, columns=2 if len(chart.series) < 5 else 4)
        axes.margins(x=0.01)

    return picture(chart.name, chart.label, draw)


def daily_marks(chart: DailyMarks) -> str:
    """Draw one vertical line per day from zero; values beyond `limit` are cut off."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.vlines(chart.values.index, 0.0, chart.values, color=ACCENT, linewidth=0.5)
        axes.set_ylim(-chart.limit, chart.limit)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=1))
        axes.margins(x=0.01)

    return picture(chart.name, chart.label, draw)


def by_period(chart: ByPeriod) -> str:
    """Draw a figure for each set of a sweep over one parameter."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        if chart.reference is not None:
            axes.axhline(chart.reference, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        lowest = min(float(values.min()) for values in chart.series.values())
        highest = max(float(values.max()) for values in chart.series.values())
        for colour, (legend_text, values) in zip(cycle(RUNS), chart.series.items(), strict=False):
            axes.plot(values.index, values, color=colour, label=legend_text)
            best = chart.marks.get(legend_text)
            if best is not None:
                axes.plot([best], [values[best]], "o", color=colour, markersize=5)
                axes.annotate(
                    str(best),
                    (best, float(values[best])),
                    xytext=(6, 3),
                    textcoords="offset points",
                    color=colour,
                )
            dead = list((chart.ruined or {}).get(legend_text, ()))
            if dead:
                floor = lowest - 0.06 * (highest - lowest)
                axes.plot(
                    dead, np.full(len(dead), floor), "|", color=colour, markersize=5, alpha=0.8
                )
        if chart.percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        if all(values.index.inferred_type == "integer" for values in chart.series.values()):
            axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axes.set_xlabel(chart.axis)
        legend(axes, reverse=False)

    return picture(chart.name, chart.label, draw)


def movement(chart: Movement) -> str:
    """Draw bars of up and down movement by year, overnight gap and session stacked."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        years = [int(year) for year in chart.table.index]
        for session, gap, alpha in (
            ("session_up", "gap_up", 1.0),
            ("session_down", "gap_down", 1.0),
        ):
            up = session.endswith("up")
            axes.bar(
                years,
                chart.table[session],
                0.76,
                color=GAIN if up else LOSS,
                alpha=alpha,
                label="open to close, up" if up else "open to close, down",
            )
            axes.bar(
                years,
                chart.table[gap],
                0.76,
                bottom=chart.table[session],
                color=GAIN if up else LOSS,
                alpha=0.45,
                label="gap, up" if up else "gap, down",
            )
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(some_of(years))
        if chart.unit == "percent":
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False)

    return picture(chart.name, chart.label, draw)


def bars_by_year(chart: BarsByYear) -> str:
    """Draw bars of one or two figures for each calendar year, side by side."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        years = np.array(list(next(iter(chart.series.values()))))
        width = 0.76 / len(chart.series)
        for place, (legend_text, values) in enumerate(chart.series.items()):
            shift = (place - (len(chart.series) - 1) / 2) * width
            colour = (ACCENT, BENCHMARK)[place % 2]
            axes.bar(
                years + shift, [values[year] for year in years], width, color=colour,
                label=legend_text,
            )  # fmt: skip
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(some_of([int(year) for year in years]))
        if chart.percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        if len(chart.series) > 1:
            legend(axes, reverse=False)

    return picture(chart.name, chart.label, draw)


def scatter(chart: Scatter) -> str:
    """Draw named points, one figure against another."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.plot(chart.x, chart.y, "o", color=ACCENT, markersize=4)
        for place, text in enumerate(chart.names):
            axes.annotate(
                text, (chart.x[place], chart.y[place]), xytext=(4, 2),
                textcoords="offset points", fontsize=7, color=MUTED,
            )  # fmt: skip
        if chart.x_percent:
            axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        axes.set_xlabel(chart.x_label)
        axes.set_ylabel(chart.y_label)

    return picture(chart.name, chart.label, draw)


def grouped_bars(chart: GroupedBars) -> str:
    """Draw bars of several figures for each name, side by side."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        names = list(next(iter(chart.series.values())))
        rows = np.arange(len(names))
        width = 0.8 / len(chart.series)
        for place, (legend_text, values) in enumerate(chart.series.items()):
            shift = (place - (len(chart.series) - 1) / 2) * width
            heights = [values[one] for one in names]
            axes.bar(rows + shift, heights, width, color=RUNS[place % len(RUNS)], label=legend_text)
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(rows, names)
        if chart.percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False, columns=4)

    return picture(chart.name, chart.label, draw)


def histogram(chart: Histogram) -> str:
    """Draw the share of values between edges; the outer bars include all values beyond them."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        bins = np.asarray(chart.edges, dtype=float)
        middle = 0.5 * (bins[1:] + bins[:-1])
        inside = np.clip(
            np.asarray(chart.values, dtype=float), bins[0], np.nextafter(bins[-1], bins[0])
        )
        counts, _ = np.histogram(inside, bins)
        axes.bar(middle, counts / max(1, len(inside)), np.diff(bins) * 0.94, color=ACCENT)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))

    return picture(chart.name, chart.label, draw)


BARS = 48
"""Most bars of a histogram of sets; no bar is narrower than 1 / BARS of the width."""


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


def spread(chart: Spread) -> str:
    """Draw a histogram of many sets with marked values; the area of a bar is its number of sets."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        finite = chart.bins[np.isfinite(chart.bins["low"]) & np.isfinite(chart.bins["high"])]
        edges, counts = whole_bins(finite)
        density = counts / np.diff(edges)
        axes.stairs(density, edges, fill=True, color=BENCHMARK)  # one shape: no gaps between bars
        axes.set_ylim(0.0, 1.05 * density.max())
        for colour, (legend_text, value) in zip(
            (ACCENT, INK, LOSS), chart.marks.items(), strict=False
        ):
            axes.axvline(value, color=colour, linewidth=1.4, label=legend_text)
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, min_n_ticks=3))
        if chart.unit:
            axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0, symbol=chart.unit))
        legend(axes, reverse=False, columns=3)

    return picture(chart.name, chart.label, draw)
