"""Ranges of the sector book's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base.ranges import flag, number, one_of, text, whole
from ..errors import StrategyError
from .universe import LEAST_HISTORY

FORECAST_WEIGHTINGS = ("mean_variance", "mean_drawdown", "mean_variance_drawdown")
"""Weightings that use the forecasts; the gate can replace them."""

WEIGHTINGS = (*FORECAST_WEIGHTINGS, "equal_variance", "inverse_variance", "equal")

CHOICES = {
    "equation": ("loadings", "score"),
    "factor_weights": ("equal", "recent"),
    "weighting": WEIGHTINGS,
}
LEAST = {
    "core": 0,
    "names": 0,
    "min_history": LEAST_HISTORY,
    "lag_days": 0,
    "least_value": 3,
    "beta_window": 126,
    "skill_window": 5,
    "gate_window": 1,
    "gate_least": 1,
}
"""Smallest whole numbers; the largest is `MOST_BARS`."""

RANGES = {
    "min_price": (0.0, 1e9),
    "min_dollar_volume": (0.0, 1e15),
    "risk_aversion": (1e-6, 1e6),
    "drawdown_aversion": (1e-6, 1e6),
    "cap": (1e-6, 1.0),
    "tracking_limit": (0.0, 10.0),
    "turnover_cost": (0.0, 1.0),
    "beta_band": (0.0, 1.0),
    "gate_threshold": (-1.0, 1.0),
    "hedge_band": (0.0, 1.0),
    "min_market_cap": (0.0, 1e15),
    "max_market_cap": (0.0, 1e15),
    "sub_industry_cap": (0.0, 1.0),
    "floor": (0.0, 1.0),
}
FLAGS = ("shrink_beta", "gate")
TEXTS = ("etf", "sector", "country", "sub_industry")


def check_daily(frequencies: Mapping[str, str]) -> None:
    """Refuse bars that span more than a session.

    Parameters
    ----------
    frequencies : mapping of str to str
        Name of each instrument to what its bars span.

    Raises
    ------
    StrategyError
        Bars of some instrument span a week or a month: all windows of the sector book, and the 30,
        60 and 90 days of its factors, count sessions.
    """
    for name, frequency in frequencies.items():
        if frequency != "day":
            raise StrategyError(
                f"{name} has bars of a {frequency} each, and the sector book's windows "
                "(beta_window, 30 and 60 days ahead) count sessions: give daily bars, without "
                "--resample; --every decides by the week, month or quarter"
            )


def check(params: Any) -> None:
    """Refuse parameters that are out of range or do not go together.

    Parameters
    ----------
    params : object
        With the parameters of `SectorLongShort` as attributes.

    Raises
    ------
    StrategyError
        Names the first parameter that is out of range, and its range.
    """
    for name, allowed in CHOICES.items():
        one_of(name, getattr(params, name), allowed)
    for name, least in LEAST.items():
        whole(name, getattr(params, name), least)
    for name, (low, high) in RANGES.items():
        number(name, getattr(params, name), low, high)
    for name in FLAGS:
        flag(name, getattr(params, name))
    for name in TEXTS:
        text(name, getattr(params, name))
    if not params.names and not params.tracking_limit:
        raise StrategyError(
            "names=0 takes as few names as track the factors within tracking_limit: give that, as "
            "a fraction a year, such as 0.04"
        )
    if params.names and params.names * params.cap < 1.0 - 1e-9:
        raise StrategyError(
            f"{params.names} names of at most {params.cap:g} each cannot make up 100 %: "
            "raise names or cap"
        )
    if params.names * params.floor > 1.0 + 1e-9:
        raise StrategyError(
            f"{params.names} names of at least {params.floor:g} each make up more than 100 %: "
            "lower names or floor"
        )
    if params.floor > params.cap:
        raise StrategyError(f"floor {params.floor:g} must not be above cap {params.cap:g}")
    if not params.names and params.floor and int(1.0 / params.floor + 1e-9) * params.cap < 1 - 1e-9:
        raise StrategyError(
            f"no number of names of {params.floor:g} to {params.cap:g} each makes up 100 %: lower "
            "floor or raise cap"
        )
    if 0.0 < params.sub_industry_cap < params.floor:
        raise StrategyError(
            f"sub_industry_cap {params.sub_industry_cap:g} must not be below floor {params.floor:g}"
        )
    if 0.0 < params.max_market_cap < params.min_market_cap:
        raise StrategyError(
            f"max_market_cap {params.max_market_cap:g} must not be below min_market_cap "
            f"{params.min_market_cap:g}"
        )
    if params.gate_least > params.gate_window:
        raise StrategyError(
            f"gate_least {params.gate_least} must not be above gate_window {params.gate_window}"
        )
