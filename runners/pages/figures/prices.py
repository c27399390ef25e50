"""Draw the closes of a feed with what was held, entries and exits, and a strategy's lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ....analyzers.positions import ROUNDING, shares_held
from ...runs.labels.colours import GAIN, INK, LOSS, MUTED, RUNS
from .canvas import label_of
from .style import label_log_axis, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MANY = 120
"""Marks from which on they are drawn small."""


class Span(NamedTuple):
    """A time during which a feed was held on one side."""

    side: int
    first: pd.Timestamp
    """Day of the first close at which it was held."""
    until: pd.Timestamp
    """Day of the first close at which it was not, or of the last bar."""


class Marks(NamedTuple):
    """Fills that began or ended a position: rows of trades."""

    long: pd.DataFrame
    short: pd.DataFrame
    flat: pd.DataFrame


def spans_of(held: pd.Series) -> list[Span]:
    """Return the times during which a feed was held.

    Parameters
    ----------
    held : Series of float, indexed by date
        Signed shares after each close, oldest first.
    """
    if held.empty:
        return []
    sides = np.sign(held.to_numpy())
    starts = [0, *(np.flatnonzero(np.diff(sides)) + 1).tolist(), len(sides) - 1]
    return [
        Span(int(sides[first]), held.index[first], held.index[until])
        for first, until in pairwise(starts)
        if sides[first] and until > first
    ]


def marks_of(trades: pd.DataFrame, feed: str) -> Marks:
    """Return the fills of a feed after which it was held on another side than before.

    Parameters
    ----------
    trades : DataFrame
        One row per fill, oldest first, as in `RunResult.trades`.
    feed : str
        The instrument.
    """
    own = trades[trades["instrument"] == feed]
    after = own["size"].cumsum()
    after = after.where(after.abs() > ROUNDING * after.abs().cummax(), 0.0)
    side = np.sign(after)
    turned = side != side.shift(fill_value=0.0)
    return Marks(own[turned & (side > 0)], own[turned & (side < 0)], own[turned & (side == 0)])


def draw_price(
    axes: Axes, closes: pd.Series, trades: pd.DataFrame, feed: str, lines: pd.DataFrame | None,
    *, log: bool = False,
) -> None:  # fmt: skip
    """Draw a feed's closes, shaded where it was held long or short.

    Parameters
    ----------
    axes : Axes
        Where to.
    closes : Series of float, indexed by date
        The closes from the opening day on.
    trades : DataFrame
        The fills, as in `RunResult.trades`.
    feed : str
        The instrument.
    lines : DataFrame or None
        Lines beside the closes, as in `RunResult.lines`.
    log : bool
        Whether the prices are on a logarithmic scale.
    """
    axes.plot(closes.index, closes.to_numpy(), color=INK, linewidth=1.0, label="close")
    if lines is not None:
        for place, label in enumerate(lines.columns):
            colour = RUNS[(1 + place) % len(RUNS)]
            values = lines[label].to_numpy(dtype=float)
            values = np.where(values > 0.0, values, np.nan) if log else values
            axes.plot(lines.index, values, color=colour, linewidth=1.1, label=label_of(str(label)))
    held = shares_held(trades, closes.index)
    if feed in held:
        _shade(axes, spans_of(held[feed]))
        _mark(axes, marks_of(trades, feed), closes.index[0])
    if log:
        axes.set_yscale("log")
        label_log_axis(axes)
    legend(axes, reverse=False, columns=4)


def _shade(axes: Axes, spans: list[Span]) -> None:
    from matplotlib import dates

    number: Any = dates.date2num  # untyped

    for side, colour, label in ((1, GAIN, "held long"), (-1, LOSS, "held short")):
        widths = [
            (number(span.first), number(span.until) - number(span.first))
            for span in spans
            if span.side == side
        ]
        if widths:
            axes.broken_barh(
                widths, (0.0, 1.0), transform=axes.get_xaxis_transform(), color=colour,
                alpha=0.14, linewidth=0, label=label, zorder=0.5,
            )  # fmt: skip


def _mark(axes: Axes, marks: Marks, first: pd.Timestamp) -> None:
    size = 5.0 if sum(map(len, marks)) < MANY else 2.5
    for fills, marker, colour, label in (
        (marks.long, "^", GAIN, "buy"),
        (marks.short, "v", LOSS, "sell short"),
        (marks.flat, "o", MUTED, "exit"),
    ):
        shown = fills[fills["date"] >= first]
        if len(shown):
            axes.plot(
                shown["date"].to_numpy(), shown["price"].to_numpy(), marker, color=colour,
                markersize=size, label=label, zorder=4,
            )  # fmt: skip
