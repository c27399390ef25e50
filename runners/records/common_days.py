"""The days that compared runs have in common, and what their returns came to over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ...analyzers.return_figures import return_figures
from ...feeds.calendars import periods_per_year
from .record import Record

GAINS = ("return", "benchmark_return", "percent", "points")
"""Columns of the table of days that hold what a day gained."""

ENOUGH = 0.9
"""Least part of every run's days that the days in common must be, for runs to be cut to them."""


def cut_to_common(dailies: Sequence[pd.DataFrame]) -> list[pd.DataFrame] | None:
    """Return the days of runs from the last of their first days to the first of their last days.

    Parameters
    ----------
    dailies : sequence of DataFrame
        One row per day, oldest first; the first row is the day on which the account opened.

    Returns
    -------
    list of DataFrame or None
        None where nothing is to be cut, or where so little is in common, or on days so different,
        that a cut would leave out a tenth of a run or more.
    """
    first = max(daily.index[0] for daily in dailies)
    last = min(daily.index[-1] for daily in dailies)
    cut = [_opened(daily.loc[first:last]) for daily in dailies]
    if all(len(part) == len(daily) for part, daily in zip(cut, dailies, strict=True)):
        return None
    least = [max(ENOUGH * len(daily), 3) for daily in dailies]
    if any(len(part) < few for part, few in zip(cut, least, strict=True)):
        return None
    ends = {(part.index[0], part.index[-1]) for part in cut}
    return cut if len(ends) == 1 else None


def _opened(daily: pd.DataFrame) -> pd.DataFrame:
    """Return days whose first opens the account: what was gained on it does not count."""
    gains = [name for name in GAINS if name in daily]
    daily = daily.copy()
    daily.loc[daily.index[:1], gains] = float("nan")
    return daily


def figures_of(record: Record, returns: pd.Series) -> dict[str, Any]:
    """Return the figures that follow from daily returns alone.

    Parameters
    ----------
    record : Record
        The run, for its calendar and its risk-free rate.
    returns : Series
        Simple daily returns, oldest first; the first, of the opening day, does not count.
    """
    data: Mapping[str, Any] = record.plain["data"][0] if record.plain["data"] else {}
    periods = periods_per_year(data.get("calendar", "XNYS"), data.get("frequency", "day"))
    rate = float(record.plain["settings"].get("risk_free_rate") or 0.0)
    return return_figures(returns.to_numpy(dtype=float)[1:], periods, rate)


def caution_of_cut(
    keys: Sequence[str], dailies: Sequence[pd.DataFrame], cut: Sequence[pd.DataFrame]
) -> tuple[str, str]:
    """Return what to know of runs that were cut to their days in common: a heading and words."""
    days = cut[0].index
    left = [
        f"{key} without {lost} of its {len(daily) - 1:,} bars"
        for key, daily, part in zip(keys, dailies, cut, strict=True)
        if (lost := len(daily) - len(part))
    ]
    return (
        "Cut to the common days",
        f"{days[1].date()} to {days[-1].date()}: {', '.join(left)}. Curves and the figures of "
        "growth and risk are of these days; those of days, trades and profit are of each run's own "
        "window, and no best of them is marked where they grow with it.",
    )
