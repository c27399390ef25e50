"""How often sides were reversed each year, what that costs, and whether it follows movement."""

from __future__ import annotations

from collections.abc import Collection
from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..statistics import standard_deviation
from .inputs import checked_dates, checked_values, checked_years


def switches_by_year(dates: ArrayLike | pd.Index, sides: ArrayLike) -> pd.Series:
    """Return the number of reversals from long to short or back in each year.

    A pause between the two does not hide a reversal; leaving the market and coming back on the same
    side is none, nor is the first entry: the rule of `btplaybook.analyzers.switches`.

    Parameters
    ----------
    dates : array_like of datetime64, shape (n_bars,)
        Oldest first, each once.
    sides : array_like of float, shape (n_bars,)
        The side in force after each bar: above 0 long, below 0 short, 0 flat.

    Returns
    -------
    Series of int
        Named ``switches``, index ``year``: every year with a bar, 0 where there is no switch.

    Raises
    ------
    ValueError
        For no bars, different lengths, dates out of order, or a side that is missing.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Number of
    Transitions (Trades)", Graph 11.
    """
    index = checked_dates(dates)
    signs = np.sign(checked_values("sides", sides, len(index)))
    taken = np.flatnonzero(signs)
    switched = np.zeros(len(index), dtype=np.int64)
    switched[taken[1:]] = signs[taken[1:]] != signs[taken[:-1]]
    years = index.year.astype(np.int64).rename("year")
    return pd.Series(switched, index=index, name="switches").groupby(years).sum()


def correlation_with_movement(
    switches: pd.Series, movement: pd.Series, years: Collection[int]
) -> float | None:
    """Return the correlation of yearly switches with the yearly movement of the market.

    Parameters
    ----------
    switches : Series
        By year, as `switches_by_year` returns it.
    movement : Series
        By year, one column of `yearly_movement`: ``movement["percent", "total"]``.
    years : collection of int
        The full calendar years, as `full_years` tells them; a year that either series lacks does
        not count.

    Returns
    -------
    float or None
        Pearson's, in [-1, 1]; None for fewer than three years or a series that does not vary.

    Raises
    ------
    ValueError
        For a series with a year twice, or a figure that is missing.
    """
    by_year = checked_years("switches", switches), checked_years("movement", movement)
    common = sorted(set(years) & set(by_year[0].index) & set(by_year[1].index))
    if len(common) < 3:
        return None
    first, second = (series.loc[common].to_numpy() for series in by_year)
    if 0.0 in (standard_deviation(first), standard_deviation(second)):
        return None
    first, second = first - first.mean(), second - second.mean()
    pearson = float(first @ second / np.sqrt((first @ first) * (second @ second)))
    return min(1.0, max(-1.0, pearson))


@overload
def commission_per_share(switches: int, per_share: float) -> float: ...


@overload
def commission_per_share(switches: pd.Series, per_share: float) -> pd.Series: ...


def commission_per_share(switches: int | pd.Series, per_share: float) -> float | pd.Series:
    """Return what reversals cost for each share held.

    Parameters
    ----------
    switches : int or Series
        Reversals, >= 0, as one number or by year. Entries and exits that reverse nothing trade one
        share and are not in it.
    per_share : float
        Commission for a share traded, >= 0, in account currency.

    Returns
    -------
    float or Series
        ``2 * per_share * switches``: a reversal trades two shares for each that is held.

    Raises
    ------
    ValueError
        For a negative or missing number.
    """
    counted = np.asarray(switches, dtype=np.float64)
    if not np.all(counted >= 0.0):
        raise ValueError(f"switches must be >= 0, got {counted[~(counted >= 0.0)][0]:g}")
    if not 0.0 <= per_share < float("inf"):
        raise ValueError(f"per_share must be >= 0 and finite, got {per_share}")
    return 2.0 * per_share * switches
