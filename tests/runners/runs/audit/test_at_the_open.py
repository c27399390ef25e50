"""Orders that a timer sends before the account begins the day may know its open, not its close."""

import backtrader as bt

from btplaybook.feeds.simulated.uneven import uneven_market
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.run import run

BARS = uneven_market(3, 1, n_bars=120)


class AtTheOpen(bt.Strategy):
    """In the market on days that open above the last close."""

    def __init__(self):
        self.broker.set_coo(True)
        self.add_timer(when=bt.timer.SESSION_START, cheat=True)

    def rises(self):
        return self.data.open[0] > self.data.close[-1]

    def notify_timer(self, timer, when, *arguments, **named):
        if len(self.data) > 2 and self.rises() != bool(self.position):
            self.close() if self.position else self.buy(size=1)


class KnowsTheClose(AtTheOpen):
    def rises(self):
        return self.data.close[0] > self.data.open[0]


def test_an_order_has_the_day_of_the_bar_that_the_timer_saw():
    result = run(AtTheOpen, BARS, figures_only=True)
    assert len(result.orders) > 20
    assert result.orders["date"].tolist() == result.trades["date"].tolist()


def test_the_open_may_be_known():
    assert audit(AtTheOpen, BARS, cuts=2).passed


def test_the_close_may_not():
    found = audit(KnowsTheClose, BARS, cuts=2)
    assert found.reason == "look-ahead"
    first = found.moved[0]
    assert {moved.how for moved in found.moved} == {"scrambled after the open"}
    assert (first.cut, first.what) == (
        first.date,
        f"the order of {first.date} is missing: buy 1 SIM1 (Market)",
    )
    assert f"With the bar of {first.cut} scrambled after its open, the order" in found.words()
