"""What quantstats' own report needs of matplotlib: the pages' style, and SVG that fits a page.

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

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

INK = "#1f2933"
MUTED = "#66717d"
GRID = "#e4e7eb"
ACCENT = "#1d5f8a"
BENCHMARK = "#a9a296"
GAIN = "#4d8a6a"
LOSS = "#b4513f"

RUNS = (
    ACCENT, "#c2702e", "#4d8a6a", "#8b5a9c", "#a23b2a", "#b89628", "#3fa3b8", "#6b5744",
)  # fmt: skip
"""Colours of several runs, in order."""

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

SIZE = (5.4, 3.0)  # inches: 389 points wide, so that 9 point text is legible on a phone


@contextmanager
def look() -> Iterator[None]:
    """Use the style of the pages within the block; restore matplotlib's settings after it."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(LOOK)
        yield


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


def _round_numbers(text: str) -> str:
    """Round the decimals in ``text`` to two places, without trailing zeros."""
    return re.sub(
        r"-?\d+\.\d+", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text
    )
