"""Figures of round trips: how many were won, by how much, and how long they were held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOMENTS = ("open", "during", "close", "settled")
"""Moments of a day's fills, in their order."""

_READ = ("side", "net", "return", "bars", "days", "mae", "mfe", "exit_date", "exit_moment")


AMOUNTS = (
    "average_win", "median_win", "average_loss", "median_loss", "expectancy", "best", "worst",
)  # fmt: skip
"""Figures in account currency; each has a twin, with ``_return`` behind its name."""


def trade_figures(
    trips: pd.DataFrame, fills: Iterable[Any], daily: pd.DataFrame, periods_per_year: int
) -> dict[str, Any]:
    """Return the figures of a run's round trips.

    Parameters
    ----------
    trips : DataFrame
        As `round_trips` returns them.
    fills : iterable of Fill
        The ledger's fills.
    daily : DataFrame
        Columns equity and invested, as `daily_account` returns them.
    periods_per_year : int
        Days of the account in a year.

    Returns
    -------
    dict
        Python numbers; None for a figure that does not exist. A row with net > 0 is a win, one with
        net < 0 a loss, one with 0 neither. Open rows count in ``open`` alone.

        - ``count``, ``open``, ``long``, ``short``: closed rows, open rows, closed rows by side;
        - ``positions``, ``positions_win_rate``: closed positions, from flat to flat or to the flip,
          and the share of them whose rows sum to a win;
        - ``win_rate``: wins over all closed rows;
        - ``average_win``, ``median_win``, ``average_loss``, ``median_loss``, ``expectancy`` (the
          mean of all), ``best``, ``worst``: net profit in account currency; each with
          ``_return`` behind its name as a fraction of the entry's value;
        - ``payoff``: average win over average loss; ``profit_factor``: sum of wins over sum of
          losses, both in account currency;
        - ``average_bars``, ``median_bars``, ``average_days``, ``median_days``: time held;
        - ``longest_losing_streak``: most losses in a row, in the order of the exits;
        - ``exposure``: share of days with a position; ``turnover``: value bought and sold a year
          over the average equity;
        - ``average_mae``, ``average_mfe``, ``worst_mae``: excursions, fractions of the entry price.
    """
    is_open = trips["open"].to_numpy(dtype=bool)
    closed = {name: trips[name].to_numpy()[~is_open] for name in _READ}
    net = closed["net"]
    figures: dict[str, Any] = {
        "count": len(net),
        "open": int(is_open.sum()),
        "long": int((closed["side"] > 0).sum()),
        "short": int((closed["side"] < 0).sum()),
        **_positions(trips, is_open),
        "win_rate": _mean(net > 0),
        **_amounts(net, ""),
        **_amounts(closed["return"], "_return"),
    }
    won, lost = net[net > 0].sum(), -net[net < 0].sum()
    win, loss = figures["average_win"], figures["average_loss"]
    return figures | {
        "payoff": -win / loss if win is not None and loss is not None else None,
        "profit_factor": float(won / lost) if lost else None,
        "average_bars": _mean(closed["bars"]),
        "median_bars": _median(closed["bars"]),
        "average_days": _mean(closed["days"]),
        "median_days": _median(closed["days"]),
        "longest_losing_streak": _longest_losing_streak(closed),
        "exposure": _mean(daily["invested"].to_numpy()[1:]),
        "turnover": _turnover(fills, daily["equity"].to_numpy(dtype=float), periods_per_year),
        "average_mae": _mean(closed["mae"]),
        "average_mfe": _mean(closed["mfe"]),
        "worst_mae": _of(np.min, closed["mae"]),
    }


def _positions(trips: pd.DataFrame, is_open: NDArray[np.bool_]) -> dict[str, Any]:
    number = trips["position"].to_numpy()
    net = np.bincount(number, weights=trips["net"].to_numpy())
    rows, still_open = np.bincount(number), np.bincount(number, weights=is_open)
    closed = net[(rows > 0) & (still_open == 0)]
    return {"positions": len(closed), "positions_win_rate": _mean(closed > 0)}


def _amounts(values: Floats, ending: str) -> dict[str, float | None]:
    wins, losses = values[values > 0], values[values < 0]
    figures = (
        _mean(wins), _median(wins), _mean(losses), _median(losses),
        _mean(values), _of(np.max, values), _of(np.min, values),
    )  # fmt: skip
    return {name + ending: figure for name, figure in zip(AMOUNTS, figures, strict=True)}


def _longest_losing_streak(closed: Mapping[str, Any]) -> int:
    moments = [MOMENTS.index(moment) for moment in closed["exit_moment"]]
    longest = streak = 0
    for lost in (closed["net"] < 0)[np.lexsort((moments, closed["exit_date"]))]:
        streak = streak + 1 if lost else 0
        longest = max(longest, streak)
    return longest


def _turnover(fills: Iterable[Any], equity: Floats, periods_per_year: int) -> float | None:
    years = (len(equity) - 1) / periods_per_year
    average = float(equity.mean()) if len(equity) else 0.0
    if years <= 0 or average <= 0:
        return None
    return float(sum(abs(fill.size) * fill.price for fill in fills)) / years / average


def _mean(values: Any) -> float | None:
    return _of(np.mean, values)


def _median(values: Any) -> float | None:
    return _of(np.median, values)


def _of(figure: Any, values: Any) -> float | None:
    """Return a figure of an array; None for an empty array or one with NaN."""
    array = np.asarray(values, dtype=float)
    return float(figure(array)) if array.size and not np.isnan(array).any() else None
