"""Every setting of backtrader's broker gives the same bits, also where a strategy changes it."""

import backtrader as bt
import pytest
from markets import feed, several
from programs import PROGRAMS, Program, markets
from same_bits import differences


class PerShare(bt.CommInfoBase):
    """At least one dollar an order."""

    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED), ("least", 1))

    def _getcommission(self, size, price, pseudoexec):
        return max(self.p.least, abs(size) * self.p.commission)


class Charged(bt.CommInfoBase):
    """Charges for shorts what is no rate."""

    params = (("stocklike", True), ("interest", 0.03))


def _broker(method, *arguments, **named):
    return lambda broker: getattr(broker, method)(*arguments, **named)


SETTINGS = {
    "coc": _broker("set_coc", True),
    "coo": _broker("set_coo", True),
    "not checked": _broker("set_checksubmit", False),
    "short of cash": _broker("setcash", 3_000.0),
    "no short cash": _broker("set_shortcash", False),
    "slippage in percent": _broker("set_slippage_perc", 0.003),
    "slippage in points": _broker("set_slippage_fixed", 0.2, slip_open=False, slip_match=False),
    "slippage out of bars": _broker("set_slippage_perc", 0.02, slip_out=True, slip_limit=False),
    "filler": _broker("set_filler", bt.broker.fillers.FixedSize(size=7)),
    "filler of bars": _broker("set_filler", bt.broker.fillers.FixedBarPerc(perc=0.3)),
    "percent": _broker("setcommission", commission=0.002),
    "fixed": _broker("setcommission", commission=1.5, commtype=bt.CommInfoBase.COMM_FIXED,
                     stocklike=True),
    "leverage": _broker("setcommission", commission=0.001, leverage=3.0),
    "mult": _broker("setcommission", commission=0.001, mult=2.0, stocklike=True),
    "futures": _broker("setcommission", commission=2.0, margin=900.0, mult=5.0),
    "own futures": _broker("setcommission", commission=2.0, automargin=0.5, mult=5.0,
                           stocklike=False),
    "interest": _broker("setcommission", commission=0.001, interest=0.05),
    "interest of longs": _broker("setcommission", interest=0.05, interest_long=True),
    "interest kept apart": lambda broker: (
        broker.setcommission(interest=0.05), broker.set_int2pnl(False)),
    "own commission": _broker("addcommissioninfo", PerShare(commission=0.01)),
    "own interest": _broker("addcommissioninfo", Charged(commission=0.001)),
    "of one feed": _broker("setcommission", commission=0.004, name="S1"),
    "fund": _broker("set_fundmode", True, 50.0),
    "end of session": _broker("set_eosbar", True),
    "history": _broker("add_order_history", [["2020-01-20", 10, 99.5], ["2020-02-20", -10, 101.0]]),
}  # fmt: skip


def everything(s, bar, close):
    """Send orders of all kinds, a different one at each bar."""
    PROGRAMS[bar % len(PROGRAMS)](s, bar, close)


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_of_the_broker(setting):
    def set_up(cerebro):
        several(cerebro, 2)
        cerebro.broker.setcash(20_000.0)
        SETTINGS[setting](cerebro.broker)
        cerebro.addstrategy(Program, program=everything)

    assert differences(set_up, ["nobody", "always"], stdstats=setting == "fund") == []


SIZERS = {
    "fixed": bt.sizers.FixedSize(stake=7),
    "reverser": bt.sizers.FixedReverser(stake=9),
    "percent": bt.sizers.PercentSizer(percents=30),
    "all in": bt.sizers.AllInSizerInt(),
    "target": bt.sizers.FixedSizeTarget(stake=20),
}


def sized(s, bar, close):
    if bar % 6 == 1:
        s.buy()
    elif bar % 6 == 4:
        s.sell()


@pytest.mark.parametrize("sizer", SIZERS)
def test_sizers(sizer):
    def set_up(cerebro):
        cerebro.adddata(feed(5))
        cerebro.addstrategy(Program, program=sized, sizer=SIZERS[sizer])

    assert differences(set_up) == []


def deposits(s, bar, close):
    markets(s, bar, close)
    if bar == 20:
        s.broker.add_cash(5_000)
    elif bar == 30:
        s.broker.add_cash(-1_000.5)
        s.sent.append(s.broker.getvalue([s.data]))
    elif bar == 40:
        s.broker.set_cash(50_000)
    elif bar == 50:
        s.broker.cash -= 123.45
    elif bar == 60:
        s.sent.append(s.broker.getvalue(s.datas))


def schemes(s, bar, close):
    markets(s, bar, close)
    if bar == 25:
        s.broker.setcommission(commission=0.003)
    elif bar == 40:
        s.broker.setcommission(commission=0.003, leverage=2.0)
    elif bar == 55:
        s.broker.setcommission(commission=1.0, margin=500.0, mult=2.0)


def settings(s, bar, close):
    markets(s, bar, close)
    if bar == 20:
        s.broker.set_coc(True)
    elif bar == 40:
        s.broker.set_slippage_perc(0.001)
    elif bar == 60:
        s.broker.set_filler(bt.broker.fillers.FixedSize(size=3))
    elif bar == 70:
        s.broker.set_shortcash(False)


@pytest.mark.parametrize("program", [deposits, schemes, settings], ids=lambda one: one.__name__)
def test_what_a_strategy_changes_during_the_run(program):
    def set_up(cerebro):
        several(cerebro, 2)
        cerebro.broker.setcash(30_000)
        cerebro.addstrategy(Program, program=program)

    assert differences(set_up) == []
