"""The base of the sign rules S1 to S4: one rule with different arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..base.ranges import MOST_FALLBACK, number, one_of, whole
from ..rule_line import RuleCall
from ..rule_strategy import RuleStrategy
from ..rules.sign_rule import STATIONARY, sign_positions, sign_triggers


class SignRule(RuleStrategy):
    """Hold the forecast y_{t+1|t} = 1 - g_t I(z_t < 0), or its sign; S1 to S4 define z and g."""

    params: Any = (("rebalance", "daily"),)

    def triggers(self) -> Mapping[Any, tuple[float, ...]] | None:
        """Return the next closes at which z or the next return is 0; see `sign_triggers`."""
        if self.call.rule is not sign_positions:
            return super().triggers()
        delay, window, _, estimated, *_ = self.call.arguments
        newest = min(window, len(self.data))
        columns = (np.array(source.get(size=newest)) for source in self.rule_line.sources())
        close, dividend = columns
        return {self.data: sign_triggers(close, dividend, delay, window, estimated)}


def fixed_call(delay: Any, window: Any = 1) -> RuleCall:
    """Return the rule with g = 2, after a check of d and M."""
    return _call(whole("d", delay, 0), whole("M", window, 1), 0, False, STATIONARY, False)


def estimated_call(delay: Any, window: Any, memory: Any, *, fallback: Any, sizing: Any) -> RuleCall:
    """Return the rule with g estimated, after a check of d, M, R, fallback and sizing."""
    delay, window, memory = whole("d", delay, 0), whole("M", window, 1), whole("R", memory, 2)
    fallback = number("fallback", fallback, 0.0, MOST_FALLBACK)
    one_of("sizing", sizing, ("sign", "forecast"))
    return _call(delay, window, memory, True, fallback, sizing == "forecast")


def _call(delay: int, window: int, memory: int, *others: Any) -> RuleCall:
    arguments = (delay, window, memory, *others)
    return RuleCall(sign_positions, arguments, ("close", "dividend"), delay + window + memory + 1)
