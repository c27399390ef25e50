"""A series of closes as bars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from .bars import Bars, infer_calendar
from .errors import BarsError
from .frames import SPELLINGS, as_date, column_name, read_dates

CLOSES = "closes"
"""What a series without a name is called."""


def bars_of_closes(
    closes: pd.Series, name: str | None = None, *, end: str | dt.date | None = None
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

    Returns
    -------
    Bars
        Open, high and low equal the close, the volume is NaN, dividends are not known.

    Raises
    ------
    BarsError
        An index without dates, a close that is no number, and what `Bars` refuses.
    """
    called = name or _name(closes.name)
    if pd.api.types.is_numeric_dtype(closes.index):
        raise BarsError(f"{called} (series): a series of closes needs dates as its index")
    days = read_dates(closes.index.to_series())
    if end is not None:
        wanted = ~(days > as_date(end, "end"))
        closes, days = closes[wanted], days[wanted]
    try:
        values = pd.to_numeric(closes).to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise BarsError(f"{called} (series): a close is no number: {error}") from error
    known = np.flatnonzero(~np.isnan(values))
    inside = slice(known[0], known[-1] + 1) if len(known) else slice(0)
    days, values = days[inside], values[inside]
    unknown = np.full(len(values), np.nan)
    return Bars(
        called, days, values, values, values, values, unknown, np.zeros(len(values)),
        source="series", calendar=infer_calendar(days[~np.isnat(days)]), price_only=True,
    )  # fmt: skip


def _name(written: Any) -> str:
    """Return a series' name; of a pair such as ("Close", "SPY") the part that is no field."""
    parts = written if isinstance(written, tuple) else (written,)
    named = [str(part) for part in parts if part is not None and part == part]
    own = [part for part in named if column_name(part) not in SPELLINGS]
    return " ".join(own or named) or CLOSES
