"""Baskets of similar stocks, formed on each date, and a factor's figures within each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Bools, Floats, Rows
from .estimate import Estimate
from .information import information
from .labelled import labelled
from .quantiles import quantile_of, quantile_returns

THIRDS = ("low", "middle", "high")
SPREAD_OF = 3
"""Quantiles of a spread within a basket: baskets have few names."""


class InBasket(NamedTuple):
    """A factor's figures among the stocks of a basket, ranked within it."""

    names: float
    """Mean number of its stocks on the dates that count; NaN for no date."""
    ic: Estimate
    spread: Estimate
    """Top less bottom third within the basket, per year."""


def thirds(figure: Floats, among: Bools) -> NDArray[np.int64]:
    """Return the third of its own date that each stock is in.

    Parameters
    ----------
    figure : ndarray of shape (s, m)
        What stocks are sorted by, such as their capitalisation; NaN where not known.
    among : ndarray of bool, shape (s, m)
        The stocks that are sorted.

    Returns
    -------
    ndarray of int, shape (s, m)
        Places in `THIRDS`; -1 where the figure is not known, and for the other stocks.
    """
    return quantile_of(np.where(among, figure, np.nan), len(THIRDS))


def in_basket(
    values: Floats, members: Bools, residuals: Floats, rows: Rows, horizon: int
) -> InBasket:
    """Return a factor's figures among the members of a basket.

    Parameters
    ----------
    values : ndarray of shape (s, m)
        The factor at each of `rows`; NaN where not known.
    members : ndarray of bool, shape (s, m)
        The basket on each date.
    residuals : ndarray of shape (n, m)
        Daily residual returns, oldest first; NaN where not known.
    rows : ndarray of int, shape (s,)
        Sessions, increasing.
    horizon : int
        Sessions ahead, >= 1.

    Returns
    -------
    InBasket
        Over dates with at least 10 members whose value and label are known.
    """
    found = labelled(np.where(members, values, np.nan), residuals, rows, horizon)
    names = float(found.known.sum(axis=1).mean()) if found.rows.size else np.nan
    return InBasket(names, information(found).mean, quantile_returns(found, SPREAD_OF).spread)
