"""Draw accounts into axes: their growth, their drawdowns, and their years and months."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ...runs.labels.colours import ACCENT, BENCHMARK, GAIN, LOSS, MUTED
from ...runs.labels.formats import number
from ..daily_returns import yearly_returns
from .canvas import label_of
from .style import label_log_axis, legend, some_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Curve(NamedTuple):
    """An account's wealth by date, 1.0 at its start, with its label and colour."""

    label: str
    wealth: pd.Series
    colour: str


def draw_growth(axes: Axes, curves: Iterable[Curve], *, log: bool = True) -> None:
    """Draw the growth of 1; on a logarithmic scale up to the first value that is not positive.

    The first curve is drawn on top.
    """
    for place, (label, wealth, colour) in enumerate(curves):
        shown = wealth[(wealth > 0).cummin()] if log else wealth
        axes.plot(
            shown.index, shown.to_numpy(), color=colour, label=label_of(label),
            zorder=3 - place / 100,
        )  # fmt: skip
    if log:
        axes.set_yscale("log")
        label_log_axis(axes)
    legend(axes, reverse=False, columns=3)


def draw_drawdown(axes: Axes, curves: Iterable[Curve], *, labelled: bool = False) -> None:
    """Draw the loss from the highest value so far as a fraction; the first curve is filled."""
    from matplotlib.ticker import PercentFormatter

    for place, (label, wealth, colour) in enumerate(curves):
        lost = drawdown(wealth)
        axes.plot(
            lost.index, lost.to_numpy(), color=colour, label=label_of(label),
            zorder=3 - place / 100, linewidth=1.0,
        )  # fmt: skip
        if not place:
            axes.fill_between(lost.index, lost.to_numpy(), 0.0, color=colour, alpha=0.15, lw=0)
    axes.axhline(0.0, color=MUTED, linewidth=0.8)
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
    axes.margins(x=0.01)
    if labelled:
        legend(axes, reverse=False, columns=3)


def drawdown(wealth: pd.Series) -> pd.Series:
    """Return wealth over its highest value so far, minus 1: 0 at a high, -1 when all is lost."""
    return wealth / wealth.cummax() - 1.0


def draw_years(axes: Axes, returns: pd.Series, market: pd.Series | None, labels: list[str]) -> None:
    """Draw bars of the compounded return of each calendar year.

    Parameters
    ----------
    axes : Axes
        Where to.
    returns, market : Series of float, indexed by date
        Simple returns of the strategy and, if it is not None, of the benchmark on the same days.
    labels : list of str
        Their labels.
    """
    from matplotlib.ticker import PercentFormatter

    sides = [yearly_returns(each) for each in (returns, market) if each is not None]
    years = np.array(list(sides[0]))
    width = 0.76 / len(sides)
    for place, (side, label, colour) in enumerate(
        zip(sides, labels, (ACCENT, BENCHMARK), strict=False)
    ):
        shift = (place - (len(sides) - 1) / 2) * width
        heights = [side[year] for year in years.tolist()]
        axes.bar(years + shift, heights, width, color=colour, label=label_of(label))
    axes.axhline(0.0, color=MUTED, linewidth=0.8)
    axes.set_xticks(some_of(years.tolist()))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
    legend(axes, reverse=False)


def monthly_returns(returns: pd.Series) -> pd.DataFrame:
    """Compound returns by calendar month.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns, oldest first, no NaN.

    Returns
    -------
    DataFrame
        One row per year, oldest first, and the columns 1 to 12; NaN for months without a return.
    """
    days = pd.DatetimeIndex(returns.index)
    grown = (1.0 + returns).groupby([days.year, days.month]).prod() - 1.0
    years = range(int(days.year.min()), int(days.year.max()) + 1)
    return grown.unstack().reindex(index=pd.Index(years), columns=pd.RangeIndex(1, 13))


def draw_months(axes: Axes, returns: pd.Series) -> None:
    """Draw a cell for each month with its compounded return in percent, losses in red."""
    from matplotlib.colors import LinearSegmentedColormap

    table = monthly_returns(returns)
    cells = table.to_numpy(dtype=float)
    most = float(np.nanmax(np.abs(cells))) or 1.0
    colours = LinearSegmentedColormap.from_list("months", [LOSS, "#ffffff", GAIN])
    edges_x, edges_y = np.arange(13) - 0.5, np.arange(len(cells) + 1) - 0.5
    axes.pcolormesh(edges_x, edges_y, np.ma.masked_invalid(cells), cmap=colours, vmin=-most,
                    vmax=most, edgecolors="white", linewidth=1.0)  # fmt: skip
    for row, column in np.argwhere(np.isfinite(cells)):
        axes.text(column, row, number(100.0 * cells[row, column], 1), ha="center", va="center",
                  fontsize=7)  # fmt: skip
    axes.grid(visible=False)
    axes.set_xticks(range(12), MONTHS)
    axes.set_yticks(range(len(cells)), [str(year) for year in table.index])
    axes.set_ylim(len(cells) - 0.5, -0.5)
