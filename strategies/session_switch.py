"""Session switch: hold overnight or within the day, never both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .base.ranges import one_of
from .errors import StrategyError
from .playbook_strategy import PlaybookStrategy, Weights


class SessionSwitch(PlaybookStrategy):
    """In the market from the close to the next open, or from the open to the close.

    Rule
    ----
    "overnight" buys every close C_t and sells the next open O_{t+1}; "intraday" buys every open O_t
    and sells that day's close C_t. `side` "short" sells first and buys back.

    Timing
    ------
    Nothing is read: both orders of a day are known beforehand, one market-on-close and one
    market-on-open. Without costs and dividends equity is the product of O_{t+1} / C_t, or of
    C_t / O_t.

    Sizing
    ------
    All of the account's value at each entry.

    Parameters
    ----------
    session : {"overnight", "intraday"}
        When to be in the market.
    side : {"long", "short"}
        Which way.

    Source
    ------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Closing Price vs
    Opening Price", Graphs 6 and 7.

    Deviations
    ----------
    The source reports 9.61 % a year for SPY's nights from 1993 to September 2013 and -0.44 % for
    its days, uncompounded and from prices alone. On SPY's bars of that window the nights make
    8.79 % a year and the days -0.41 %. Overnight it holds over every ex-date, which the source
    leaves out. About 500 orders a year make any cost decisive, as the source says: see the
    break-even in the cost strip.
    """

    sessions = ("close", "open")
    params = (
        ("session", "overnight"),
        ("side", "long"),
    )

    def __init__(self) -> None:
        one_of("session", self.p.session, ("overnight", "intraday"))
        one_of("side", self.p.side, ("long", "short"))
        if len(self.datas) != 1:
            raise StrategyError(f"session-switch trades one feed; {len(self.datas)} given")

    def target_weights(self, session: str) -> Weights | None:  # type: ignore[override]
        """Return all of the account for the session that is held, nothing for the other."""
        entry = "close" if self.p.session == "overnight" else "open"
        side = 1.0 if self.p.side == "long" else -1.0
        return {self.data: side if session == entry else 0.0}

    def triggers(self) -> Mapping[Any, tuple[float, ...]]:
        """Return no price: the orders do not depend on any."""
        return {}
