"""How much a factor's portfolios trade, and the cost of a trade that eats what they earn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats, Rows
from ...strategies.sector.score import z_scores
from ...strategies.sector.skill import YEAR, rank_ic
from .quantiles import equal_weights, quantile_of

BASIS_POINT = 1e-4


class Turnover(NamedTuple):
    """Trades of portfolios that are set to their weights every `gap` sessions.

    Means over pairs of dates; NaN where no date has a second one `gap` sessions later. Weights are
    compared as they are set, without what prices move in between.
    """

    gap: int
    """Sessions between two rebalances."""
    n_pairs: int
    top: float
    """Part of the top quantile that is replaced at a rebalance, one-way, in [0, 1]."""
    top_per_year: float
    weighted: float
    """The same of the portfolio that holds each name in proportion to its loading, in [0, 1]."""
    weighted_per_year: float
    traded: float
    """Value of the orders a year, bought and sold, of long the top and short the bottom quantile,
    each worth 1."""
    rank_autocorrelation: float
    """Mean rank correlation of the factor with itself `gap` sessions before."""


def turnover(values: Floats, rows: Rows, horizon: int, quantiles: int = 5) -> Turnover:
    """Return what a factor's portfolios trade when they are rebalanced once a horizon.

    Parameters
    ----------
    values : ndarray of shape (s, m)
        The factor at each of `rows`; NaN where not known. A name that is no longer known is sold.
    rows : ndarray of int, shape (s,)
        Sessions, increasing in equal steps.
    horizon : int
        Sessions; the next multiple of the step between rows is the gap.
    quantiles : int
        2 to 20.

    Returns
    -------
    Turnover

    References
    ----------
    alphalens: ``performance.quantile_turnover`` counts new names, which is the same for quantiles
    of constant size; ``performance.factor_rank_autocorrelation``.
    """
    step = int(np.diff(rows).min()) if rows.size > 1 else 1
    gap = -(-horizon // step) * step
    later = np.searchsorted(rows, rows + gap)
    pairs = np.asarray(later < rows.size)
    pairs[pairs] = rows[later[pairs]] == rows[pairs] + gap
    filled = np.any(~np.isnan(values), axis=1)
    pairs[pairs] &= filled[pairs] & filled[later[pairs]]
    before, after = np.flatnonzero(pairs), later[pairs]
    if not before.size:
        return Turnover(gap, 0, *[np.nan] * 6)
    member = quantile_of(values, quantiles)
    top, bottom = (equal_weights(member == number) for number in (quantiles - 1, 0))
    rebalances = YEAR / gap
    replaced = _replaced(top, before, after)
    weighted = _replaced(np.nan_to_num(z_scores(values)), before, after)
    traded = np.abs((top - bottom)[after] - (top - bottom)[before]).sum(axis=1).mean() * rebalances
    return Turnover(
        gap,
        before.size,
        replaced,
        replaced * rebalances,
        weighted,
        weighted * rebalances,
        float(traded),
        _mean_known(rank_ic(values[before], values[after])),
    )


def break_even_bp(spread_per_year: float, traded_per_year: float) -> float:
    """Return the cost of a trade, in basis points of its value, at which nothing is left.

    Parameters
    ----------
    spread_per_year : float
        What the top earned over the bottom, as a fraction a year.
    traded_per_year : float
        Value of all orders a year, in the units of one side.

    Returns
    -------
    float
        Per order, one way. NaN for a spread that is not above 0, of which costs leave nothing;
        infinite where nothing is traded.
    """
    if not spread_per_year > 0.0:
        return np.nan
    if traded_per_year == 0.0:
        return np.inf
    return spread_per_year / traded_per_year / BASIS_POINT


def net_of_costs(spread_per_year: float, traded_per_year: float, cost_bps: float) -> float:
    """Return what is left of a spread a year when each order costs so many basis points."""
    return spread_per_year - traded_per_year * cost_bps * BASIS_POINT


def _replaced(weights: Floats, before: Rows, after: Rows) -> float:
    """Return the mean share of portfolios that is replaced, of gross weights 1, in [0, 1]."""
    gross = np.abs(weights).sum(axis=1, keepdims=True)
    held = np.divide(weights, gross, out=np.zeros(weights.shape), where=gross > 0.0)
    return float(np.abs(held[after] - held[before]).sum(axis=1).mean() / 2.0)


def _mean_known(x: Floats) -> float:
    known = x[~np.isnan(x)]
    return float(known.mean()) if known.size else np.nan
