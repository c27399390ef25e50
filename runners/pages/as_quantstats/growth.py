"""Total returns and growth rates, of the whole time and of the time up to the last day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ....feeds.arrays import Floats
from .cells import Group, percent, thousands
from .sample import Sample


def growth_rows(sample: Sample) -> Group:
    """Return the rows of the whole time."""
    return [
        thousands("Cumulative Return", total(sample.values)),
        percent("CAGR", annual(sample.values, sample.periods_per_year)),
    ]


def recent_rows(sample: Sample) -> Group:
    """Return the rows of windows that end on the last day.

    A window longer than the data is the whole time.
    """
    last, per_year = sample.dates[-1], sample.periods_per_year
    month, year = last.replace(day=1), last.replace(day=1, month=1)
    totals = {
        "MTD": month,
        "3M": last - pd.DateOffset(months=3),
        "6M": last - pd.DateOffset(months=6),
        "YTD": year,
        "1Y": last - pd.DateOffset(years=1),
    }
    rates = {"3Y (ann.)": 35, "5Y (ann.)": 59, "10Y (ann.)": 119}
    return [
        *(percent(name, total(sample.since(first))) for name, first in totals.items()),
        *(
            percent(name, annual(sample.since(last - pd.DateOffset(months=months)), per_year))
            for name, months in rates.items()
        ),
        percent("All-time (ann.)", annual(sample.values, per_year)),
    ]


def total(values: Floats) -> Floats:
    """Return the compounded return of each row."""
    return np.asarray((1.0 + values).prod(axis=1) - 1.0)


def annual(values: Floats, periods_per_year: int) -> Floats:
    """Return the growth rate of each row per year; NaN for a row that lost more than everything."""
    wealth = total(values) + 1.0
    years = values.shape[1] / periods_per_year
    with np.errstate(over="ignore"):
        rate = np.power(np.abs(wealth), np.full(wealth.shape, 1.0 / years)) - 1.0
    return np.where(wealth < 0.0, np.nan, rate)
