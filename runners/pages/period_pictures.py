"""Pictures of weekly, monthly, quarterly and yearly returns; every period is included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..runs.labels.colours import ACCENT, BENCHMARK, GAIN, INK, LOSS, MUTED
from ..runs.labels.formats import number
from .periods import MONTHS
from .plots import legend, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 20

PALE = "#f6f3ec"

STRONG = 0.95
"""Share of the months within the range of colours; months beyond it have the darkest colour."""


def quantiles(by_unit: Mapping[str, pd.Series]) -> str:
    """Draw the quantiles of the returns of each period.

    Parameters
    ----------
    by_unit : mapping of str to Series of float
        Name of the period to its returns as fractions, no NaN, at least one return each.

    Returns
    -------
    str
        An ``<svg>`` element: the box holds the middle half and the line the median, whiskers reach
        to the last return within 1.5 boxes, and every return beyond is a dot.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.boxplot(
            [values.to_numpy(dtype=float) for values in by_unit.values()],
            tick_labels=[f"{name}\n{len(values):,}" for name, values in by_unit.items()],
            widths=0.5,
            patch_artist=True,
            boxprops={"facecolor": BENCHMARK, "edgecolor": INK, "linewidth": 0.8},
            medianprops={"color": INK, "linewidth": 1.4},
            whiskerprops={"color": INK, "linewidth": 0.8},
            capprops={"color": INK, "linewidth": 0.8},
            flierprops={"marker": "o", "markersize": 2.2, "markerfacecolor": ACCENT,
                        "markeredgewidth": 0.0},
        )  # fmt: skip
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))

    return picture("returns_dist", "Quantiles of returns, by length of the period", draw)


def monthly_distribution(strategy: pd.Series, benchmark: pd.Series | None) -> str:
    """Draw the distribution of monthly returns.

    Parameters
    ----------
    strategy, benchmark : Series of float
        Monthly returns as fractions, no NaN, at least one.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    drawn = {"Strategy": strategy} | ({} if benchmark is None else {"Benchmark": benchmark})
    values = np.concatenate([months.to_numpy(dtype=float) for months in drawn.values()])
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9:
        low, high = low - 0.01, high + 0.01
    edges = np.linspace(low, high, BINS + 1)

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        for (label, months), colour in zip(drawn.items(), (ACCENT, BENCHMARK), strict=False):
            counts, _ = np.histogram(np.clip(months, low, high), edges)
            width = np.diff(edges) / len(drawn)
            start = edges[:-1] + (width if label == "Benchmark" else 0.0)
            axes.bar(start, counts, width * 0.92, align="edge", color=colour, label=label)
        mean = float(strategy.mean())
        axes.axvline(mean, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), label="Mean month")
        axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        legend(axes, reverse=False, columns=3)

    return picture("monthly_dist", "Number of months by their return", draw)


def heat_map_of_months(table: pd.DataFrame) -> str:
    """Draw a table of monthly returns in percent, coloured by value.

    Parameters
    ----------
    table : DataFrame of float
        The result of `periods.table_of_months`; NaN is left blank.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    values = table.to_numpy(dtype=float)
    known = np.abs(values[np.isfinite(values)])
    reach = float(np.quantile(known, STRONG)) if known.size else 0.0

    def draw(axes: Axes) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        colours = LinearSegmentedColormap.from_list("months", [LOSS, PALE, GAIN])
        axes.pcolormesh(
            np.ma.masked_invalid(values), cmap=colours, vmin=-(reach or 1.0), vmax=reach or 1.0,
            edgecolors="white", linewidth=1.0,
        )  # fmt: skip
        for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
            share = abs(values[row, column]) / (reach or 1.0)
            axes.text(
                column + 0.5, row + 0.5, number(100.0 * values[row, column]), ha="center",
                va="center", color="white" if share > 0.75 else INK,
            )  # fmt: skip
        axes.set_xticks(np.arange(len(MONTHS)) + 0.5, MONTHS)
        axes.set_yticks(np.arange(len(table)) + 0.5, [str(year) for year in table.index])
        axes.tick_params(length=0)
        axes.xaxis.tick_top()
        axes.set_ylim(len(table), 0)
        axes.grid(visible=False)

    size = (8.0, 0.5 + 0.26 * len(table))
    return picture("monthly_heatmap", "Return of each month in percent", draw, size=size)
