"""Figures of a strategy against its benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cells import NONE, Group, Row, number, percent
from .growth import total
from .sample import Sample


def similarity_rows(sample: Sample) -> Group:
    """Return the rows that stand among the risks, with the same figure in both columns."""
    strategy, benchmark = sample.values
    own, common, _, market = np.cov(strategy, benchmark, bias=True).flat
    correlation = min(1.0, max(-1.0, common / np.sqrt(own * market)))
    active = strategy - benchmark
    deviation = active.std(ddof=1)
    ratio = active.mean() / deviation if deviation != 0.0 else 0.0
    return [
        number("R²", [correlation**2] * 2),
        number("Information Ratio", [ratio] * 2),
    ]


def market_rows(sample: Sample) -> Group:
    """Return the rows of the strategy's beta, alpha, correlation and Treynor ratio."""
    strategy, benchmark = sample.values
    covariance = np.cov(strategy, benchmark)
    beta = covariance[0, 1] / covariance[1, 1]
    alpha = strategy.mean() - beta * benchmark.mean()
    correlation = pd.Series(benchmark).corr(pd.Series(strategy))
    rows = [
        number("Beta", [beta]),
        number("Alpha", [alpha * sample.periods_per_year]),
        percent("Correlation", [correlation]),
        _treynor(sample, beta),
    ]
    return [(*row, NONE) for row in rows]


def _treynor(sample: Sample, beta: float) -> Row:
    """Return the total return of all years over the risk-free rate of one, by beta."""
    if beta == 0.0:
        return ("Treynor Ratio", "0%")
    gained = total(sample.values[:1]) - sample.risk_free_rate
    return percent("Treynor Ratio", gained / beta)
