"""Bars for the comparisons: random walks on two decimals, with gaps and late starts."""

import backtrader as bt
import numpy as np
import pandas as pd

N_BARS = 50


def frame(seed=0, n_bars=N_BARS, start="2020-01-01", freq="B", missing=0.0, step=0.015):
    """Return bars as a DataFrame, as people feed to `bt.feeds.PandasData`."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0.0, step, n_bars)))
    open_ = close * np.exp(rng.normal(0.0, step / 2, n_bars))
    high = np.maximum(open_, close) * (1 + abs(rng.normal(0.0, step / 3, n_bars)))
    low = np.minimum(open_, close) * (1 - abs(rng.normal(0.0, step / 3, n_bars)))
    table = pd.DataFrame(
        np.round([open_, high, low, close], 2).T, columns=["open", "high", "low", "close"]
    )
    table["volume"] = rng.integers(100, 10_000, n_bars)
    table.index = pd.date_range(start, periods=n_bars, freq=freq)
    return table[rng.random(n_bars) >= missing]


def feed(seed=0, *, feed_options=None, **bars):
    """Return the same as a feed."""
    return bt.feeds.PandasData(dataname=frame(seed, **bars), **(feed_options or {}))


def several(cerebro, number=3):
    """Add feeds with different starts, gaps and ends."""
    for seed in range(number):
        start = pd.Timestamp("2020-01-01") + pd.Timedelta(days=9 * seed)
        missing = 0.15 * bool(seed)
        cerebro.adddata(
            feed(seed, n_bars=N_BARS - 12 * seed, start=start, missing=missing), name=f"S{seed}"
        )
