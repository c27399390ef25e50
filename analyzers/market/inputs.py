"""Checks of dates, prices, dividends, positions and yearly figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ...feeds.arrays import Floats


def checked_dates(dates: ArrayLike | pd.Index) -> pd.DatetimeIndex:
    """Return dates as an index named ``date``.

    Parameters
    ----------
    dates : array_like of datetime64, shape (n_bars,)
        Oldest first, each once, without a time zone.

    Raises
    ------
    ValueError
        For no dates, numbers instead of dates, another shape, a missing date, a time zone, or
        dates twice or out of order.
    """
    values = dates if isinstance(dates, pd.Index | pd.Series) else np.asarray(dates)
    if values.ndim != 1:
        raise ValueError(f"dates must be one-dimensional, got shape {values.shape}")
    if not len(values):
        raise ValueError("dates must not be empty")
    if values.dtype.kind in "biufc":
        raise ValueError(f"dates must be dates, got numbers ({values.dtype})")
    index = pd.DatetimeIndex(values, name="date")
    if index.tz is not None:
        raise ValueError(
            f"dates must have no time zone, got {index.tz}: take the local date of each session"
        )
    if index.hasnans:
        raise ValueError(
            f"dates must be known, got a missing one at index {_first(np.asarray(index.isna()))}"
        )
    late = np.asarray(index[1:] <= index[:-1])
    if late.any():
        row = _first(late) + 1
        raise ValueError(
            f"dates must be oldest first and each once, got {index[row].date()} after "
            f"{index[row - 1].date()} at index {row}"
        )
    return index


def checked_prices(name: str, prices: ArrayLike, n_bars: int | None = None) -> Floats:
    """Return prices as floats; raise ValueError for one that is missing or not above 0."""
    values = checked_values(name, prices, n_bars)
    _refuse(name, values, values <= 0.0, "above 0")
    return values


def checked_dividends(name: str, dividends: ArrayLike, n_bars: int) -> Floats:
    """Return dividends as floats; raise ValueError for one that is missing or negative."""
    values = checked_values(name, dividends, n_bars)
    _refuse(name, values, values < 0.0, "0 or more")
    return values


def checked_values(name: str, values: ArrayLike, n_bars: int | None = None) -> Floats:
    """Return values as floats.

    Parameters
    ----------
    name : str
        What a message calls them.
    values : array_like of float, shape (n_bars,)
        One a bar, oldest first.
    n_bars : int or None
        How many there must be; None takes any number but zero.

    Raises
    ------
    ValueError
        For another shape, no values, or one that is NaN or infinite, with its index.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {array.shape}")
    if n_bars is None and not array.size:
        raise ValueError(f"{name} must not be empty")
    if n_bars is not None and array.size != n_bars:
        raise ValueError(f"{name} must have one value a bar, {n_bars}, got {array.size}")
    _refuse(name, array, ~np.isfinite(array), "finite")
    return array


def checked_years(name: str, by_year: pd.Series) -> pd.Series:
    """Return figures by year as floats in order of the years.

    Parameters
    ----------
    name : str
        What a message calls them.
    by_year : Series
        One finite figure a year; the index holds whole numbers, each once.

    Raises
    ------
    ValueError
        For anything but a Series, an index of other things than years, a year twice, or a figure
        that is NaN or infinite, with its year.
    """
    if not isinstance(by_year, pd.Series):
        raise ValueError(f"{name} must be a Series by year, got {type(by_year).__name__}")
    if by_year.size and by_year.index.dtype.kind not in "iu":
        raise ValueError(f"{name} must have whole years as its index, got {by_year.index.dtype}")
    if by_year.index.has_duplicates:
        raise ValueError(
            f"{name} has the year {by_year.index[by_year.index.duplicated()][0]} twice"
        )
    figures = by_year.astype(np.float64)
    for year in figures.index[~np.isfinite(figures)]:
        raise ValueError(f"{name} must be finite, got {figures[year]} in {year}")
    return figures.sort_index()


def _refuse(name: str, values: Floats, bad: NDArray[np.bool_], wanted: str) -> None:
    if bad.any():
        row = _first(bad)
        raise ValueError(f"{name} must be {wanted}, got {values[row]} at index {row}")


def _first(mask: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(mask)[0])
