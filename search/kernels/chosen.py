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
from .sign_family import SignFamilyEvaluator
from .sma_family import SmaFamilyEvaluator

FAMILIES: tuple[type[SignFamilyEvaluator] | type[SmaFamilyEvaluator], ...] = (
    SignFamilyEvaluator, SmaFamilyEvaluator,
)  # fmt: skip
"""Kernels for one rule each, rebalanced daily and without costs; tried in this order."""

Kernel = SignFamilyEvaluator | SmaFamilyEvaluator | GeneralEvaluator


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
) -> Kernel:
    """Return the evaluator; parameters and errors are those of `GeneralEvaluator`.

    All kernels give the same figures; which of them is exact may depend on the bars.
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
    for family in FAMILIES:
        try:
            return family(**common)
        except (LedgerDomainError, StrategyError):
            continue  # outside its exact domain: try the next kernel
    return GeneralEvaluator(**common, every=every)
