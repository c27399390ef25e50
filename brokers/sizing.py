"""Shares of a target weight."""

from __future__ import annotations

import math

from ..feeds.conventions import FORGIVEN

ROUNDING = 1e-12
"""Largest change of a position, relative to its target, that is rounding: no order, no fee."""


def target_shares(weight: float, value: float, price: float, *, whole: bool = False) -> float:
    """Return the signed number of shares that is worth `weight` x `value` at `price`.

    Parameters
    ----------
    weight : float
        Signed fraction of the account value; -1 is 100 % short.
    value : float
        Account value in account currency. An account without value can hold nothing: 0 shares.
    price : float
        Price of a share, > 0.
    whole : bool
        Round towards zero to whole shares, with `FORGIVEN` of a share forgiven so that a quotient
        such as 99.9999999999 is 100.
    """
    shares = weight * max(value, 0.0) / price
    return math.copysign(math.floor(abs(shares) + FORGIVEN), shares) if whole else shares


def order_size(held: float, shares: float) -> float:
    """Return the signed shares from `held` to `shares`; 0 where they differ by mere rounding."""
    size = shares - held
    return 0.0 if abs(size) <= ROUNDING * abs(shares) else size
