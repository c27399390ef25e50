"""Check that the array ledger and the bar-by-bar run agree on equity and figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..feeds.arrays import Floats
from .errors import Mismatch
from .evaluator import DIFFERENCES

SAME = 1e-9
"""Largest relative difference allowed in any day's equity and in any figure."""


def confirm(
    name: str,
    dates: Any,
    equity: Floats,
    figures: Mapping[str, Any],
    ran: pd.Series,
    measured: Mapping[str, Any],
    cash: float,
) -> None:
    """Raise unless the array ledger's equity and figures are those of the run.

    Parameters
    ----------
    name : str
        The set, as the message names it.
    dates : array_like of datetime64[D], shape (n_bars,)
        Of `equity`.
    equity : ndarray of shape (n_bars,)
        The screened account after each close.
    figures : mapping
        Those that were screened and will be printed.
    ran : Series of float, indexed by date
        The account of the run after each close.
    measured : mapping
        The metrics of the run; may hold more.
    cash : float
        At the start; differences count against the larger of it and the highest equity.

    Raises
    ------
    Mismatch
        With the set, the day or the figure, and both values.
    """
    days = pd.DatetimeIndex(dates)
    theirs_on = pd.DatetimeIndex(ran.index)
    if not days.equals(theirs_on):
        odd = days.symmetric_difference(theirs_on)
        which = "the arrays" if len(odd) and odd[0] in days else "the run"
        first = f", {odd[0].date()} by {which} alone" if len(odd) else " in another order"
        raise Mismatch(f"{name}: {len(days)} days by the arrays and {len(ran)} bar by bar{first}")
    theirs = ran.to_numpy(float)
    scale = max(cash, float(np.abs(theirs).max()))
    with np.errstate(invalid="ignore"):  # infinity less infinity is no agreement
        gap = np.abs(equity - theirs)
    apart = ~np.isfinite(gap) | (gap > SAME * np.maximum(np.abs(theirs), scale))
    if apart.any():
        row = int(np.argmax(apart))
        raise Mismatch(
            f"{name}: equity of {days[row].date()} is {float(equity[row])!r} by the arrays and "
            f"{float(theirs[row])!r} bar by bar"
        )
    for key, value in figures.items():
        if not _same(value, measured[key], scale if key == "pnl" else _size(key, measured)):
            raise Mismatch(
                f"{name}: {key} is {value!r} by the arrays and {measured[key]!r} bar by bar"
            )


def _size(key: str, measured: Mapping[str, Any]) -> float:
    """Return the scale of a figure's rounding: 1, or the size of what it is a difference of."""
    own = measured.get(DIFFERENCES.get(key, key)) if key in DIFFERENCES else None
    return 1.0 if own is None else max(1.0, abs(float(own)))


def _same(ours: Any, theirs: Any, scale: float) -> bool:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return ours.keys() == theirs.keys() and all(
            _same(ours[key], theirs[key], scale) for key in ours
        )
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)):
        return len(ours) == len(theirs) and all(
            _same(a, b, scale) for a, b in zip(ours, theirs, strict=True)
        )
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=SAME, abs_tol=SAME * scale)
    return bool(ours == theirs)
