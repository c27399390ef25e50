"""Sign rule S2: long, but short after returns that add up to a loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rule_line import RuleCall
from .sign_rule import SignRule, fixed_call


class SignS2(SignRule):
    """Long, and short where the sum of M returns up to d bars ago is negative.

    Rule
    ----
    Forecast y_{t+1|t} = 1 - 2 I(z_t < 0) with z_t = r_{t-M-d+1} + ... + r_{t-d}, the sum of M total
    returns. A sum of 0 is not negative. With M = 1 it is S1.

    Timing
    ------
    Decided at every bar and filled at its close by default. With d >= 1 the decision was known a
    close before it fills; d = 0 reads the close that it trades at.

    Sizing
    ------
    All of the account's value, long or short, brought back to that at every bar
    (`rebalance="daily"`, as the source has it). The first decision is at bar d + M + 1; before it
    the account is flat.

    Parameters
    ----------
    d : int
        Bars between the decision and the newest return in the sum, >= 0 (1).
    M : int
        Returns in the sum, >= 1 (5). The defaults are not fitted: the least delay of the source's
        search, and a week.

    Source
    ------
    D. Thomakos, "Summer Speculations", Prognostikon: S2, with g = 2, which is what stationarity
    makes of S1's and not of a sum's. The published script is `summer speculations.py`, commit
    c1c822d of dthomakos/Prognostikon-Code on GitHub.

    Deviations
    ----------
    The formula is followed; the script departs from it. What it calls delay is d + 1. It cuts the
    returns at the window's first day, and is long until the sum exists, where a run here warms up
    on older bars. On days on which S3's or S4's g is not a number it drops S2's and buy and hold's
    returns as well. `strategies.rules.sign_rule_as_published` computes the script's version. With
    `every` "week" or "month" the decisions are fewer, and d and M still count daily bars.
    """

    title = "Sign rule S2"
    params = (
        ("d", 1),
        ("M", 5),
    )

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the rule with g = 2 and z the sum."""
        return fixed_call(params["d"], params["M"])
