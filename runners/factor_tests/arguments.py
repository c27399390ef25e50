"""The arguments of a factor's test, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from types import SimpleNamespace
from typing import Any

from ...feeds.quoting import did_you_mean, shown
from ...search.factors.quantiles import FEWEST, MOST
from ...strategies.sector.checks import check
from ..errors import ParameterError
from .parameters import PARAMETERS

LONGEST = 1260
"""Sessions of the longest horizon, and of the largest step: five years."""


def checked_horizons(horizons: Sequence[int]) -> list[int]:
    """Return the horizons without repetition, the shortest first; ParameterError for others."""
    found = sorted(set(horizons))
    if not found:
        raise ParameterError("give at least one horizon, in sessions")
    for horizon in found:
        _check_whole("horizon", horizon, 1, LONGEST)
    return found


def check_counts(step: int, quantiles: int, cost_bps: float) -> None:
    """Raise ParameterError for a step, a number of quantiles or a cost out of range."""
    _check_whole("step", step, 1, LONGEST)
    _check_whole("quantiles", quantiles, FEWEST, MOST)
    check_cost(cost_bps)


def check_cost(cost_bps: Any) -> None:
    """Raise ParameterError for a cost that is no number of basis points."""
    number = isinstance(cost_bps, Real) and not isinstance(cost_bps, bool)
    if not number or not 0.0 <= cost_bps < 10_000.0:
        raise ParameterError(
            f"cost_bps must be >= 0 and < 10,000 basis points, a number, got {shown(cost_bps)}"
        )


def _check_whole(name: str, value: object, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise ParameterError(
            f"{name} must be a whole number from {least} to {most:,}, got {shown(value)}"
        )


def checked_params(params: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters; ParameterError for one without a part in what a factor sees."""
    for name in params:
        if name not in PARAMETERS:
            near = did_you_mean(name, PARAMETERS, or_known=True)
            raise ParameterError(f"a factor's test has no parameter {shown(name)}{near}")
    check(SimpleNamespace(**{**defaults, **params}))
    return dict(params)
