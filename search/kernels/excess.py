"""The excess of accounts over buying and holding the same instrument on the same days."""

from __future__ import annotations

import math

from ...analyzers.statistics import cagr
from ...feeds.arrays import Floats
from ..evaluator import COLUMNS, DIFFERENCES


def buy_and_hold(closes: Floats, dividends: Floats, periods_per_year: int) -> dict[str, float]:
    """Return total return and growth rate of holding, without costs.

    Dividends are reinvested at the ex-date's close.

    Parameters
    ----------
    closes, dividends : ndarray of shape (n_bars,)
        From the day on which the account opens, oldest first; no NaN.
    periods_per_year : int
        Of the bars, such as 252 or 365.

    Returns
    -------
    dict
        ``total_return``, a fraction, and ``cagr``, a fraction per year: NaN where it does not
        exist.
    """
    growth = (closes[1:] + dividends[1:]) / closes[:-1]
    rate = cagr(growth - 1.0, periods_per_year)
    return {
        "total_return": math.prod(growth.tolist()) - 1.0,
        "cagr": math.nan if rate is None else rate,
    }


def add_excess(rows: Floats, held: dict[str, float]) -> None:
    """Write the excess of accounts, in total and per year, into their rows.

    Parameters
    ----------
    rows : ndarray of shape (n_sets, 15), written
        `search.evaluator.COLUMNS`; total return and growth rate are read.
    held : dict
        What `buy_and_hold` returns. Where either has no growth rate the excess per year is NaN.
    """
    for name, own in DIFFERENCES.items():
        rows[:, COLUMNS.index(name)] = rows[:, COLUMNS.index(own)] - held[own]
