"""Optimal weights of a basket: PyPortfolioOpt and its solvers, behind three functions."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .limits import GivenLimits, Limits
from .solving import (
    CONIC,
    LINEAR,
    PERIODS,
    QUADRATIC,
    check_above_zero,
    check_covariance,
    complete,
    failing_as_weights_error,
    silence_highs,
)
from .weights_error import WeightsError, check_known


def covariance(residuals: Floats) -> Floats:
    """Return the annual covariance of residual returns, after Ledoit and Wolf.

    Parameters
    ----------
    residuals : ndarray of shape (n_rows, m)
        Daily residual returns, oldest first. A row with a NaN is left out whole.

    Returns
    -------
    ndarray of shape (m, m)
        The sample covariance (ddof 0), drawn towards the mean variance on the diagonal by the share
        that Ledoit and Wolf estimate, times `PERIODS`; symmetric and positive definite.

    Raises
    ------
    WeightsError
        Fewer than `LEAST_ROWS` complete rows, a name whose returns do not vary, a return that is
        infinite, or a condition number above `WORST_CONDITION`.

    References
    ----------
    O. Ledoit and M. Wolf, "A Well-Conditioned Estimator for Large-Dimensional Covariance Matrices",
    Journal of Multivariate Analysis 88 (2004), 365-411; by PyPortfolioOpt's `CovarianceShrinkage`.
    """
    rows = complete(residuals)
    still = int((np.ptp(rows, axis=0) == 0.0).sum())
    if still:
        raise WeightsError(
            f"the residual returns of {still} of {rows.shape[1]} names do not vary: "
            "a name that does not move has no risk to weigh"
        )
    import pandas as pd
    from pypfopt.risk_models import CovarianceShrinkage

    shrinkage = CovarianceShrinkage(pd.DataFrame(rows), returns_data=True, frequency=PERIODS)
    shrunk: Floats = shrinkage.ledoit_wolf().to_numpy()
    check_covariance(shrunk, rows.shape[1])
    return shrunk


def mean_variance(
    expected: Floats,
    covariance: Floats,
    *,
    risk_aversion: float,
    **given: Unpack[GivenLimits],
) -> Floats:
    """Return the long-only weights with the best expected return less variance and turnover.

    They maximise ``expected @ w - risk_aversion * w @ covariance @ w - turnover_cost * |w -
    previous|``, the last being the sum of absolute changes; the variance comes without a factor of
    one half.

    Parameters
    ----------
    expected : ndarray of shape (m,)
        Expected residual returns, per year.
    covariance : ndarray of shape (m, m)
        Of the same returns, per year; positive definite.
    risk_aversion : float
        Expected return, per year, that makes up for a variance of 1, > 0.
    **given
        The limits on the weights, as `GivenLimits` lists them; `cap` is needed.

    Returns
    -------
    ndarray of shape (m,)
        Weights >= 0 that sum to 1, within `TOLERANCE` of every limit.

    Raises
    ------
    StrategyError
        A parameter out of range.
    WeightsError
        No weights fit the limits, an input is NaN, the covariance is singular, or the solver gives
        up.

    References
    ----------
    H. Markowitz, "Portfolio Selection", Journal of Finance 7 (1952), 77-91; by PyPortfolioOpt's
    `max_quadratic_utility`.
    """
    check_above_zero("risk_aversion", risk_aversion)
    limits = Limits(expected.size, **given)
    check_known("expected returns", expected, (expected.size,))
    check_covariance(covariance, expected.size)
    from pypfopt import EfficientFrontier

    with failing_as_weights_error():
        frontier = EfficientFrontier(
            expected,
            covariance,
            weight_bounds=(0, limits.cap),
            **_solver(QUADRATIC, limits),
        )
        limits.impose(frontier, 1.0)
        # PyPortfolioOpt halves the variance.
        frontier.max_quadratic_utility(risk_aversion=2.0 * risk_aversion)
    return limits.honoured(frontier.weights)


def mean_drawdown(
    expected: Floats,
    residuals: Floats,
    *,
    drawdown_aversion: float,
    tail: float = 0.05,
    **given: Unpack[GivenLimits],
) -> Floats:
    """Return the long-only weights with the best expected return less drawdown and turnover.

    They maximise ``expected @ w - drawdown_aversion * CDaR - turnover_cost * |w - previous|``,
    where CDaR, the conditional drawdown at risk, is the mean of the deepest `tail` of the
    drawdowns that these weights would have had.

    Parameters
    ----------
    expected : ndarray of shape (m,)
        Expected residual returns, per year.
    residuals : ndarray of shape (n_rows, m)
        Daily residual returns, oldest first; they are added up, not compounded, and the drawdown is
        taken from the highest sum so far, 0 before the first. A row with a NaN is left out whole.
    drawdown_aversion : float
        Expected return, per year, that makes up for a CDaR of 1, > 0.
    tail : float
        Share of the rows whose drawdowns count, in (0, 0.8).
    **given
        As for `mean_variance`.

    Returns
    -------
    ndarray of shape (m,)
        Weights >= 0 that sum to 1, within `TOLERANCE` of every limit.

    Raises
    ------
    StrategyError
        A parameter out of range.
    WeightsError
        As `mean_variance`; or fewer than `LEAST_ROWS` complete rows.

    References
    ----------
    A. Chekhlov, S. Uryasev and M. Zabarankin, "Drawdown Measure in Portfolio Optimization",
    International Journal of Theoretical and Applied Finance 8 (2005), 13-58; by PyPortfolioOpt's
    `EfficientCDaR`.
    """
    check_above_zero("drawdown_aversion", drawdown_aversion)
    if not 0.0 < tail < 0.8:
        raise StrategyError(f"tail must be above 0 and below 0.8, got {tail!r}")
    check_known("expected returns", expected, (expected.size,))
    rows = complete(residuals)
    check_known("residual returns", rows, (len(rows), expected.size))
    limits = Limits(expected.size, **given)
    from pypfopt import EfficientCDaR
    from pypfopt.objective_functions import portfolio_return

    silence_highs()
    with failing_as_weights_error():
        frontier = EfficientCDaR(
            expected,
            rows,
            beta=1.0 - tail,
            weight_bounds=(0, limits.cap),
            **_solver(LINEAR, limits),
        )
        # PyPortfolioOpt's objective is the CDaR itself: all else is stated in its units.
        frontier.add_objective(portfolio_return, expected_returns=expected / drawdown_aversion)
        limits.impose(frontier, 1.0 / drawdown_aversion)
        frontier.min_cdar()
    return limits.honoured(frontier.weights)


def _solver(usual: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Return the solver's options: a limit on a norm is beyond linear and quadratic programs."""
    return usual if limits.tracking is None else CONIC
