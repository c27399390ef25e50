"""What all optimisers share: solvers, their failures, and checks of what goes in."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .weights_error import WeightsError, check_known

PERIODS = 252
"""Sessions in a year, which covariances and tracking errors are stated for."""

LEAST_ROWS = 126
"""Fewest sessions that an estimate is made from: half a year."""

WORST_CONDITION = 1e8
"""Largest over smallest eigenvalue above which a covariance says more of rounding than of risk."""

QUADRATIC: dict[str, Any] = {
    "solver": "OSQP",
    "solver_options": {"eps_abs": 1e-10, "eps_rel": 1e-10, "max_iter": 100_000},
}
"""OSQP polishes: the names at a limit are found, then the rest is solved as linear equations."""

LINEAR: dict[str, Any] = {"solver": "HIGHS"}

CONIC: dict[str, Any] = {"solver": "CLARABEL"}
"""For a limit on a norm, and for an objective with both a variance and a drawdown."""


@contextmanager
def failing_as_weights_error() -> Iterator[None]:
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


@cache
def silence_highs() -> None:
    """Make the first HiGHS object of this process without its banner.

    The banner is printed below Python by the first object, before an option can forbid it.
    """
    import highspy

    try:
        kept = os.dup(1)
    except OSError:  # no stdout, nothing to keep clean
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def complete(residuals: Floats) -> Floats:
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


def check_covariance(matrix: Floats, m: int) -> None:
    """Raise WeightsError for a covariance that is not known, or singular to rounding."""
    check_known("covariances", matrix, (m, m))
    eigenvalues = np.linalg.eigvalsh(matrix)  # ascending
    least, most = eigenvalues[0], eigenvalues[-1]
    if not 0.0 < most <= WORST_CONDITION * least:
        raise WeightsError(
            f"the covariance of {m} names is singular: its eigenvalues go from {least:.3g} to "
            f"{most:.3g}; take more sessions, or fewer names"
        )


def check_above_zero(name: str, value: float) -> None:
    """Raise StrategyError for a number that is not above 0 and finite."""
    if not 0.0 < value < np.inf:
        raise StrategyError(f"{name} must be > 0, got {value!r}")
