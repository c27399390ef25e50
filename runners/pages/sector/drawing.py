"""Dates and figures of decisions, each of which is in force until the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def ends(decided: pd.DataFrame) -> Any:
    """Return the days of the decisions, then the last day on which the last one was in force."""
    return to_the_end(decided.index, decided["until"].iloc[-1])


def to_the_end(index: Any, last: pd.Timestamp) -> Any:
    """Return the days of the decisions, followed by `last`, the end of the last one."""
    return pd.DatetimeIndex(index).append(pd.DatetimeIndex([last])).to_numpy()


def held_on(values: pd.Series) -> Any:
    """Return a decision's figures with the last one repeated, for the end of the last decision."""
    return np.append(values.to_numpy(dtype=float), float(values.iloc[-1]))
