"""Where a cell of a table stands, in words for messages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..checks import Mask
from ..quoting import shown

_SHOWN = 3


def place(index: pd.Index, row: int) -> str:
    """Say where a row stands: "line 7" of a file whose index is so named, else "row 7"."""
    if index.name in ("line", "row"):
        return f"{index.name} {index[row]}"
    return f"row {row + 1}"


def quoted(cells: pd.Series, mask: Mask) -> str:
    """Write the first few cells of a mask and where they stand, and how many more there are."""
    rows = np.flatnonzero(mask)
    some = ", ".join(
        f"{shown(str(cells.iloc[row]))} in {place(cells.index, row)}" for row in rows[:_SHOWN]
    )
    return some if len(rows) <= _SHOWN else f"{some} and {len(rows) - _SHOWN} more"


def quoted_first(cells: pd.Series, mask: Mask) -> str:
    """Write the first cell of a mask and where it stands."""
    row = int(np.argmax(mask))
    return f"{shown(str(cells.iloc[row]))} in {place(cells.index, row)}"
