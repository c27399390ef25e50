"""Draw a figure by the values of one parameter: lines for numbers, bars for texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ...runs.labels.colours import ACCENT, BENCHMARK, INK, MUTED, RUNS
from ...searches.values import in_order, is_even, is_numeric
from ..plots import SIZE, legend, picture
from .axis import tick_texts, ticks, written
from .heat_map import NO_FIGURE, RUINED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

STRIP = 0.09
"""Height of the strip of ruined sets, as a fraction of the axes."""
MOST_NAMES = 60
"""Most bars of which each is named."""
DOTTED = 60
"""Most values of which each has a dot."""


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
        As for `axis.tick_texts`.
    levels : Levels
        Values to compare with: buying and holding, and the neighbourhood of the best set.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def fill(axes: Axes) -> None:
        draw_by_value(axes, parameter, rows, words=words, unit=unit, levels=levels)

    return picture(name, label, fill, size=(SIZE[0], height_of(rows, words)))


def draw_by_value(
    axes: Axes, parameter: str, rows: pd.DataFrame, *, words: str, unit: str, levels: Levels
) -> None:
    """Draw a figure by the values of a parameter into axes; the parameters are `by_value`'s."""
    values = rows["value"].tolist()
    draw = _lines if is_numeric(values) else _bars
    ordered = rows.iloc[in_order(values)]
    draw(axes, ordered, _shown(rows, words), words, levels, unit=unit)
    if is_numeric(values):
        axes.set_xlabel(parameter)


def height_of(rows: pd.DataFrame, words: str) -> float:
    """Return the height of the picture of a parameter, in inches: room for the bar of each text."""
    values = rows["value"].tolist()
    if is_numeric(values):
        return 3.0
    return 0.9 + min(8.0, 0.24 * len(values) * (len(_shown(rows, words)) + 0.6))


def _shown(rows: pd.DataFrame, words: str) -> dict[str, str]:
    """Return label to column: the figure alone where a value has one set at most."""
    return {words: "best"} if rows["sets"].max() <= 1 else {k: k for k in ("best", "mean", "worst")}


def _lines(
    axes: Axes,
    rows: pd.DataFrame,
    shown: dict[str, str],
    words: str,
    levels: Levels,
    *,
    unit: str,
) -> None:
    from matplotlib.ticker import MaxNLocator

    x = rows["value"].to_numpy(float)
    lines = {told: rows[key].to_numpy(float) for told, key in shown.items()}
    near = levels.near
    axes.axhline(0.0, color=MUTED, linewidth=0.8)
    if near is not None:
        axes.axvspan(float(near.low), float(near.high), color=ACCENT, alpha=0.1, linewidth=0)
    for colour, (told, y) in zip(RUNS, lines.items(), strict=False):
        axes.plot(x, y, color=colour, label=told, marker="o" if x.size <= DOTTED else None, ms=2.2)
        alone = _alone(y)
        axes.plot(x[alone], y[alone], "o", color=colour, markersize=2.2)
    if levels.held is not None:
        style = {"color": INK, "linewidth": 1.0, "linestyle": (0, (4, 3))}
        axes.axhline(levels.held, label="buy and hold", **style)  # type: ignore[arg-type]
    if near is not None:
        best = float(next(iter(lines.values()))[rows["value"].tolist().index(near.value)])
        left = float(near.value) > (x[0] + x[-1]) / 2.0
        axes.plot([float(near.value)], [best], "o", color=ACCENT, markersize=5)
        axes.annotate(
            f"best: {near.value}", (float(near.value), best), xytext=(-7 if left else 7, 2),
            textcoords="offset points", ha="right" if left else "left", color=ACCENT,
        )  # fmt: skip
        if near.median is not None:
            axes.plot(
                [float(near.low), float(near.high)], [near.median] * 2, color=ACCENT,
                linewidth=1.0, linestyle=":", label="its neighbours' median",
            )  # fmt: skip
    axes.margins(x=0.02)
    known = _known([*lines.values(), [levels.held, near and near.median]])
    _scale(axes.yaxis, _with_zero(known), unit)
    _strip(axes, x, rows, words)
    if all(isinstance(value, int) for value in rows["value"]):
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    marked = bool(rows[["ruined", "undefined"]].to_numpy().any())
    legend(axes, reverse=False, columns=2 if near is not None or marked else 3)
    axes.margins(x=0.02)


def _alone(y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points have no neighbour on either side: a line would not show them."""
    known = np.concatenate([[False], np.isfinite(y), [False]])
    alone: NDArray[np.bool_] = known[1:-1] & ~known[:-2] & ~known[2:]
    return alone


def _known(groups: Sequence[Any]) -> list[float]:
    """Return the finite figures of all groups."""
    every = [float(value) for group in groups for value in group if value is not None]
    return [value for value in every if np.isfinite(value)]


def _with_zero(known: list[float]) -> list[float]:
    """Add zero to the figures, unless they are so close that zero would flatten the curve."""
    sizes = [abs(value) for value in known]
    one_sign = min(known) > 0.0 or max(known) < 0.0
    return known if one_sign and min(sizes) > 0.5 * max(sizes) else [*known, 0.0]


def _scale(axis: Any, known: list[float], unit: str) -> None:
    """Label an axis of figures with at least three round values."""
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 0.01, high + 0.01
    room = 0.06 * (high - low)
    labelled = ticks(low - room, high + room)
    axis.set_ticks(labelled, tick_texts(labelled, unit))
    axis.axes.set(**{f"{axis.axis_name}lim": (low - room, high + room)})


def _strip(axes: Axes, x: NDArray[np.float64], rows: pd.DataFrame, words: str) -> None:
    """Mark below the axes what share of each value's sets was ruined, or has no figure."""
    sets = rows["sets"].to_numpy(float)
    if not rows[["ruined", "undefined"]].to_numpy().any():
        return
    low, high = axes.get_ylim()
    axes.set_ylim(low - 1.4 * STRIP * (high - low), high)
    foot = np.zeros(x.size)
    every = int(rows["sets"].sum())
    for key, colour, told in (
        ("ruined", RUINED, "ruined"),
        ("undefined", NO_FIGURE, f"no {words}"),
    ):
        counts = rows[key].to_numpy(float)
        if not counts.any():
            continue
        tops = foot + STRIP * counts / np.maximum(sets, 1.0)
        style: dict[str, Any] = {
            "transform": axes.get_xaxis_transform(), "color": colour,
            "label": f"{told}: {int(counts.sum()):,} of {every:,} sets",
        }  # fmt: skip
        if x.size > 1 and is_even(x.tolist()):  # one shape: no gaps between bars
            half = (x[1] - x[0]) / 2.0
            axes.stairs(tops, np.append(x - half, x[-1] + half), baseline=foot, fill=True, **style)
        else:
            some = counts > 0
            axes.vlines(x[some], foot[some], tops[some], linewidth=4.0, **style)
        foot = tops


def _bars(
    axes: Axes,
    rows: pd.DataFrame,
    shown: dict[str, str],
    words: str,
    levels: Levels,
    *,
    unit: str,
) -> None:
    names = [str(value) for value in rows["value"]]
    places, thick = np.arange(len(names)), 0.8 / len(shown)
    best = None if levels.near is None else str(levels.near.value)
    for order, (told, key) in enumerate(shown.items()):
        lengths = rows[key].to_numpy(float)
        shift = (order - (len(shown) - 1) / 2.0) * thick
        colours: Any = RUNS[order]
        if len(shown) == 1:
            colours = [ACCENT if text == best else BENCHMARK for text in names]
        axes.barh(places + shift, np.nan_to_num(lengths), thick * 0.92, color=colours, label=told)
    known = _known([*(rows[key] for key in shown.values()), [levels.held, 0.0]])
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    if levels.held is not None:
        axes.axvline(
            levels.held, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), label="buy and hold"
        )
    _scale(axes.xaxis, known, unit)
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        if not row["count"]:
            what = "ruined" if row["ruined"] else f"no {words}" if row["sets"] else "no set"
            axes.annotate(
                what, (0.0, place), xytext=(4, 0), textcoords="offset points", va="center",
                color=MUTED,
            )  # fmt: skip
    texts = [
        f"{text}\n{row['ruined']:,} of {row['sets']:,} ruined"
        if row["ruined"] and row["sets"] > 1
        else text
        for text, row in zip(names, rows.to_dict("records"), strict=True)
    ]
    some = written(texts, MOST_NAMES)
    axes.set_yticks(places[some], [texts[place] for place in some])
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    if len(shown) > 1 or levels.held is not None:
        legend(axes, reverse=False, columns=4)
