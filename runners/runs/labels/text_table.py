"""A table of text: how a result looks in a notebook or a debugger."""

from __future__ import annotations

from collections.abc import Sequence

from .formats import NONE

ROWS = 8
"""Rows shown of a result; with heading and last line they stay within a dozen lines."""


def text_table(heading: str, rows: Sequence[Sequence[str]], last: str) -> str:
    """Return rows under a heading as text; the first column is left-aligned, the others right.

    Parameters
    ----------
    heading : str
        The first line.
    rows : sequence of sequence of str, each of the same length
        The first row holds the names of the columns. In the other rows an empty cell becomes a
        dash.
    last : str
        The last line.
    """
    cells = [
        [cell or ("" if place < 1 else NONE) for cell in row] for place, row in enumerate(rows)
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([heading, *(f"  {line}" for line in lines), last])
