"""How bearish the best sets are by different objectives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....feeds.arrays import Floats
from ....search.kernels.pivot.best import drawn_lines
from ....search.kernels.pivot.bit_lanes import SWITCHES
from ....search.kernels.pivot.line_sums import LineSums, layout_of
from ....search.kernels.pivot.scores import Forces
from ....search.kernels.pivot.space import PivotSpace
from .spans import Span

N_LINES = 1000
"""Score lines drawn at random, each with all thresholds."""

TOP = 0.01
"""Share of the sets by each objective that is looked at."""

OBJECTIVES = {
    "points": "points",
    "percent": "daily returns",
    "years": "daily returns, every year alike",
}


class Bias(NamedTuple):
    """The best sets by one objective."""

    long: float
    """Share of days long less share of days short, mean of the best `TOP`."""
    gain: float
    """Sum of daily returns, the same mean."""
    switches: float
    """A year, the same mean."""
    best_long: float
    """The first two and the third of the one best set."""
    best_gain: float
    best_switches: float


def biases_of(span: Span, space: PivotSpace, seed: int) -> dict[str, Bias]:
    """Return the best sets of a random draw by each objective.

    Parameters
    ----------
    span : Span
        The days that count.
    space : PivotSpace
        Whose lines are drawn.
    seed : int
        Of the draw.
    """
    ones = np.ones(span.bars.close.size)
    kinds = np.vstack([span.points, span.returns, year_weights(span), ones])
    layout = layout_of(kinds, span.returns, span.first, [span.last])
    sums = LineSums(Forces(span.bars.close), layout, space)
    gains, counts, sets = [], [], []
    for line in drawn_lines(space, N_LINES, seed):
        found = sums(line)
        gains.append(found.gains[0].copy())
        counts.append(found.counts[0, SWITCHES].copy())
        sets.append(found.levels.n_sets)
    gain, switched, weight = (
        np.concatenate(gains, axis=1),
        np.concatenate(counts),
        np.concatenate(sets),
    )
    days, years = span.last - span.first, span.years
    biases = {}
    for row, key in enumerate(OBJECTIVES):
        order = np.argsort(-gain[row], kind="stable")
        reach = np.searchsorted(np.cumsum(weight[order]), TOP * weight.sum())
        top = order[: int(reach) + 1]
        long, gained, switches = (
            float(np.average(values[top], weights=weight[top]))
            for values in (gain[3], gain[1], switched)
        )
        biases[key] = Bias(
            long / days,
            gained,
            switches / years,
            best_long=float(gain[3, order[0]]) / days,
            best_gain=float(gain[1, order[0]]),
            best_switches=float(switched[order[0]]) / years,
        )
    return biases


def year_weights(span: Span) -> Floats:
    """Return daily returns scaled so that the movement of every year counts the same.

    Parameters
    ----------
    span : Span
        The days that count; a year of few days counts by their share of a year.

    Returns
    -------
    ndarray of shape (n_bars,)
        r_{t+1} times the mean daily movement of all years over that of its own year; the sum of
        sizes is that of the returns.
    """
    returns = span.returns
    years = np.append(span.bars.dates[1:], span.bars.dates[-1]).astype("datetime64[Y]")
    weights = np.zeros_like(returns)
    counted = slice(span.first, span.last)
    sizes = np.abs(returns)
    for year in np.unique(years[counted]):
        own = np.flatnonzero(years[counted] == year) + span.first
        if sizes[own].sum() > 0.0:
            weights[own] = returns[own] / sizes[own].mean()
    total = np.abs(weights).sum()
    return weights * (sizes[counted].sum() / total) if total > 0.0 else weights
