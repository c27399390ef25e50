"""What a decision of the sector book takes from the market and from its inputs alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...feeds.arrays import Bools, Floats
from .filters import NOTHING, KnownGroups
from .gate import Verdict
from .scoring import Scored
from .skill import Pooled


class Signals(NamedTuple):
    """A decision as far as the account has no part in it; arrays over stocks have shape (m,)."""

    betas: Floats
    residuals: Floats
    """Daily residual returns up to today, (n, m), oldest first."""
    today: Scored
    equation: list[Pooled]
    """One for each horizon."""
    forecast: Floats
    """Expected residual return a year; NaN where there is none."""
    judged: Verdict
    chosen: Bools
    """The stocks of the basket."""
    target_beta: float
    excluded: Mapping[str, int]
    """Reason to number of stocks that it excluded."""
    missing: Mapping[str, int]
    """Factor, and why value is not known, to number of stocks without it."""
    groups: KnownGroups = NOTHING
    """The stocks' countries, sub-industries and market values."""


OF_THE_ACCOUNT = frozenset(
    {
        "beta_band", "cap", "drawdown_aversion", "fill", "floor", "gate", "hedge_band", "rebalance",
        "risk_aversion", "size_at", "sub_industry_cap", "turnover_cost", "weighting",
    }
)  # fmt: skip
"""Parameters that no signal depends on: of weights, of orders and of the hedge."""
