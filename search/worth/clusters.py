"""How many different things a search tried: its sets in clusters of like returns."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...feeds.arrays import Floats
from ..errors import SearchError
from .series import checked_sets, deviations_of
from .sharpe import FEWEST_PERIODS

ALIKE = math.sqrt(0.5)
"""Correlation from which two sets count as one trial: half of their variance is shared."""


class Clusters(NamedTuple):
    """Number of clusters of a search's sets, by two linkages.

    Attributes
    ----------
    n_sets : int
        Sets whose returns vary; the others are like nothing and are left out.
    n_clustered : int
        Of these, how many were clustered: all, or a random sample. Of a sample say so: "41
        clusters among 2,000 sets, chosen at random from 5,600"; the rest may add more.
    average : int
        Clusters that are joined while their sets are alike on average.
    complete : int
        Clusters that are joined while every two of their sets are alike.
    """

    n_sets: int
    n_clustered: int
    average: int
    complete: int


def clusters(
    returns: Any, correlation: float = ALIKE, most: int = 2000, seed: int = 0
) -> Clusters | None:
    """Return how many clusters of like returns the sets of a search form.

    Hierarchical clustering of the distances ``sqrt((1 - rho) / 2)``, cut at the distance of a
    given correlation.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_sets)
        Per period, fractions, oldest first; best of distinct sets only.
    correlation : float
        From which sets are alike, in (-1, 1).
    most : int
        Sets that are clustered, >= 1; of more a random sample. 2,000 sets of 5,000 days take
        about a second and 150 MB beside the returns, 4,000 sets of 2,500 days three and 300 MB.
    seed : int
        Of the sample, >= 0.

    Returns
    -------
    Clusters or None
        None for fewer than three days, and where no set's returns vary.

    Raises
    ------
    SearchError
        For a NaN or an infinity, another shape, or a number outside its range.

    Notes
    -----
    The literature chooses the number of clusters by their silhouettes. For the sets of one search,
    which pass into each other without gaps, that number says little: it is 2 for 299 moving
    averages on the S&P 500, for 70 sign rules and for 820 crossovers, and about 90 for 200
    independent series. Cut at one correlation, k independent series are k clusters and k copies
    one. `effective_number` needs no cut at all.

    References
    ----------
    Lopez de Prado, M. (2016). Building diversified portfolios that outperform out of sample.
    Journal of Portfolio Management 42(4), 59-69: the distance. Lopez de Prado, M. and Lewis, M. J.
    (2019). Detection of false investment strategies using unsupervised learning methods.
    Quantitative Finance 19(9), 1555-1565: clusters as the number of trials.
    """
    table = checked_sets(returns)
    if not -1.0 < correlation < 1.0:
        raise SearchError(f"correlation must be in (-1, 1), got {correlation}")
    if most < 1 or seed < 0:
        raise SearchError(f"most must be >= 1 and seed >= 0, got {most} and {seed}")
    if table.shape[0] < FEWEST_PERIODS:
        return None
    deviations = deviations_of(table)
    varying = np.flatnonzero(deviations)
    if not varying.size:
        return None
    taken = varying
    if varying.size > most:
        taken = np.sort(np.random.default_rng(seed).choice(varying, most, replace=False))
    if taken.size == 1:
        return Clusters(varying.size, 1, 1, 1)
    part = table[:, taken]
    part -= part.mean(axis=0)
    part /= deviations[taken]
    distances = _distances(part.T @ part / (table.shape[0] - 1))
    cut = math.sqrt((1.0 - correlation) / 2.0)
    average, complete = (_count(distances, linkage, cut) for linkage in ("average", "complete"))
    return Clusters(varying.size, taken.size, average, complete)


def _distances(correlations: Floats) -> Floats:
    """Return the distances of all pairs, one after another as SciPy takes them."""
    count = correlations.shape[0]
    pairs = [correlations[row, row + 1 :] for row in range(count - 1)]
    distances = np.concatenate(pairs)
    np.subtract(1.0, distances, out=distances)
    np.maximum(distances, 0.0, out=distances)
    distances /= 2.0
    return np.sqrt(distances, out=distances)


def _count(distances: Floats, method: str, cut: float) -> int:
    from scipy.cluster.hierarchy import linkage

    # A cluster joined above the cut stays apart: heights of both linkages never fall.
    return 1 + int(np.count_nonzero(linkage(distances, method)[:, 2] > cut))
