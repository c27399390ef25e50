"""Colours of cells, and their image with one pixel per cell."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .cells import Cells

ABOVE, BELOW = "#1d5f8a", "#b4513f"
"""Darkest colours above and below zero."""
ZERO = "#efe6d3"
"""Colour of a figure of 0; darker than the page, so that cells without sets are visible."""
NO_FIGURE = "#b79cc4"
RUINED = "#1f2933"
EMPTY = "#ffffff"
"""Colour of a cell without sets; it is transparent and shows the page."""


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


def png(pixels: NDArray[np.uint8], clear: str = EMPTY) -> bytes:
    """Return a PNG file of pixels; equal pixels give equal bytes.

    Parameters
    ----------
    pixels : ndarray of shape (n_rows, n_columns, 3)
        Red, green, blue.
    clear : str
        The colour that is transparent.
    """
    rows, columns, _ = pixels.shape
    lines = np.zeros((rows, 1 + 3 * columns), np.uint8)  # each line begins with filter type 0
    lines[:, 1:] = pixels.reshape(rows, -1)

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    heading = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    transparent = struct.pack(">HHH", *_rgb(clear).astype(int))
    data = zlib.compress(lines.tobytes(), 9)
    parts = ((b"IHDR", heading), (b"tRNS", transparent), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)
