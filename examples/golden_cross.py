"""A script as backtrader's users write it: it imports nothing of btplaybook, which reports it.

btplaybook run examples/golden_cross.py -- SPY.csv
"""

import sys

import backtrader as bt
import pandas as pd


class GoldenCross(bt.Strategy):
    """Long while the average of 50 closes is above that of 200."""

    params = (("fast", 50), ("slow", 200))

    def __init__(self):
        self.fast, self.slow = bt.ind.SMA(period=self.p.fast), bt.ind.SMA(period=self.p.slow)
        self.cross = bt.ind.CrossOver(self.fast, self.slow)

    def next(self):
        """Buy at a cross upwards, close at a cross downwards."""
        if not self.position and self.cross > 0:
            self.buy()
        elif self.position and self.cross < 0:
            self.close()

    def plot_lines(self):
        """Name the lines that btplaybook draws beside the prices; backtrader does not ask."""
        return {"SMA 50": self.fast, "SMA 200": self.slow}


if __name__ == "__main__":
    prices = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=prices, name="SPY"))
    cerebro.addstrategy(GoldenCross)
    cerebro.addsizer(bt.sizers.PercentSizer, percents=95)
    cerebro.broker.setcash(100_000.0)
    cerebro.broker.setcommission(commission=0.001)
    print(f"Start: {cerebro.broker.getvalue():,.2f}")
    cerebro.run()
    print(f"End: {cerebro.broker.getvalue():,.2f}")
    cerebro.plot()
