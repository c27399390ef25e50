"""Pivot: a medium-term trend against a short-term stretch, and the price between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .base.ranges import number, one_of, whole
from .errors import StrategyError
from .rule_line import RuleCall
from .rule_strategy import RuleStrategy
from .rules.pivot import LEAST_PAIRS, PivotDays, pivot_days, pivot_side

PLAUSIBLE = 5.0
"""Standard deviations of a day's price beyond which no close is expected."""

MOST = 1e6
"""Largest size of a bias, a band or a penalty."""

MOST_POWER = 10.0
"""Largest size of `regime`."""


class Pivot(RuleStrategy):
    """Long on one side of the pivot, short on the other; the pivot moves from day to day.

    Rule
    ----
    The score S(P) = a T(P) + b R(P) + c is linear in a price P. T is P's distance from the mean of
    the M closes before it, R that from the mean of m closes, m < M (M is `slow`, m is `fast`, and
    `span` is V, that of the volatility), each in units of its own standard deviation under a random
    walk. Long where S(C_t) > h_L, short where S(C_t) < -h_S, else the position is kept; before the
    first decision the account is flat. The pivot is the price at which S reaches the level: without
    bands, the price at which a rise and a fall are equally likely. Where b outweighs a, a long
    position turns short above the pivot (reversion); where a outweighs b, below it (trend).

    "estimated": a, b and a constant are the ridge regression of the next return, in its own
    standard deviation, on (1, T, R), over the W newest pairs that are complete by t - 1: S is the
    forecast. Nothing is fitted beforehand. "fixed": a = cos(phi), b = -sin(phi) g_t, where g_t is
    the volatility over its long-term value, to the power gamma.

    Timing
    ------
    Averages, volatility and strengths end at t - 1, so that the pivot is known before the close of
    t, and can be sent as a conditional market-on-close order. Filled at C_t by default. Bars from
    one open to the next (``--resample open``) make it a rule of opens.

    Sizing
    ------
    All of the account's value, on one side or the other. With `rebalance="on_change"` a short
    position grows as it loses; `rebalance="daily"` keeps it at 100 %.

    Parameters
    ----------
    mode : {"estimated", "fixed"}
        Where the strengths come from.
    slow, fast : int
        M and m, closes in the two averages, 1 <= m < M (100 and 5).
    span : int
        V, span of the exponentially weighted volatility in bars, >= 1 (40).
    angle : float
        phi in degrees, 0 (trend alone) to 90 (reversion alone) (45); "fixed" reads it.
    regime : float
        gamma, from -10 to 10 (0): above 0, reversion counts more while volatility is high; "fixed"
        reads it.
    bias : float
        c, added to the score (0): above 0 the account is long more often.
    band_long, band_short : float
        h_L and h_S, >= 0 (0): the score must reach them before the side changes.
    window : int
        W, 0 for all pairs, or >= 60 (0); "estimated" reads it.
    penalty : float
        Ridge penalty on the two strengths, >= 0 (20), in squared units of T and R; "estimated"
        reads it.

    Source
    ------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "A Complex Model",
    Graphs 4 and 8 to 11. The defaults are not fitted: a trend of 100 sessions, about five months; a
    stretch of 5, a week; and for "fixed" equal strengths, an angle of 45 degrees.

    Deviations
    ----------
    The source tells how its model behaves and what it gained, not its formula; this is a
    reconstruction from what it says. It was fitted in sample, over 2.5 billion trials; "estimated"
    is not fitted at all. ``btplaybook study pivot`` sets published beside measured figures.
    """

    title = "Pivot"
    sections = ("pivot",)
    params = (
        ("mode", "estimated"),
        ("slow", 100),
        ("fast", 5),
        ("span", 40),
        ("angle", 45.0),
        ("regime", 0.0),
        ("bias", 0.0),
        ("band_long", 0.0),
        ("band_short", 0.0),
        ("window", 0),
        ("penalty", 20.0),
    )

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the rule of the pivot, after a check of every parameter."""
        one_of("mode", params["mode"], ("estimated", "fixed"))
        slow, fast = whole("slow", params["slow"], 2), whole("fast", params["fast"], 1)
        if fast >= slow:
            raise StrategyError(f"fast must be below slow, got fast {fast} and slow {slow}")
        span, window = whole("span", params["span"], 1), whole("window", params["window"], 0)
        if 0 < window < LEAST_PAIRS:
            raise StrategyError(
                f"window must be 0, for all pairs, or at least {LEAST_PAIRS}, got {window}"
            )
        estimated = params["mode"] == "estimated"
        waits = max(window, LEAST_PAIRS) + 2 if estimated else 1
        arguments = (
            estimated,
            slow,
            fast,
            span,
            number("angle", params["angle"], 0.0, 90.0),
            number("regime", params["regime"], -MOST_POWER, MOST_POWER),
            number("bias", params["bias"], -MOST, MOST),
            number("band_long", params["band_long"], 0.0, MOST),
            number("band_short", params["band_short"], 0.0, MOST),
            window,
            number("penalty", params["penalty"], 0.0, MOST),
        )
        return RuleCall(pivot_side, arguments, bars_needed=slow + waits)

    def rule_position(self) -> float | None:
        """Return +1 or -1; None before the first score beyond a band."""
        return super().rule_position() or None

    def days(self) -> PivotDays:
        """Return forces, scores and pivots of each bar so far, and of the next one."""
        closes = np.array(self.data.close.get(size=len(self.data)))
        return pivot_days(closes, *self.call.arguments)

    def triggers(self) -> Mapping[Any, tuple[float, ...]] | None:
        """Return the pivots of the next close that would change the side, where one is plausible.

        That is a price above 0 within 5 standard deviations of a day.
        """
        if self.call.rule is not pivot_side:
            return super().triggers()
        prices = tuple(self._switches(self.days()).values())
        return {self.data: tuple(sorted(set(prices)))} if prices else {}

    def words_for_next(self) -> Sequence[str]:
        """Return the pivot in words: to which side it leads, and how far away it is."""
        if self.call.rule is not pivot_side:
            return super().words_for_next()
        days = self.days()
        if days.no_pivot[-1]:
            return ["No pivot: the price does not move the score. The side is kept."]
        if np.isnan(days.slope[-1]):
            return []  # too few bars
        if not (switches := self._switches(days)):
            return [
                f"No switch plausible: no pivot within {PLAUSIBLE:g} standard deviations of a day "
                f"({_price(days.move[-1])} each)."
            ]
        close, reversion = float(self.data.close[0]), days.slope[-1] < 0.0
        words, at = [], getattr(self.data, "ends_at", "close")
        for side, price in switches.items():
            way = "above" if (side == "short") == reversion else "below"
            away = (price - close) / days.move[-1]
            words.append(
                f"Pivot {_price(price)}: {side} {way} it, {abs(away):.1f} standard deviations of a "
                f"day {'above' if away > 0.0 else 'below'} the last {at}."
            )
        return [*words, f"{'Reversion' if reversion else 'Trend'} is the stronger force."]

    def plot_lines(self) -> Mapping[Any, Any]:
        """Return the pivots of each day; one line where the bands are 0."""
        if self.call.rule is not pivot_side:
            return super().plot_lines()
        days = self.days()
        if self.p.band_long == self.p.band_short == 0.0:
            return {"Pivot": self._drawn(days, days.to_long)}
        return {
            "Pivot to long": self._drawn(days, days.to_long),
            "Pivot to short": self._drawn(days, days.to_short),
        }

    def _switches(self, days: PivotDays) -> dict[str, float]:
        """Return the side that is not held, or both before the first, to its plausible pivot."""
        close, furthest = float(self.data.close[0]), PLAUSIBLE * days.move[-1]
        held = self.rule_position()
        pivots = {"long": (days.to_long[-1], 1.0), "short": (days.to_short[-1], -1.0)}
        return {
            name: float(price)
            for name, (price, side) in pivots.items()
            if side != held and price > 0.0 and abs(price - close) <= furthest
        }

    def _drawn(self, days: PivotDays, pivots: Any) -> Any:
        """Return the pivots of the bars, without those too far away to matter."""
        closes = np.array(self.data.close.get(size=len(self.data)))
        near = np.abs(pivots[:-1] - closes) <= PLAUSIBLE * days.move[:-1]
        return np.where(near & (pivots[:-1] > 0.0), pivots[:-1], np.nan)


def _price(price: float) -> str:
    """Return a price with 2 decimals, or below 10 with 4 significant digits."""
    return f"{price:,.2f}" if price >= 10.0 else f"{price:.4g}"
