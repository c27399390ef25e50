"""The style of matplotlib figures: the pages' colours, the legend above, labelled logarithms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...runs.labels.colours import GRID, INK, MUTED
from ..svg.log_ticks import labels, log_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType

ALIKE = 1e-9
"""Relative range below which values count as equal, since it is rounding."""

ROOM = 0.01
"""Fraction of the value by which an axis of a single value extends to either side."""

LOOK: dict[RcKeyType, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GRID,
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "svg.fonttype": "none",
    "svg.hashsalt": "btplaybook",
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelsize": 9,
    "xtick.major.size": 3,
    "ytick.color": MUTED,
    "ytick.labelsize": 9,
    "ytick.major.size": 0,
}
"""matplotlib settings on top of its defaults; a user's matplotlibrc has no effect on a page."""


@contextmanager
def look() -> Iterator[None]:
    """Use the style of the pages within the block; restore matplotlib's settings after it."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(LOOK)
        yield


def legend(axes: Axes, *, reverse: bool = True, columns: int = 2) -> None:
    """Place the legend above the axes, where no line crosses it; the strategy comes first."""
    handles, labels = axes.get_legend_handles_labels()
    step = -1 if reverse else 1
    # matplotlib fills the legend by columns, but readers read it by lines.
    order = [place for column in range(columns) for place in range(column, len(labels), columns)]
    axes.legend(
        [handles[::step][place] for place in order],
        [labels[::step][place] for place in order],
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        handlelength=1.4,
    )
    axes.margins(x=0.01)


def some_of(years: list[int]) -> list[int]:
    """Return at most eight evenly spaced years, as labels of the axis."""
    return years[:: -(-len(years) // 8) or 1]


def label_log_axis(axes: Axes) -> None:
    """Label a logarithmic axis with at least three plain numbers, all different."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    low, high = axes.get_ylim()
    drawn = axes.dataLim.intervaly
    if drawn[1] <= drawn[0] * (1.0 + ALIKE) and drawn[0] > 0.0:  # the default range is two decades
        low, high = drawn[0] * (1.0 - ROOM), drawn[1] * (1.0 + ROOM)
    axes.set_ylim(low, high)
    ticks = log_ticks(low, high)
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_major_formatter(FixedFormatter(labels(ticks)))
    axes.yaxis.set_minor_locator(NullLocator())
