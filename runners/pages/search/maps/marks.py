"""The cells of a map: their image, and the marks that are drawn over it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

import numpy as np

from .cells import Cells
from .colours import NO_FIGURE, RUINED, colours, png
from .frame import TOP, WIDE, Frame
from .words import Words, corner_path, place_of

MARKED = 2.0
"""Smallest side of a cell on which a corner can be marked."""
TITLED = 400
"""Most cells of which each has a title; of a larger map, only cells with ruined or undefined
sets."""
SMOOTHED = 400
"""Cells in a row from which on the browser may average them, since they are below its pixels."""


def drawn_cells(cells: Cells, frame: Frame, words: Words, best: tuple[int, int] | None) -> str:
    """Return the cells with their marks and titles, on a grid that the browser stretches."""
    parts = [_image(cells, frame), *_marks(cells, frame), *_titles(cells, frame, words)]
    parts += [_edge(frame), *_best(frame, best)]
    stretched = f' viewBox="0 0 {WIDE:g} {frame.height:g}" preserveAspectRatio="none"'
    return frame.box(TOP, frame.height, "".join(parts), stretched)


def titled(cells: Cells) -> Iterator[tuple[int, int]]:
    """Yield the cells that have a title."""
    which = np.ones(cells.sets.shape, bool)
    if which.size > TITLED:
        which = (cells.ruined > 0) | (cells.undefined > 0)
    if np.count_nonzero(which) <= TITLED:
        yield from ((int(row), int(column)) for row, column in np.argwhere(which))


def _image(cells: Cells, frame: Frame) -> str:
    data = base64.b64encode(png(colours(cells))).decode()
    sharp = (
        "" if max(frame.rows, frame.columns) > SMOOTHED else ' style="image-rendering:pixelated"'
    )
    return (
        f'<image width="{WIDE:g}" height="{frame.height:g}" preserveAspectRatio="none"{sharp} '
        f'href="data:image/png;base64,{data}"/>'
    )


def _marks(cells: Cells, frame: Frame) -> Iterator[str]:
    """Yield marks that show a cell's state without colour: crosses and cut corners."""
    wide, high = frame.cell
    if min(wide, high) < MARKED:
        return
    size = min(wide, high, 8.0)
    if min(wide, high) >= 6.0:
        inner, crosses = size - 2.0, []
        for row, column in np.argwhere(cells.all_ruined):
            x, y = frame.corner(row, column)
            x, y = x + (wide - inner) / 2.0, y + (high - inner) / 2.0
            crosses.append(
                f"M{x:.2f} {y:.2f}l{inner:.2f} {inner:.2f}m0 {-inner:.2f}l{-inner:.2f} {inner:.2f}"
            )
        if crosses:
            yield (
                f'<path d="{"".join(crosses)}" style="stroke:#fff;fill:none" '
                'vector-effect="non-scaling-stroke"/>'
            )
    for which, colour, side in (
        (cells.some_ruined, RUINED, size), (cells.some_undefined, NO_FIGURE, -size),
    ):  # fmt: skip
        corners = []
        for row, column in np.argwhere(which):
            x, y = frame.corner(row, column)
            corners.append(
                corner_path(x + wide, y, side) if side > 0 else corner_path(x, y + high, side)
            )
        if corners:
            yield f'<path d="{"".join(corners)}" style="fill:{colour}"/>'


def _titles(cells: Cells, frame: Frame, words: Words) -> Iterator[str]:
    """Yield titles, which a browser shows as tooltips without a script."""
    wide, high = frame.cell
    boxes = []
    for row, column in titled(cells):
        x, y = frame.corner(row, column)
        told = f"{place_of(cells, row, column)}: {words.of(cells, row, column)}"
        boxes.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}">'
            f"<title>{escape(told)}</title></rect>"
        )
    if boxes:
        yield f'<g class="titles" fill-opacity="0">{"".join(boxes)}</g>'


def _edge(frame: Frame) -> str:
    return (
        f'<rect width="{WIDE:g}" height="{frame.height:g}" vector-effect="non-scaling-stroke" '
        'pointer-events="none" style="fill:none;stroke:var(--muted);stroke-width:0.4"/>'
    )


def _best(frame: Frame, best: tuple[int, int] | None) -> Iterator[str]:
    """Yield an outline of the best set's cell; of a cell too small for it, one around it."""
    if best is None:
        return
    wide, high = frame.cell
    x, y = frame.corner(*best)
    if min(wide, high) < 5.0:
        x, y, wide, high = x + wide / 2.0 - 3.5, y + high / 2.0 - 3.5, 7.0, 7.0
    for colour, width in (("#fff", 3.0), (RUINED, 1.4)):
        yield (
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}" '
            f'vector-effect="non-scaling-stroke" pointer-events="none" '
            f'style="fill:none;stroke:{colour};stroke-width:{width}"/>'
        )
