"""Paths of an SVG on a grid of whole numbers, reduced to what a screen can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDE, HIGH = 2000, 1000
"""Size of the grid on which paths are drawn; the browser stretches it to the chart's size."""

COLUMNS = 1000
"""Columns of the grid; of the points in one column, the first, lowest, highest and last stay."""

Floats = NDArray[np.float64]


def line_path(x: Floats, y: Floats) -> str:
    """Return a line through points; it is broken where one is NaN or infinite.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Grid coordinates; x rises.

    Returns
    -------
    str
        The ``d`` of a ``<path>``; a point without neighbours is a dot of the line's width.
    """
    known = _known(x, y)
    if not known.any():
        return ""
    starts = np.flatnonzero(known & ~np.append(False, known[:-1]))
    ends = np.flatnonzero(known & ~np.append(known[1:], False)) + 1
    return "".join(_run(*reduced(x[a:b], y[a:b])) for a, b in zip(starts, ends, strict=True))


def area_path(x: Floats, low: Floats, high: Floats) -> str:
    """Return the area between two lines over the same x; NaN and infinity leave a gap."""
    known = _known(x, low, high)
    starts = np.flatnonzero(known & ~np.append(False, known[:-1]))
    ends = np.flatnonzero(known & ~np.append(known[1:], False)) + 1
    areas = []
    for a, b in zip(starts, ends, strict=True):
        across, up = reduced(x[a:b], high[a:b])
        back, down = reduced(x[a:b], low[a:b])
        whole = np.append(across, back[::-1]), np.append(up, down[::-1])
        areas.append(_run(*whole) + "z")
    return "".join(areas)


def step_points(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the corners of a line that keeps each value until the next one."""
    across = np.repeat(x, 2)[1:]
    up = np.repeat(y, 2)[:-1]
    return across, up


def box_path(left: Floats, right: Floats, low: Floats, high: Floats) -> str:
    """Return boxes, each by its four edges; none is narrower than the grid's unit.

    One with an edge that is NaN or infinite is left out.
    """
    found = [np.asarray(edge, dtype=float) for edge in (left, right, low, high)]
    known = _known(*found)
    edges = (np.rint(edge[known]).astype(int).tolist() for edge in found)
    return "".join(
        f"M{a} {top}h{max(b - a, 1)}v{bottom - top}h{-max(b - a, 1)}z"
        for a, b, bottom, top in zip(*edges, strict=True)
    )


def segments_path(left: Floats, right: Floats, start: Floats, end: Floats) -> str:
    """Return straight lines from (left, start) to (right, end).

    One with an end that is NaN or infinite is left out.
    """
    known = _known(left, start, right, end)
    ends = (np.rint(v[known]).astype(int).tolist() for v in (left, start, right, end))
    return "".join(f"M{a} {b}L{c} {d}" for a, b, c, d in zip(*ends, strict=True))


def stems_path(x: Floats, base: Floats, y: Floats) -> str:
    """Return upright lines from `base` to `y`, one at each place of the grid.

    NaN and infinity are left out.
    """
    known = _known(x, base, y)
    if not known.any():
        return ""
    across = np.rint(x[known]).astype(int)
    order = np.argsort(across, kind="stable")
    places, first = np.unique(across[order], return_index=True)
    low, high = np.minimum(base, y)[known][order], np.maximum(base, y)[known][order]
    ends = np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
    rows = (np.rint(end).astype(int).tolist() for end in ends)
    return "".join(f"M{a} {b}V{c}" for a, b, c in zip(places.tolist(), *rows, strict=True))


def dots_path(x: Floats, y: Floats) -> str:
    """Return lines of no length, which round ends turn into dots.

    NaN and infinity are left out.
    """
    known = _known(x, y)
    across, up = (np.rint(v[known]).astype(int).tolist() for v in (x, y))
    apart = dict.fromkeys(zip(across, up, strict=True))
    return "".join(f"M{a} {b}h0" for a, b in apart)


def reduced(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Keep of the points in each column the first, the lowest, the highest and the last.

    A line through them covers the same pixels (Jugel et al. 2014, "M4", section 4).
    """
    if len(x) <= 2 * COLUMNS:
        return x, y
    column = np.floor(x * (COLUMNS / WIDE)).astype(int)
    first = np.flatnonzero(np.append(True, column[1:] != column[:-1]))
    last = np.append(first[1:], len(x)) - 1
    order = np.lexsort((y, column))  # within a column, by height
    keep = np.unique(np.concatenate([first, last, order[first], order[last]]))
    return x[keep], y[keep]


def _known(*coordinates: Floats) -> NDArray[np.bool_]:
    """Return which points have a place on the grid: all of their coordinates are finite."""
    found: NDArray[np.bool_] = np.logical_and.reduce([np.isfinite(each) for each in coordinates])
    return found


def _run(x: Floats, y: Floats) -> str:
    """Return one line through known points, each after the first relative to the one before."""
    across, up = np.rint(x).astype(int), np.rint(y).astype(int)
    if len(across) == 1:
        return f"M{across[0]} {up[0]}h0"
    steps = np.column_stack([np.diff(across), np.diff(up)]).ravel().tolist()
    # A minus sign separates two numbers as well as a space does.
    text = " ".join(map(str, steps)).replace(" -", "-")
    return f"M{across[0]} {up[0]}l{text}"
