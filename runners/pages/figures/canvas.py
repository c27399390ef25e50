"""A figure in the style of the pages that belongs to nobody's pyplot.

The style is set while the figure is built, and kept in what it draws, so that neither a user's
settings nor matplotlib's change it later; they are restored when it is built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ...runs.labels.colours import GRID, MUTED
from .style import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 7.5, 4.6
"""Inches."""

FAMILY = "DejaVu Sans"


def figure_of(
    title: str,
    draw: Callable[..., None],
    *,
    rows: Sequence[float] = (1.0,),
    height: float = HEIGHT,
) -> Figure:
    """Return a figure with one pair of axes above the other.

    Parameters
    ----------
    title : str
        The heading; no mathematics is read into it.
    draw : callable
        Called with the axes, the upper ones first.
    rows : sequence of float
        Their heights, relative to one another.
    height : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        A notebook shows it once, as the value of its cell; ``savefig`` writes it.
    """
    with look():
        from .shown_figure import ShownFigure

        figure = ShownFigure(figsize=(WIDTH, height), dpi=110, layout="constrained")
        grid = figure.add_gridspec(len(rows), 1, height_ratios=list(rows))
        first = figure.add_subplot(grid[0])
        axes = [first, *(figure.add_subplot(grid[k], sharex=first) for k in range(1, len(rows)))]
        for upper in axes[:-1]:
            upper.tick_params(labelbottom=False)
        draw(*axes)
        for each in axes:
            _keep_style(each)
        heading = figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        heading.set_parse_math(False)
    return figure


def _keep_style(axes: Axes) -> None:
    """Fix what matplotlib would read of its settings when the figure is drawn."""
    from matplotlib.dates import AutoDateLocator

    lengths: tuple[tuple[Literal["x", "y"], int], ...] = (("x", 3), ("y", 0))
    for axis, length in lengths:
        axes.tick_params(
            axis=axis, which="both", length=length, color=MUTED, labelcolor=MUTED, labelsize=9,
            labelfontfamily=FAMILY, grid_color=GRID, grid_linewidth=0.8,
        )  # fmt: skip
    if isinstance(axes.xaxis.get_major_locator(), AutoDateLocator):
        few: Any = AutoDateLocator  # matplotlib's locator is untyped
        axes.xaxis.set_major_locator(few(minticks=3, maxticks=7))
    legend = axes.get_legend()
    for text in legend.get_texts() if legend else ():
        text.set_parse_math(False)


def label_of(text: str) -> str:
    """Return a text as the label of a line; matplotlib leaves those with a leading _ out."""
    return f" {text}" if text.startswith("_") else text
