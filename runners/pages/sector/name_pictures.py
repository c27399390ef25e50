"""Pictures of the stocks that a sector book held or left out: tables in, inline SVG out."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....analyzers.sector.candidates import HELD, NOT_CHOSEN, OTHER
from ...runs.labels.colours import ACCENT
from ..plots import legend
from .drawing import SECOND, ends, held_on, over_time, percent_axis, to_the_end, whole_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEPT_OUT = (
    "#d8c3a5", "#b9a6c2", "#c99a8e", "#9fbf9a", "#8fb8bd", "#cfc07e", "#8c8c99", "#a98d6f",
)  # fmt: skip
"""Colours of the reasons for exclusion, paler than those of held stocks."""

PASSED_OVER = "#a9c3d6"
UNASKED = "#e6e6e6"

ROW = 0.148
"""Height of a row in the map of weights, in inches; 8 point text fits."""


def weights(table: pd.DataFrame, last: pd.Timestamp) -> str:
    """Draw a map of weights by stock and decision; darker is larger.

    Parameters
    ----------
    table : DataFrame
        Index ``date``, one column per stock, weights of the long book.
    last : Timestamp
        The window's end, where the last decision ends.
    """
    order = table.sum().sort_values(ascending=False, kind="stable").index
    values = table[order].to_numpy(dtype=float).T
    edges = to_the_end(table.index, last)
    height = 0.9 + ROW * len(order)

    def draw(axes: Axes) -> None:
        from matplotlib.colors import LinearSegmentedColormap
        from matplotlib.ticker import PercentFormatter

        colours = LinearSegmentedColormap.from_list("house", ["#e6eef4", ACCENT, "#0f3148"])
        mesh = axes.pcolormesh(
            edges, np.arange(len(order) + 1), np.where(values > 0, values, np.nan),
            cmap=colours, vmin=0.0, vmax=float(values.max()), rasterized=True,
        )  # fmt: skip
        axes.set_yticks(np.arange(len(order)) + 0.5, list(order), fontsize=8)
        axes.invert_yaxis()
        axes.grid(visible=False)
        bar = axes.figure.colorbar(
            mesh, ax=axes, location="top", fraction=0.12 / height, pad=0.05 / height, aspect=36
        )
        bar.outline.set_visible(False)
        bar.ax.xaxis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=0))

    return over_time("sector-weights", "Weights of the names over time", draw, (5.4, height))


def tracking_error(decided: pd.DataFrame) -> str:
    """Draw each decision's tracking error against the portfolio of the factors."""

    def draw(axes: Axes) -> None:
        values = decided["tracking_error"]
        axes.step(ends(decided), held_on(values), where="post", color=ACCENT)
        axes.set_ylim(bottom=0.0)
        percent_axis(axes)
        axes.margins(x=0.01)

    return over_time("sector-tracking", "Tracking error of the basket, a year", draw)


def breadth(decided: pd.DataFrame) -> str:
    """Draw the number of stocks of each decision, and the effective number of equal positions."""

    def draw(axes: Axes) -> None:
        for name, colour, label in (
            ("names", ACCENT, "names held"),
            ("effective", SECOND, "effective number"),
        ):
            axes.step(
                ends(decided), held_on(decided[name]), where="post", color=colour, label=label
            )
        axes.set_ylim(bottom=0.0)
        whole_axis(axes)
        legend(axes, reverse=False)

    return over_time("sector-breadth", "Names held, and their effective number", draw)


def candidates(table: pd.DataFrame, last: pd.Timestamp) -> str:
    """Draw the number of stocks by status, stacked.

    Parameters
    ----------
    table : DataFrame
        Index ``date``, one column per status, held stocks first; every row has the same sum.
    last : Timestamp
        The window's end, where the last decision ends.
    """
    shown = [str(name) for name in table if table[name].any()]
    reasons = cycle(KEPT_OUT)
    own = {HELD: ACCENT, NOT_CHOSEN: PASSED_OVER, OTHER: UNASKED}
    colours = [own.get(name) or next(reasons) for name in shown]

    def draw(axes: Axes) -> None:
        counts = np.vstack([table[shown].to_numpy(), table[shown].to_numpy()[-1:]]).T
        axes.stackplot(
            to_the_end(table.index, last), counts, labels=shown, colors=colours, step="post",
            linewidth=0,
        )  # fmt: skip
        axes.set_ylim(0, float(counts.sum(axis=0).max()))
        whole_axis(axes)
        legend(axes, reverse=False, columns=3 if max(map(len, shown)) < 22 else 2)

    return over_time("sector-candidates", "Stocks held, not chosen and kept out", draw)
