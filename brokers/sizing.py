"""From a target weight to shares."""

from __future__ import annotations

import math


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
        Round towards zero to whole shares, with 1e-9 of a share forgiven so that a quotient such as
        99.9999999999 is 100.
    """
    shares = weight * max(value, 0.0) / price
    return math.copysign(math.floor(abs(shares) + 1e-9), shares) if whole else shares
