"""The pivots of a run: a table day by day, and how often there was one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

PLAUSIBLE = 5.0
"""Standard deviations of a day's price beyond which a pivot is of no use."""


def pivots_table(dates: Any, close: Any, days: Any) -> pd.DataFrame:
    """Return the pivots of each bar.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (n_bars,)
        Oldest first.
    close : ndarray of shape (n_bars,)
        Closing prices.
    days : object
        Arrays of at least n_bars entries, as `strategies.rules.pivot.PivotDays` has them.

    Returns
    -------
    DataFrame
        Indexed by date, oldest first. ``close``, ``trend`` and ``stretch`` (T and R of the close),
        ``score`` (S of the close), ``to_long`` and ``to_short`` (the pivots, price), ``move`` (a
        daily standard deviation, price), ``constant``, ``on_trend``, ``on_stretch`` (the
        strengths), ``slope`` (of S by price), ``no_pivot``. All but ``close``, ``trend``,
        ``stretch`` and ``score`` were known a bar before. NaN where something does not exist.
    """
    n = len(dates)
    constant, on_trend, on_stretch = days.strengths[:n].T
    return pd.DataFrame(
        {
            "close": np.asarray(close, dtype=float),
            "trend": days.trend[:n],
            "stretch": days.stretch[:n],
            "score": days.score[:n],
            "to_long": days.to_long[:n],
            "to_short": days.to_short[:n],
            "move": days.move[:n],
            "constant": constant,
            "on_trend": on_trend,
            "on_stretch": on_stretch,
            "slope": days.slope[:n],
            "no_pivot": days.no_pivot[:n],
        },
        index=pd.DatetimeIndex(dates, name="date"),
    )


def pivot_figures(table: pd.DataFrame) -> dict[str, Any]:
    """Return how often there was a pivot, on which side, and how near.

    Parameters
    ----------
    table : DataFrame
        From `pivots_table`, the days that count.

    Returns
    -------
    dict
        ``days``: those with averages and strengths, or without a pivot. ``days_without_pivot``.
        ``reversion_share``: of the days with a pivot, those on which a price above it is short.
        ``plausible_share``: of the same, those with a pivot within `PLAUSIBLE` daily standard
        deviations of the close. ``median_distance``: between the close and the nearer pivot, in
        daily standard deviations. ``strengths``: mean constant, trend and stretch. None for a
        figure without days.
    """
    none = table["no_pivot"].to_numpy(bool)
    known = table["to_long"].notna().to_numpy()
    some = table[known]
    figures: dict[str, Any] = {
        "days": int((none | known).sum()),
        "days_without_pivot": int(none.sum()),
        "reversion_share": None,
        "plausible_share": None,
        "median_distance": None,
        "strengths": None,
    }
    if not len(some):
        return figures
    away = some[["to_long", "to_short"]].sub(some["close"], axis=0).div(some["move"], axis=0).abs()
    nearest = away.min(axis=1)
    strengths = some[["constant", "on_trend", "on_stretch"]].mean()
    return figures | {
        "reversion_share": float((some["slope"] < 0.0).mean()),
        "plausible_share": float((nearest <= PLAUSIBLE).mean()),
        "median_distance": float(nearest.median()),
        "strengths": {
            "constant": float(strengths["constant"]),
            "trend": float(strengths["on_trend"]),
            "stretch": float(strengths["on_stretch"]),
        },
    }
