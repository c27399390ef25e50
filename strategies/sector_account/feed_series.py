"""What a backtrader feed has delivered so far, as arrays."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from ..sector.history import Series

_EPOCH = datetime.date(1970, 1, 1).toordinal()
"""Day number of 1970-01-01 in backtrader's dates, which count from 0001-01-01."""


def series_of(data: Any, rows: int) -> Series:
    """Return the newest bars of a feed up to the current one, at most `rows` of them.

    A feed without a line `dividend` pays none.
    """
    n = min(len(data), rows)

    def line(name: str) -> Any:
        return np.array(getattr(data.lines, name).get(size=n) if n else [], dtype=np.float64)

    days = (np.floor(line("datetime")).astype(np.int64) - _EPOCH).astype("datetime64[D]")
    pays = hasattr(data.lines, "dividend")
    return Series(days, line("close"), line("volume"), line("dividend") if pays else np.zeros(n))
