"""The strip of luck: a grey dot for the best rule of each made-up market, a red one for yours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...runs.labels.figures import figure_of
from ...worth.result import Worth
from ..svg.plot import Plot

COLUMNS = 110
"""Places along the strip; dots that share one are stacked."""

ROWS = ("Random signs", "Shuffled days")

REACH = 0.05
"""Share of each kind's worst dots that may lie beyond the left end; they are drawn at it."""

TALLEST = 0.8
"""Height of the highest stack, in units of the distance between the strips."""

STEP = 0.055
"""Height of a dot in a stack, in the same unit."""


def strip(worth: Worth, objective: str, others: Mapping[str, float] | None = None) -> str:
    """Draw both kinds of made-up markets, and the real search's best.

    Parameters
    ----------
    worth : Worth
    objective : str
        What ranks; values are those less that of buying and holding.
    others : mapping of str to float, optional
        Legend to a value in the same unit, drawn in blue: a walk-forward.

    Returns
    -------
    str
        HTML; empty without made-up markets.
    """
    placebos = [each for each in (worth.signs, worth.permutation) if each is not None]
    if len(placebos) < len(ROWS):
        return ""
    figure = figure_of(objective)
    plot = Plot(
        "luck", f"{figure.label}, less that of buying and holding", height=190, gutter=0.3,
        unit="%" if figure.unit.strip() in ("%", "pp") else "",
    )  # fmt: skip
    plot.y_limits = (-0.12, 1.0 + TALLEST + 0.12)
    plot.y_ticks = [(1.0, ROWS[0]), (0.0, ROWS[1])]
    real = placebos[0].real
    luck = [placebo.over_held[np.isfinite(placebo.over_held)] for placebo in placebos]
    marks = [real, *(others or {}).values()]
    ends = [np.quantile(values, REACH) for values in luck if values.size]
    low = float(min([*ends, *marks]))
    high = float(np.concatenate([*luck, marks]).max())
    luck = [np.maximum(values, low) for values in luck]
    room = 0.04 * (high - low) or 1.0
    plot.x_limits = (low - room, high + room)
    for row, values in zip((1.0, 0.0), luck, strict=True):
        at, up = stacked(values, low, high)
        plot.points(
            at, row + up, "benchmark", "best rule of a made-up market" if row else "", size=5.0
        )
        plot.points([real], [row], "loss", "yours" if row else "", size=9.0)
        for name, value in (others or {}).items():
            plot.points([value], [row], "accent", name if row else "", size=9.0)
    plot.upright(real, "loss", width=0.8)
    shares = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
    for name, placebo in zip(ROWS, placebos, strict=True):
        known = placebo.over_held[np.isfinite(placebo.over_held)]
        if known.size:
            plot.column(name, shares, np.quantile(known, shares), figure.show)
    plot.places = [(share, f"{share:.0%} below") for share in shares]
    return plot.html()


def stacked(
    values: NDArray[np.float64], low: float, high: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where dots stand: their columns, and their heights in a stack.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Between low and high.
    low, high : float
        The ends of all strips.

    Returns
    -------
    places, heights : ndarray of shape (n,)
        A stack that is too high is pressed together, so that no dot is lost.
    """
    width = (high - low) / COLUMNS or 1.0
    columns = np.round((values - low) / width).astype(int)
    order = np.argsort(columns, kind="stable")
    _, first, counts = np.unique(columns[order], return_index=True, return_counts=True)
    ranks = np.empty(values.size)
    ranks[order] = np.arange(values.size) - np.repeat(first, counts)
    tallest = float(ranks.max()) if values.size else 0.0
    step = min(STEP, TALLEST / tallest) if tallest else STEP
    return low + columns * width, ranks * step
