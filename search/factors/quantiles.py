"""Quantiles of a factor: what each earned, and the top less the bottom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Bools, Floats, Rows
from ...strategies.sector.cross_section import average_ranks
from ...strategies.sector.skill import YEAR, in_force
from ..errors import SearchError
from .estimate import Estimate, mean_of_dates
from .labelled import Labelled

NONE = -1
"""Quantile of a name whose value is not known, or that is tied across the middle."""

FEWEST, MOST = 2, 20


class Quantiles(NamedTuple):
    """Residual returns of equally weighted quantiles, per year; the lowest values come first."""

    returns: list[Estimate]
    """One for each quantile."""
    spread: Estimate
    """Top less bottom."""
    rows: Rows
    """Sessions of the dates on which top and bottom have names, (s,)."""
    by_date: Floats
    """Top less bottom over the label's sessions, as fractions, (s,)."""
    monotonicity: float
    """Spearman's correlation of the quantiles' numbers and mean returns, in [-1, 1]; NaN where one
    has no return or all are equal."""


def quantile_of(values: Floats, quantiles: int) -> NDArray[np.int64]:
    """Return the quantile of each name on its date.

    Parameters
    ----------
    values : ndarray of shape (s, m)
        One cross-section along the last axis; NaN where not known.
    quantiles : int
        2 to 20.

    Returns
    -------
    ndarray of int, shape (s, m)
        0 for the lowest values to `quantiles` - 1; `NONE` where not known. Quantiles differ by at
        most one name, but for ties, which stay together: those across a border go to the quantile
        nearer the middle, those across the middle to none, so that the quantiles of ``-values`` are
        the same in reverse.

    Raises
    ------
    SearchError
        For a number of quantiles out of range.

    Notes
    -----
    alphalens cuts at interpolated quantiles of the values, ``pandas.qcut``. Where the number of
    names is no multiple of `quantiles`, that puts more names into some quantiles of ``values`` than
    into the same ones of ``-values``; else the two agree.
    """
    if not FEWEST <= quantiles <= MOST:
        raise SearchError(f"quantiles must be from {FEWEST} to {MOST}, got {quantiles}")
    known = ~np.isnan(values)
    ranks = np.where(known, average_ranks(values), 0.5)
    count = np.maximum(known.sum(axis=-1, keepdims=True), 1)
    # Twice the ranks are whole numbers, so that borders are met exactly.
    place, whole = (2.0 * ranks - 1.0) * quantiles, 2.0 * count
    below = np.floor_divide(place, whole).astype(np.int64)
    from_above = quantiles - 1 - np.floor_divide(whole * quantiles - place, whole).astype(np.int64)
    lower_half = 2.0 * place < whole * quantiles
    found = np.where(lower_half, below, from_above)
    return np.where(
        known & ((below == from_above) | (2.0 * place != whole * quantiles)), found, NONE
    )


def equal_weights(members: Bools) -> Floats:
    """Return equal weights that sum to 1 on each date, (s, m); 0 on a date without members."""
    weights: Floats = members / np.maximum(members.sum(axis=1, keepdims=True), 1)
    return weights


def quantile_returns(found: Labelled, quantiles: int = 5) -> Quantiles:
    """Return what equally weighted quantiles of a factor earned over the next sessions.

    Parameters
    ----------
    found : Labelled
        s dates, m names.
    quantiles : int
        2 to 20.

    Returns
    -------
    Quantiles
        Means over the dates on which the quantile has names, of the spread over those on which top
        and bottom have; each times 252 / horizon.

    Raises
    ------
    SearchError
        For a number of quantiles out of range.

    Notes
    -----
    A quantile's return over a label is the mean of its names' labels, hence a sum over sessions:
    its error is that of `mean_of_dates`. That is the return of a portfolio that starts a position
    at each date and holds it for `horizon` sessions (Jegadeesh and Titman's overlapping
    portfolios), before costs.

    References
    ----------
    Jegadeesh, N. and Titman, S. (1993). Returns to buying winners and selling losers. Journal of
    Finance 48(1), 65-91. alphalens: ``performance.mean_return_by_quantile`` and
    ``compute_mean_returns_spread``.
    """
    member = quantile_of(found.values, quantiles)
    weights = [equal_weights(member == number) for number in range(quantiles)]
    annual = YEAR / found.horizon
    filled = [np.any(each > 0.0, axis=1) for each in weights]
    means = [
        _earned(found, each, dates)[0].scaled(annual)
        for each, dates in zip(weights, filled, strict=True)
    ]
    both = filled[0] & filled[-1]
    spread, rows, by_date = _earned(found, weights[-1] - weights[0], both)
    return Quantiles(
        means, spread.scaled(annual), rows, by_date, _monotonicity([each.mean for each in means])
    )


def _earned(found: Labelled, weights: Floats, dates: Bools) -> tuple[Estimate, Rows, Floats]:
    """Return what weights (s, m) earned: the mean over dates, their sessions, and each date's."""
    some, held = found.on(dates), weights[dates]
    by_date = np.einsum("sm,sm->s", held, np.nan_to_num(some.label))
    if not by_date.size:
        return mean_of_dates(by_date, by_date, found.horizon), some.rows, by_date
    even = np.full(by_date.shape, by_date.mean() / found.horizon)
    by_session = np.einsum(
        "nm,nm->n", in_force(held, some.rows, found.horizon), some.returns
    ) - in_force(even, some.rows, found.horizon)
    return mean_of_dates(by_date, by_session, found.horizon), some.rows, by_date


def _monotonicity(means: list[float]) -> float:
    """Return Spearman's correlation of the means with their places."""
    values = np.array(means)
    if np.isnan(values).any() or (values == values[0]).all():
        return np.nan
    ranks = average_ranks(values[None, :])[0]
    return float(np.corrcoef(ranks, np.arange(len(means)))[0, 1])
