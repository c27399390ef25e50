"""The figures of a small map as a folded table."""

from __future__ import annotations

from html import escape

import numpy as np

from ....runs.labels.formats import NONE
from .cells import Cells
from .words import Words

MOST = 20
"""Most rows and most columns of a table."""


def map_table(label: str, cells: Cells, words: Words) -> str:
    """Return the folded table of a map; empty if it has too many rows or columns."""
    if max(cells.sets.shape) > MOST:
        return ""
    across, down = cells.across, cells.down
    head = "".join(f"<th scope=col>{escape(str(value))}" for value in across.values)
    body = "".join(
        f"<tr><th scope=row>{escape(str(value))}"
        + "".join(f"<td>{_cell(cells, words, row, column)}" for column in range(len(across.values)))
        for row, value in enumerate(down.values)
    )
    return (
        f'<details class="figures"><summary>Figures<span class="unseen"> of: {escape(label)}</span>'
        "</summary><div class=scroll><table><thead><tr>"
        f"<th scope=col>{escape(down.name)} \\ {escape(across.name)}{head}</thead>"
        f"<tbody>{body}</table></div></details>"
    )


def _cell(cells: Cells, words: Words, row: int, column: int) -> str:
    value = cells.values[row, column]
    if not cells.sets[row, column]:
        return ""
    if np.isnan(value):
        return "ruined" if cells.all_ruined[row, column] else NONE
    return escape(words.shown(float(value)))
