"""What the pictures of a sector book share: all of them run over time."""

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
"""Beside the accent, where two lines are of one kind."""

SIZE = (5.4, 3.0)
"""Of a picture, inches, as `plots.picture` has it."""


def over_time(
    name: str, label: str, draw: Callable[[Axes], None], size: tuple[float, float] = SIZE
) -> str:
    """Let ``draw`` fill one pair of axes over time, of a size in inches; return the SVG element."""
    with look():
        from matplotlib import dates
        from matplotlib.figure import Figure

        locator: Any = dates.AutoDateLocator  # without hints
        figure: Figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        axes.xaxis.set_major_locator(locator(minticks=3, maxticks=7))
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None}, dpi=200)
    return tidy_svg(file.getvalue(), name, label)


def ends(decided: pd.DataFrame) -> Any:
    """Return the decisions' days and the last day that the last of them was at work."""
    return to_the_end(decided.index, decided["until"].iloc[-1])


def to_the_end(index: Any, last: pd.Timestamp) -> Any:
    """Return the decisions' days and the day to which the last of them reaches."""
    return pd.DatetimeIndex(index).append(pd.DatetimeIndex([last])).to_numpy()


def held_on(values: pd.Series) -> Any:
    """Return a decision's figures, the last one once more for the day that it reaches to."""
    return np.append(values.to_numpy(dtype=float), float(values.iloc[-1]))


def percent_axis(axes: Axes) -> None:
    """Label the values, which are fractions, as percent."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))


def whole_axis(axes: Axes) -> None:
    """Label whole numbers alone."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
