"""Draw a figure over two parameters: one coloured cell for each pair of values.

The colours are an image with one pixel per cell, which the browser enlarges without smoothing, so
that no gaps appear between cells at any size. Marks, labels and titles are drawn above the image.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Iterator
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..svg.ticks import round_ticks, tick_texts
from .axis import written
from .cells import Cells, Side

ABOVE, BELOW = "#1d5f8a", "#b4513f"
"""Darkest colours above and below zero."""
ZERO = "#efe6d3"
"""Colour of a figure of 0; darker than the page, so that cells without sets are visible."""
NO_FIGURE = "#b79cc4"
RUINED = "#1f2933"
EMPTY = "#ffffff"

WIDTH = 389.0  # the width of all pictures, so that texts have one size
LETTER = 5.0  # average width of a letter, rounded up
LINE = 14.0
MARKED = 2.0
"""Smallest side of a cell on which a corner can be marked."""
TITLED = 1_600
"""Most cells of which each has a title; of a larger map, only cells with ruined or undefined
sets."""
SMOOTHED = 400
"""Cells in a row from which on the browser may average them, since they are below its pixels."""


def heat_map(
    name: str,
    label: str,
    cells: Cells,
    *,
    words: str,
    shown: Callable[[float], str],
    unit: str,
    kind: str = "",
    best: tuple[int, int] | None = None,
    empty: str = "no set",
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
    words : str
        The figure's name.
    shown : callable
        Formats a figure.
    unit : str
        Unit of the colour bar, as for `axis.tick_texts`.
    kind : str
        Statistic over the sets of a cell, such as "mean"; used if cells hold several sets.
    best : tuple of (int, int) or None
        Row and column of the search's best set.
    empty : str
        The reason why a cell may hold no set.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    frame = Frame.of(cells)
    parts = [
        _image(cells, frame),
        *_marks(cells, frame),
        *_titles(cells, frame, words, shown, kind, empty),
        *_axes(cells, frame),
        *_best(frame, best),
        *_bar(name, cells.values, frame, unit=unit),
    ]
    legend, height = _legend(cells, frame, words, best, empty)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="{escape(label)}" font-size="9" style="fill:var(--muted)">'
        f"{''.join([*parts, *legend])}</svg>"
    )


class Frame:
    """Position of the cells in the picture."""

    def __init__(self, left: float, top: float, width: float, rows: int, columns: int) -> None:
        self.left, self.top, self.width = left, top, width
        self.height = min(190.0, max(96.0, 34.0 * rows))
        self.rows, self.columns = rows, columns

    @classmethod
    def of(cls, cells: Cells) -> Frame:
        """Return a frame with space for the row labels and the colour bar."""
        longest = max(len(str(value)) for value in cells.down.values)
        left = 20.0 + min(110.0, LETTER * longest + 6.0)
        return cls(left, 6.0, WIDTH - left - 62.0, *cells.values.shape)

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell."""
        return self.width / self.columns, self.height / self.rows

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Return the left and the top of a cell."""
        wide, high = self.cell
        return self.left + column * wide, self.top + row * high

    @property
    def bottom(self) -> float:
        """Bottom of the cells."""
        return self.top + self.height


def colours(cells: Cells) -> NDArray[np.uint8]:
    """Return each cell's colour, shape (n_rows, n_columns, 3): red, green, blue."""
    found = blended(Scale.of(cells.values).shares(np.nan_to_num(cells.values)))
    found[cells.sets == 0] = _rgb(EMPTY)
    found[cells.all_ruined] = _rgb(RUINED)
    found[cells.without] = _rgb(NO_FIGURE)
    return np.rint(found).astype(np.uint8)


class Scale(NamedTuple):
    """A scale from figures to colours."""

    floor: float
    """Figures up to this size, of either sign, have the lightest colour."""
    reach: float
    """Figures of this size have the darkest colour."""

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Scale:
        """Return a scale whose lightest colour is zero, unless all figures are close together."""
        known = values[np.isfinite(values)]
        sizes = np.abs(known)
        least, most = float(sizes.min(initial=np.inf)), float(sizes.max(initial=0.0))
        one_sign = bool((known > 0).all() or (known < 0).all())
        narrow = one_sign and most / 2.0 < least < most
        return cls(least if narrow else 0.0, most or 1.0)

    def shares(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return figures as shares of the scale: 0 is the lightest colour, -1 and 1 the darkest."""
        beyond = np.maximum(np.abs(values) - self.floor, 0.0) / (self.reach - self.floor)
        return np.sign(values) * beyond


def blended(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the colours of shares in [-1, 1], with one more dimension: red, green, blue."""
    low, zero, high = (_rgb(colour) for colour in (BELOW, ZERO, ABOVE))
    share = shares[..., None]
    found: NDArray[np.float64] = zero + np.where(share < 0, zero - low, high - zero) * share
    return found


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], float)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a PNG file of pixels, shape (n_rows, n_columns, 3); equal pixels give equal bytes."""
    rows, columns, _ = pixels.shape
    lines = np.zeros((rows, 1 + 3 * columns), np.uint8)  # each line begins with filter type 0
    lines[:, 1:] = pixels.reshape(rows, -1)

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    heading = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    data = zlib.compress(lines.tobytes(), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", heading) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def _image(cells: Cells, frame: Frame) -> str:
    data = base64.b64encode(png(colours(cells))).decode()
    sharp = (
        "" if max(frame.rows, frame.columns) > SMOOTHED else ' style="image-rendering:pixelated"'
    )
    return (
        f'<image x="{frame.left:g}" y="{frame.top:g}" width="{frame.width:g}" '
        f'height="{frame.height:g}" preserveAspectRatio="none"{sharp} '
        f'href="data:image/png;base64,{data}"/>'
    )


def _marks(cells: Cells, frame: Frame) -> Iterator[str]:
    """Yield marks that show a cell's state without colour: crosses and cut corners."""
    wide, high = frame.cell
    if min(wide, high) < MARKED:
        return
    size = min(wide, high, 7.0)
    if min(wide, high) >= 6.0:
        paths = []
        for row, column in np.argwhere(cells.all_ruined):
            x, y = frame.corner(row, column)
            x, y = x + (wide - size) / 2.0, y + (high - size) / 2.0
            inner = size - 2.0
            paths.append(
                f"M{x + 1:.2f} {y + 1:.2f}l{inner:.2f} {inner:.2f}m0 {-inner:.2f}"
                f"l{-inner:.2f} {inner:.2f}"
            )
        if paths:
            yield f'<path d="{"".join(paths)}" stroke="#fff" stroke-width="0.8" fill="none"/>'
    for which, colour, below in (
        (cells.some_ruined, RUINED, False),
        (cells.some_undefined, NO_FIGURE, True),
    ):
        corners = []
        for row, column in np.argwhere(which):
            x, y = frame.corner(row, column)
            corners.append(
                _corner(x, y + high, size, -1) if below else _corner(x + wide, y, size, 1)
            )
        if corners:
            yield f'<path d="{"".join(corners)}" fill="{colour}"/>'


def _corner(x: float, y: float, size: float, side: int) -> str:
    """Return the upper right corner (side 1) or the lower left corner (-1) as a path."""
    return f"M{x:.2f} {y:.2f}h{-side * size:.2f}l{side * size:.2f} {side * size:.2f}z"


def _titles(
    cells: Cells,
    frame: Frame,
    words: str,
    shown: Callable[[float], str],
    kind: str,
    empty: str,
) -> Iterator[str]:
    titled = np.ones(cells.sets.shape, bool)
    if titled.size > TITLED:
        titled = (cells.ruined > 0) | (cells.undefined > 0)
    if not 0 < np.count_nonzero(titled) <= TITLED:
        return
    wide, high = frame.cell
    yield '<g fill="#fff" fill-opacity="0">'
    for row, column in np.argwhere(titled):
        x, y = frame.corner(row, column)
        place = (
            f"{cells.across.name} {cells.across.values[column]}, "
            f"{cells.down.name} {cells.down.values[row]}: "
        )
        told = _told(cells, row, column, words, shown, kind, empty)
        yield (
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}">'
            f"<title>{escape(place + told)}</title></rect>"
        )
    yield "</g>"


def _told(
    cells: Cells,
    row: int,
    column: int,
    words: str,
    shown: Callable[[float], str],
    kind: str,
    empty: str,
) -> str:
    """Return text that says what a cell holds."""
    sets, ruined, undefined = (
        int(table[row, column]) for table in (cells.sets, cells.ruined, cells.undefined)
    )
    value = cells.values[row, column]
    if not sets:
        return empty
    if sets == 1:
        return "ruined" if ruined else f"no {words}" if np.isnan(value) else shown(value)
    told = [f"no {words}" if np.isnan(value) else f"{kind} {words} {shown(value)}".strip()]
    told += [f"{ruined:,} of {sets:,} sets ruined"] if ruined else []
    told += [f"{undefined:,} of {sets:,} sets without {words}"] if undefined else []
    told += [f"{sets:,} sets"] if not ruined and not undefined else []
    return ", ".join(told[1:] if ruined == sets else told)


def _axes(cells: Cells, frame: Frame) -> Iterator[str]:
    wide, high = frame.cell
    right = frame.left + frame.width
    yield (
        f'<rect x="{frame.left:g}" y="{frame.top:g}" width="{frame.width:g}" '
        f'height="{frame.height:g}" fill="none" stroke="#c9ced4" stroke-width="0.6"/>'
    )
    for at in written(cells.across.values, _fitting(cells.across, frame.width)):
        x = frame.left + (at + 0.5) * wide
        yield f'<path d="M{x:.2f} {frame.bottom:g}v3" stroke="#c9ced4" stroke-width="0.8"/>'
        text = escape(_short(cells.across.values[at], frame.width))
        yield f'<text x="{x:.2f}" y="{frame.bottom + 13:g}" text-anchor="middle">{text}</text>'
    shown = written(cells.down.values[::-1], max(1, int(frame.height / 14.0)))
    for at in (frame.rows - 1 - place for place in shown):
        y = frame.top + (at + 0.5) * high + 3.0
        text = escape(_short(cells.down.values[at], 110.0))
        yield f'<text x="{frame.left - 5:g}" y="{y:.2f}" text-anchor="end">{text}</text>'
    middle = frame.top + frame.height / 2.0
    yield (
        f'<text x="{(frame.left + right) / 2:.2f}" y="{frame.bottom + 26:g}" '
        f'text-anchor="middle">{escape(cells.across.name)}</text>'
        f'<text transform="translate(11 {middle:.2f}) rotate(-90)" text-anchor="middle">'
        f"{escape(cells.down.name)}</text>"
    )


def _fitting(side: Side, width: float) -> int:
    """Return how many of a side's values fit below each other's cells."""
    longest = max(len(str(value)) for value in side.values)
    return max(1, int(width / (LETTER * min(longest, 22) + 8.0)))


def _short(value: object, room: float) -> str:
    text, most = str(value), max(3, int(room / LETTER))
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _best(frame: Frame, best: tuple[int, int] | None) -> Iterator[str]:
    if best is None:
        return
    wide, high = frame.cell
    x, y = frame.corner(*best)
    if min(wide, high) < 5.0:  # too small to be outlined itself
        x, y, wide, high = x + wide / 2.0 - 3.5, y + high / 2.0 - 3.5, 7.0, 7.0
    for colour, width in (("#fff", 2.6), (RUINED, 1.2)):
        yield (
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}" fill="none" '
            f'stroke="{colour}" stroke-width="{width}" pointer-events="none"/>'
        )


def _bar(name: str, values: NDArray[np.float64], frame: Frame, *, unit: str) -> Iterator[str]:
    """Yield the colour bar over the range of the figures and zero; nothing without figures."""
    known = values[np.isfinite(values)]
    if not known.size:
        return
    scale = Scale.of(known)
    low, high = float(known.min()), float(known.max())
    if not scale.floor:
        low, high = min(0.0, low), max(0.0, high)
    if low == high:
        low, high = -0.01, 0.01
    x, ends = frame.left + frame.width + 10.0, high - low
    stops = sorted({low, high} if scale.floor else {low, 0.0, high})
    blends = np.rint(blended(scale.shares(np.array(stops)))).astype(int).tolist()
    yield f'<linearGradient id="{name}-colours" x1="0" y1="1" x2="0" y2="0">'
    for value, blend in zip(stops, blends, strict=True):
        share = (value - low) / ends
        yield f'<stop offset="{share:.4f}" stop-color="rgb({",".join(map(str, blend))})"/>'
    yield (
        f'</linearGradient><rect x="{x:g}" y="{frame.top:g}" width="9" height="{frame.height:g}" '
        f'fill="url(#{name}-colours)"/>'
    )
    labelled = round_ticks(low, high, 6 if frame.height > 100 else 3)
    for value, text in zip(labelled, tick_texts(labelled, unit), strict=True):
        y = frame.bottom - (value - low) / ends * frame.height + 3.0
        yield f'<text x="{x + 13:g}" y="{y:.2f}">{text}</text>'


def _legend(
    cells: Cells, frame: Frame, words: str, best: tuple[int, int] | None, empty: str
) -> tuple[list[str], float]:
    """Return the legend of the marks with their numbers of sets, and the picture's height."""
    parts = []
    x, y = frame.left, frame.bottom + 30.0 + LINE
    for swatch, text in _legend_items(cells, words, best, empty):
        wide = 16.0 + LETTER * len(text)
        if x > frame.left and x + wide > WIDTH:
            x, y = frame.left, y + LINE
        parts.append(
            f'<g transform="translate({x:g} {y - 8:g})">{swatch}'
            f'<text x="13" y="7.5">{escape(text)}</text></g>'
        )
        x += wide + 8.0
    return parts, y + 4.0 if parts else frame.bottom + 32.0


def _legend_items(
    cells: Cells, words: str, best: tuple[int, int] | None, empty: str
) -> Iterator[tuple[str, str]]:
    square = '<rect width="9" height="9" style="fill:{};stroke:{};stroke-width:{}"/>'
    corner = '<rect width="9" height="9" fill="{}"/><path d="{}" fill="{}"/>'
    if best is not None:
        yield square.format("none", "var(--ink)", 1.2), "best set"
    ruined, undefined = cells.ruined, cells.undefined
    several = bool((cells.sets > 1).any())
    for which, counts, told, swatch in (
        (
            cells.all_ruined, ruined, "all ruined" if several else "ruined",
            square.format(RUINED, RUINED, 0) + '<path d="M1 1l7 7m0-7l-7 7" stroke="#fff"/>',
        ),
        (
            cells.some_ruined, ruined, "some ruined",
            corner.format(ZERO, _corner(9, 0, 7, 1), RUINED),
        ),
        (
            cells.without, undefined, f"no {words}", square.format(NO_FIGURE, NO_FIGURE, 0),
        ),
        (
            cells.some_undefined, undefined, f"some without {words}",
            corner.format(ZERO, _corner(0, 9, 7, -1), NO_FIGURE),
        ),
    ):  # fmt: skip
        if which.any():
            held = int(counts[which].sum())
            of = f" in {_many(int(which.sum()), 'cell')}" if several else ""
            yield swatch, f"{told}: {_many(held, 'set')}{of}"
    holes = int((cells.sets == 0).sum())
    if holes:
        yield square.format(EMPTY, "var(--muted)", 0.6), f"{empty}: {_many(holes, 'cell')}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
