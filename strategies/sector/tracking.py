"""Tracking error of the basket against the factors' own portfolio."""

from __future__ import annotations

import math

import numpy as np

from ...feeds.arrays import Bools, Floats

LEAST_ROWS = 60
"""Fewest sessions that a tracking error is measured over."""


def factor_portfolio(composite: Floats, mask: Bools) -> Floats:
    """Return the long portfolio of the factors themselves, over all stocks that can be chosen.

    Parameters
    ----------
    composite : ndarray of shape (m,)
        The factors' weighted loadings; NaN counts as 0.
    mask : ndarray of bool, shape (m,)
        The stocks that can be chosen.

    Returns
    -------
    ndarray of shape (m,)
        Weights that sum to 1, proportional to the composite where it is above 0, and 0 elsewhere.
        All NaN where it is above 0 for no stock.
    """
    above = np.where(mask & (composite > 0.0), composite, 0.0)
    if not above.any():
        return np.full(composite.shape, np.nan)
    return np.asarray(above / above[above > 0.0].sum(), dtype=np.float64)


def tracking_error(
    weights: Floats, reference: Floats, residuals: Floats, periods: int = 252
) -> float:
    """Return how far a basket strays from its reference, per year.

    Parameters
    ----------
    weights, reference : ndarray of shape (m,)
        Two portfolios.
    residuals : ndarray of shape (n_rows, m)
        Daily residual returns, oldest first. A row counts where it is known for all names that the
        two hold differently.
    periods : int
        Sessions in a year.

    Returns
    -------
    float
        Standard deviation (ddof 1) of the difference of the daily residual returns that these
        weights would have had, times the root of `periods`. NaN where fewer than `LEAST_ROWS` rows
        count, or where a weight is NaN.

    Notes
    -----
    A basket of some thirty names stands for the factors only as far as this is small beside the
    volatility of either; the source of the strategy calls it very important in the long run.
    """
    active = weights - reference
    differs = active != 0.0
    returns = residuals[:, differs] @ active[differs]
    returns = returns[~np.isnan(returns)]
    if len(returns) < LEAST_ROWS:
        return math.nan
    return float(returns.std(ddof=1)) * math.sqrt(periods)
