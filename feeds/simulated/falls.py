"""Companies that are delisted because their shares fell: what a panel of survivors leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..arrays import Floats
from .companies import Companies, Ints

YEAR = 252
LAST_MOVE = -0.30
"""Return of the last day: the mean delisting return that Shumway (1997) found for delistings for
performance."""


def ends_after_a_fall(companies: Companies, returns: Floats, market: Floats, below: float) -> Ints:
    """Return each company's last session, where those that fell too far leave.

    Parameters
    ----------
    companies : Companies
        m of them.
    returns, market : ndarray of shape (n, m), (n,)
        Daily total returns of a walk on which nobody leaves for a fall; the first is 0.
    below : float
        Loss against the ETF over the last 252 sessions beyond which a company leaves, in (0, 1).

    Returns
    -------
    ndarray of int, shape (m,)
        The first session, of every 63rd, after whose close the loss is larger and a year of
        returns is known; else the last session as it was.
    """
    wealth = np.cumsum(np.log1p(returns) - np.log1p(market)[:, None], axis=0)
    session = np.arange(len(returns))
    year = np.full(returns.shape, np.nan)
    year[YEAR:] = wealth[YEAR:] - wealth[:-YEAR]
    known = session[:, None] - YEAR >= companies.listed
    asked = (session % (YEAR // 4) == 0) & (session < len(returns) - 1)
    fell = (np.nan_to_num(year) < np.log1p(-below)) & known & asked[:, None]
    first = np.where(fell.any(axis=0), fell.argmax(axis=0) + 1, companies.ended)
    ended: Ints = np.minimum(first, companies.ended)
    return ended


def without_the_fallen(companies: Companies, ended: Ints) -> Companies:
    """Return the companies with earlier last sessions; each of these ends with `LAST_MOVE`.

    References
    ----------
    Shumway, T. (1997). The delisting bias in CRSP data. Journal of Finance 52(1), 327-340.
    """
    n = len(companies.trades)
    earlier = np.flatnonzero(ended < companies.ended).tolist()
    jumps = {who: jump for who, jump in companies.jumps.items() if jump[0] <= ended[who]}
    jumps |= {who: (int(ended[who]), LAST_MOVE) for who in earlier}
    there = np.arange(n)[:, None] <= ended
    return replace(
        companies,
        ended=ended,
        jumps=jumps,
        trades=companies.trades & there,
        member=companies.member & there,
        pays=companies.pays & there,
    )
