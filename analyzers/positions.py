"""Shares held at each close, from the fills."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

ROUNDING = 1e-9
"""Shares, per share of the largest position so far, that are rounding and no position."""


def shares_held(trades: pd.DataFrame, dates: Any) -> pd.DataFrame:
    """Return the signed shares of each instrument after each close.

    Parameters
    ----------
    trades : DataFrame
        One row per fill: `date`, `instrument`, `size` in signed shares, as in `RunResult.trades`;
        the account was flat before them. They may be in any order.
    dates : array_like of dates, shape (n_days,)
        The closes, oldest first. Fills before the first one count: they are its position.

    Returns
    -------
    DataFrame
        A row for each date and a column for each instrument that ever had a fill, in the order of
        their first fills. Fills of a date count at its close, whatever their moment. 0 where
        nothing is held, exactly; no NaN.
    """
    days = pd.DatetimeIndex(dates, name="date")
    instruments = list(dict.fromkeys(trades["instrument"]))
    if not instruments:
        return pd.DataFrame(index=days)
    bought = trades.groupby(["date", "instrument"])["size"].sum().unstack(fill_value=0)
    held = bought.sort_index().cumsum()
    least = ROUNDING * held.abs().cummax()
    held = held.where(held.abs() > least, 0.0)
    held.index = pd.DatetimeIndex(held.index)
    found = held.reindex(days, method="ffill").fillna(0.0)[instruments]
    return found.astype(np.float64).rename_axis(columns=None)
