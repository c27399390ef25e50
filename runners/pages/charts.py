"""Pictures of sweeps, studies and searches, in the tearsheet's look: numbers in, inline SVG out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .plots import ACCENT, BENCHMARK, GAIN, INK, LOSS, MUTED, RUNS, legend, picture, some_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


def curves(
    name: str,
    label: str,
    series: Mapping[str, pd.Series],
    *,
    percent: bool = True,
    held: str | None = None,
) -> str:
    """Lines over time, around zero.

    Parameters
    ----------
    name : str
        Unique on the page.
    label : str
        What the picture shows, for readers who hear it.
    series : mapping of str to Series of float, indexed by date
        Legend to values, oldest first; the first lies on top.
    percent : bool
        The values are fractions, shown as percent.
    held : str or None
        Which of them is what one compares with, drawn in grey.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        colours = iter(RUNS)
        for place, (legend_text, values) in enumerate(series.items()):
            colour = BENCHMARK if legend_text == held else next(colours)
            axes.plot(values.index, values, color=colour, label=legend_text, zorder=3 - place / 100)
        if percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        if len(series) > 1:
            legend(axes, reverse=False, columns=2 if len(series) < 5 else 4)
        axes.margins(x=0.01)

    return picture(name, label, draw)


def daily_marks(name: str, label: str, values: pd.Series, limit: float) -> str:
    """Thin vertical lines from zero, one a day; beyond `limit` they are cut off and said so.

    Parameters
    ----------
    name, label : str
        As for `curves`.
    values : Series of float, indexed by date
        Fractions.
    limit : float
        Ends of the axis, a fraction > 0.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.vlines(values.index, 0.0, values, color=ACCENT, linewidth=0.5)
        axes.set_ylim(-limit, limit)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=1))
        axes.margins(x=0.01)

    return picture(name, label, draw)


def by_period(
    name: str,
    label: str,
    series: Mapping[str, pd.Series],
    marks: Mapping[str, int],
    *,
    reference: float | None = None,
    ruined: Mapping[str, Sequence[int]] | None = None,
    percent: bool = False,
    axis: str = "bars in the average",
) -> str:
    """A figure of every set of a sweep over one parameter.

    Parameters
    ----------
    name, label : str
        As for `curves`.
    series : mapping of str to Series of float
        Legend to value by parameter.
    marks : mapping of str to int
        Legend to the parameter whose value is marked: the best.
    reference : float or None
        A level to compare with, drawn as a line.
    ruined : mapping of str to sequence of int, optional
        Legend to the parameters whose account was ruined, marked under the curve.
    percent : bool
        Values are fractions.
    axis : str
        What the parameter is.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        if reference is not None:
            axes.axhline(reference, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        lowest = min(float(values.min()) for values in series.values())
        highest = max(float(values.max()) for values in series.values())
        for colour, (legend_text, values) in zip(RUNS, series.items(), strict=False):
            axes.plot(values.index, values, color=colour, label=legend_text)
            best = marks.get(legend_text)
            if best is not None:
                axes.plot([best], [values[best]], "o", color=colour, markersize=5)
                axes.annotate(
                    str(best),
                    (best, float(values[best])),
                    xytext=(6, 3),
                    textcoords="offset points",
                    color=colour,
                )
            dead = list((ruined or {}).get(legend_text, ()))
            if dead:
                floor = lowest - 0.06 * (highest - lowest)
                axes.plot(
                    dead, np.full(len(dead), floor), "|", color=colour, markersize=5, alpha=0.8
                )
        if percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        if all(values.index.inferred_type == "integer" for values in series.values()):
            axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axes.set_xlabel(axis)
        legend(axes, reverse=False)

    return picture(name, label, draw)


def movement(name: str, label: str, table: pd.DataFrame, unit: str) -> str:
    """Bars: up and down movement by year, the overnight gap and the session stacked.

    Parameters
    ----------
    name, label : str
        As for `curves`.
    table : DataFrame
        As `analyzers.market.movement.yearly_movement` returns it for one unit: index year, columns
        gap_up, gap_down, session_up, session_down.
    unit : {"percent", "points"}
        Percent are fractions.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        years = [int(year) for year in table.index]
        for session, gap, alpha in (
            ("session_up", "gap_up", 1.0),
            ("session_down", "gap_down", 1.0),
        ):
            up = session.endswith("up")
            axes.bar(
                years,
                table[session],
                0.76,
                color=GAIN if up else LOSS,
                alpha=alpha,
                label="open to close, up" if up else "open to close, down",
            )
            axes.bar(
                years,
                table[gap],
                0.76,
                bottom=table[session],
                color=GAIN if up else LOSS,
                alpha=0.45,
                label="gap, up" if up else "gap, down",
            )
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(some_of(years))
        if unit == "percent":
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False)

    return picture(name, label, draw)


def bars_by_year(
    name: str, label: str, series: Mapping[str, Mapping[int, float]], *, percent: bool = False
) -> str:
    """Bars: one or two figures of each calendar year, side by side."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        years = np.array(list(next(iter(series.values()))))
        width = 0.76 / len(series)
        for place, (legend_text, values) in enumerate(series.items()):
            shift = (place - (len(series) - 1) / 2) * width
            colour = (ACCENT, BENCHMARK)[place % 2]
            axes.bar(
                years + shift, [values[year] for year in years], width, color=colour,
                label=legend_text,
            )  # fmt: skip
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(some_of([int(year) for year in years]))
        if percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        if len(series) > 1:
            legend(axes, reverse=False)

    return picture(name, label, draw)


def scatter(
    name: str,
    label: str,
    x: Sequence[float],
    y: Sequence[float],
    names: Sequence[str],
    *,
    x_label: str,
    y_label: str,
    x_percent: bool = False,
) -> str:
    """Points with names, one against the other."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.plot(x, y, "o", color=ACCENT, markersize=4)
        for place, text in enumerate(names):
            axes.annotate(
                text, (x[place], y[place]), xytext=(4, 2), textcoords="offset points", fontsize=7,
                color=MUTED,
            )  # fmt: skip
        if x_percent:
            axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)

    return picture(name, label, draw)


def grouped_bars(
    name: str, label: str, series: Mapping[str, Mapping[str, float]], *, percent: bool = False
) -> str:
    """Bars: several figures of each name, side by side.

    Parameters
    ----------
    name, label : str
        As for `curves`.
    series : mapping of str to mapping of str to float
        Legend to value by name, the same names in each.
    percent : bool
        Values are fractions.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        names = list(next(iter(series.values())))
        rows = np.arange(len(names))
        width = 0.8 / len(series)
        for place, (legend_text, values) in enumerate(series.items()):
            shift = (place - (len(series) - 1) / 2) * width
            heights = [values[one] for one in names]
            axes.bar(rows + shift, heights, width, color=RUNS[place], label=legend_text)
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(rows, names)
        if percent:
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False, columns=4)

    return picture(name, label, draw)


def histogram(name: str, label: str, values: Sequence[float], edges: Sequence[float]) -> str:
    """Shares of values between edges; what lies beyond them counts in the last bar on its side."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        bins = np.asarray(edges, dtype=float)
        middle = 0.5 * (bins[1:] + bins[:-1])
        inside = np.clip(np.asarray(values, dtype=float), bins[0], np.nextafter(bins[-1], bins[0]))
        counts, _ = np.histogram(inside, bins)
        axes.bar(middle, counts / max(1, len(inside)), np.diff(bins) * 0.94, color=ACCENT)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))

    return picture(name, label, draw)


BINS = 48


def regular(bins: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return bins of equal width that hold the same sets.

    A bin that is cut gives each part its share of the width: those of a search are wider the
    farther they are from zero, and counted at their middles they would leave gaps.

    Parameters
    ----------
    bins : DataFrame
        `low`, `high`, `count`, finite, in rising order, no two overlapping.

    Returns
    -------
    edges : ndarray of shape (BINS + 1,)
        From the lowest edge to the highest.
    shares : ndarray of shape (BINS,)
        Of all sets; they sum to 1.
    """
    bounds = bins[["low", "high"]].to_numpy(float)
    through = np.cumsum(bins["count"].to_numpy(float)) / bins["count"].sum()
    before = np.append(0.0, through[:-1])
    edges = np.linspace(bounds[0, 0], bounds[-1, 1], BINS + 1)
    reached = np.interp(edges, bounds.ravel(), np.column_stack([before, through]).ravel())
    return edges, np.diff(reached)


def spread(
    name: str,
    label: str,
    bins: pd.DataFrame,
    marks: Mapping[str, float],
    *,
    percent: bool = False,
) -> str:
    """A histogram of many sets, with some values marked.

    Parameters
    ----------
    name, label : str
        As for `curves`.
    bins : DataFrame
        `low`, `high`, `count`, in rising order; bins may be of different widths.
    marks : mapping of str to float
        Legend to a value, drawn as a line.
    percent : bool
        Values are fractions.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        finite = bins[np.isfinite(bins["low"]) & np.isfinite(bins["high"])]
        edges, shares = regular(finite)
        axes.stairs(shares, edges, fill=True, color=BENCHMARK)  # one shape: no seams
        axes.set_ylim(0.0, 1.05 * shares.max())
        for colour, (legend_text, value) in zip((ACCENT, INK, LOSS), marks.items(), strict=False):
            axes.axvline(value, color=colour, linewidth=1.4, label=legend_text)
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, min_n_ticks=3))
        if percent:
            axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False, columns=3)

    return picture(name, label, draw)
