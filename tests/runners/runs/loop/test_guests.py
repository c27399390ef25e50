"""The guests give the same bits, in backtrader's account and in ours, and take the fast loop.

The guests are the strategies in `../guests`, whose account `test_parity.py` compares; here it is
the loops that are compared, to the last bit. A table of who took which loop is printed.
"""

import functools
import importlib.util
import sys
from pathlib import Path

import backtrader as bt
import pytest
from same_bits import apart, differences

from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.runners.runs.cerebro import cerebro_of
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.runners.runs.settings import Settings
from btplaybook.runners.runs.window import opening_day

PARITY = Path(__file__).parents[4] / "benchmarks" / "parity.py"


def _parity():
    spec = importlib.util.spec_from_file_location("parity", PARITY)
    module = sys.modules["parity"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


parity = _parity()
CASES = {
    one.name: one for one in (*parity.CASES, *parity.HABITS, *(d.case for d in parity.DIFFERENCES))
}


def with_backtraders_broker(case):
    def set_up(cerebro):
        cerebro.broker.setcash(parity.CASH)
        for table in parity.market_of(case.market):
            cerebro.adddata(BarsFeed(bars=table), name=table.name)
        cerebro.addstrategy(case.kind, **case.params)

    return set_up


def with_ours(case, loop, **settings):
    bars = parity.market_of(case.market)
    chosen = Settings(cash=parity.CASH, max_gross=1e9, loop=loop, **settings)
    return cerebro_of(case.kind, bars, case.params, chosen, opening_day(bars, chosen))


@pytest.mark.parametrize("name", CASES)
def test_in_backtraders_account(name, capsys):
    assert differences(with_backtraders_broker(CASES[name]), ["nobody"]) == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("fill", ["next_open", "close"])
def test_in_our_account(name, fill, capsys):
    made = functools.partial(with_ours, CASES[name], fill=fill, per_share=0.01, cash_check=True)
    assert apart(lambda: made("stock"), lambda: made("auto"), ["nobody"], fast=None) == []


def test_who_takes_the_fast_loop(capsys):
    rows = []
    for name, case in CASES.items():
        for account in ("backtrader's", "ours"):
            if account == "ours":
                cerebro = with_ours(case, "auto")
            else:
                cerebro = FastCerebro()
                with_backtraders_broker(case)(cerebro)
            cerebro.run()
            rows.append((account, name, cerebro.loop_taken, "; ".join(cerebro.why_stock)))
    for row in rows:
        print("{:13} {:38} {:6} {}".format(*row))
    assert {row[1:] for row in rows if row[2] != "fast"} == set()
    assert len({CASES[row[1]].kind for row in rows}) >= 16
    assert issubclass(FastCerebro, bt.Cerebro)
