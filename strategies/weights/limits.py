"""Limits on the weights of a basket, checked before a solver runs and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Required, TypedDict

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .groups import filled_in_order, least_group_cap, members
from .tracking import Tracking
from .weights_error import WeightsError, check_known

TOLERANCE = 1e-6
"""Largest distance by which weights may miss a limit."""

_DUST = 1e-8
"""A weight below it is the solver's rounding, and is set to 0."""

_EXACT = 1e-9
"""How far a sum of caps may be below 1 by rounding."""


class GroupLimits(TypedDict, total=False):
    """Limits that weights with and without forecasts keep; meanings as in `Limits`."""

    floor: float
    groups: Sequence[str] | None
    group_cap: float


class GivenLimits(GroupLimits, total=False):
    """What a caller of an optimiser says of the weights' limits; meanings as in `Limits`."""

    cap: Required[float]
    previous: Floats | None
    turnover_cost: float
    betas: Floats | None
    beta_band: tuple[float, float] | None
    tracking: Tracking | None


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits on m long-only weights that sum to 1, and the cost of changing them.

    Attributes
    ----------
    m : int
        Number of names.
    cap : float
        Largest weight of a name, in (0, 1].
    previous : ndarray of shape (m,) or None
        Current weights of the names. Other holdings are sold in any case and do not enter. None:
        nothing is held, and all weights have the same turnover.
    turnover_cost : float
        Cost of a turnover of 1, per year, >= 0: the cost of a trade as a fraction of its value,
        times the rebalances a year, since expected returns are a year's.
    betas : ndarray of shape (m,) or None
        Read where there is a `beta_band`.
    beta_band : tuple of float or None
        Smallest and largest beta of the basket.
    floor : float
        Smallest weight of a name, from 0 to `cap`; m names at it must not sum to more than 1.
    groups : sequence of str of length m, or None
        Each name's group, as its sub-industry; "" for none. Read where there is a `group_cap`.
    group_cap : float
        Largest sum of a group's weights, in (0, 1]; 0 sets no limit.
    tracking : Tracking or None
        What the basket must stay near, and how near; see `tracking_of`.

    Raises
    ------
    StrategyError
        A number out of its range, or a band without betas.
    WeightsError
        No weights satisfy all limits, or an input is NaN.
    ValueError
        An array of another shape.
    """

    m: int
    cap: float
    previous: Floats | None = None
    turnover_cost: float = 0.0
    betas: Floats | None = None
    beta_band: tuple[float, float] | None = None
    floor: float = 0.0
    groups: Sequence[str] | None = None
    group_cap: float = 0.0
    tracking: Tracking | None = None

    def __post_init__(self) -> None:
        """Refuse limits that no weights satisfy."""
        object.__setattr__(self, "cap", fillable_cap(self.m, self.cap))
        if not 0.0 <= self.turnover_cost < np.inf:
            raise StrategyError(f"turnover_cost must be >= 0, got {self.turnover_cost!r}")
        if self.previous is not None:
            check_known("previous weights", self.previous, (self.m,))
        self._check_floor_and_groups()
        if self.beta_band is not None:
            self._check_band(*self.beta_band)

    def impose(self, frontier: Any, unit: float) -> None:
        """Add every limit, and the turnover cost times `unit`, to a frontier.

        The frontier is PyPortfolioOpt's, and itself keeps the cap and the sum.
        """
        if self.tracking is not None:
            frontier.add_constraint(self.tracking.constraint)
        if self.beta_band is not None:
            low, high = self.beta_band
            frontier.add_constraint(lambda w: w @ self.betas >= low)
            frontier.add_constraint(lambda w: w @ self.betas <= high)
        if self.floor:
            frontier.add_constraint(lambda w: w >= self.floor)
        for rows in self._capped_groups().values():
            within = np.zeros(self.m)
            within[rows] = 1.0
            frontier.add_constraint(lambda w, within=within: w @ within <= self.group_cap)
        if self.previous is not None and self.turnover_cost:
            from pypfopt.objective_functions import transaction_cost

            cost = self.turnover_cost * unit
            frontier.add_objective(transaction_cost, w_prev=self.previous, k=cost)

    def honoured(self, solution: Floats) -> Floats:
        """Return a solver's weights, with tiny ones set to 0, after a check of all limits.

        Parameters
        ----------
        solution : ndarray of shape (m,)
            As the solver left it.

        Returns
        -------
        ndarray of shape (m,)
            Weights >= 0 that sum to 1.

        Raises
        ------
        WeightsError
            The solution misses a limit by more than `TOLERANCE`.
        """
        weights = np.where(solution < _DUST, 0.0, solution)
        weights /= weights.sum()
        missed_by = {
            "a weight of 0": -float(solution.min()),
            "the sum of 1": abs(float(solution.sum()) - 1.0),
            "the cap": float(weights.max()) - self.cap,
        }
        if self.betas is not None and self.beta_band is not None:
            beta = float(weights @ self.betas)
            missed_by["the beta band"] = max(self.beta_band[0] - beta, beta - self.beta_band[1])
        if self.tracking is not None:
            missed_by["the tracking limit"] = self.tracking.error(weights) - self.tracking.limit
        missed_by["the floor"] = self.floor - float(weights.min())
        for group, rows in self._capped_groups().items():
            missed_by[f"the cap of {group}"] = float(weights[rows].sum()) - self.group_cap
        for limit, distance in missed_by.items():
            if not distance <= TOLERANCE:
                raise WeightsError(f"the solver's weights miss {limit} by {distance:.2g}")
        return weights

    def _check_band(self, low: float, high: float) -> None:
        if not low <= high:
            raise StrategyError(f"beta_band must be (low, high), got {self.beta_band!r}")
        if self.betas is None:
            raise StrategyError("a beta_band needs betas")
        check_known("betas", self.betas, (self.m,))
        ascending = np.argsort(self.betas)
        least, most = self._fullest(ascending), self._fullest(ascending[::-1])
        if most < low or least > high:
            raise WeightsError(
                f"no weights have a beta in [{low:g}, {high:g}]: with at most {self.cap:g} each, "
                f"that of these {self.m} names lies in [{least:.3f}, {most:.3f}]"
            )

    def _check_floor_and_groups(self) -> None:
        if not 0.0 <= self.floor <= self.cap:
            raise StrategyError(f"floor must be from 0 to the cap, got {self.floor!r}")
        if not 0.0 <= self.group_cap <= 1.0:
            raise StrategyError(f"group_cap must be from 0 to 1, got {self.group_cap!r}")
        if self.m * self.floor > 1.0 + _EXACT:
            raise WeightsError(
                f"{self.m} names with at least {self.floor:g} each sum to more than 1: "
                f"the floor must be at most {1.0 / self.m:.4g}"
            )
        if not self.group_cap:
            return
        if self.groups is None:
            raise StrategyError("a group_cap needs groups")
        if len(self.groups) != self.m:
            raise ValueError(f"groups must have the length {self.m}, got {len(self.groups)}")
        least = least_group_cap(self.groups, self.cap, self.floor)
        if self.group_cap < least - _EXACT:
            raise WeightsError(
                f"{len(members(self.groups))} groups with at most {self.group_cap:g} each leave no "
                f"room for weights that sum to 1: the cap must be at least {least:.4g}"
            )

    def _capped_groups(self) -> dict[str, Any]:
        return members(self.groups) if self.group_cap else {}

    def _fullest(self, order: Any) -> float:
        """Return the beta of a basket that gives the first names as much as the limits allow."""
        groups = self.groups if self.group_cap else None
        weights = filled_in_order(order, self.cap, self.floor, groups, self.group_cap)
        return float(np.asarray(self.betas) @ weights)


def fillable_cap(m: int, cap: float) -> float:
    """Return the cap, or 1 / m where the cap is below that by no more than rounding.

    Raises
    ------
    StrategyError
        The cap is not in (0, 1].
    WeightsError
        m names at the cap sum to less than 1.
    """
    if not 0.0 < cap <= 1.0:
        raise StrategyError(f"cap must be above 0 and at most 1, got {cap!r}")
    if m == 0:
        raise WeightsError("there is no name to weigh")
    if m * cap < 1.0 - _EXACT:
        raise WeightsError(
            f"{m} names with at most {cap:g} each cannot sum to 1: "
            f"the cap must be at least {1.0 / m:.4g}"
        )
    return max(cap, 1.0 / m)
