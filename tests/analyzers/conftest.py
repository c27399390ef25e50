"""A book of several instruments that turns from long to short and back, and pays for everything."""

from typing import Any, NamedTuple

import backtrader as bt
import numpy as np
import pytest

from btplaybook.analyzers.round_trips import round_trips
from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Turning(PlaybookStrategy):
    """Random weights of both signs each week; some instruments are left alone, the last always."""

    params = (("every", "week"), ("rebalance", "on_decision"))

    def target_weights(self):
        random = np.random.default_rng(len(self.data))
        weights = random.normal(0.0, 0.25, len(self.datas))
        weights[random.random(len(weights)) < 0.3] = 0.0
        return dict(zip(self.datas[:-1], weights[:-1].tolist(), strict=True))


class Kept(NamedTuple):
    """A run's ledger, its round trips and its bars; what it was charged."""

    book: Any
    trips: Any
    bars: list
    fill: str
    costs: Costs
    borrow: float


@pytest.fixture(scope="session", params=["close", "next_open"])
def turning(request):
    costs, borrow = Costs(per_share=0.01, slippage_bps=3.0), 0.03
    bars = [simulated_bars(seed, name=f"S{seed}") for seed in range(6)]
    bars = [table.between(None, bars[0].dates[400].item()) for table in bars]
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker(
        cash=1e6,
        costs=costs,
        financing=Financing(cash=0.02, rebate=0.01, debit=0.05, borrow=borrow),
    )
    for table in bars:
        cerebro.adddata(BarsFeed(bars=table), name=table.name)
    cerebro.addstrategy(Turning, fill=request.param)
    cerebro.run()
    book = cerebro.broker.ledger
    return Kept(book, round_trips(book, bars), bars, request.param, costs, borrow)
