"""Whose a book's profit and risk is: pure functions of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats


def member_shares(parts: Floats, holdings: Floats, equity: Floats, closes: Floats) -> Floats:
    """Return how many of the account's shares are each member's, at each close.

    Parameters
    ----------
    parts : ndarray of shape (n_days, n_members, n_instruments)
        What each member adds to the weights in force, a_m w_mi, oldest first.
    holdings : ndarray of shape (n_days, n_instruments)
        Signed shares that the account holds after the close.
    equity : ndarray of shape (n_days,)
        The account's value.
    closes : ndarray of shape (n_days, n_instruments)
        Prices; NaN before an instrument's first bar, where nothing is held.

    Returns
    -------
    ndarray of shape (n_days, n_members, n_instruments)
        a_m w_mi E / C_i, and of what the account holds beyond the sum of these the member's share
        |a_m w_mi| / sum_k |a_k w_ki|. They sum to `holdings` wherever a member's part is not 0;
        where none is, to 0.
    """
    prices = np.where(np.isnan(closes), np.inf, closes)
    own = parts * (equity[:, None] / prices)[:, None, :]
    sizes = np.abs(parts)
    total = sizes.sum(axis=1, keepdims=True)
    share = np.divide(sizes, total, out=np.zeros_like(sizes), where=total > 0.0)
    beyond = holdings - own.sum(axis=1)
    found: Floats = own + share * beyond[:, None, :]
    return found


def member_profits(
    shares: Floats, opens: Floats | None, closes: Floats, dividends: Floats
) -> Floats:
    """Return each member's profit of each day, in account currency, before costs and interest.

    Parameters
    ----------
    shares : ndarray of shape (n_days, n_members, n_instruments)
        As `member_shares` returns them.
    opens : ndarray of shape (n_days, n_instruments) or None
        Opens, where orders fill at the open; None: they fill at the close.
    closes, dividends : ndarray of shape (n_days, n_instruments)
        Prices, and cash per share on the ex-date.

    Returns
    -------
    ndarray of shape (n_days, n_members)
        n(t-1) (X_t - C_(t-1) + D_t) + n(t) (C_t - X_t), where X_t is the price of the fill; 0 on
        the first day.
    """
    known = np.where(np.isnan(closes), 0.0, closes)
    filled = known if opens is None else np.where(np.isnan(opens), known, opens)
    found = np.zeros(shares.shape[:2])
    night = filled[1:] - known[:-1] + dividends[1:]
    day = known[1:] - filled[1:]
    night = np.where(np.isnan(closes[:-1]), 0.0, night)  # nothing was held before the first bar
    found[1:] = (shares[:-1] * night[:, None, :] + shares[1:] * day[:, None, :]).sum(axis=2)
    return found


def contributions_to_risk(returns: Floats) -> tuple[Floats, float]:
    """Return what each part adds to the volatility of their sum.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_parts)
        Daily contributions to the return of the whole.

    Returns
    -------
    tuple of ndarray of shape (n_parts,) and float
        cov(c_m, r) / s(r), where r is the sum of the parts and s its sample standard deviation
        (n - 1), per bar; and s(r), which is their sum. All 0 where r does not vary.

    References
    ----------
    Euler's theorem for the volatility, which is homogeneous of degree 1: Tasche, "Capital
    Allocation to Business Units and Sub-Portfolios: the Euler Principle" (2008), section 2.2.
    """
    total = returns.sum(axis=1)
    spread = float(total.std(ddof=1)) if len(total) > 1 else 0.0
    if not spread > 0.0:
        return np.zeros(returns.shape[1]), 0.0
    centred = total - total.mean()
    covariances = centred @ (returns - returns.mean(axis=0)) / (len(total) - 1)
    found: Floats = covariances / spread
    return found, spread


def correlation(returns: Floats) -> list[list[float | None]]:
    """Return Pearson's correlation of each pair of columns.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_members)
        Returns; NaN where a member has none yet.

    Returns
    -------
    list of list of float or None
        Over the days on which both have a return; None where one of the two does not vary there.
    """
    count = returns.shape[1]
    found: list[list[float | None]] = [[None] * count for _ in range(count)]
    for one in range(count):
        for other in range(one, count):
            pair = returns[:, [one, other]]
            pair = pair[~np.isnan(pair).any(axis=1)]
            if len(pair) < 2:
                continue
            centred = pair - pair.mean(axis=0)
            sizes = np.sqrt((centred**2).sum(axis=0))
            if (sizes > 1e-12).all():
                raw = float(centred[:, 0] @ centred[:, 1] / (sizes[0] * sizes[1]))
                value = 1.0 if one == other else max(-1.0, min(1.0, raw))
                found[one][other] = found[other][one] = value
    return found


def overlap(sides: NDArray[np.int_]) -> list[list[float]]:
    """Return the share of days on which two members hold the same side.

    Parameters
    ----------
    sides : ndarray of int, shape (n_days, n_members)
        Sign of what each member holds in net: +1 long, -1 short, 0 flat.

    Returns
    -------
    list of list of float
        Fraction of all days on which both are long or both are short; of a member with itself the
        fraction of days on which it is not flat.
    """
    same = (sides[:, :, None] == sides[:, None, :]) & (sides[:, :, None] != 0)
    found: list[list[float]] = same.mean(axis=0).tolist()
    return found
