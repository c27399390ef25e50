"""The returns of a table and the series that its figures are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ....feeds.arrays import Bools, Floats

UNITS = {"month": 12, "quarter": 4, "year": 1}
"""Calendar periods over which returns are compounded, and how many of them make a year."""


@dataclass(frozen=True)
class Sample:
    """Returns of a strategy and perhaps a benchmark, with what is derived from them.

    Sums are taken in the order that quantstats takes them in, so that a figure halfway between two
    printed ones is rounded to the same side.

    Attributes
    ----------
    dates : DatetimeIndex of shape (n_periods,)
        Days without a time zone, oldest first, each once.
    values : ndarray of shape (n_series, n_periods)
        Simple returns without NaN: the strategy's and, if there is one, the benchmark's.
    periods_per_year : int
        252 or 365 for days, 52 for weeks, 12 for months.
    risk_free_rate : float
        Fraction per year.
    """

    dates: pd.DatetimeIndex
    values: Floats
    periods_per_year: int
    risk_free_rate: float

    @property
    def count(self) -> int:
        """Number of returns of one series."""
        return int(self.values.shape[1])

    @cached_property
    def mean(self) -> Floats:
        """Mean return of each series."""
        return np.asarray(self.values.mean(axis=1))

    @cached_property
    def deviation(self) -> Floats:
        """Standard deviation of each series' returns (``ddof=1``)."""
        return np.asarray(self.values.std(axis=1, ddof=1))

    @cached_property
    def excess(self) -> Floats:
        """Returns over the risk-free rate of one period; a negative rate counts as zero."""
        if not self.risk_free_rate > 0.0:
            return self.values
        rate = np.power(1.0 + self.risk_free_rate, 1.0 / self.periods_per_year) - 1.0
        return np.asarray(self.values - rate)

    @cached_property
    def drawdown(self) -> Floats:
        """Fraction by which wealth is below its highest value so far, the start included."""
        # The detour decides which days are exactly at the top.
        wealth = 1.0 + (np.cumprod(self.values + 1.0, axis=1) - 1.0)
        top = np.maximum(np.maximum.accumulate(wealth, axis=1), 1.0)
        return np.asarray(wealth / top - 1.0)

    @cached_property
    def deepest(self) -> Floats:
        """The deepest drawdown of each series, as a positive fraction."""
        return np.asarray(np.abs(np.minimum(self.drawdown.min(axis=1), 0.0)))

    def compounded(self, unit: str) -> Floats:
        """Return the compounded returns of calendar periods, oldest first.

        Parameters
        ----------
        unit : {"month", "quarter", "year"}
            A period without a return is left out; the first and the last may be partial.

        Returns
        -------
        ndarray of shape (n_series, n_calendar_periods)
        """
        return self._by_calendar[unit]

    @cached_property
    def _by_calendar(self) -> dict[str, Floats]:
        months = 12 * self.dates.year.to_numpy() + self.dates.month.to_numpy() - 1
        growth = 1.0 + self.values
        found = {}
        for unit, per_year in UNITS.items():
            period = months // (12 // per_year)
            starts = np.flatnonzero(np.concatenate(([True], period[1:] != period[:-1])))
            found[unit] = np.multiply.reduceat(growth, starts, axis=1) - 1.0
        return found

    def since(self, first: pd.Timestamp) -> Floats:
        """Return the returns on and after a day, all series."""
        return self.values[:, int(self.dates.searchsorted(first)) :]


def mean_where(values: Floats, chosen: Bools) -> Floats:
    """Return the mean of each row's chosen values; NaN for a row without any."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(chosen, values, 0.0).sum(axis=1) / chosen.sum(axis=1))


def no_zeros(values: Floats) -> Floats:
    """Return the values with NaN in place of zeros, to divide by."""
    return np.where(values == 0.0, np.nan, values)
