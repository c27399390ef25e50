"""Draw the pictures of all pages in one style: numbers in, inline SVG out.

Text stays text in the SVG, so that it uses the reader's fonts and can be enlarged. Identifiers
begin with the picture's name, so that a page can hold many pictures. No clock and no random salt is
used: equal numbers give equal bytes. matplotlib's settings are restored after each picture.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from ..runs.labels.colours import ACCENT, BENCHMARK, GAIN, GRID, INK, LOSS, MUTED, RUNS
from .log_axis import label_log_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

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

_LEGEND_COLUMNS = 7  # short labels, so that eight runs and a benchmark fit on two lines

SIZE = (5.4, 3.0)  # inches: 389 points wide, so that 9 point text is legible on a phone


@contextmanager
def look() -> Iterator[None]:
    """Use the style of the pages within the block; restore matplotlib's settings after it."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(LOOK)
        yield


def growth(strategy: pd.Series, benchmark: pd.Series | None) -> str:
    """Draw the compounded growth of 1 on a logarithmic scale.

    Parameters
    ----------
    strategy, benchmark : Series of float, indexed by date
        Wealth, 1.0 at the start, oldest first. The line ends before the first value that is not
        positive, which has no logarithm.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        for wealth, colour, label in _lines(strategy, benchmark):
            _plot_wealth(axes, wealth, color=colour, label=label)
        label_log_axis(axes)
        legend(axes)

    return picture("growth", "Compounded growth of 1, logarithmic scale", draw)


def uncompounded(strategy: pd.Series, benchmark: pd.Series | None) -> str:
    """Draw running sums of daily returns: the gain of one unit of money, reset to 1 every day.

    Parameters
    ----------
    strategy, benchmark : Series of float, indexed by date
        Cumulative sums of returns as fractions, oldest first.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        for gain, colour, label in _lines(strategy, benchmark):
            axes.plot(gain.index, gain, color=colour, label=label)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes)

    return picture("uncompounded", "Uncompounded gain, running sum of returns", draw)


def compared_growth(strategies: Mapping[str, pd.Series], benchmark: pd.Series | None) -> str:
    """Draw the compounded growth of 1 of several runs on a logarithmic scale.

    Parameters
    ----------
    strategies : mapping of str to Series of float, indexed by date
        Label to wealth as in `growth`, each 1.0 at its own start; at most ``len(RUNS)`` runs.
    benchmark : Series of float, indexed by date, or None
        The wealth of the common benchmark.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        for wealth, style in _styled(strategies, benchmark):
            _plot_wealth(axes, wealth, **style)
        label_log_axis(axes)
        legend(axes, reverse=False, columns=_LEGEND_COLUMNS)

    return picture("growth", "Compounded growth of 1 of each run, logarithmic scale", draw)


def compared_uncompounded(strategies: Mapping[str, pd.Series], benchmark: pd.Series | None) -> str:
    """Draw running sums of the daily returns of several runs.

    Parameters
    ----------
    strategies : mapping of str to Series of float, indexed by date
        Label to cumulative sum of returns as in `uncompounded`; at most ``len(RUNS)`` runs.
    benchmark : Series of float, indexed by date, or None
        The cumulative sum of the common benchmark.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        for gain, style in _styled(strategies, benchmark):
            axes.plot(gain.index, gain, **style)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False, columns=_LEGEND_COLUMNS)

    return picture("uncompounded", "Uncompounded gain of each run, running sum", draw)


def switches(per_year: Mapping[int, int]) -> str:
    """Draw bars of the reversals of the position's sign in each calendar year.

    Parameters
    ----------
    per_year : mapping of int to int
        Year to number of switches, oldest first.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator

        axes.bar(list(per_year), list(per_year.values()), width=0.72, color=ACCENT)
        axes.set_xticks(some_of(list(per_year)))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.set_ylim(bottom=0, top=max(1.0, 1.08 * max(per_year.values(), default=0)))

    return picture("switches", "Switches per calendar year", draw)


def yearly_returns(strategy: Mapping[int, float], benchmark: Mapping[int, float] | None) -> str:
    """Draw bars of the compounded return of each calendar year.

    Parameters
    ----------
    strategy, benchmark : mapping of int to float
        Year to return as a fraction, oldest first; the benchmark's years are the strategy's.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import PercentFormatter

        years = np.array(list(strategy))
        width = 0.76 if benchmark is None else 0.4
        shift = 0.0 if benchmark is None else width / 2
        axes.bar(years - shift, list(strategy.values()), width, color=ACCENT, label="Strategy")
        if benchmark is not None:
            market = [benchmark[year] for year in strategy]
            axes.bar(years + shift, market, width, color=BENCHMARK, label="Benchmark")
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xticks(some_of(list(strategy)))
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        legend(axes, reverse=False)

    return picture("years", "Compounded returns by calendar year", draw)


def waterfall(parts: Mapping[str, float]) -> str:
    """Draw steps from zero to the total profit, one bar for each source of profit or cost.

    Parameters
    ----------
    parts : mapping of str to float
        Label to amount in account currency, costs negative, in the order of drawing; the total
        is their sum and is drawn last.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    amounts = np.array(list(parts.values()), dtype=float)
    ends = np.cumsum(amounts)
    labels = [*parts, "total"]
    heights = np.append(amounts, ends[-1:])
    bottoms = np.append(ends - amounts, 0.0)

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import EngFormatter, MaxNLocator

        rows = np.arange(len(labels))
        colours = [GAIN if amount >= 0 else LOSS for amount in amounts] + [ACCENT]
        axes.barh(rows, heights, left=bottoms, height=0.62, color=colours)
        for row, end in enumerate(ends):
            axes.plot([end, end], [row - 0.31, row + 1.31], color=MUTED, linewidth=0.7)
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
        axes.use_sticky_edges = False  # a cost may end exactly at the edge
        axes.margins(x=0.04)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_yticks(rows, labels)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))

    return picture("waterfall", "Profit and loss by source, from zero to the total", draw)


def fill_strip(
    amounts: Mapping[str, float],
    run: str,
    reference: float | None,
    *,
    in_points: bool,
    decided_again: bool = False,
) -> str:
    """Draw bars of the gain at each fill.

    Parameters
    ----------
    amounts : mapping of str to float
        Fill to gain, from the earliest to the latest.
    run : str
        The fill of the run.
    reference : float or None
        The gain of holding the market, drawn as a line.
    in_points : bool
        Whether the amounts are points; else they are fractions.
    decided_again : bool
        Whether the strategy decided again at each fill; else its decisions are the same.

    Returns
    -------
    str
        An ``<svg>`` element.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        rows = np.arange(len(amounts))
        colours = [ACCENT if name == run else BENCHMARK for name in amounts]
        axes.barh(rows, list(amounts.values()), height=0.62, color=colours)
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
        if reference is not None:
            axes.axvline(reference, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        axes.use_sticky_edges = False
        axes.margins(x=0.04)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_yticks(rows, list(amounts))
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        if not in_points:
            axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0))

    of = "a run" if decided_again else "the same decisions"
    return picture("fills", f"Gain of {of} at each fill", draw)


def tidy_svg(svg: str, name: str, label: str, colours: Mapping[str, str] | None = None) -> str:
    """Turn the SVG file that matplotlib writes into an element that can share a page with others.

    Parameters
    ----------
    svg : str
        The file as matplotlib writes it.
    name : str
        Prefix of the picture's identifiers, which makes them unique on the page.
    label : str
        What the picture shows, for screen readers.
    colours : mapping of str to str, optional
        Lower-case ``#rrggbb`` to the colour that replaces it.

    Returns
    -------
    str
        One ``<svg>`` element without prologue, metadata (they hold the clock), style sheet (it
        would style the whole page), fixed size and unused identifiers; paths to 1/100 point.
    """
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    (view_box,) = re.findall(r'<svg[^>]*?viewBox="([^"]+)"', svg)
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.S)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', body))
    body = re.sub(
        r' id="([^"]+)"',
        lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "",
        body,
    )
    body = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", body)
    body = re.sub(r' d="[^"]+"', lambda path: _round_numbers(path[0]), body)
    body = re.sub(r">\s+<", "><", body)
    for colour, replacement in (colours or {}).items():
        body = body.replace(colour, replacement)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{view_box}" role="img" aria-label="{escape(label)}" '
        f'style="stroke-linejoin:round;stroke-linecap:butt">{body.strip()}</svg>'
    )


def picture(
    name: str, label: str, draw: Callable[[Axes], None], *, size: tuple[float, float] = SIZE
) -> str:
    """Draw into one pair of axes with the house style and return the SVG element.

    `draw` is called with the axes. `size` is in inches.
    """
    with look():
        from matplotlib.dates import AutoDateLocator
        from matplotlib.figure import Figure

        figure: Figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        if isinstance(axes.xaxis.get_major_locator(), AutoDateLocator):  # more labels would overlap
            few: Any = AutoDateLocator  # matplotlib's locator is untyped
            axes.xaxis.set_major_locator(few(minticks=3, maxticks=7))
        file = io.StringIO()
        with warnings.catch_warnings():  # labels wider than the picture
            warnings.filterwarnings("ignore", message="constrained_layout not applied")
            figure.savefig(file, format="svg", metadata={"Date": None})
    return tidy_svg(file.getvalue(), name, label)


def _lines(
    strategy: pd.Series, benchmark: pd.Series | None
) -> Iterator[tuple[pd.Series, str, str]]:
    """Yield series, colour and label; the benchmark first, so that the strategy is drawn on top."""
    if benchmark is not None:
        yield benchmark, BENCHMARK, "Benchmark"
    yield strategy, ACCENT, "Strategy"


def _styled(
    strategies: Mapping[str, pd.Series], benchmark: pd.Series | None
) -> Iterator[tuple[pd.Series, dict[str, Any]]]:
    """Yield series and line style in the order of the legend; the first run is drawn on top."""
    for place, (label, series) in enumerate(strategies.items()):
        yield series, {"color": RUNS[place], "label": label, "zorder": 3 - place / 100}
    if benchmark is not None:
        yield benchmark, {"color": BENCHMARK, "label": "held", "zorder": 2}


def _plot_wealth(axes: Axes, wealth: pd.Series, **style: Any) -> None:
    """Draw wealth on a logarithmic scale, up to the first value that is not positive."""
    axes.set_yscale("log")
    alive = (wealth > 0).cummin()
    axes.plot(wealth.index[alive], wealth[alive], **style)


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


def _round_numbers(text: str) -> str:
    """Round the decimals in ``text`` to two places, without trailing zeros."""
    return re.sub(
        r"-?\d+\.\d+", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text
    )
