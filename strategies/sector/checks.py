"""Ranges of the sector book's parameters."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from ..errors import StrategyError
from .universe import LEAST_HISTORY

FORECAST_WEIGHTINGS = ("mean_variance", "mean_drawdown")
"""Ways of weighing that take a forecast, and that the gate can keep from it."""

WEIGHTINGS = (*FORECAST_WEIGHTINGS, "equal_variance", "inverse_variance", "equal")

CHOICES = {
    "equation": ("loadings", "score"),
    "factor_weights": ("equal", "recent"),
    "weighting": WEIGHTINGS,
}
LEAST = {
    "core": 0,
    "names": 1,
    "min_history": LEAST_HISTORY,
    "lag_days": 0,
    "least_value": 3,
    "beta_window": 126,
    "skill_window": 252,
    "gate_window": 1,
    "gate_least": 1,
}
"""Smallest whole numbers."""

RANGES = {
    "min_price": (0.0, np.inf),
    "min_dollar_volume": (0.0, np.inf),
    "risk_aversion": (1e-6, 1e6),
    "drawdown_aversion": (1e-6, 1e6),
    "cap": (1e-6, 1.0),
    "turnover_cost": (0.0, 1.0),
    "beta_band": (0.0, 1.0),
    "gate_threshold": (-1.0, 1.0),
    "hedge_band": (0.0, 1.0),
}


def check(params: Any) -> None:
    """Refuse parameters that are out of range or do not go together.

    Parameters
    ----------
    params : object
        With the parameters of `SectorLongShort` as attributes.

    Raises
    ------
    StrategyError
        The first that cannot be, with its range.
    """
    for name, allowed in CHOICES.items():
        if getattr(params, name) not in allowed:
            raise StrategyError(
                f"{name} must be one of {', '.join(allowed)}, got {getattr(params, name)!r}"
            )
    for name, least in LEAST.items():
        value = getattr(params, name)
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise StrategyError(f"{name} must be a whole number >= {least}, got {value!r}")
    for name, (low, high) in RANGES.items():
        value = getattr(params, name)
        if isinstance(value, bool | str) or not low <= value <= high:
            raise StrategyError(f"{name} must be in [{low:g}, {high:g}], got {value!r}")
    if params.names * params.cap < 1.0 - 1e-9:
        raise StrategyError(
            f"{params.names} names of at most {params.cap:g} each cannot make up 100 %: "
            "raise names or cap"
        )
    if params.gate_least > params.gate_window:
        raise StrategyError(
            f"gate_least {params.gate_least} must not be above gate_window {params.gate_window}"
        )
