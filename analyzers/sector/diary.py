"""A sector book's decisions inside an account's window, and which was in force on a day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Decisions = Sequence[Any]
"""Entries of a diary, oldest first; read by attribute, as the strategy's `Decided` has them."""


def of_the_account(diary: Decisions, opens: datetime.date) -> list[Any]:
    """Return the decisions that set an account's positions, oldest first.

    These are the decisions since the day on which it opened and, where none was made on that day,
    the last one before.
    """
    since = [decided for decided in diary if decided.date >= opens]
    if since and since[0].date == opens:
        return since
    return [decided for decided in diary if decided.date < opens][-1:] + since


def in_force(
    dates: pd.DatetimeIndex, decisions: Decisions, *, on_its_day: bool
) -> NDArray[np.intp]:
    """Return the number of the decision that was in force on each date.

    Parameters
    ----------
    dates : DatetimeIndex of length n
        Oldest first.
    decisions : sequence of m decisions
        Oldest first.
    on_its_day : bool
        Whether a decision counts from its own date on, as for what is held after a close, or from
        the day after, as for the returns that it earns.

    Returns
    -------
    ndarray of int, shape (n,)
        0 to m - 1, or -1 before the first.
    """
    made = dates_of(decisions).to_numpy(dtype="datetime64[D]")
    days = dates.to_numpy(dtype="datetime64[D]")
    found = np.searchsorted(made, days, side="right" if on_its_day else "left")
    return np.asarray(found - 1, dtype=np.intp)


def dates_of(decisions: Decisions) -> pd.DatetimeIndex:
    """Return the decisions' days as an index named ``date``."""
    return pd.DatetimeIndex([decided.date for decided in decisions], name="date")
