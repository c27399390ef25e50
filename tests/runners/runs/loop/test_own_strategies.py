"""Our strategies give the same bits in either loop, in either account, and take the fast one."""

import dataclasses

import backtrader as bt
import numpy as np
import pytest
from same_bits import apart, differences

from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.samples import sample
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.cerebro import ANALYZERS, cerebro_of
from btplaybook.runners.runs.inputs import Inputs
from btplaybook.runners.runs.settings import Settings
from btplaybook.runners.runs.window import opening_day
from btplaybook.strategies.sector_long_short import SectorLongShort

OWN = {
    name: point.load()
    for name, point in registry.registered().items()
    if point.value.startswith("btplaybook.")
}
PARAMETERS = {"sign-s3": {"R": 2}, "sign-s4": {"R": 2}, "sma-switch": {"period": 8}}
ALONE = [name for name in OWN if name != "sector-long-short"]
SETTINGS = {
    "close": {"fill": "close", "per_share": 0.01},
    "next open": {"fill": "next_open", "size_at": "decision", "slippage_bps": 2.0},
    "with interest": {"fill": "next_close", "interest": 0.03, "borrow": 0.02, "whole_shares": True},
}


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[199].item())


def with_analyzers(*arguments, **named):
    cerebro = cerebro_of(*arguments, **named)
    for name, analyzer in ANALYZERS.items():
        cerebro.addanalyzer(analyzer, _name=name)
    return cerebro


TWICE_A_DAY = [name for name in ALONE if len(OWN[name].sessions) > 1]  # they say their fills


@pytest.mark.parametrize(
    ("name", "settings"),
    [(name, "close") for name in TWICE_A_DAY]
    + [(name, each) for name in ALONE if name not in TWICE_A_DAY for each in SETTINGS],
)
def test_in_our_account(name, settings, bars):
    def made(loop):
        chosen = Settings(**SETTINGS[settings], loop=loop)
        params = PARAMETERS.get(name, {})
        return with_analyzers(OWN[name], [bars], params, chosen, opening_day([bars], chosen))

    looks = ["nobody", "always"] if settings == "close" else ["nobody"]
    assert apart(lambda: made("stock"), lambda: made("fast"), looks) == []


@pytest.mark.parametrize("name", [name for name in ALONE if name not in TWICE_A_DAY])
def test_in_backtraders_account(name, bars):
    plain = dataclasses.replace(bars, dividend=np.zeros(len(bars)))

    def set_up(cerebro):
        cerebro.broker.setcash(1e6)
        cerebro.broker.set_coc(True)
        cerebro.broker.setcommission(commission=0.001, leverage=1e6)
        cerebro.adddata(BarsFeed(bars=plain))
        cerebro.addstrategy(OWN[name], **PARAMETERS.get(name, {}))
        cerebro.addanalyzer(bt.analyzers.TimeReturn)

    assert differences(set_up, ["nobody"], stdstats=False) == []


def test_the_sector_book(sector_of):
    market = sector_of(3, n_stocks=30, years=3)
    inputs = Inputs.of(of_market(market).inputs)
    last = np.datetime64("2006-09-29")
    bars = [each.between(None, last.item()) for each in market.bars if each.dates[1] < last]

    def made(loop):
        chosen = Settings(rebalance="on_decision", every="month", per_share=0.005, loop=loop)
        opens = opening_day(bars, chosen)
        return with_analyzers(SectorLongShort, bars, {}, chosen, opens, inputs=inputs)

    assert apart(lambda: made("stock"), lambda: made("fast"), ["nobody"]) == []
