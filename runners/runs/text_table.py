"""A table of text: what a result shows in a notebook or a debugger."""

from __future__ import annotations

from collections.abc import Sequence

from .formats import NONE

ROWS = 8
"""Rows of a result; with its heading and what follows they stay within a dozen lines."""


def text_table(heading: str, rows: Sequence[Sequence[str]], last: str) -> str:
    """Return rows under a heading, the first column to the left and the others to the right.

    Parameters
    ----------
    heading : str
        The first line.
    rows : sequence of sequence of str, each of the same length
        The columns' names first. Below them an empty cell is a dash.
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
