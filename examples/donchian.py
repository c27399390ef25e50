"""A strategy with a rule of its own in one file: run, audited and searched by its path.

btplaybook run examples/donchian.py:DonchianBreakout --sample sp500
btplaybook search examples/donchian.py:DonchianBreakout --sample sp500 --space entry=20..60
"""

import numpy as np

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.rule_line import RuleCall
from btplaybook.strategies.rule_strategy import RuleStrategy


def breakout(high, low, close, entry, leave):
    """Return 1, -1 or 0 at each bar, from the highs and lows of the bars before it."""
    held = np.zeros(close.size)
    for t in range(max(entry, leave), close.size):
        held[t] = held[t - 1]
        long_ends = held[t] > 0.0 and close[t] < low[t - leave : t].min()
        short_ends = held[t] < 0.0 and close[t] > high[t - leave : t].max()
        if close[t] > high[t - entry : t].max():
            held[t] = 1.0
        elif close[t] < low[t - entry : t].min():
            held[t] = -1.0
        elif long_ends or short_ends:
            held[t] = 0.0
    return held


class DonchianBreakout(RuleStrategy):
    """Long after a close above the Donchian channel, short after a close below it.

    Rule
    ----
    Long when C_t is above the highest high of the `entry` bars before t (55), short when it is
    below their lowest low. Close a long below the lowest low of the `exit` bars before t (20), a
    short above their highest high. Else keep the position. All of the account is held, filled at
    C_t by default.

    Source
    ------
    Faith, "Way of the Turtle", McGraw-Hill, 2007: the original Turtle rules, System 2.

    Deviations
    ----------
    The source trades within the day, a tick beyond the channel. It adds to positions that gain,
    and sizes them by the average true range.
    """

    params = (("entry", 55), ("exit", 20))

    @classmethod
    def rule_call(cls, params):
        """Return the breakout of both channels."""
        bars = params["entry"], params["exit"]
        if not all(type(n) is int and n >= 1 for n in bars):
            raise StrategyError(f"entry and exit must be whole numbers >= 1, got {bars}")
        return RuleCall(breakout, bars, ("high", "low", "close"), max(bars) + 1)
