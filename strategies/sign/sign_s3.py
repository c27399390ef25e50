"""Sign rule S3: long, and after a negative return less, by an estimated coefficient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rule_line import RuleCall
from .sign_rule import SignRule, estimated_call


class SignS3(SignRule):
    """Long; where the return of d bars ago is negative, long, flat or short by an estimate.

    Rule
    ----
    Forecast y_{t+1|t} = 1 - g_t I(z_t < 0) with z_t = r_{t-d}, a total return. g_t is
    2 P(y = -1) / P(z < 0), counted over the R newest complete pairs (y_{j+1}, z_j), j + 1 <= t,
    where y is the sign of r. So a negative z is followed by long where g < 1, by nothing where
    g = 1 and by short where g > 1. Where none of the R values of z is negative, g is `fallback`.

    Timing
    ------
    Decided at every bar and filled at its close by default. g reads the close of bar t also where
    d >= 1: a conditional market-on-close order.

    Sizing
    ------
    "sign": all of the account's value, on the forecast's side. "forecast": the forecast itself as a
    weight, not below -1. Either is brought back at every bar (`rebalance="daily"`, as the source
    has it). The first decision is at bar d + R + 2; before it the account is flat.

    Parameters
    ----------
    d : int
        Bars between t and the return z_t, >= 0 (1).
    R : int
        Pairs that g is estimated from, >= 2 (5).
    fallback : float
        g where no z is negative, >= 0 (2): 2 is short, 1 flat and 0 long where z_t is negative.
    sizing : {"sign", "forecast"}
        What of the forecast is held.

    Source
    ------
    D. Thomakos, "Summer Speculations", Prognostikon: S3. The published script is
    `summer speculations.py`, commit c1c822d of dthomakos/Prognostikon-Code on GitHub. The defaults
    are not fitted: the least delay of its search, and a week. Over a month g hardly ever falls to
    1, and S3 is S1 but for `sizing="forecast"`.

    Deviations
    ----------
    The source does not say what g is without a negative z: here 2, its value under stationarity.
    Else the formula is followed; the script departs from it. What it calls delay is d + 1. It cuts
    the returns at the window's first day. Without a negative z its g is infinite: short after a
    negative return; on the other days, and where no y is negative either, the result is not a
    number, and the day is dropped from all four strategies and from buy and hold. The row that it
    prints as S3's best is that of S2's best. `strategies.rules.sign_rule_as_published` computes the
    script's version. With `every` "week" or "month" the decisions are fewer, and d and R still
    count daily bars.
    """

    title = "Sign rule S3"
    params = (
        ("d", 1),
        ("R", 5),
        ("fallback", 2.0),
        ("sizing", "sign"),
    )

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall:
        """Return the rule with g estimated and z the one return."""
        return estimated_call(
            params["d"], 1, params["R"], fallback=params["fallback"], sizing=params["sizing"]
        )
