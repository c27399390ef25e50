"""A scripted strategy on bars made of opens, closes and dividends."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Scripted(PlaybookStrategy):
    """Holds what its script says: a row of weights a bar."""

    params = (("script", ()),)

    def target_weights(self) -> dict[Any, float]:
        return dict(zip(self.datas, self.p.script[len(self) - 1], strict=True))


def bars_of(
    opens: Sequence[float],
    closes: Sequence[float],
    dividends: Sequence[float] | None = None,
    *,
    name: str = "A",
    dates: Sequence[Any] | None = None,
) -> Bars:
    """Return bars on consecutive weekdays from Monday 2024-01-08 unless dates are given."""
    n = len(closes)
    if dates is None:
        dates = np.busday_offset("2024-01-08", np.arange(n))
    o, c = np.asarray(opens, float), np.asarray(closes, float)
    return Bars(
        name,
        np.asarray(dates, "datetime64[D]"),
        o,
        np.maximum(o, c),
        np.minimum(o, c),
        c,
        np.full(n, 1000.0),
        np.zeros(n) if dividends is None else np.asarray(dividends, float),
    )


def run_script(
    bars: Sequence[Bars],
    script: Any,
    *,
    strategy: type[bt.Strategy] = Scripted,
    cash: float = 1_000_000.0,
    fill: str = "close",
    size_at: str = "fill",
    rebalance: str = "on_change",
    account_from: datetime.date | None = None,
    **broker: Any,
) -> PlaybookBroker:
    """Run a script of weights, shape (n_bars, n_feeds), and return the broker."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker = PlaybookBroker(cash=cash, account_from=account_from, **broker)
    for table in bars:
        cerebro.adddata(BarsFeed(bars=table), name=table.name)
    rows = tuple(tuple(float(w) for w in np.atleast_1d(row)) for row in script)
    cerebro.addstrategy(
        strategy,
        script=rows,
        fill=fill,
        size_at=size_at,
        rebalance=rebalance,
        account_from=account_from,
    )
    cerebro.run()
    return cerebro.broker


@pytest.fixture(scope="session")
def make_bars() -> Callable[..., Bars]:
    return bars_of


@pytest.fixture(scope="session")
def run_account() -> Callable[..., PlaybookBroker]:
    return run_script
