"""How far a basket strays from a reference portfolio, as a limit and as a goal of its weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .solving import LEAST_ROWS, PERIODS
from .weights_error import WeightsError


@dataclass(frozen=True, eq=False)
class Tracking:
    """The residual returns of m names and of a reference, for the distance between the two.

    Attributes
    ----------
    moves : ndarray of shape (n_rows, m)
        Daily residual returns of the names less their means, times sqrt(252 / (n_rows - 1)).
    goal : ndarray of shape (n_rows,)
        The same of the reference portfolio.
    limit : float
        Largest tracking error a year, > 0; infinite for none.
    """

    moves: Floats
    goal: Floats
    limit: float = math.inf

    def error(self, weights: Floats) -> float:
        """Return the tracking error of weights, shape (m,), a year.

        It is the standard deviation (ddof 1) of the difference of the daily residual returns that
        basket and reference would have had with these weights, times the root of 252.
        """
        return float(np.linalg.norm(self.moves @ weights - self.goal))

    def constraint(self, weights: Any) -> Any:
        """Return the limit as a constraint on a cvxpy variable of shape (m,)."""
        from cvxpy.constraints.second_order import SOC
        from cvxpy.expressions.constants.constant import Constant

        return SOC(Constant(self.limit), self.moves @ weights - self.goal)

    def of(self, names: Sequence[int]) -> Tracking:
        """Return the same for some of the names, by their columns, in the order given."""
        return replace(self, moves=self.moves[:, list(names)])


def tracking_of(
    residuals: Floats, reference: Floats, names: Sequence[int], limit: float = math.inf
) -> Tracking:
    """Return what is needed to track a reference portfolio with some names.

    Parameters
    ----------
    residuals : ndarray of shape (n_rows, m)
        Daily residual returns, oldest first. A row counts where it is known for all of the names
        and for all that the reference holds.
    reference : ndarray of shape (m,)
        Weights of the reference portfolio.
    names : sequence of int
        Columns of the names of the basket.
    limit : float
        Largest tracking error a year, > 0.

    Raises
    ------
    StrategyError
        The limit is not above 0.
    WeightsError
        The reference is not known, or fewer than `LEAST_ROWS` rows count.
    """
    if not limit > 0.0:
        raise StrategyError(f"tracking_limit must be > 0, got {limit!r}")
    if not np.isfinite(reference).all():
        raise WeightsError("there is no portfolio of the factors to track: no stock scores above 0")
    held = np.flatnonzero(reference)
    asked = np.union1d(held, np.asarray(names, dtype=np.intp))
    rows = residuals[np.isfinite(residuals[:, asked]).all(axis=1)]
    if len(rows) < LEAST_ROWS:
        raise WeightsError(
            f"{len(rows)} of {len(residuals)} sessions have a residual return of every one of "
            f"{len(asked)} names; {LEAST_ROWS} are needed to track with them"
        )
    scaled = (rows - rows.mean(axis=0)) * math.sqrt(PERIODS / (len(rows) - 1))
    return Tracking(scaled[:, list(names)], scaled[:, held] @ reference[held], limit)
