"""Trailing betas of stocks to their sector's ETF, and Vasicek's shrinkage of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Floats
from ..errors import StrategyError
from .cross_section import summed

DUST = 1e-12
"""Relative size below which a window's variation is rounding of the running sums."""


class TrailingBetas(NamedTuple):
    """Slopes and their standard errors, each of shape (n, m)."""

    betas: Floats
    errors: Floats
    """As ordinary least squares has them: independent errors of equal variance."""


def trailing_betas(
    returns: Floats, market: Floats, *, window: int = 252, least: int = 126
) -> TrailingBetas:
    """Return each stock's beta to the market over the trailing window, at every session.

    Parameters
    ----------
    returns : ndarray of shape (n, m)
        Daily simple total returns of the stocks, oldest first; NaN where not known. A day without
        a bar that the caller gives as 0 counts as a day that did not move.
    market : ndarray of shape (n,)
        The same of the ETF.
    window : int
        Sessions in the window, >= 3; a pair that lies in it and has a NaN is left out.
    least : int
        Pairs that a beta needs, from 3 to `window`.

    Returns
    -------
    TrailingBetas
        Row t is the least-squares slope, with an intercept, over rows t - window + 1 .. t. NaN
        where there are fewer than `least` pairs, or where the market did not vary in them. A stock
        that did not move has beta 0 with error 0.

    Raises
    ------
    StrategyError
        For a window or a least number of pairs out of range.
    ValueError
        For arrays whose shapes do not fit.

    Notes
    -----
    Computed from running sums: later rows never change row t, not even in its last bit.
    """
    if window < 3:
        raise StrategyError(f"window must be >= 3, got {window}")
    if not 3 <= least <= window:
        raise StrategyError(f"least must be from 3 to the window's {window}, got {least}")
    if returns.ndim != 2 or market.shape != returns.shape[:1]:
        raise ValueError(
            f"returns (n, m) and market (n,) do not fit: {returns.shape} and {market.shape}"
        )
    paired = ~np.isnan(returns) & ~np.isnan(market)[:, None]
    y = np.where(paired, returns, 0.0)
    x = np.where(paired, market[:, None], 0.0)
    count = _window_sum(paired.astype(np.float64), window)
    enough = count >= least
    count[~enough] = np.nan
    sum_x, sum_y = _window_sum(x, window), _window_sum(y, window)
    seen_xx = np.cumsum(x * x, axis=0)
    xx = _difference(seen_xx, window) - sum_x**2 / count
    xy = _window_sum(x * y, window) - sum_x * sum_y / count
    yy = _window_sum(y * y, window) - sum_y**2 / count
    xx[~(xx > DUST * seen_xx)] = np.nan
    betas = xy / xx
    unexplained = np.maximum(yy - betas * xy, 0.0)
    errors = np.sqrt(unexplained / ((count - 2.0) * xx))
    return TrailingBetas(betas, errors)


def _window_sum(x: Floats, window: int) -> Floats:
    return _difference(np.cumsum(x, axis=0), window)


def _difference(running: Floats, window: int) -> Floats:
    sums = running.copy()
    sums[window:] -= running[:-window]
    return sums


def vasicek(betas: Floats, errors: Floats, among: Bools | None = None) -> Floats:
    """Return betas shrunk towards their cross-section's mean, the more the larger their errors.

    Parameters
    ----------
    betas, errors : ndarray of shape (..., m)
        One cross-section along the last axis: slopes and their standard errors; NaN where not
        known.
    among : ndarray of bool, shape (..., m), optional
        Stocks whose betas enter the mean and the variance; None: all.

    Returns
    -------
    ndarray of shape (..., m)
        weight x beta + (1 - weight) x mean, weight = v / (v + error^2), where mean and v (ddof 1)
        are those of the known betas among the stocks that count; the others are shrunk to the same
        mean. NaN stays NaN; where fewer than two known betas count, all stay as they are.

    References
    ----------
    Vasicek, O. A. (1973). A note on using cross-sectional information in Bayesian estimation of
    security betas. Journal of Finance 28(5), 1233-1239.
    """
    counted = ~np.isnan(betas) if among is None else ~np.isnan(betas) & among
    count = counted.sum(axis=-1, keepdims=True)
    mean = summed(np.where(counted, betas, 0.0)) / np.maximum(count, 1)
    apart = np.where(counted, betas - mean, 0.0)
    variance = summed(apart**2) / np.maximum(count - 1, 1)
    doubt = errors**2
    total = variance + doubt
    sure = (count < 2) | (total == 0.0)
    weight = np.where(sure, 1.0, variance / np.where(sure, 1.0, total))
    shrunk: Floats = np.where(count < 2, betas, mean + weight * (betas - mean))
    return shrunk
