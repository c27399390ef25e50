"""A feed of the one-by-one run holds nothing that is still to come."""

import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.order_broker import OrderBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.runners.runs.audit.bars_so_far import BarsSoFar


@pytest.mark.parametrize("given", ["bars", "dataname"])
def test_every_way_to_the_table_ends_at_the_newest_bar(given, two_feeds):
    seen = []

    class Looks(bt.Strategy):
        def __init__(self):
            seen.append([len(table) for table in self.tables()])

        def tables(self):
            data = self.data
            return (
                data.bars, getattr(data.p, given), data._columns[4], data.close.array,
                data.lines.dividend.array, data.bars if data._dataname is None else data._dataname,
            )  # fmt: skip

        def next(self):
            seen.append([len(table) for table in self.tables()])
            assert self.data.bars.dates[-1].item() == self.data.datetime.date(0)
            assert self.data.close.array[-1] == self.data.bars.close[-1] == self.data.close[0]
            with pytest.raises(IndexError):
                self.data.close[1]

    table = two_feeds[0]
    cerebro = bt.Cerebro(stdstats=False, preload=False, runonce=False)
    cerebro.broker = OrderBroker()
    cerebro.adddata(BarsSoFar(**{given: table}))
    cerebro.addstrategy(Looks)
    cerebro.run()
    assert seen == [[n] * 6 for n in range(len(table) + 1)]


def test_it_delivers_what_the_feed_of_a_run_delivers(two_feeds):
    def delivered(feed):
        rows = []

        class Notes(bt.Strategy):
            def next(self):
                rows.extend((data._name, len(data), *[line[0] for line in data.lines])
                            for data in self.datas)  # fmt: skip

        cerebro = bt.Cerebro(stdstats=False, preload=False, runonce=False)
        cerebro.broker = OrderBroker()
        for table in two_feeds:
            cerebro.adddata(feed(bars=table))
        cerebro.addstrategy(Notes)
        cerebro.run()
        return rows

    ours, theirs = delivered(BarsSoFar), delivered(BarsFeed)
    assert [row[:2] for row in ours] == [row[:2] for row in theirs]
    assert np.array_equal([row[2:] for row in ours], [row[2:] for row in theirs], equal_nan=True)


def test_period_ends_tell_neither_the_bars_nor_the_last_one(two_feeds):
    table = two_feeds[0]
    ends = BarsSoFar(bars=table).period_end("month")
    assert max(ends) > table.dates[-1].item()
    assert {*BarsFeed(bars=table).period_end("month")} <= ends
