"""Long book and hedge: by hand, and against the cash that each side took and gave."""

import backtrader as bt
import numpy as np
import pytest

from btplaybook.analyzers.daily_account import daily_account
from btplaybook.analyzers.sector.sides import pnl_by_side, totals
from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


def test_by_hand(book):
    table = pnl_by_side(book, "FUND")
    expected = {
        "long_price": [0, 40 * 1 + 30 * -1, 40 * 1],
        "long_dividends": [0, 20, 0],
        "long_costs": [-4, 0, -1],
        "hedge_price": [0, -18, 18],
        "hedge_dividends": [0, -9, 0],
        "hedge_costs": [-1, 0, 0],
        "borrow": [0, -0.2, 0],
        "interest": [0, 0.1, 0],
        "total": [-5, 2.9, 57],
        "residual": [0, 0, 0],
    }
    assert list(table.columns) == list(expected)
    for column, values in expected.items():
        assert table[column].tolist() == pytest.approx(values, abs=1e-12), column
    assert totals(table)["total"] == pytest.approx(54.9)


def test_what_does_not_add_up_is_shown(book):
    book.days[-1] = book.days[-1]._replace(equity=1055.9)
    assert pnl_by_side(book, "FUND")["residual"].tolist() == pytest.approx([0, 0, 1])


class AtRandom(PlaybookStrategy):
    """Long three of four stocks against the first feed; on some days nothing."""

    params = (("every", "week"), ("rebalance", "on_decision"))

    def target_weights(self):
        draw = np.random.default_rng(len(self.data)).dirichlet(np.ones(len(self.datas) - 1))
        fund, *stocks = self.datas
        return {fund: -float(draw[1:].sum()), **dict(zip(stocks[:-1], draw[:-1], strict=True))}


@pytest.fixture(scope="module", params=["close", "next_open"])
def kept(request):
    """The book of a broker that charged everything it can."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker(
        cash=1e6,
        costs=Costs(per_share=0.01, slippage_bps=3.0),
        financing=Financing(cash=0.02, rebate=0.01, debit=0.05, borrow=0.004),
    )
    for seed in range(5):
        bars = simulated_bars(seed, name=f"S{seed}")
        cerebro.adddata(BarsFeed(bars=bars.between(None, bars.dates[300].item())), name=bars.name)
    cerebro.addstrategy(AtRandom, fill=request.param)
    cerebro.run()
    return cerebro.broker.ledger


@pytest.mark.parametrize("side", ["long", "hedge"])
def test_a_side_is_what_its_cash_and_its_positions_come_to(kept, side):
    """Money out, money in and what is left at the end: no price of a day in between."""
    names = ["S0"] if side == "hedge" else ["S1", "S2", "S3", "S4"]
    spent = sum(f.size * f.price + f.commission for f in kept.fills if f.instrument in names)
    received = sum(e.held * e.dividend for e in kept.ex_dates if e.instrument in names)
    last = kept.days[-1]
    left = sum(last.holdings[int(name[1])] * last.closes[int(name[1])] for name in names)
    sums = totals(pnl_by_side(kept, "S0"))
    parts = sum(sums[f"{side}_{part}"] for part in ("price", "dividends", "costs"))
    assert parts == pytest.approx(left + received - spent, abs=1e-5)
    assert sums[f"{side}_dividends"] != 0.0
    assert sums[f"{side}_costs"] < 0.0


def test_nothing_is_left_over(kept):
    table = pnl_by_side(kept, "S0")
    assert abs(table["residual"]).max() < 1e-9 * 1e6
    account = daily_account(kept)
    assert table["total"].sum() == pytest.approx(kept.days[-1].equity - 1e6, abs=1e-6)
    both = table["long_price"] + table["hedge_price"]
    assert both.to_numpy() == pytest.approx(account["price"].to_numpy(), abs=1e-6)
