"""Compare the time of a run with backtrader's own engine at its defaults."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

import backtrader as bt
import pandas as pd

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.settings import Settings
from btplaybook.strategies.sma_switch import SmaSwitch

TARGET = 1.0
PERIOD = 8
REPETITIONS = 5


class StockSwitch(bt.Strategy):
    """The SMA switch as users of backtrader write it."""

    def __init__(self) -> None:
        self.average = bt.ind.SMA(period=PERIOD)

    def next(self) -> None:
        """Order the side that the average asks for."""
        close, average = self.data.close[0], self.average[0]
        if close > average and self.position.size <= 0:
            self.order_target_percent(target=0.99)  # a target of 1.0 is rejected for lack of margin
        elif close < average and self.position.size >= 0:
            self.order_target_percent(target=-0.99)


def measure() -> dict[str, Any]:
    """Run the SMA switch with both engines in turn, and compare the median times.

    Returns
    -------
    dict
        `name`, `target` (least ratio of backtrader's time to ours), `measured` and `met`.
    """
    bars = sample("sp500")
    frame = bars.frame()
    _ours(bars)  # numba compiles
    ours, stock = [], []
    for _ in range(REPETITIONS):
        ours.append(_seconds(_ours, bars))
        stock.append(_seconds(_stock, frame))
    ratio = median(stock) / median(ours)
    return {
        "name": f"run with six analyzers against bt.Cerebro with PandasData, {len(bars)} bars",
        "target": TARGET,
        "measured": round(ratio, 2),
        "met": ratio >= TARGET,
    }


def _ours(bars: Bars) -> None:
    params = {"period": PERIOD}
    run_cerebro(SmaSwitch, [bars], params, Settings(), bars.dates[0].item())


def _stock(frame: pd.DataFrame) -> None:
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(1e6)
    cerebro.broker.set_coc(True)
    cerebro.adddata(bt.feeds.PandasData(dataname=frame))
    cerebro.addstrategy(StockSwitch)
    cerebro.run()


def _seconds(task: Any, argument: Any) -> float:
    began = perf_counter()
    task(argument)
    return perf_counter() - began
