"""Weights that keep both the variance and the drawdown of a basket small."""

from __future__ import annotations

from typing import Unpack

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .limits import GivenLimits, Limits
from .solving import (
    CONIC,
    check_above_zero,
    check_covariance,
    complete,
    failing_as_weights_error,
)
from .weights_error import check_known


def mean_variance_drawdown(
    expected: Floats,
    covariance: Floats,
    residuals: Floats,
    *,
    risk_aversion: float,
    drawdown_aversion: float,
    tail: float = 0.05,
    **given: Unpack[GivenLimits],
) -> Floats:
    """Return the long-only weights with the best expected return less variance and drawdown.

    They maximise ``expected @ w - risk_aversion * w @ covariance @ w - drawdown_aversion * CDaR -
    turnover_cost * |w - previous|``: the two prices of `mean_variance` and of `mean_drawdown` in
    one objective, which is concave, so that its maximum is found and not searched.

    Parameters
    ----------
    expected : ndarray of shape (m,)
        Expected residual returns, per year.
    covariance : ndarray of shape (m, m)
        Covariance of the residual returns, per year; positive definite.
    residuals : ndarray of shape (n_rows, m)
        Daily residual returns, oldest first, as for `mean_drawdown`; a row with a NaN is left out.
    risk_aversion : float
        Expected return, per year, that makes up for a variance of 1, > 0.
    drawdown_aversion : float
        Expected return, per year, that makes up for a conditional drawdown of 1, > 0.
    tail : float
        Share of the rows whose drawdowns count, in (0, 0.8).
    **given
        As for `mean_variance`.

    Returns
    -------
    ndarray of shape (m,)
        Weights >= 0 that sum to 1, within `limits.TOLERANCE` of every limit.

    Raises
    ------
    StrategyError
        A parameter out of range.
    WeightsError
        As for `mean_variance` and `mean_drawdown`.

    References
    ----------
    The source: "while minimizing both variance (and /or DD)". The parts are those of Markowitz
    (1952) and of Chekhlov, Uryasev and Zabarankin (2005), by PyPortfolioOpt's `EfficientCDaR` with
    two more objectives.
    """
    check_above_zero("risk_aversion", risk_aversion)
    check_above_zero("drawdown_aversion", drawdown_aversion)
    if not 0.0 < tail < 0.8:
        raise StrategyError(f"tail must be above 0 and below 0.8, got {tail!r}")
    check_known("expected returns", expected, (expected.size,))
    check_covariance(covariance, expected.size)
    rows = complete(residuals)
    check_known("residual returns", rows, (len(rows), expected.size))
    limits = Limits(expected.size, **given)
    from pypfopt import EfficientCDaR
    from pypfopt.objective_functions import portfolio_return, portfolio_variance

    # PyPortfolioOpt's objective is the CDaR itself: all else is stated in its units.
    unit = 1.0 / drawdown_aversion
    with failing_as_weights_error():
        frontier = EfficientCDaR(
            expected, rows, beta=1.0 - tail, weight_bounds=(0, limits.cap), **CONIC
        )
        frontier.add_objective(portfolio_return, expected_returns=expected * unit)
        frontier.add_objective(portfolio_variance, cov_matrix=covariance * (risk_aversion * unit))
        limits.impose(frontier, unit)
        frontier.min_cdar()
    return limits.honoured(frontier.weights)
