"""Reward for risk: ratios of excess returns to what they varied."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from ....feeds.arrays import Floats
from .cells import Group, number, percent
from .moments import kurtosis, skewness
from .sample import Sample, no_zeros


def ratio_rows(sample: Sample) -> Group:
    """Return the rows from the Sharpe ratio to Omega."""
    excess, scale = sample.excess, math.sqrt(sample.periods_per_year)
    mean, penalty = excess.mean(axis=1), autocorrelation_penalty(excess[0])
    deviation = excess.std(axis=1, ddof=1)
    downside = np.sqrt((np.minimum(excess, 0.0) ** 2).sum(axis=1) / sample.count)
    sortino = mean / no_zeros(downside) * scale
    smart_sortino = mean / no_zeros(downside * penalty) * scale
    return [
        number("Sharpe", mean / deviation * scale),
        percent("Prob. Sharpe Ratio", probability_above_zero(sample, mean / deviation)),
        number("Smart Sharpe", mean / (deviation * penalty) * scale),
        number("Sortino", sortino),
        number("Smart Sortino", smart_sortino),
        number("Sortino/√2", sortino / math.sqrt(2)),
        number("Smart Sortino/√2", smart_sortino / math.sqrt(2)),
        number("Omega", map(omega, excess)),
    ]


def autocorrelation_penalty(returns: Floats) -> float:
    """Return the factor of risk that one lag's autocorrelation explains, at least 1.

    quantstats takes the strategy's factor for the benchmark too.
    """
    count = returns.size
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = abs(np.corrcoef(returns[:-1], returns[1:])[0, 1])
    if math.isnan(correlation):  # all returns but the first or the last are equal
        return 1.0
    lags = np.arange(1, count)
    weights = (count - lags) / count * correlation**lags
    return float(np.sqrt(1.0 + 2.0 * np.sum(weights)))


def probability_above_zero(sample: Sample, ratio: Floats) -> list[float]:
    """Return the probability that each true Sharpe ratio of one period is above zero.

    The error of the ratio allows for skewness and kurtosis, those of the returns themselves.
    """
    skew, tails = skewness(sample.values), kurtosis(sample.values) + 3.0
    bracket = 1.0 - skew * ratio + (tails - 1.0) / 4.0 * ratio**2
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = ratio / np.sqrt(bracket / (sample.count - 1))
    return [math.nan if math.isnan(score) else NormalDist().cdf(score) for score in scores]


def omega(excess: Floats) -> float:
    """Return the sum of positive excess returns over that of negative ones; NaN without these."""
    losses = -float(excess[excess < 0.0].sum())
    return float(excess[excess > 0.0].sum()) / losses if losses > 0.0 else math.nan
