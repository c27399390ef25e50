"""SMA switch with a part of its shorts, or none: a subclass that changes what is held."""

from __future__ import annotations

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.playbook_strategy import Weights
from btplaybook.strategies.sma_switch import SmaSwitch


class SmaPartShort(SmaSwitch):
    """Long on one side of the moving average, in cash or part short on the other.

    Rule
    ----
    That of `SmaSwitch`; where it is 100 % short, this is `short_share` of that. With the default
    of 0 it is the timing model: in the market above the average, in cash below it.

    Timing
    ------
    As for `SmaSwitch`. The timing model decides once a month: run it with ``--every month``.

    Sizing
    ------
    All of the account when long, `short_share` of it when short.

    Parameters
    ----------
    short_share : float
        Part of the short side that is taken, 0 to 1 (0).
    period, direction, short_via
        As for `SmaSwitch`.

    Source
    ------
    Faber, "A Quantitative Approach to Tactical Asset Allocation", The Journal of Wealth
    Management 9(4), 2007: the rule for one asset class.

    Deviations
    ----------
    The source averages ten month-ends; here it is 200 days, which it calls alike. Its cash earns
    Treasury bills: give ``--interest``.
    """

    params = (("short_share", 0.0),)

    def __init__(self) -> None:
        super().__init__()
        share = self.p.short_share
        if not isinstance(share, int | float) or not 0 <= share <= 1:
            raise StrategyError(f"short_share must be a number from 0 to 1, got {share!r}")

    def target_weights(self) -> Weights | None:
        """Return the switch's weights, those of its short side scaled down."""
        weights = super().target_weights()
        if weights is None or self.rule_line[0] > 0:
            return weights
        return {data: self.p.short_share * weight for data, weight in weights.items()}
