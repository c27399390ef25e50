"""The market value of companies."""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Floats


def market_caps(raw_price: Floats, shares: Floats) -> Floats:
    """Return each company's market value.

    Parameters
    ----------
    raw_price : ndarray of shape (m,)
        Prices as they were quoted on the day, account currency.
    shares : ndarray of shape (m,)
        Shares outstanding as known on the day, in the units of that day's price: what was counted
        before a split is multiplied by its ratio first.

    Returns
    -------
    ndarray of shape (m,)
        Price times shares, account currency; NaN where either is not known or not above 0.
    """
    known = (raw_price > 0.0) & (shares > 0.0)  # False where NaN
    return np.where(known, raw_price * shares, np.nan)
