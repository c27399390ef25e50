"""What the sign rules S1 to S4 share: one rule, read with other arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import StrategyError
from ..playbook_strategy import PlaybookStrategy, Weights
from ..ranges import MOST_FALLBACK, number, one_of, whole
from ..rule_line import RuleCall, RuleLine
from ..rules.sign_rule import STATIONARY, sign_positions


class SignRule(PlaybookStrategy):
    """Hold what the forecast y_{t+1|t} = 1 - g_t I(z_t < 0) says; S1 to S4 say what z and g are."""

    params: Any = (("rebalance", "daily"),)

    def __init__(self) -> None:
        if len(self.datas) != 1:
            raise StrategyError(f"a sign rule trades one feed; {len(self.datas)} given")
        self.call = self.rule_call(self.p._getkwargs())
        self.sign = RuleLine(self.data, **self.call._asdict())

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the rule with this strategy's z and g."""
        raise NotImplementedError(f"{cls.__name__} has no rule_call()")

    def target_weights(self) -> Weights | None:
        """Return the position that the forecast calls for."""
        if len(self.data) < self.bars_needed():
            return None
        return {self.data: self.sign[0]}

    def bars_needed(self) -> int:
        """Return the bars of the first z, and of the pairs that g is estimated from."""
        delay, window, memory, *_ = self.call.arguments
        return int(delay + window + memory + 1)


def fixed_call(delay: Any, window: Any = 1) -> RuleCall:
    """Return the rule with g = 2, after a check of d and M."""
    return _call(whole("d", delay, 0), whole("M", window, 1), 0, False, STATIONARY, False)


def estimated_call(delay: Any, window: Any, memory: Any, *, fallback: Any, sizing: Any) -> RuleCall:
    """Return the rule with g estimated, after a check of d, M, R, fallback and sizing."""
    delay, window, memory = whole("d", delay, 0), whole("M", window, 1), whole("R", memory, 2)
    fallback = number("fallback", fallback, 0.0, MOST_FALLBACK)
    one_of("sizing", sizing, ("sign", "forecast"))
    return _call(delay, window, memory, True, fallback, sizing == "forecast")


def _call(*arguments: Any) -> RuleCall:
    return RuleCall(sign_positions, arguments, ("close", "dividend"))
