"""Winning and losing periods: how often, by how much, and how many in a row."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ....feeds.arrays import Bools, Floats
from .cells import Group, number, percent, percentages, whole
from .moments import quantile, shortfall, tail_ratio, value_at_risk
from .sample import Sample, mean_where, no_zeros


def average_rows(sample: Sample) -> Group:
    """Return the rows of average wins and losses."""
    values = sample.values
    return [
        percent("Avg. Return", mean_where(values, values != 0.0)),
        percent("Avg. Win", mean_where(values, values > 0.0)),
        percent("Avg. Loss", mean_where(values, values < 0.0)),
        number("Win/Loss Ratio", payoff(values)),
        number("Profit Ratio", map(profit_ratio, values)),
    ]


def expected_rows(sample: Sample) -> Group:
    """Return the rows of mean returns, of the Kelly bet and of the normal law's losses."""
    values, wins, ratio = sample.values, win_rate(sample.values), no_zeros(payoff(sample.values))
    mean, deviation = sample.mean, sample.deviation
    return [
        percent("Expected Daily", expected(values)),
        percent("Expected Monthly", expected(sample.compounded("month"))),
        percent("Expected Yearly", expected(sample.compounded("year"))),
        percent("Kelly Criterion", (ratio * wins - (1.0 - wins)) / ratio),
        # quantstats prints the fraction itself as a percentage.
        percentages("Risk of Ruin", ((1.0 - wins) / (1.0 + wins)) ** sample.count),
        percent("Daily Value-at-Risk", -np.abs(value_at_risk(mean, deviation))),
        percent("Expected Shortfall (cVaR)", -np.abs(shortfall(mean, deviation))),
    ]


def streak_rows(sample: Sample) -> Group:
    """Return the rows of wins and losses in a row, and of gains over losses."""
    frame = pd.DataFrame(sample.values.T, index=sample.dates)
    # pandas sums with compensation: months that cancel out must come to exactly zero here too.
    by_day, by_month = frame.resample("D").sum(), frame.resample("ME").sum()
    return [
        whole("Max Consecutive Wins", map(longest_run, sample.values > 0.0)),
        whole("Max Consecutive Losses", map(longest_run, sample.values < 0.0)),
        number("Gain/Pain Ratio", gain_to_pain(by_day.to_numpy().T)),
        number("Gain/Pain (1M)", gain_to_pain(by_month.to_numpy().T)),
    ]


def quality_rows(sample: Sample) -> Group:
    """Return the rows of factors of profit and of outliers."""
    values = sample.values
    factor = profit_factor(values)
    wins, losses = mean_where(values, values >= 0.0), mean_where(values, values < 0.0)
    return [
        number("Payoff Ratio", payoff(values)),
        number("Profit Factor", factor),
        number("Common Sense Ratio", factor * tail_ratio(values)),
        number("CPC Index", factor * win_rate(values) * payoff(values)),
        number("Tail Ratio", tail_ratio(values)),
        number("Outlier Win Ratio", quantile(values, 0.99) / no_zeros(wins)),
        number("Outlier Loss Ratio", quantile(values, 0.01) / no_zeros(losses)),
    ]


def extreme_rows(sample: Sample) -> Group:
    """Return the rows of best and worst periods."""
    periods = {"Day": sample.values, "Month": sample.compounded("month")}
    periods["Year"] = sample.compounded("year")
    return [
        percent(f"{which} {name}", values.max(axis=1) if which == "Best" else values.min(axis=1))
        for name, values in periods.items()
        for which in ("Best", "Worst")
    ]


def win_rows(sample: Sample) -> Group:
    """Return the rows of average months and of the shares of periods won."""
    months = sample.compounded("month")
    return [
        percent("Avg. Up Month", mean_where(months, months > 0.0)),
        percent("Avg. Down Month", mean_where(months, months < 0.0)),
        percent("Win Days", win_rate(sample.values)),
        percent("Win Month", win_rate(months)),
        percent("Win Quarter", win_rate(sample.compounded("quarter"))),
        percent("Win Year", win_rate(sample.compounded("year"))),
    ]


def time_in_market(values: Floats) -> Floats:
    """Return the share of periods with a return, rounded up to a whole percent."""
    return np.array([math.ceil(np.count_nonzero(row) / row.size * 100) / 100 for row in values])


def win_rate(values: Floats) -> Floats:
    """Return the share of wins among the periods that are not zero; 0.0 without any."""
    decided = np.count_nonzero(values, axis=1)
    return np.asarray(np.count_nonzero(values > 0.0, axis=1) / np.maximum(decided, 1))


def payoff(values: Floats) -> Floats:
    """Return the average win over the size of the average loss; NaN without either."""
    return mean_where(values, values > 0.0) / np.abs(mean_where(values, values < 0.0))


def profit_ratio(values: Floats) -> float:
    """Return the average win by the number of wins, over the same of losses; zero is a win."""
    wins, losses = values[values >= 0.0], values[values < 0.0]
    if not wins.size:
        return 0.0
    if not losses.size:
        return math.nan
    return abs(float(wins.mean()) / wins.size) / abs(float(losses.mean()) / losses.size)


def profit_factor(values: Floats) -> Floats:
    """Return the sum of wins over the size of that of losses; 0.0 without a loss."""
    wins = np.maximum(values, 0.0).sum(axis=1)
    losses = np.abs(np.minimum(values, 0.0).sum(axis=1))
    return np.where(losses == 0.0, 0.0, wins / no_zeros(losses))


def expected(values: Floats) -> Floats:
    """Return the geometric mean of each row."""
    growth = (1.0 + values).prod(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.power(growth, np.full(growth.shape, 1 / values.shape[1])) - 1.0)


def gain_to_pain(values: Floats) -> Floats:
    """Return the sum of each row over the size of the sum of its losses; NaN without a loss."""
    losses = np.abs(np.minimum(values, 0.0).sum(axis=1))
    return np.asarray(values.sum(axis=1) / no_zeros(losses))


def longest_run(hit: Bools) -> int:
    """Return the length of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], hit, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
