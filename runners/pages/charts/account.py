"""An account's years, its sources of profit, and its gain at other fills."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..svg.axes import gutter_for, named
from ..svg.plot import Plot
from .bars import WIDE, add_bars_by_year, some_years

ROW = 28
"""Height of a level bar with its space in pixels."""

THICK = 0.62
"""Thickness of a level bar; the distance of two bars is 1."""


def switches(per_year: Mapping[int, int]) -> str:
    """Draw bars of the reversals of the position's sign in each calendar year.

    Parameters
    ----------
    per_year : mapping of int to int
        Year to number of switches, oldest first.

    Returns
    -------
    str
        The chart as HTML.
    """
    plot = Plot("switches", "Switches per calendar year")
    plot.y_limits = (0.0, max(1.0, 1.08 * max(per_year.values(), default=0)))
    plot.y_whole = True
    plot.bars([*per_year], [*per_year.values()], WIDE, "accent", table=False)
    plot.column("switches", [*per_year], [*per_year.values()], lambda n: f"{n:,.0f}")
    plot.x_ticks = some_years([*per_year])
    return plot.html()


def yearly_returns(strategy: Mapping[int, float], benchmark: Mapping[int, float] | None) -> str:
    """Draw bars of the compounded return of each calendar year.

    Parameters
    ----------
    strategy, benchmark : mapping of int to float
        Year to return as a fraction, oldest first; the benchmark's years are the strategy's.

    Returns
    -------
    str
        The chart as HTML.
    """
    plot = Plot("years", "Compounded returns by calendar year", unit="%")
    series = {"Strategy": strategy} | ({} if benchmark is None else {"Benchmark": benchmark})
    add_bars_by_year(plot, series, ("accent", "benchmark"))
    return plot.html()


def waterfall(parts: Mapping[str, float]) -> str:
    """Draw steps from zero to the total profit, one bar for each source of profit or cost.

    Parameters
    ----------
    parts : mapping of str to float
        Label to amount in account currency, costs negative, in the order of drawing; the total
        is their sum and is drawn last.

    Returns
    -------
    str
        The chart as HTML.
    """
    amounts = np.array(list(parts.values()), dtype=float)
    ends = np.cumsum(amounts)
    lengths = np.append(amounts, ends[-1:])
    starts = np.append(ends - amounts, 0.0)
    rows = np.arange(len(lengths))
    label = "Profit and loss by source, from zero to the total"
    plot = _rows("waterfall", label, [*parts, "total"])
    whole = rows == len(parts)
    for colour, which in (
        ("gain", ~whole & (lengths >= 0.0)),
        ("loss", ~whole & (lengths < 0.0)),
        ("accent", whole),
    ):
        drawn = np.where(which, lengths, np.nan)
        plot.rows_of_bars(rows, drawn, THICK, colour, left=starts, table=False)
    places = np.arange(len(parts))
    plot.segments(ends, places - THICK / 2, ends, places + 1 + THICK / 2, "muted", width=0.7)
    plot.upright(0.0)
    plot.column("amount", rows, lengths)
    return plot.html()


def _rows(name: str, label: str, names: list[str]) -> Plot:
    """Return an empty chart with a named row for each bar, from top to bottom."""
    plot = Plot(name, label, height=ROW * max(4, len(names)), gutter=gutter_for(names))
    plot.y_ticks, plot.y_limits = named(names), (len(names) - 0.5, -0.5)
    return plot
