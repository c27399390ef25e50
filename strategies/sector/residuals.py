"""Residual returns: a stock's return less beta times the fund's, by day and by horizon."""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError


def residual_returns(returns: Floats, market: Floats, betas: Floats) -> Floats:
    """Return each day's return less the previous day's beta times the market's return.

    Momentum, labels, covariance and information coefficients are all taken from this one series.

    Parameters
    ----------
    returns : ndarray of shape (n, m)
        Daily simple total returns of the stocks, oldest first; NaN where not known.
    market : ndarray of shape (n,)
        The same of the ETF.
    betas : ndarray of shape (n, m)
        Row t known at the close of row t.

    Returns
    -------
    ndarray of shape (n, m)
        ``returns[t] - betas[t - 1] * market[t]``; NaN in row 0 and where any of the three is.

    Raises
    ------
    ValueError
        For arrays whose shapes do not fit.
    """
    if betas.shape != returns.shape or market.shape != returns.shape[:1]:
        raise ValueError(
            "returns (n, m), market (n,) and betas (n, m) do not fit: "
            f"{returns.shape}, {market.shape} and {betas.shape}"
        )
    residuals = np.full(returns.shape, np.nan)
    residuals[1:] = returns[1:] - betas[:-1] * market[1:, None]
    return residuals


def labels(residuals: Floats, horizon: int) -> Floats:
    """Return the residual return of the next `horizon` sessions, which a forecast predicts.

    Parameters
    ----------
    residuals : ndarray of shape (n, m)
        Daily residual returns, oldest first; NaN where not known.
    horizon : int
        Sessions ahead, >= 1.

    Returns
    -------
    ndarray of shape (n, m)
        Row s is the sum of rows s + 1 .. s + horizon: known from row s + horizon on. NaN where not
        all of them are there.

    Raises
    ------
    StrategyError
        For a horizon below 1.
    """
    if horizon < 1:
        raise StrategyError(f"horizon must be >= 1, got {horizon}")
    ahead = np.full(residuals.shape, np.nan)
    ahead[:-horizon] = trailing_sums(residuals, horizon)[horizon:]
    return ahead


def trailing_sums(x: Floats, window: int) -> Floats:
    """Return the sum of rows t - window + 1 .. t at every row, NaN where not all are known."""
    unknown = np.isnan(x)
    running = np.zeros((x.shape[0] + 1, *x.shape[1:]))
    np.cumsum(np.where(unknown, 0.0, x), axis=0, out=running[1:])
    gaps = np.zeros(running.shape, dtype=np.int64)
    np.cumsum(unknown, axis=0, out=gaps[1:])
    sums = np.full(x.shape, np.nan)
    if x.shape[0] >= window:
        complete = gaps[window:] == gaps[:-window]
        sums[window - 1 :] = np.where(complete, running[window:] - running[:-window], np.nan)
    return sums
