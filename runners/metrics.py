"""The figures of run.json, for a strategy and for buying and holding."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from ..analyzers import statistics
from ..analyzers.daily_account import FLOWS
from ..analyzers.return_figures import return_figures
from ..feeds.bars import Bars

ORDER = (
    "total_return", "cagr", "volatility", "sharpe", "sharpe_band", "sortino", "max_drawdown",
    "points", "percent", "synthetic", "win_rate", "average_win", "average_loss", "switches",
    "switches_per_year", "ruined_on", "ex_dividend", "pnl",
)  # fmt: skip
"""Keys of a metrics table, in the order in which they are written."""


def of_run(
    analyses: dict[str, dict[str, Any]],
    ruined_on: str | None,
    periods_per_year: int,
    risk_free_rate: float,
) -> dict[str, Any]:
    """Return the metrics of a run from what its analyzers measured."""
    daily = analyses["daily"]["daily"]
    returns = daily["return"].to_numpy()[1:]
    uncompounded = analyses["uncompounded"]
    count = analyses["switches"]["count"]
    years = len(returns) / periods_per_year
    return _ordered(
        return_figures(returns, periods_per_year, risk_free_rate)
        | {key: uncompounded[key] for key in ("points", "percent", "synthetic")}
        | analyses["win_rate"]
        | {
            "switches": count,
            "switches_per_year": count / years if count is not None and years else None,
            "ruined_on": ruined_on,
            "ex_dividend": analyses["ex_dividend"],
            "pnl": analyses["waterfall"],
        }
    )


def buy_and_hold(
    bars: Bars, dates: pd.DatetimeIndex, cash: float, periods_per_year: int, risk_free_rate: float
) -> tuple[pd.Series, dict[str, Any]]:
    """Return the daily returns and metrics of holding one instrument, its dividends reinvested.

    Parameters
    ----------
    bars : Bars
        The instrument. A date of the run on which it has no bar is a day without return.
    dates : DatetimeIndex
        Days of the run, the one on which the account opened first.
    cash : float
        Invested at the first close; dividends are reinvested at the ex-date's close, both free of
        cost.

    Returns
    -------
    Series
        Indexed by `dates`, the first NaN.
    dict
        The metrics; None where one does not apply.
    """
    held = bars.frame().reindex(dates)
    close = held["close"].ffill()
    dividend = held["dividend"].fillna(0.0)
    before = close.shift()
    returns = ((close + dividend) / before - 1.0).rename("benchmark_return")
    shares = cash / close.iloc[0] * (1.0 + (dividend / close).iloc[1:]).cumprod()
    overnight = shares.shift(fill_value=cash / close.iloc[0])
    counted = returns.to_numpy()[1:]
    price = float((overnight * close.diff().iloc[1:]).sum())
    paid = float((overnight * dividend.iloc[1:]).sum())
    total = cash * statistics.total_return(counted)
    pnl = dict.fromkeys(FLOWS, 0.0) | {"price": price, "dividends": paid}
    metrics = return_figures(counted, periods_per_year, risk_free_rate) | {
        "points": float(close.iloc[-1] - close.iloc[0]),
        "percent": float((close / before - 1.0).iloc[1:].sum()),
        "synthetic": False,
        **asdict(statistics.win_loss(counted, np.ones(len(counted), dtype=bool))),
        "switches": None,
        "switches_per_year": None,
        "ruined_on": None,
        "ex_dividend": {"long": int((dividend.iloc[1:] > 0).sum()), "short": 0, "flat": 0},
        "pnl": {**pnl, "total": total, "residual": total - sum(pnl.values())},
    }
    return returns, _ordered(metrics)


def _ordered(metrics: dict[str, Any]) -> dict[str, Any]:
    return {key: metrics[key] for key in ORDER}
