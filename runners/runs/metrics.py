"""The metrics of run.json, for a strategy and for its benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...analyzers import statistics
from ...analyzers.daily_account import FLOWS
from ...analyzers.return_figures import return_figures
from ...feeds.arrays import Floats
from ...feeds.bars import Bars

ORDER = (
    "total_return", "cagr", "volatility", "sharpe", "sharpe_band", "sortino", "max_drawdown",
    "points", "percent", "synthetic", "win_rate", "average_win", "average_loss", "switches",
    "switches_per_year", "ruined_on", "ex_dividend", "pnl",
)  # fmt: skip
"""Keys of a table of metrics, in the order of run.json."""


def of_run(
    analyses: dict[str, dict[str, Any]],
    ruined_on: str | None,
    periods_per_year: int,
    risk_free_rate: float,
) -> dict[str, Any]:
    """Return the metrics of a run from the analyses of its analyzers."""
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
    """Return the daily returns and metrics of holding one instrument with dividends reinvested.

    Parameters
    ----------
    bars : Bars
        The instrument, with a bar on or before the first day. On a date of the run without a bar
        its return is 0; returns of its days between two dates of the run count on the later date.
    dates : DatetimeIndex
        Days of the run, oldest first; the first is the day on which the account opened.
    cash : float
        Amount invested at the first close, in account currency. Dividends are reinvested at the
        ex-date's close. Neither has any cost.

    Returns
    -------
    Series
        Indexed by `dates`, the first NaN.
    dict
        The metrics; None for a metric that does not apply.
    """
    rows = _rows(bars, dates)
    close, dividend = bars.close[rows], bars.dividend[rows]
    counted = _on_days(_total(close, dividend), bars.dates[rows][1:], dates)
    returns = pd.Series(counted, index=dates, name="benchmark_return")
    steps = np.diff(close)
    shares = cash / close[0] * np.cumprod(1.0 + dividend[1:] / close[1:])
    overnight = np.append(cash / close[0], shares[:-1])
    metrics = _of(
        returns,
        cash,
        periods_per_year,
        risk_free_rate,
        points=float(close[-1] - close[0]),
        percent=float((close[1:] / close[:-1] - 1.0).sum()),
        paid_on=int((dividend[1:] > 0).sum()),
        pnl={
            "price": float((overnight * steps).sum()),
            "dividends": float((overnight * dividend[1:]).sum()),
        },
    )
    return returns, metrics


def of_mix(
    parts: Mapping[Bars, float],
    dates: pd.DatetimeIndex,
    cash: float,
    periods_per_year: int,
    risk_free_rate: float,
) -> tuple[pd.Series, dict[str, Any]]:
    """Return the daily returns and metrics of instruments by weight, rebalanced monthly.

    Parameters
    ----------
    parts : mapping of Bars to float
        Instrument to weight > 0; the weights sum to 1 at most, the remainder is cash without
        interest. They are bought at the first close and rebalanced at the close of the run's last
        day in each month; dividends are reinvested in the instrument that paid them. No trade has
        any cost.
    dates, cash, periods_per_year, risk_free_rate
        As for `buy_and_hold`.

    Returns
    -------
    Series
        Indexed by `dates`, the first NaN.
    dict
        The metrics; None for a metric that does not apply, such as points.
    """
    frames = [_held(bars, dates) for bars in parts]
    total = [
        on_days((f["close"] + f["dividend"]) / f["close"].shift() - 1.0, dates) for f in frames
    ]
    price = [on_days(f["close"] / f["close"].shift() - 1, dates) for f in frames]
    gains = np.nan_to_num(np.column_stack([*total, np.zeros(len(dates))]))
    moves = np.nan_to_num(np.column_stack([*price, np.zeros(len(dates))]))
    weights = np.array([*parts.values(), 1.0 - sum(parts.values())])
    months = dates.year * 12 + dates.month
    ends = np.append(months[1:] != months[:-1], False)
    values = np.empty_like(gains)
    values[0] = cash * weights
    for day in range(1, len(dates)):
        begin = values[day - 1].sum() * weights if ends[day - 1] else values[day - 1]
        values[day - 1] = begin
        values[day] = begin * (1.0 + gains[day])
    wealth = values.sum(axis=1)
    returns = pd.Series([np.nan, *(wealth[1:] / wealth[:-1] - 1.0)], dates, name="benchmark_return")
    moved = float((values[:-1] * moves[1:]).sum())
    paid = float((values[:-1] * (gains - moves)[1:]).sum())
    metrics = _of(
        returns,
        cash,
        periods_per_year,
        risk_free_rate,
        percent=float((moves[1:] @ weights).sum()),
        paid_on=int(np.sum(np.any([f["dividend"].reindex(dates)[1:] > 0 for f in frames], axis=0))),
        pnl={"price": moved, "dividends": paid},
    )
    return returns, metrics


def of_cash(
    interest: pd.Series, cash: float, periods_per_year: int, risk_free_rate: float
) -> tuple[pd.Series, dict[str, Any]]:
    """Return the daily returns and metrics of cash from its daily interest."""
    returns = interest.rename("benchmark_return")
    total = cash * statistics.total_return(returns.to_numpy()[1:])
    metrics = _of(returns, cash, periods_per_year, risk_free_rate, pnl={"interest": total})
    # No ratios to volatility: the interest rate hardly varies from day to day.
    absent = ("sharpe", "sharpe_band", "sortino", "win_rate", "average_win", "average_loss")
    return returns, metrics | dict.fromkeys(absent)


def of_returns(
    given: pd.Series, cash: float, periods_per_year: int, risk_free_rate: float
) -> tuple[pd.Series, dict[str, Any]]:
    """Return a caller's daily returns, the first NaN, and their metrics."""
    returns = given.rename("benchmark_return")
    pnl = {"price": None, "dividends": None}
    metrics = _of(returns, cash, periods_per_year, risk_free_rate, pnl=pnl)
    return returns, metrics | {"ex_dividend": None, "pnl": metrics["pnl"] | {"residual": None}}


def on_days(returns: pd.Series, dates: pd.DatetimeIndex) -> pd.Series:
    """Return an instrument's returns on the days of a run; the first is NaN.

    The return on a day of the run is compounded over the instrument's bars since the run's previous
    day: 0 without a bar.
    """
    own = returns.iloc[1:]
    counted = _on_days(own.to_numpy(), own.index.to_numpy(), dates)
    return pd.Series(counted, index=dates, name="benchmark_return")


def _on_days(own: Floats, days: NDArray[np.datetime64], dates: pd.DatetimeIndex) -> Floats:
    """Return what `on_days` does, of returns on days, as an array."""
    # The run's first day that is not earlier.
    places = np.searchsorted(dates.to_numpy(), days.astype(dates.to_numpy().dtype))
    counted = np.zeros(len(dates))
    counts = np.bincount(places, minlength=len(dates))
    single = counts[places] == 1
    counted[places[single]] = own[single]
    for day in np.flatnonzero(counts > 1):
        counted[day] = np.prod(1.0 + own[places == day]) - 1.0
    counted[0] = np.nan
    return counted


def held_returns(bars: Bars, dates: pd.DatetimeIndex) -> pd.Series:
    """Return an instrument's total returns on the days of a run, as `on_days` has them.

    NaN on the first day, and up to the instrument's first bar.
    """
    rows = _rows(bars, dates)
    own = _total(bars.close[rows], bars.dividend[rows])
    counted = _on_days(own, bars.dates[rows][1:], dates)
    returns = pd.Series(counted, index=dates, name="benchmark_return")
    return returns.where(dates > pd.Timestamp(bars.dates[0]))


def _total(close: Floats, dividend: Floats) -> Floats:
    """Return the total returns from bar to bar."""
    returns: Floats = (close[1:] + dividend[1:]) / close[:-1] - 1.0
    return returns


def _held(bars: Bars, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Return closes and dividends of the bars that count, by date."""
    return bars.frame().iloc[_rows(bars, dates)][["close", "dividend"]]


def _rows(bars: Bars, dates: pd.DatetimeIndex) -> slice:
    """Return the bars from the newest known on the first day to the last day."""
    ends = dates[[0, -1]].to_numpy().astype("datetime64[D]")
    first, last = np.searchsorted(bars.dates, ends, side="right")
    return slice(max(int(first) - 1, 0), int(last))


def _of(
    returns: pd.Series,
    cash: float,
    periods_per_year: int,
    risk_free_rate: float,
    *,
    points: float | None = None,
    percent: float | None = None,
    paid_on: int = 0,
    pnl: Mapping[str, float | None],
) -> dict[str, Any]:
    """Return the metrics of an account that holds from the first day to the last."""
    counted = returns.to_numpy()[1:]
    total = cash * statistics.total_return(counted)
    parts: dict[str, Any] = dict.fromkeys(FLOWS, 0.0) | dict(pnl)
    explained = sum(part for part in parts.values() if part is not None)
    metrics = return_figures(counted, periods_per_year, risk_free_rate) | {
        "points": points,
        "percent": percent,
        "synthetic": False,
        **asdict(statistics.win_loss(counted, np.ones(len(counted), dtype=bool))),
        "switches": None,
        "switches_per_year": None,
        "ruined_on": None,
        "ex_dividend": {"long": paid_on, "short": 0, "flat": 0},
        "pnl": {**parts, "total": total, "residual": total - explained},
    }
    return _ordered(metrics)


def _ordered(metrics: dict[str, Any]) -> dict[str, Any]:
    return {key: metrics[key] for key in ORDER}
