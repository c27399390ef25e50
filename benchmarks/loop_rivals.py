"""The loop's two tasks in the words of other engines; each function runs once, without output."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from typing import Any

import pandas as pd
from loop_markets import CASH, PERIOD, equal_weights, switch


def backtrader_next(tables: list[pd.DataFrame], task: str) -> None:
    """Run a task in backtrader-next, a fork of backtrader."""
    import backtrader_next as bt

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(CASH)
    cerebro.broker.set_coc(True)
    for number, table in enumerate(tables):
        cerebro.adddata(bt.feeds.PandasData(dataframe=table), name=str(number))
    cerebro.addstrategy({"switch": switch, "equal weights": equal_weights}[task](bt))
    cerebro.run()


def backtesting_py(tables: list[pd.DataFrame], task: str) -> None:
    """Run the switch in backtesting.py, which has one instrument."""
    from backtesting import Backtest, Strategy

    class Switch(Strategy):  # type: ignore[misc]
        def init(self) -> None:
            self.average = self.I(lambda close: close.rolling(PERIOD).mean(), self.data.Close.s)

        def next(self) -> None:
            close, average = self.data.Close[-1], self.average[-1]
            if close > average and not self.position.is_long:
                self.buy(size=0.95)
            elif close < average and not self.position.is_short:
                self.sell(size=0.95)

    frame = tables[0].rename(columns=str.title)
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):  # its bar
        warnings.simplefilter("ignore")
        Backtest(
            frame, Switch, cash=CASH, trade_on_close=True, exclusive_orders=True,
            finalize_trades=True,
        ).run()  # fmt: skip


def bt_(tables: list[pd.DataFrame], task: str) -> None:
    """Run a task in bt."""
    import bt

    prices = pd.DataFrame({str(k): table["close"] for k, table in enumerate(tables)})
    if task == "switch":
        side = (prices > prices.rolling(PERIOD).mean()) * 2.0 - 1.0
        algos = [bt.algos.WeighTarget(0.95 * side), bt.algos.Rebalance()]
    else:
        algos = [
            bt.algos.RunMonthly(), bt.algos.SelectAll(), bt.algos.WeighEqually(),
            bt.algos.Rebalance(),
        ]  # fmt: skip
    strategy = bt.Strategy("task", algos)
    bt.run(bt.Backtest(strategy, prices, initial_capital=CASH, progress_bar=False))


def pybroker(tables: list[pd.DataFrame], task: str) -> None:
    """Run a task in PyBroker."""
    import pybroker

    pybroker.disable_logging()
    pybroker.disable_progress_bar()
    logging.disable(logging.CRITICAL)
    rows = pd.concat(
        [table.assign(symbol=str(k), date=table.index) for k, table in enumerate(tables)]
    )
    settings = pybroker.StrategyConfig(initial_cash=CASH)
    strategy = pybroker.Strategy(rows, rows["date"].min(), rows["date"].max(), settings)
    names = [str(k) for k in range(len(tables))]
    run = _switch if task == "switch" else _equal(len(tables))
    strategy.add_execution(run, names)
    strategy.backtest(calc_bootstrap=False)


def _switch(context: Any) -> None:
    close = context.close
    if len(close) < PERIOD:
        return
    average, now = close[-PERIOD:].mean(), close[-1]
    long, short = context.long_pos(), context.short_pos()
    if now > average and not long:
        context.buy_shares = context.calc_target_shares(0.95) + (short.shares if short else 0)
    elif now < average and not short:
        context.sell_shares = context.calc_target_shares(0.95) + (long.shares if long else 0)


def _equal(count: int) -> Any:
    def rebalance(context: Any) -> None:
        days = context.date
        if len(days) > 1 and days[-1].astype("M8[M]") == days[-2].astype("M8[M]"):
            return
        held = context.long_pos()
        shares = context.calc_target_shares(0.95 / count) - (held.shares if held else 0)
        if shares > 0:
            context.buy_shares = shares
        elif shares < 0:
            context.sell_shares = -shares

    return rebalance


ONE = {
    "backtesting.py": backtesting_py,
    "bt": bt_,
    "PyBroker": pybroker,
    "backtrader-next": backtrader_next,
}
"""Engines with the switch on one instrument."""

MANY = {"bt": bt_, "PyBroker": pybroker, "backtrader-next": backtrader_next}
"""Engines with several instruments."""
