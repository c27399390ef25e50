"""Optimal weights of a basket: PyPortfolioOpt and its solvers, behind three functions."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .limits import Limits, WeightsError, check_known

PERIODS = 252
"""Sessions in a year, which covariances are stated for."""

LEAST_ROWS = 126
"""Fewest sessions that an estimate is made from: half a year."""

WORST_CONDITION = 1e8
"""Largest over smallest eigenvalue above which a covariance says more of rounding than of risk."""

_QUADRATIC = {
    "solver": "OSQP",
    "solver_options": {"eps_abs": 1e-10, "eps_rel": 1e-10, "max_iter": 100_000},
}
"""OSQP polishes: the names at a limit are found, then the rest is solved as linear equations."""

_LINEAR = {"solver": "HIGHS"}


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
    rows = _complete(residuals)
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
    _check_covariance(shrunk, rows.shape[1])
    return shrunk


def mean_variance(
    expected: Floats,
    covariance: Floats,
    *,
    risk_aversion: float,
    cap: float,
    previous: Floats | None = None,
    turnover_cost: float = 0.0,
    betas: Floats | None = None,
    beta_band: tuple[float, float] | None = None,
    floor: float = 0.0,
    groups: Sequence[str] | None = None,
    group_cap: float = 0.0,
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
    cap : float
        Largest weight of a name, in (0, 1].
    previous : ndarray of shape (m,), optional
        Current weights of these names. Other holdings are sold in any case and do not enter. None:
        nothing is held, and all weights have the same turnover.
    turnover_cost : float
        Cost of a turnover of 1, per year, >= 0: the cost of a trade as a fraction of its value,
        times the rebalances a year, since expected returns are a year's.
    betas : ndarray of shape (m,), optional
        Read where there is a `beta_band`.
    beta_band : tuple of float, optional
        Smallest and largest beta of the basket.
    floor : float
        Smallest weight of a name, >= 0; m names at the floor must not sum to more than 1.
    groups : sequence of str of length m, optional
        Each name's group, "" for none. Read where there is a `group_cap`.
    group_cap : float
        Largest sum of a group's weights; 0 sets no limit.

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
    _check_above_zero("risk_aversion", risk_aversion)
    limits = Limits(
        expected.size, cap, previous, turnover_cost, betas, beta_band, floor, groups, group_cap
    )
    check_known("expected returns", expected, (expected.size,))
    _check_covariance(covariance, expected.size)
    from pypfopt import EfficientFrontier

    with _failing_as_weights_error():
        frontier = EfficientFrontier(
            expected, covariance, weight_bounds=(0, limits.cap), **_QUADRATIC
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
    cap: float,
    tail: float = 0.05,
    previous: Floats | None = None,
    turnover_cost: float = 0.0,
    betas: Floats | None = None,
    beta_band: tuple[float, float] | None = None,
    floor: float = 0.0,
    groups: Sequence[str] | None = None,
    group_cap: float = 0.0,
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
    cap, previous, turnover_cost, betas, beta_band, floor, groups, group_cap
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
    _check_above_zero("drawdown_aversion", drawdown_aversion)
    if not 0.0 < tail < 0.8:
        raise StrategyError(f"tail must be above 0 and below 0.8, got {tail!r}")
    check_known("expected returns", expected, (expected.size,))
    rows = _complete(residuals)
    check_known("residual returns", rows, (len(rows), expected.size))
    limits = Limits(
        expected.size, cap, previous, turnover_cost, betas, beta_band, floor, groups, group_cap
    )
    from pypfopt import EfficientCDaR
    from pypfopt.objective_functions import portfolio_return

    with _failing_as_weights_error():
        frontier = EfficientCDaR(
            expected, rows, beta=1.0 - tail, weight_bounds=(0, limits.cap), **_LINEAR
        )
        # PyPortfolioOpt's objective is the CDaR itself: all else is stated in its units.
        frontier.add_objective(portfolio_return, expected_returns=expected / drawdown_aversion)
        limits.impose(frontier, 1.0 / drawdown_aversion)
        frontier.min_cdar()
    return limits.honoured(frontier.weights)


@contextmanager
def _failing_as_weights_error() -> Iterator[None]:
    """Turn what PyPortfolioOpt and cvxpy raise, or merely warn of, into one error."""
    from cvxpy.error import SolverError
    from pypfopt.exceptions import OptimizationError

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Solution may be inaccurate", UserWarning)
            yield
    except OptimizationError as error:
        # Its first argument is advice; the second, if any, is what happened.
        raise WeightsError(f"no weights were found: {error.args[-1]}") from error
    except UserWarning as warning:
        raise WeightsError("no weights were found: the solver stopped short") from warning
    except (SolverError, ValueError) as error:
        first_line = str(error).partition("\n")[0]
        raise WeightsError(f"no weights were found: {first_line}") from error


def _complete(residuals: Floats) -> Floats:
    """Return the rows without a NaN."""
    if not residuals.shape[1]:
        raise WeightsError("there is no name to weigh")
    rows = residuals[~np.isnan(residuals).any(axis=1)]
    if len(rows) < LEAST_ROWS:
        raise WeightsError(
            f"{len(rows)} of {len(residuals)} sessions have a residual return of every one of "
            f"{residuals.shape[1]} names; {LEAST_ROWS} are needed"
        )
    check_known("residual returns", rows, rows.shape)
    return rows


def _check_covariance(matrix: Floats, m: int) -> None:
    check_known("covariances", matrix, (m, m))
    eigenvalues = np.linalg.eigvalsh(matrix)  # ascending
    least, most = eigenvalues[0], eigenvalues[-1]
    if not 0.0 < most <= WORST_CONDITION * least:
        raise WeightsError(
            f"the covariance of {m} names is singular: its eigenvalues go from {least:.3g} to "
            f"{most:.3g}; take more sessions, or fewer names"
        )


def _check_above_zero(name: str, value: float) -> None:
    if not 0.0 < value < np.inf:
        raise StrategyError(f"{name} must be > 0, got {value!r}")
