"""Each parameter of a walk-forward over time: a line that steps where a refit chose another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from ....search.space import Space, Value
from ...searches.values import is_numeric
from ...walk_forwards.result import WalkForwardResult
from ..search.axis import limits
from ..svg.paths import Floats
from ..svg.plot import Plot

HEIGHT = 84
"""Pixels of a chart."""

ROW = 26
"""Pixels of a row, where the values are texts."""

HEADROOM = 0.2
"""Space above the highest value, for the label of the highest line, as a share of the others."""

GUTTER = 0.26
"""Share of the width for the names of the rows."""


class Chosen(NamedTuple):
    """A parameter over time."""

    label: str
    html: Markup


def parameters_of(result: WalkForwardResult) -> list[Chosen]:
    """Return a chart for each parameter with more than one value."""
    values = zip(result.space.names, result.space.values, strict=True)
    return [
        _chosen(result, name, each, place)
        for place, (name, each) in enumerate(values)
        if len(each) > 1
    ]


def _chosen(result: WalkForwardResult, name: str, values: Sequence[Value], place: int) -> Chosen:
    by_day = in_force(result, name)
    label = f"{name} in force"
    known = by_day[np.isfinite(by_day)]
    if is_numeric(values):
        plot = Plot(f"set{place}", label, height=HEIGHT)
        plot.inside = True
        plot.y_text = lambda value: f"{value:g}"
        plot.y_whole = all(isinstance(value, int) for value in values)
        if known.size:
            low, high = limits(known.tolist())
            plot.y_limits = low, high + HEADROOM * (high - low)
    else:
        plot = Plot(f"set{place}", label, height=ROW * len(values), gutter=GUTTER)
        plot.y_ticks = [(float(at), str(value)) for at, value in enumerate(values)]
        plot.y_limits = (-0.6, len(values) - 0.4)
    days = pd.DatetimeIndex(result.stitched.daily.index)
    plot.line(days, by_day, "accent", width=1.8, step=True, table=False)
    return Chosen(label, Markup(plot.html()))


def in_force(result: WalkForwardResult, name: str) -> Floats:
    """Return the value of a parameter on each day of the account; NaN while it is flat.

    A text is the place of its value in the space.
    """
    days = pd.DatetimeIndex(result.stitched.daily.index)
    values = _values(result.space, name)
    numeric = is_numeric(values)
    found = np.full(len(days), np.nan)
    for each in result.path:
        if each.set is not None:
            value = each.set[name]
            number = float(value) if numeric else float(values.index(value))
            found[days.searchsorted(pd.Timestamp(each.refit)) :] = number
    return found


def _values(space: Space, name: str) -> Sequence[Value]:
    values: Sequence[Value] = space.values[space.names.index(name)]
    return values
