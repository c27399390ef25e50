"""The basket of stocks: how they are ranked, how few track the factors, and plain weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...feeds.arrays import Floats
from ..sector.scoring import Scored
from ..sector.selection import ranking
from ..sector.tracking import factor_portfolio
from ..weights import WeightsError, equal, equal_variance, inverse_variance
from ..weights.closest import error_by_size, smallest
from ..weights.tracking import Tracking, tracking_of

YEAR = 252

SIZES = (5, 10, 15, 20, 25, 30, 40, 60, 80)
"""Numbers of the best-ranked stocks whose smallest tracking error is reported."""


class Basket(NamedTuple):
    """Long weights of the m stocks, which sum to 1, and the method that gave them."""

    weights: Floats
    method: str
    reason: str
    """Why it is not the method that the parameters name; else empty."""


def fewest_of(ranked: Tracking, cap: float) -> tuple[int, str]:
    """Return how many of the best stocks track the factors within the limit.

    Parameters
    ----------
    ranked : Tracking
        Of the stocks in their order, the best first, with the limit.
    cap : float
        Largest weight of a stock.

    Returns
    -------
    tuple of int and str
        All, and why, where even these stray farther; else the reason is empty.

    Raises
    ------
    WeightsError
        As for `smallest`.
    """
    found = smallest(ranked, cap)
    if found.near:
        return found.size, ""
    return found.size, (
        f"all {found.size} names stray {found.error:.2%} a year from the factors, more than "
        f"{ranked.limit:.2%}"
    )


def ranked_by(today: Scored, forecast: Floats) -> Floats:
    """Return what stocks are ranked by, larger is better: forecasts, or scores without any."""
    return today.score if np.isnan(forecast).all() else forecast


def tracking_by_size(today: Scored, forecast: Floats, residuals: Floats) -> dict[int, float]:
    """Return the smallest tracking error of the best-ranked stocks, by their number; see `SIZES`.

    Empty where the factors' own portfolio is not known, or too few sessions are known of all.
    """
    order = ranking(ranked_by(today, forecast), today.universe)
    sizes = sorted({size for size in SIZES if size < order.size} | {order.size} - {0})
    own = factor_portfolio(today.composite, today.universe)
    try:
        errors = error_by_size(tracking_of(residuals[-YEAR:], own, order.tolist()), sizes)
    except WeightsError:
        return {}
    return dict(zip(sizes, errors.tolist(), strict=True))


def plain_weights(method: str, volatility: Floats, cap: float, **limits: Any) -> Floats:
    """Return weights that need no forecast, (m,), from the stocks' volatilities."""
    if method == "equal":
        return equal(volatility.size, cap, **limits)
    return {"equal_variance": equal_variance, "inverse_variance": inverse_variance}[method](
        volatility, cap, **limits
    )
