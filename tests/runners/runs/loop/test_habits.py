"""What a strategy does to itself, to its run or to the broker in passing gives the same bits."""

import copy

import backtrader as bt
import pytest
from flips import Flips
from markets import several
from same_bits import differences


class Replaced(Flips):
    """Changes its methods during the run."""

    def next(self):
        super().next()
        if len(self) == 20:
            self.next = self.other
            self.notify_order = self.hear
            self.notify_trade = self.hear
        elif len(self) == 40:
            self.notify_cashvalue = self.hear_cash

    def other(self):
        if len(self) % 4 == 0:
            self.order_target_size(target=len(self) % 10)
        elif len(self) > 60:
            self.next = super().next

    def hear(self, told):
        self.told = [*getattr(self, "told", ()), type(told).__name__]

    def hear_cash(self, cash, value):
        self.told = [*getattr(self, "told", ()), (cash, value)]


class Stops(Flips):
    def next(self):
        super().next()
        if len(self) == 31:
            self.env.runstop()


class Breaks(Flips):
    """Raises at one bar of its first run."""

    runs = 0

    def start(self):
        type(self).runs += 1

    def next(self):
        super().next()
        if len(self) == 33:
            raise RuntimeError("broken")


class Skips(Flips):
    def __init__(self):
        if self.p.stake == 11:
            raise bt.errors.StrategySkipError


class Holds(Flips):
    """Keeps what the broker gave it before the run, and copies positions."""

    def start(self):
        self.mine = self.broker.positions
        self.position_held = self.position

    def next(self):
        super().next()
        self.told = [*getattr(self, "told", ()), self._sight()]

    def _sight(self):
        return (
            copy.copy(self.position).__dict__, copy.deepcopy(self.position).adjbase,
            self.position is self.position_held, next(iter(self.mine.values())).size,
            self.broker.positions == self.mine, str(self.position), self.position.clone().size,
        )  # fmt: skip


class Hidden(Flips):
    """Reads what backtrader's broker keeps to itself."""

    def next(self):
        super().next()
        broker = self.broker
        if len(self) % 5 == 0:
            self.told = [
                *getattr(self, "told", ()),
                (broker._value, broker._valuemkt, broker._leverage, broker._unrealized),
                (broker._fundval, broker._valuelever, broker._valuemktlever),
            ]


@pytest.mark.parametrize("kind", [Replaced, Stops, Breaks, Skips, Holds, Hidden])
def test_habits(kind):
    def set_up(cerebro):
        several(cerebro, 2)
        cerebro.addstrategy(kind)

    assert differences(set_up, ["nobody", "seldom"], stdstats=False) == []
    assert differences(set_up, ["nobody", "always"], runs=2) == []
