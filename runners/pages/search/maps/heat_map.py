"""Draw a figure over two parameters: one coloured cell for each pair of values.

The colours are an image with one pixel per cell, which the browser enlarges without smoothing, so
that no gaps appear between cells at any size. Marks and titles are drawn above it on the same
stretched grid; labels keep their size.
"""

from __future__ import annotations

from html import escape

from .cells import Cells
from .data import map_data
from .frame import Frame
from .labels import bar, labels
from .marks import drawn_cells
from .table import map_table
from .words import Words, legend

ROOM = 200_000
"""Bytes that the data of all maps of a page take, at most, for a script that answers the pointer;
see `data.map_data` for larger ones."""


def heat_map(
    name: str,
    label: str,
    cells: Cells,
    words: Words,
    *,
    unit: str,
    best: tuple[int, int] | None = None,
    room: int = ROOM,
) -> str:
    """Draw cells: blue is above zero, red below, dark for ruined, page colour for no set.

    Parameters
    ----------
    name : str
        Unique on the page.
    label : str
        What the picture shows, for screen readers.
    cells : Cells
        The cells to draw.
    words : Words
        The words for the figure and the cells.
    unit : str
        Unit of the colour bar, as for `ticks.tick_texts`.
    best : tuple of (int, int) or None
        Row and column of the search's best set.
    room : int
        Bytes of the map's data.

    Returns
    -------
    str
        The map as HTML: ``<svg class="heat">``, legend, and for up to 20 x 20 cells a folded table.
    """
    frame = Frame.of(cells)
    data = map_data(cells, words, unit, room)
    quoted = data.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")
    shares = " ".join(f"{share:.5f}" for share in frame.shares)
    return (
        f'<div class="chart" id="chart-{escape(name)}">'
        f'<svg class="heat" role="img" aria-label="{escape(label)}" '
        f'style="height:{frame.whole:g}px" '
        f"data-frame=\"{shares}\" data-map='{quoted}'>"
        f"{drawn_cells(cells, frame, words, best)}{labels(cells, frame)}"
        f"{bar(escape(name), cells.values, frame, unit)}</svg>"
        f"{legend(cells, words, marked=best is not None)}{map_table(label, cells, words)}</div>"
    )
