"""Ex-dividend dates by the side of the position, from arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .inputs import checked_dividends, checked_values


def ex_dividend_sides(dividend: ArrayLike, held_overnight: ArrayLike) -> dict[str, int]:
    """Count ex-dates by the side that was held over the night before.

    Parameters
    ----------
    dividend : array_like of float, shape (n_bars,)
        Cash per share on the ex-date, 0 on other days, oldest first.
    held_overnight : array_like of float, shape (n_bars,)
        Position held over the night that follows each bar: above 0 long, below 0 short, 0 flat.
        What was held, not what was decided: an order for the next open is not yet in it.

    Returns
    -------
    dict
        ``long``, ``short`` and ``flat``, as `btplaybook.analyzers.ex_dividend_dates` counts them.
        The ex-date of bar t goes by entry t - 1 of the positions; that of the first bar is not
        counted, for nothing is known of the night before it.

    Raises
    ------
    ValueError
        For no bars, different lengths, a dividend that is missing or negative, or a position that
        is missing.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Number of
    Transitions (Trades)".
    """
    held = checked_values("held_overnight", held_overnight)
    due = checked_dividends("dividend", dividend, held.size)[1:] > 0.0
    before = held[:-1][due]
    return {
        "long": int(np.count_nonzero(before > 0)),
        "short": int(np.count_nonzero(before < 0)),
        "flat": int(np.count_nonzero(before == 0)),
    }
