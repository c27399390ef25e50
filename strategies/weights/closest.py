"""Baskets that stay as near to a reference portfolio as they can, and the smallest near enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats, Rows
from .limits import Limits
from .solving import QUADRATIC, failing_as_weights_error
from .tracking import Tracking


def closest(tracking: Tracking, cap: float = 1.0) -> Floats:
    """Return the long-only weights of the smallest tracking error.

    Parameters
    ----------
    tracking : Tracking
        Of m names; its limit is not read.
    cap : float
        Largest weight of a name, in (0, 1].

    Returns
    -------
    ndarray of shape (m,)
        Weights >= 0 that sum to 1.

    Raises
    ------
    StrategyError, WeightsError
        As for `mean_variance`.
    """
    limits = Limits(tracking.moves.shape[1], cap)
    from pypfopt import EfficientFrontier

    moments = tracking.moves.T @ tracking.moves
    crossed = tracking.moves.T @ tracking.goal
    with failing_as_weights_error():
        frontier = EfficientFrontier(None, moments, weight_bounds=(0, limits.cap), **QUADRATIC)
        frontier.add_objective(lambda weights: -2.0 * crossed @ weights)
        frontier.min_volatility()
    return limits.honoured(frontier.weights)


_ROUNDING = 1e-12
"""A tracking error below it is rounding."""


class Smallest(NamedTuple):
    """The smallest basket of the first names of a ranking."""

    size: int
    """Number of names."""
    error: float
    """Its smallest tracking error, a year."""
    near: bool
    """Whether that is within the limit; else the basket is the whole ranking."""


def smallest(ranked: Tracking, cap: float = 1.0) -> Smallest:
    """Return how many of the first names are needed to keep the limit on the tracking error.

    Parameters
    ----------
    ranked : Tracking
        Of the names in their order, the best first, with the limit.
    cap : float
        Largest weight of a name, in (0, 1].

    Notes
    -----
    A basket of more names is never farther, since weights may be 0: the size is found by halving.
    """
    m = ranked.moves.shape[1]

    def error(size: int) -> float:
        part = ranked.of(range(size))
        return part.error(closest(part, cap))

    whole = error(m)
    if whole > ranked.limit:
        return Smallest(m, whole, False)
    enough, found, too_few = m, whole, min(math.ceil(1.0 / cap - 1e-9), m) - 1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        tried = error(middle)
        if tried <= ranked.limit:
            enough, found = middle, tried
        else:
            too_few = middle
    return Smallest(enough, found, True)


def error_by_size(ranked: Tracking, sizes: Sequence[int]) -> Floats:
    """Return the smallest tracking error of the first names of a ranking, size by size.

    Parameters
    ----------
    ranked : Tracking
        Of m names in their order, the best first.
    sizes : sequence of int
        Numbers of names, from 1 to m.

    Returns
    -------
    ndarray of shape (len(sizes),)
        A year, of long-only weights that sum to 1 and have no cap.

    Notes
    -----
    Where weights sum to 1, moves @ w - goal is (moves - goal 1') w. Of x >= 0 that minimises
    |(moves - goal 1') x|^2 + (sum(x) - 1)^2, x / sum(x) is the solution: along a ray x = s w the
    minimum over s is q / (1 + q), which rises with q = |(moves - goal 1') w|^2. So each size is a
    problem of non-negative least squares, on one triangle of one QR decomposition.
    """
    triangle = _triangle(ranked)
    return np.array([_nearest(triangle[:size, :size])[1] for size in sizes])


def greedy_order(tracking: Tracking, most: int | None = None) -> Rows:
    """Return names in the order in which each one brings the basket nearest to the reference.

    Parameters
    ----------
    tracking : Tracking
        Of m names.
    most : int, optional
        Names to choose; None is all m.

    Returns
    -------
    ndarray of int, shape (most,)
        Columns of the names. The basket of the first n is no farther than any basket that differs
        from it in its last name; the best of all baskets of n names can be nearer still.
    """
    triangle = _triangle(tracking)
    left, chosen = list(range(triangle.shape[1])), list[int]()
    while left and len(chosen) < (most or triangle.shape[1]):
        errors = [_nearest(triangle[:, [*chosen, name]])[1] for name in left]
        chosen.append(left.pop(int(np.argmin(errors))))
    return np.array(chosen, dtype=np.intp)


def _triangle(tracking: Tracking) -> Floats:
    """Return R of moves - goal 1': |R w| is the tracking error of weights that sum to 1.

    By the modified Gram-Schmidt process: LAPACK's threads take longer to wake than this takes.
    """
    apart = tracking.moves - tracking.goal[:, None]
    m = apart.shape[1]
    triangle = np.zeros((min(apart.shape), m))
    for k in range(len(triangle)):
        length = float(np.sqrt((apart[:, k] ** 2).sum()))
        triangle[k, k] = length
        if length > _ROUNDING:
            along = apart[:, k] / length
            triangle[k, k + 1 :] = np.einsum("n,nk->k", along, apart[:, k + 1 :])
            apart[:, k + 1 :] -= along[:, None] * triangle[k, k + 1 :]
    return triangle


def _nearest(apart: Floats) -> tuple[Floats, float]:
    """Return weights >= 0 that sum to 1 and make |apart @ w| least, and that length."""
    from scipy.optimize import nnls

    rows, m = apart.shape
    goal = np.zeros(rows + 1)
    goal[-1] = 1.0
    found, _ = nnls(np.vstack([apart, np.ones(m)]), goal)
    weights = found / found.sum()
    length = float(np.linalg.norm(apart @ weights))
    return weights, length if length > _ROUNDING else 0.0
