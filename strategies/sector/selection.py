"""Which names are held: those with the best forecasts."""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Bools, Floats
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
    known = mask & ~np.isnan(forecast)
    order = np.argsort(np.where(known, -forecast, np.inf), kind="stable")[:n]
    chosen = np.zeros_like(known)
    chosen[order] = True
    return chosen & known
