"""The table of quantstats' full report, computed without quantstats.

Its figures follow quantstats' own definitions, the odd ones too (see `deviations`), and its cells
are printed as quantstats prints them. Nothing that draws or fetches is imported.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...runs.labels.units import unit_of
from .against import market_rows, similarity_rows
from .cells import Group, number, percent
from .depth import average_days, deepest_groups, none_at_all, ulcer_performance, ulcer_rows
from .depth import average_rows as average_drawdown_rows
from .deviations import of_single_returns
from .episodes import episodes
from .gains import (
    average_rows,
    expected_rows,
    extreme_rows,
    quality_rows,
    streak_rows,
    time_in_market,
    win_rows,
)
from .growth import annual, growth_rows, recent_rows
from .moments import kurtosis, skewness
from .ratios import ratio_rows
from .reportable import reportable
from .sample import Sample, no_zeros


def quantstats_table(
    returns: pd.Series,
    benchmark: pd.Series | None,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
) -> list[Group]:
    """Return the figures that quantstats' full report prints, to the character.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns, oldest first, for which `why_no_body` returns None.
    benchmark : Series of float or None
        The benchmark's returns on the same dates; left out where `reportable` leaves it out.
    periods_per_year : int
        252 for exchange days, 365 for calendar days, 52 for weeks, 12 for months.
    risk_free_rate : float
        Fraction per year.

    Returns
    -------
    list of list of tuple of str
        Groups of rows: the name, the strategy's cell and, with a benchmark, the benchmark's. A
        figure that does not exist is "-". Rows about single returns are named by the unit of a bar.

    Raises
    ------
    ValueError
        As for `reportable`.
    """
    strategy, market = reportable(returns, benchmark)
    columns = [strategy] if market is None else [strategy, market]
    sample = Sample(
        dates=pd.DatetimeIndex(strategy.index),
        values=np.array([column.to_numpy() for column in columns]),
        periods_per_year=periods_per_year,
        risk_free_rate=risk_free_rate,
    )
    found = [episodes(sample.dates, drawdown) for drawdown in sample.drawdown]
    *before, deepest = deepest_groups(sample, found)
    groups = [
        heading_rows(sample),
        growth_rows(sample),
        ratio_rows(sample),
        *before,
        [*deepest, *risk_rows(sample)],
        average_rows(sample),
        expected_rows(sample),
        streak_rows(sample),
        quality_rows(sample),
        recent_rows(sample),
        extreme_rows(sample),
        [*average_drawdown_rows(found), *ulcer_rows(sample)],
        win_rows(sample),
        *([] if market is None else [market_rows(sample)]),
    ]
    if none_at_all(found):
        groups[-1].append(average_days(found))  # where quantstats puts it then
    return of_single_returns(groups, unit_of(periods_per_year))


def heading_rows(sample: Sample) -> Group:
    """Return the rows of what was measured."""
    return [
        percent("Risk-Free Rate", [sample.risk_free_rate] * len(sample.values)),
        percent("Time in Market", time_in_market(sample.values)),
    ]


def risk_rows(sample: Sample) -> Group:
    """Return the rows from volatility to the mean return over it."""
    values, excess = sample.values, sample.excess
    return [
        percent("Volatility (ann.)", sample.deviation * np.sqrt(sample.periods_per_year)),
        *(similarity_rows(sample) if len(values) > 1 else []),
        number("Calmar", annual(values, sample.periods_per_year) / no_zeros(sample.deepest)),
        number("Skew", skewness(values)),
        number("Kurtosis", kurtosis(values)),
        number("Ulcer Performance Index", ulcer_performance(sample)),
        # 252 whatever the returns are: quantstats hands the periods of a year to no one here
        percent("Risk-Adjusted Return", annual(excess, 252) / time_in_market(excess)),
        number("Risk-Return Ratio", sample.mean / no_zeros(sample.deviation)),
    ]
