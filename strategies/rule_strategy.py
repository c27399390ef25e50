"""The base of strategies that hold what one pure rule says of one feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import StrategyError
from .playbook_strategy import PlaybookStrategy, Weights
from .rule_line import RuleCall, RuleLine


class RuleStrategy(PlaybookStrategy):
    """A strategy that holds the position of one rule, read from the bars of its first feed.

    Subclass it, declare `params` and write `rule_call`. A run reads the rule bar by bar; a search
    reads the same rule from arrays, with a compiled kernel.

    Attributes
    ----------
    call : RuleCall
        The rule with the arguments that this run's parameters make.
    rule_line : RuleLine
        The rule's position at each bar; ``rule_line[0]`` is the one at this bar.

    Raises
    ------
    StrategyError
        A parameter is out of range, the number of feeds is not the one that is traded, `rule_call`
        returns no usable `RuleCall`, or a subclass's ``__init__`` does not call this one.

    Notes
    -----
    Before bar number `RuleCall.bars_needed` nothing is decided. From then on each entry is a
    target weight: 0 is flat, and NaN stops the run. A rule whose 0 means "no decision yet"
    overrides `rule_position`.

    Examples
    --------
    >>> from btplaybook.feeds.samples import sample
    >>> from btplaybook.runners.runs.run import run
    >>> from btplaybook.strategies.rule_line import RuleCall
    >>> from btplaybook.strategies.rules.sma_switch import sma_side
    >>> class EightBars(RuleStrategy):
    ...     '''Short above the mean of 8 closes, long below it.'''
    ...
    ...     @classmethod
    ...     def rule_call(cls, params):
    ...         return RuleCall(sma_side, (8, True), bars_needed=8)
    >>> run(EightBars, sample("sp500")).metrics["switches"]
    1043
    """

    def __init__(self) -> None:
        self.check_feeds()
        call: Any = self.rule_call(self.p._getkwargs())
        if not isinstance(call, RuleCall):
            raise StrategyError(
                f"{type(self).__name__}: rule_call() must return a RuleCall, got "
                f"{type(call).__name__}"
            )
        call.check()
        self.call = call
        self.rule_line = RuleLine(self.data, **self.call._asdict())

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the rule with the arguments that these parameters make; every subclass has one."""
        raise NotImplementedError(f"{cls.__name__} has no rule_call()")

    def check_feeds(self) -> None:
        """Raise StrategyError unless the number of feeds is the one that is traded: here one."""
        if len(self.datas) != 1:
            raise StrategyError(f"{self.title} trades one feed; {len(self.datas)} given")

    def target_weights(self) -> Weights | None:
        """Return the rule's position as the feed's weight; None where it has none yet."""
        position = self.rule_position()
        return None if position is None else {self.data: position}

    def rule_position(self) -> float | None:
        """Return the rule's entry at this bar; None before the bars that it needs are there."""
        if len(self.data) < self.bars_needed():
            return None
        return float(self.rule_line[0])

    def bars_needed(self) -> int:
        """Return the bars up to the rule's first decision."""
        return self.call.bars_needed

    def _cannot(self) -> str | None:
        """Return why this run is ruled out: an `__init__` that made no rule line, or the base's."""
        if "call" not in vars(self):
            return "its __init__ must call super().__init__(), which reads the rule"
        return super()._cannot()
