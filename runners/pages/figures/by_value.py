"""Draw a figure of a search by the values of one parameter into matplotlib's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...runs.labels.colours import ACCENT, INK, MUTED, RUNS
from ...searches.values import in_order, is_numeric
from ..search.curves import Levels
from ..svg.ticks import round_ticks, tick_texts
from .style import legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBERS, EACH, MOST = 3.0, 0.24, 8.0
"""Inches: height over numbers, of one bar, and at most of all bars."""


def height_of(rows: pd.DataFrame, words: str) -> float:
    """Return the height of the picture of a parameter, in inches: room for the bar of each text."""
    values = rows["value"].tolist()
    if is_numeric(values):
        return NUMBERS
    return 0.9 + min(MOST, EACH * len(values) * (len(_shown(rows, words)) + 0.6))


def draw_by_value(
    axes: Axes, parameter: str, rows: pd.DataFrame, *, words: str, unit: str, levels: Levels
) -> None:
    """Draw lines over numbers and bars for texts, beside buying and holding; mark the best set.

    The parameters are those of `search.curves.by_value`.
    """
    values = rows["value"].tolist()
    ordered, shown = rows.iloc[in_order(values)], _shown(rows, words)
    lines = {told: ordered[key].to_numpy(float) for told, key in shown.items()}
    known = [one for line in lines.values() for one in line.tolist() if np.isfinite(one)]
    known += [0.0, *([] if levels.held is None else [levels.held])]
    numeric = is_numeric(values)
    (_draw_lines if numeric else _draw_bars)(axes, ordered, lines, levels)
    style: dict[str, Any] = {"color": INK, "linewidth": 1.0, "linestyle": (0, (4, 3))}
    level = axes.axhline if numeric else axes.axvline
    level(0.0, color=MUTED, linewidth=0.8)
    if levels.held is not None:
        level(levels.held, label="buy and hold", **style)
    _label(axes, min(known), max(known), unit, upright=numeric)
    if numeric:
        axes.set_xlabel(parameter)
    legend(axes, reverse=False, columns=4)
    axes.margins(x=0.02)


def _shown(rows: pd.DataFrame, words: str) -> dict[str, str]:
    """Return label to column: the figure alone where a value has one set at most."""
    return {words: "best"} if rows["sets"].max() <= 1 else {k: k for k in ("best", "mean", "worst")}


def _draw_lines(axes: Axes, rows: pd.DataFrame, lines: dict[str, Any], levels: Levels) -> None:
    x = rows["value"].to_numpy(float)
    for colour, (told, y) in zip(RUNS, lines.items(), strict=False):
        axes.plot(x, y, color=colour, label=told, marker="o", markersize=2.2)
    near = levels.near
    if near is not None:
        axes.axvspan(float(near.low), float(near.high), color=ACCENT, alpha=0.1, linewidth=0)
        place = rows["value"].tolist().index(near.value)
        at = (float(near.value), float(next(iter(lines.values()))[place]))
        axes.plot(*at, "o", color=ACCENT, markersize=5)
        axes.annotate(
            f"best: {near.value}", at, xytext=(7, 2), textcoords="offset points", color=ACCENT
        )


def _draw_bars(axes: Axes, rows: pd.DataFrame, lines: dict[str, Any], levels: Levels) -> None:
    places, thick = np.arange(len(rows)), 0.8 / len(lines)
    for order, (told, lengths) in enumerate(lines.items()):
        shift = (order - (len(lines) - 1) / 2.0) * thick
        axes.barh(places + shift, lengths, thick * 0.92, color=RUNS[order], label=told)
    axes.set_yticks(places, [str(value) for value in rows["value"]])
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")


def _label(axes: Axes, low: float, high: float, unit: str, *, upright: bool) -> None:
    """Label an axis of figures with round values."""
    room = 0.06 * (high - low) or 0.01
    labelled = round_ticks(low - room, high + room)
    texts = tick_texts(labelled, unit)
    if upright:
        axes.set_yticks(labelled, texts)
        axes.set_ylim(low - room, high + room)
    else:
        axes.set_xticks(labelled, texts)
        axes.set_xlim(low - room, high + room)
