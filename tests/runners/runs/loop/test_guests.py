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
from same_bits import apart

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


def with_ours(case, *, loop, **settings):
    bars = parity.market_of(case.market)
    chosen = Settings(cash=parity.CASH, max_gross=1e9, loop=loop, **settings)
    return cerebro_of(case.kind, bars, case.params, chosen, opening_day(bars, chosen))


def in_backtraders(case):
    def made(kind):
        cerebro = kind()
        with_backtraders_broker(case)(cerebro)
        return cerebro

    return lambda: made(bt.Cerebro), lambda: made(FastCerebro)


def in_ours(case, fill):
    made = functools.partial(with_ours, case, fill=fill, per_share=0.01, cash_check=True)
    return lambda: made(loop="stock"), lambda: made(loop="auto")


ACCOUNTS = {
    "backtrader's": (in_backtraders, [*CASES]),
    "ours, next open": (functools.partial(in_ours, fill="next_open"), [*CASES][::2]),
    "ours, close": (functools.partial(in_ours, fill="close"), [*CASES][1::2]),
}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_guest_takes_the_fast_loop_with_the_same_bits(account, capsys):
    made, names = ACCOUNTS[account]
    rows, found = [], {}
    for name in names:
        stock, ours = made(CASES[name])
        cerebro = ours()
        found[name] = apart(stock, lambda made=cerebro: made, ["nobody"], fast=None)
        rows.append((name, cerebro.loop_taken, "; ".join(cerebro.why_stock)))
    with capsys.disabled():
        print(f"\n{account}:", *(f"{a:38} {b:6} {c}".rstrip() for a, b, c in rows), sep="\n")
    assert {name: where for name, where in found.items() if where} == {}
    assert [row for row in rows if row[1:] != ("fast", "")] == []
