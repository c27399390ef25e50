"""Which names are held: those with the best forecasts."""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Bools, Floats, Rows
from ..errors import StrategyError


def best(forecast: Floats, mask: Bools, n: int = 30) -> Bools:
    """Return the names with the highest forecasts.

    Parameters
    ----------
    forecast : ndarray of shape (m,)
        Expected residual returns, or any figure where larger is better. NaN is never chosen.
    mask : ndarray of bool, shape (m,)
        The stocks that can be chosen.
    n : int
        How many, >= 1.

    Returns
    -------
    ndarray of bool, shape (m,)
        n names, or all that can be chosen and have a forecast where these are fewer. Of equal
        forecasts the earlier column comes first.

    Raises
    ------
    StrategyError
        n below 1.
    """
    if n < 1:
        raise StrategyError(f"n must be >= 1, got {n!r}")
    chosen = np.zeros_like(mask)
    chosen[ranking(forecast, mask)[:n]] = True
    return chosen


def ranking(forecast: Floats, mask: Bools) -> Rows:
    """Return the columns of the names that can be chosen and have a forecast, the best first.

    Of equal forecasts the earlier column comes first.
    """
    known = mask & ~np.isnan(forecast)
    return np.argsort(np.where(known, -forecast, np.inf), kind="stable")[: known.sum()]
