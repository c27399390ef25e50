"""Prices and strategies of the loop's benchmarks: the same for every engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from btplaybook.feeds.samples import sample

PERIOD = 8
"""Closes in the average of the strategy that switches sides."""

CASH = 1e6


def one(bars: int = 5220) -> pd.DataFrame:
    """Return daily bars of one index: the S&P 500 sample, begun again after its end."""
    known = sample("sp500").frame()
    growth = np.resize(known["close"].pct_change().to_numpy()[1:], bars - 1)
    close = 100.0 * np.cumprod(np.concatenate(([1.0], 1.0 + growth)))
    shape = {
        name: np.resize((known[name] / known["close"]).to_numpy(), bars) * close
        for name in ("open", "high", "low")
    }
    days = pd.date_range("1850-01-01", periods=bars)
    return pd.DataFrame({**shape, "close": close, "volume": 1e6}, index=days)


def many(count: int, bars: int = 2520, seed: int = 0) -> list[pd.DataFrame]:
    """Return random walks with the same dates, in the columns of `one`."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2010-01-01", periods=bars)
    tables = []
    for _ in range(count):
        close = 100.0 * np.exp(np.cumsum(random.normal(0.0, 0.01, bars)))
        open_ = close * np.exp(random.normal(0.0, 0.002, bars))
        high, low = 1.002 * np.maximum(open_, close), 0.998 * np.minimum(open_, close)
        columns = {"open": open_, "high": high, "low": low, "close": close, "volume": 1e6}
        tables.append(pd.DataFrame(columns, index=days))
    return tables


def switch(bt: Any) -> Any:
    """Return the strategy that holds one side of a moving average or the other, in `bt`'s words."""

    class Switch(bt.Strategy):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.average = bt.indicators.SMA(self.data, period=PERIOD)

        def next(self) -> None:
            close, average = self.data.close[0], self.average[0]
            if close > average and self.position.size <= 0:
                self.order_target_percent(target=0.95)  # 1.0 is refused for lack of cash
            elif close < average and self.position.size >= 0:
                self.order_target_percent(target=-0.95)

    return Switch


def watch(bt: Any) -> Any:
    """Return a strategy that reads its average and sends no order."""

    class Watch(bt.Strategy):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.average = bt.indicators.SMA(self.data, period=PERIOD)
            self.above = 0

        def next(self) -> None:
            if self.data.close[0] > self.average[0]:
                self.above += 1

    return Watch


def equal_weights(bt: Any) -> Any:
    """Return the strategy that goes back to equal weights on each month's first day."""

    class EqualWeights(bt.Strategy):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.month = 0

        def next(self) -> None:
            month = self.data.datetime.date(0).month
            if month == self.month:
                return
            self.month = month
            for data in self.datas:
                self.order_target_percent(data, target=0.95 / len(self.datas))

    return EqualWeights
