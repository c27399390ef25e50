"""Sign rule S1: long, but short after a return that was negative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rule_line import RuleCall
from .sign_rule import SignRule, fixed_call


class SignS1(SignRule):
    """Long, and short where the return of d bars ago is negative.

    Rule
    ----
    Forecast y_{t+1|t} = 1 - 2 I(r_{t-d} < 0): +1, as buy and hold forecasts every day, and -1 after
    a negative return. r_j is the total return of bar j. A return of 0 is not negative.

    Timing
    ------
    Decided at every bar and filled at its close by default. With d >= 1 the decision was known a
    close before it fills; d = 0 reads the close that it trades at.

    Sizing
    ------
    All of the account's value, long or short, brought back to that at every bar
    (`rebalance="daily"`, as the source has it). The first decision is at bar d + 2; before it the
    account is flat.

    Parameters
    ----------
    d : int
        Bars between the decision and the return that it reads, >= 0 (1). The default is not fitted:
        it is the least of the source's search.

    Source
    ------
    D. Thomakos, "Summer Speculations", Prognostikon: S1, with g = 2, the value that g has under
    stationarity. The published script is `summer speculations.py`, commit c1c822d of
    dthomakos/Prognostikon-Code on GitHub.

    Deviations
    ----------
    The formula is followed; the script departs from it. What it calls delay is d + 1. It cuts the
    returns at the window's first day, and is long until the lagged return exists, where a run here
    warms up on older bars. On days on which S3's or S4's g is not a number it drops S1's and buy
    and hold's returns as well. `strategies.rules.sign_rule_as_published` computes the script's
    version. With `every` "week" or "month" the decisions are fewer, and d still counts daily bars.
    """

    title = "Sign rule S1"
    params = (("d", 1),)

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the rule with g = 2 and z the one return."""
        return fixed_call(params["d"])
