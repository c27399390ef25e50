"""A series of closes as bars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from .bars import Bars
from .errors import BarsError
from .reading import PLAIN, Reading
from .tables.spellings import SPELLINGS, column_name

CLOSES = "closes"
"""What a series without a name is called."""


def bars_of_closes(
    closes: pd.Series,
    name: str | None = None,
    *,
    end: str | dt.date | None = None,
    reading: Reading = PLAIN,
    counted_from: dt.date | None = None,
) -> Bars:
    """Build bars of which the closes alone are known.

    Parameters
    ----------
    closes : pandas.Series of float, shape (n,)
        Split-adjusted closes, their dates in the index. Days before the first close and after the
        last are left out.
    name : str, optional
        The instrument; else the series' own name, else "closes".
    end : str or datetime.date, optional
        Last date wanted; what comes after it is not read.
    reading : Reading
        What the series does not say itself.
    counted_from : datetime.date, optional
        First day whose return counts: faulty closes before it are left out, and listed.

    Returns
    -------
    Bars
        Open, high and low equal the close, the volume is NaN, dividends are not known.

    Raises
    ------
    BarsError
        An index without dates, a close that is no number, and what `Bars.from_frame` refuses.
    """
    called = name or _name(closes.name)
    if pd.api.types.is_numeric_dtype(closes.index):
        raise BarsError(f"{called} (series): a series of closes needs dates as its index")
    frame = pd.DataFrame({"close": closes.array}, index=closes.index)
    return Bars.from_frame(
        frame, called, source="series", end=end, reading=reading, counted_from=counted_from
    )


def _name(written: Any) -> str:
    """Return a series' name; of a pair such as ("Close", "SPY") the ticker."""
    parts = written if isinstance(written, tuple) else (written,)
    named = [str(part) for part in parts if part is not None and part == part]
    own = [part for part in named if column_name(part) not in SPELLINGS]
    return " ".join(own or named) or CLOSES
