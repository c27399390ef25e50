"""Pictures of the stocks that a sector book held or left out: tables in, HTML out."""

from __future__ import annotations

from itertools import cycle, pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ....analyzers.sector.candidates import HELD, NOT_CHOSEN, OTHER
from ...runs.labels.formats import count, number
from ..svg.axes import gutter_for, named
from ..svg.plot import RUNS, Plot
from ..svg.ticks import round_ticks, tick_texts
from .drawing import ends, held_on, to_the_end

OWN = {HELD: ("accent", 1.0), NOT_CHOSEN: ("accent", 0.4), OTHER: ("grid", 1.0)}
"""Colour and opacity of each status that is no reason for exclusion."""

KEPT_OUT = tuple((colour, opacity) for opacity in (0.55, 0.38, 0.22) for colour in RUNS[1:])
"""Colours of the reasons for exclusion, paler than those of held stocks."""

ROW = 15
"""Height of a row in the map of weights, in pixels."""

THICK = 0.86
"""Height of a cell in it; the distance of two rows is 1."""

PALEST = 0.22
"""Opacity of the smallest weights."""

MOST_EDGES = 6
"""Most round numbers that part the shades."""


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
    names = [str(name) for name in order]
    values = table[order].to_numpy(dtype=float)
    values = np.where(values > 0.0, values, np.nan)
    plot = Plot(
        "sector-weights", "Weights of the names over time", height=max(60, ROW * len(names)),
        unit="%", gutter=gutter_for(names),
    )  # fmt: skip
    plot.y_ticks, plot.y_limits = named(names), (len(names) - 0.5, -0.5)
    days = to_the_end(table.index, last)
    plot.reach(days[[0, -1]], [])
    edges = shades(values)
    texts = tick_texts(edges, "%")
    for place, (low, high) in enumerate(pairwise(edges)):
        rows, first, end = stretches((values > low) & (values <= high))
        opacity = PALEST + (1.0 - PALEST) * place / max(1, len(edges) - 2)
        plot.boxes(
            days[first], days[end], rows - THICK / 2.0, rows + THICK / 2.0, "accent",
            f"{texts[place]} to {texts[place + 1]}", opacity=round(opacity, 2),
        )  # fmt: skip
    _add_columns(plot, np.nan_to_num(values))
    return plot.html()


def _add_columns(plot: Plot, values: NDArray[np.float64]) -> None:
    """Add the figures of each stock: decisions that held it, its mean, largest and last weight."""
    places, held = np.arange(values.shape[1]), (values > 0.0).sum(axis=0)
    plot.column("decisions", places, held, count)
    plot.column("mean while held", places, values.sum(axis=0) / np.where(held, held, np.nan))
    plot.column("largest", places, values.max(axis=0))
    plot.column("last", places, values[-1])


def shades(values: NDArray[np.float64]) -> list[float]:
    """Return the edges of the weights that share a shade: round, from 0 to the largest or more."""
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    found = round_ticks(0.0, largest, MOST_EDGES)
    return found if found[-1] >= largest else [*found, found[-1] + found[1] - found[0]]


def stretches(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int_], ...]:
    """Return runs of consecutive decisions, so that each is drawn as one box.

    Parameters
    ----------
    inside : ndarray of shape (n_decisions, n_stocks)
        Which cells are drawn.

    Returns
    -------
    stock, first, end : ndarray of shape (n_runs,)
        The stock, its first decision, and the one after its last.
    """
    outside = np.zeros((1, inside.shape[1]), dtype=int)
    changes = np.diff(np.concatenate([outside, inside.astype(int), outside]), axis=0).T
    stock, first = np.nonzero(changes > 0)
    return stock, first, np.nonzero(changes < 0)[1]


def tracking_error(decided: pd.DataFrame) -> str:
    """Draw each decision's tracking error against the portfolio of the factors."""
    plot = Plot("sector-tracking", "Tracking error of the basket, a year", unit="%")
    values = held_on(decided["tracking_error"])
    plot.y_limits = (0.0, 1.08 * float(np.nanmax(values)) or 0.01)
    plot.line(ends(decided), values, "accent", step=True)
    return plot.html()


def breadth(decided: pd.DataFrame) -> str:
    """Draw the number of stocks of each decision, and the effective number of equal positions."""
    plot = Plot("sector-breadth", "Names held, and their effective number")
    plot.y_whole = True
    plot.y_limits = (0.0, 1.08 * max(1.0, decided[["names", "effective"]].max().max()))
    for name, colour, label, shown in (
        ("names", "accent", "names held", count),
        ("effective", "run2", "effective number", number),
    ):
        plot.line(ends(decided), held_on(decided[name]), colour, label, step=True, table=False)
        plot.column(label, decided.index, decided[name], shown)
    return plot.html()


def candidates(table: pd.DataFrame, last: pd.Timestamp) -> str:
    """Draw the number of stocks by status, stacked.

    Parameters
    ----------
    table : DataFrame
        Index ``date``, one column per status, held stocks first; every row has the same sum.
    last : Timestamp
        The window's end, where the last decision ends.
    """
    shown = [name for name in table if table[name].any()]
    plot = Plot("sector-candidates", "Stocks held, not chosen and kept out")
    plot.y_whole = True
    days = to_the_end(table.index, last)
    counts = np.column_stack([held_on(table[name]) for name in shown])
    heads = np.cumsum(counts, axis=1)
    plot.y_limits = (0.0, float(heads.max()))
    reasons = cycle(KEPT_OUT)
    for place, name in enumerate(map(str, shown)):
        colour, opacity = OWN.get(name) or next(reasons)
        low = heads[:, place] - counts[:, place]
        plot.area(days, low, heads[:, place], colour, name, opacity=opacity, step=True)
        plot.column(name, table.index, counts[:-1, place], count)
    return plot.html()
