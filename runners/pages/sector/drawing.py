"""Helpers for the pictures of a sector book, which all have a time axis."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..plots import look, tidy_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SECOND = "#c2702e"
"""Colour of the second of two similar lines, next to the accent colour."""

SIZE = (5.4, 3.0)
"""Size of a picture in inches, as `plots.picture` has it."""


def over_time(
    name: str, label: str, draw: Callable[[Axes], None], size: tuple[float, float] = SIZE
) -> str:
    """Draw into one pair of axes with a time axis and return the SVG element; size in inches."""
    with look():
        from matplotlib import dates
        from matplotlib.figure import Figure

        locator: Any = dates.AutoDateLocator  # matplotlib's locator is untyped
        figure: Figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        axes.xaxis.set_major_locator(locator(minticks=3, maxticks=7))
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None}, dpi=200)
    return tidy_svg(file.getvalue(), name, label)


def ends(decided: pd.DataFrame) -> Any:
    """Return the days of the decisions, then the last day on which the last one was in force."""
    return to_the_end(decided.index, decided["until"].iloc[-1])


def to_the_end(index: Any, last: pd.Timestamp) -> Any:
    """Return the days of the decisions, followed by `last`, the end of the last one."""
    return pd.DatetimeIndex(index).append(pd.DatetimeIndex([last])).to_numpy()


def held_on(values: pd.Series) -> Any:
    """Return a decision's figures with the last one repeated, for the end of the last decision."""
    return np.append(values.to_numpy(dtype=float), float(values.iloc[-1]))


def percent_axis(axes: Axes) -> None:
    """Format the labels of the value axis, which are fractions, as percent."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))


def whole_axis(axes: Axes) -> None:
    """Label whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
