"""Every type of order gives the same bits, on one feed and on several."""

import pytest
from markets import feed, several
from programs import PROGRAMS, Program
from same_bits import differences


def one(cerebro):
    cerebro.adddata(feed(3), name="S0")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    ("market", "look"), [(one, "always"), (several, "nobody"), (several, "seldom")]
)
def test_orders_of_every_type(program, market, look):
    def set_up(cerebro):
        market(cerebro)
        cerebro.broker.setcash(100_000)
        cerebro.broker.setcommission(0.001)
        cerebro.addstrategy(Program, program=program)

    assert differences(set_up, [look]) == []
