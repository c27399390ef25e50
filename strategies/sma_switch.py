"""SMA switch: always in the market, on one side of the simple moving average or the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .base.ranges import one_of, whole
from .errors import StrategyError
from .playbook_strategy import Weights
from .rule_line import RuleCall
from .rule_strategy import RuleStrategy
from .rules.sma_switch import moving_average, sma_side, sma_trigger


class SmaSwitch(RuleStrategy):
    """Long on one side of the moving average, short on the other.

    Rule
    ----
    Hold 100 % long when C_t > SMA_n(t) and 100 % short when C_t < SMA_n(t), where SMA_n(t) is the
    mean of the n closes up to and including C_t ("trend", the rule as printed). "reversion" is its
    mirror: short above, long below. On the average the position is kept; before the first
    decision the account is flat.

    Timing
    ------
    Decided from the closes up to bar t, and filled at C_t by default: a conditional market-on-close
    order, as the source describes it. `fill` moves the fill to the next open or the next close.

    Sizing
    ------
    All of the account's value, on one side or the other. With `rebalance="on_change"` a short
    position grows as it loses, and many periods ruin the account; `rebalance="daily"` keeps it at
    100 %.

    Parameters
    ----------
    period : int
        Bars in the average, from 1 to 1,000,000 (200).
    direction : {"trend", "reversion"}
        Long above the average, or below it.
    short_via : {"short", "inverse"}
        Sell the first feed short, or buy a second feed that moves inversely (SH for SPY). With
        "inverse" the first decision waits until both feeds have a bar.

    Source
    ------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "A Simple Model
    First", Graphs 2 and 3.

    Deviations
    ----------
    The source prints the trend rule and reports 8 as its best period on SPY from 1993 to September
    2013, 1.7 times SPY's own gain. On SPY's closes of that window the printed rule at 8 loses
    255.38 points, and its best period from 2 to 300 is 222 with 131.58 points (200: 80.87). It is
    the mirrored rule whose best period is 8: it gains 255.38 points, 1.85 times the gain of
    dividend-adjusted SPY. The published figures are those of the mirror. The source does not say
    what a tie does: here it keeps the position.
    """

    title = "SMA switch"
    params = (
        ("period", 200),
        ("direction", "trend"),
        ("short_via", "short"),
    )

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the side of the average, as the rule computes it."""
        period = whole("period", params["period"], 1)
        one_of("direction", params["direction"], ("trend", "reversion"))
        return RuleCall(sma_side, (period, params["direction"] == "reversion"), bars_needed=period)

    def check_feeds(self) -> None:
        """Raise StrategyError unless there is one feed, or with "inverse" two."""
        one_of("short_via", self.p.short_via, ("short", "inverse"))
        needed = 2 if self.p.short_via == "inverse" else 1
        if len(self.datas) != needed:
            raise StrategyError(
                f"short_via={self.p.short_via!r} trades {needed} feed(s), the index "
                f"{'and its inverse' if needed == 2 else 'alone'}; {len(self.datas)} given"
            )

    def rule_position(self) -> float | None:
        """Return +1 or -1; None before the first close off its average."""
        return super().rule_position() or None

    def target_weights(self) -> Weights | None:
        """Return all of the account on the side that the average calls for."""
        if self.p.short_via == "short":
            return super().target_weights()
        side = self.rule_position()
        if side is None or not len(self.data1):
            return None
        return {self.data if side > 0 else self.data1: 1.0}

    def triggers(self) -> Mapping[Any, tuple[float, ...]] | None:
        """Return the first feed's next close that would lie on the average."""
        if self.call.rule is not sma_side:
            return super().triggers()
        period = self.call.arguments[0]
        newest = min(period - 1, len(self.data))
        closes = np.array(self.data.close.get(size=newest)) if newest else np.empty(0)
        trigger = sma_trigger(closes, period)
        return {self.data: (trigger,)} if trigger == trigger else {}

    def plot_lines(self) -> Mapping[Any, Any]:
        """Return the average of the first feed's closes."""
        if self.call.rule is not sma_side:
            return super().plot_lines()
        period = self.call.arguments[0]
        closes = np.array(self.data.close.get(size=len(self.data)))
        return {f"SMA {period}": moving_average(closes, period)}

    def index_sides(self) -> dict[Any, int] | None:
        """Return +1 for the index, and -1 for the second feed, its inverse, if there is one."""
        return {data: 1 if data is self.data else -1 for data in self.datas}
