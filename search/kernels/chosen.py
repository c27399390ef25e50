"""Which kernel evaluates the sets of a strategy with a rule: the fastest that is exact for them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ...feeds.bars import Bars
from ...strategies.errors import StrategyError
from ...strategies.playbook_strategy import PlaybookStrategy
from ..errors import LedgerDomainError
from ..ledger import Terms
from ..space import Space
from .general import GeneralEvaluator
from .pivot_family import PivotFamilyEvaluator
from .sign_family import SignFamilyEvaluator
from .sma_family import SmaFamilyEvaluator

Family = SignFamilyEvaluator | SmaFamilyEvaluator | PivotFamilyEvaluator

FAMILIES: tuple[type[Family], ...] = (
    SignFamilyEvaluator, SmaFamilyEvaluator, PivotFamilyEvaluator,
)  # fmt: skip
"""Kernels for one rule each, rebalanced daily and without costs; tried in this order."""

Kernel = Family | GeneralEvaluator


def kernel_for(
    *,
    strategy: type[PlaybookStrategy],
    defaults: Mapping[str, Any],
    space: Space,
    bars: Bars,
    opens_on: datetime.date,
    terms: Terms,
    rebalance: str,
    every: str,
    risk_free_rate: float,
    like: Kernel | None = None,
) -> Kernel:
    """Return the evaluator; parameters and errors are those of `GeneralEvaluator`.

    All kernels give the same figures; which of them is exact may depend on the bars. `like` is the
    evaluator of the same sets on other bars, if there is one: it spares checking the sets again.
    """
    common: dict[str, Any] = {
        "strategy": strategy,
        "defaults": {**defaults, "every": every},
        "space": space,
        "bars": bars,
        "opens_on": opens_on,
        "terms": terms,
        "rebalance": rebalance,
        "risk_free_rate": risk_free_rate,
    }
    exact = _of_a_family(common, like)
    if exact is not None:
        return exact
    sides = None
    if every == "day":  # a family's positions are those of any account; its figures are not
        positions = {**common, "terms": Terms(), "rebalance": "daily"}
        sides = _of_a_family(positions, getattr(like, "sides", None))
    if isinstance(like, GeneralEvaluator):
        return like.on(bars, sides)
    return GeneralEvaluator(**common, every=every, sides=sides)


def _of_a_family(common: Mapping[str, Any], like: Kernel | None) -> Family | None:
    """Return the evaluator of a family; None where the sets are outside its exact domain."""
    if isinstance(like, FAMILIES):
        try:
            return like.on(common["bars"])
        except LedgerDomainError:
            return None
    for family in FAMILIES:
        try:
            return family(**common)
        except (LedgerDomainError, StrategyError):
            continue
    return None
