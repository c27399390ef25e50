"""Draw a figure by the values of one parameter: lines for numbers, bars for texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...searches.values import in_order, is_even, is_numeric
from ..svg.paths import Floats
from ..svg.plot import RUNS, Plot
from ..svg.ticks import round_ticks, tick_texts
from .axis import limits
from .value_bars import draw_bars

RUINED = "ink"
NO_FIGURE = "run4"
STRIP = 0.09
"""Height of the strip of ruined sets, as a fraction of the axes."""
NARROWEST = 0.006
"""Width of a mark in the strip at uneven values, as a fraction of the axes, at least."""
LEFT, RIGHT = 0.09, 0.02
"""Space beside the first value, where the figures are written, and the last, as fractions."""
DOTTED = 60
"""Most values of which each has a dot."""
DOT = 4.5
"""Diameter of a dot in pixels."""


class Near(NamedTuple):
    """The best set and the values next to it."""

    value: Any
    low: Any
    high: Any
    """Lower and upper end of the neighbourhood."""
    median: float | None
    """Median of the neighbours without the best set; None if the middle one has no figure."""


class Levels(NamedTuple):
    """Values with which a figure is compared."""

    held: float | None
    near: Near | None


def by_value(
    name: str,
    label: str,
    parameter: str,
    rows: pd.DataFrame,
    *,
    words: str,
    unit: str,
    levels: Levels,
) -> str:
    """Draw a figure by the values of a parameter.

    Parameters
    ----------
    name : str
        Unique on the page.
    label : str
        What the picture shows, for screen readers.
    parameter : str
        Its name.
    rows : DataFrame
        The rows of the parameter in `Found.marginals`. If each value has one set at most, one line
        or bar is drawn, otherwise best, mean and worst. A line ends where no set has the figure.
    words : str
        The figure's name.
    unit : str
        As for `ticks.tick_texts`.
    levels : Levels
        Values to compare with: buying and holding, and the neighbourhood of the best set.

    Returns
    -------
    str
        The chart as HTML, without a table: the page lists each value below it.
    """
    values = rows["value"].tolist()
    rows = rows.iloc[in_order(values)]
    shown = (
        {words: "best"} if rows["sets"].max() <= 1 else {k: k for k in ("best", "mean", "worst")}
    )
    plot = Plot(name, label, unit=unit)
    if is_numeric(values):
        plot.x_title = parameter
        _draw_lines(plot, rows, shown, words, levels)
    else:
        best = None if levels.near is None else str(levels.near.value)
        draw_bars(plot, rows, shown, words=words, held=levels.held, best=best)
    return plot.html()


def _draw_lines(
    plot: Plot, rows: pd.DataFrame, shown: dict[str, str], words: str, levels: Levels
) -> None:
    x = rows["value"].to_numpy(float)
    lines = {told: rows[key].to_numpy(float) for told, key in shown.items()}
    near = levels.near
    marked = bool(rows[["ruined", "undefined"]].to_numpy().any())
    every = [*(y for y in lines.values()), [levels.held, near and near.median]]
    _set_scales(plot, rows["value"].tolist(), _with_zero(_known(every)), marked=marked)
    assert plot.y_limits is not None
    if near is not None:
        plot.band(float(near.low), float(near.high), "accent", opacity=0.1)
    if plot.y_limits[0] <= 0.0 <= plot.y_limits[1] and levels.held != 0.0:
        plot.level(0.0)
    for colour, (told, y) in zip(RUNS, lines.items(), strict=False):
        plot.line(x, y, colour, told, table=False)
        dots = np.isfinite(y) if x.size <= DOTTED else _alone(y)
        plot.points(x[dots], y[dots], colour, size=DOT)
    if levels.held is not None:
        plot.level(levels.held, "ink", "buy and hold", width=1.0, dash=True)
    if near is not None:
        _mark_best(plot, near, next(iter(lines.values())), rows["value"].tolist())
    if marked:
        _draw_strip(plot, x, rows, words)


def _mark_best(plot: Plot, near: Near, y: Floats, values: list[Any]) -> None:
    """Mark the best value, and the median of the values around it."""
    at, best = float(near.value), float(y[values.index(near.value)])
    beyond = at > (float(values[0]) + float(values[-1])) / 2.0
    plot.points([at], [best], "accent", size=10.0)
    plot.text(
        at, best, f"best: {near.value}", "accent",
        anchor="end" if beyond else "start", dx=-9 if beyond else 9, dy=-3,
    )  # fmt: skip
    if near.median is not None:
        plot.line(
            [float(near.low), float(near.high)], [near.median] * 2, "accent",
            "its neighbours' median", width=1.0, dash=True, table=False,
        )  # fmt: skip


def _alone(y: Floats) -> Any:
    """Return which points have no neighbour on either side: a line would not show them."""
    known = np.concatenate([[False], np.isfinite(y), [False]])
    return known[1:-1] & ~known[:-2] & ~known[2:]


def _known(groups: Sequence[Any]) -> list[float]:
    """Return the finite figures of all groups."""
    every = [float(value) for group in groups for value in group if value is not None]
    return [value for value in every if np.isfinite(value)]


def _with_zero(known: list[float]) -> list[float]:
    """Add zero to the figures, unless they are so close that zero would flatten the curve."""
    sizes = [abs(value) for value in known]
    one_sign = min(known) > 0.0 or max(known) < 0.0
    return known if one_sign and min(sizes) > 0.5 * max(sizes) else [*known, 0.0]


def _set_scales(plot: Plot, values: list[Any], known: list[float], *, marked: bool) -> None:
    """Label the axes with round values; leave room for the strip if it is drawn."""
    low, high = limits(known)
    labelled = round_ticks(low, high)
    plot.y_ticks = list(zip(labelled, tick_texts(labelled, plot.unit), strict=True))
    plot.y_limits = low - (1.4 * STRIP * (high - low) if marked else 0.0), high
    first, last = float(values[0]), float(values[-1])
    plot.x_limits = first - LEFT * (last - first), last + RIGHT * (last - first)
    if all(isinstance(value, int) for value in values):
        whole = round_ticks(first, last, 8, whole=True)
        plot.x_ticks = [(value, f"{value:.0f}") for value in whole]


def _draw_strip(plot: Plot, x: Floats, rows: pd.DataFrame, words: str) -> None:
    """Mark at the foot what share of each value's sets was ruined, or has no figure."""
    assert plot.y_limits is not None
    low, high = plot.y_limits
    sets = rows["sets"].to_numpy(float)
    foot = np.full(x.size, low)
    every = int(rows["sets"].sum())
    even = x.size > 1 and is_even(x.tolist())
    wide = x[1] - x[0] if even else NARROWEST * (x[-1] - x[0])
    for key, colour, told in (
        ("ruined", RUINED, "ruined"),
        ("undefined", NO_FIGURE, f"no {words}"),
    ):
        counts = rows[key].to_numpy(float)
        if not counts.any():
            continue
        high_share = STRIP * counts / np.maximum(sets, 1.0)
        tops = foot + high_share * (high - low)
        legend = f"{told}: {int(counts.sum()):,} of {every:,} sets"
        if even:  # one shape: no gaps between bars
            edges = np.append(x, x[-1] + wide) - wide / 2.0
            low_ends, high_ends = np.append(foot, foot[-1]), np.append(tops, tops[-1])
            plot.area(edges, low_ends, high_ends, colour, legend, opacity=1.0, step=True)
        else:
            some = counts > 0
            plot.bars(
                x[some], (tops - foot)[some], wide, colour, legend, base=foot[some], table=False
            )
        foot = tops
