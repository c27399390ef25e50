"""Runs on a market that is always open are annualised by 365 days, also with other feeds."""

import math
from pathlib import Path

import numpy as np
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

CASH = 1_000_000.0
ACCOUNT = 1e-9  # relative


class Half(PlaybookStrategy):
    """Holds half of the account in each of the first two feeds."""

    def target_weights(self) -> dict:
        return {data: 0.5 for data in self.datas[:2] if len(data)}


def coin(n: int = 400) -> Bars:
    close = 100.0 * np.exp(np.cumsum(np.random.default_rng(0).normal(0.001, 0.02, n)))
    dates = np.datetime64("2018-01-02") + np.arange(n)
    none = np.zeros(n)
    return Bars("COIN", dates, close, close, close, close, none, none, calendar="24/7")


def test_figures_of_a_coin_count_365_days():
    bars = coin()
    result = run("sma-switch", bars, period=20)
    returns = result.returns.to_numpy()
    assert result.periods_per_year == 365
    total = result.equity.iloc[-1] / CASH
    assert result.metrics["cagr"] == pytest.approx(total ** (365 / 399) - 1, rel=ACCOUNT)
    assert result.metrics["volatility"] == pytest.approx(
        returns.std(ddof=1) * math.sqrt(365), rel=ACCOUNT
    )
    held = bars.close[-1] / bars.close[0]
    assert result.benchmark["cagr"] == pytest.approx(held ** (365 / 399) - 1, rel=ACCOUNT)


@pytest.mark.parametrize("order", [1, -1], ids=["stock-first", "coin-first"])
def test_a_coin_beside_a_stock_is_valued_365_times_a_year(order):
    stock = sample("sp500").between("2018-01-02", "2018-12-27")
    bars = coin(360)  # to 2018-12-27
    tables = [stock, bars][::order]
    result = run(Half, tables, strips=False)
    assert len(result.returns) == 359  # on every day of the year
    assert result.periods_per_year == 365
    total = 1 + result.metrics["total_return"]
    assert result.metrics["cagr"] == pytest.approx(total ** (365 / 359) - 1, rel=ACCOUNT)


def test_real_bitcoin(realdata: Path):
    bars = read_bars(realdata / "crypto" / "BTC-USD.csv")
    result = run("sma-switch", bars, period=100, figures_only=True)
    assert result.periods_per_year == 365
    years = (bars.dates[-1] - bars.dates[0]).astype(int) / 365
    held = bars.close[-1] / bars.close[0]
    assert result.benchmark["cagr"] == pytest.approx(held ** (1 / years) - 1, rel=ACCOUNT)
