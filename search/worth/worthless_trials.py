"""What the same search would find if none of its sets were worth anything.

The sets of one search are alike: their returns are correlated, and so are their Sharpe ratios. The
best of 299 moving averages is no better than the best of 7 independent rules, and its deflated
ratio varies far more. Draws with the sets' own correlations show both.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...feeds.arrays import Floats
from ..errors import SearchError
from .expected_maximum import exact_expected_maximum
from .series import checked_sets, deviations_of
from .sharpe import FEWEST_PERIODS

_SETS_AT_ONCE = 500


class WorthlessTrials(NamedTuple):
    """Draws of all sets' Sharpe ratios, if each had a true ratio of 0.

    Ratios are in units of their standard error, so each is a standard normal number; they are
    correlated as the sets' returns are.

    Attributes
    ----------
    n_sets : int
        Sets whose returns vary; the others have no Sharpe ratio and are left out.
    largest : ndarray of shape (n_draws,)
        The best set's ratio in each draw.
    deviations : ndarray of shape (n_draws,)
        Standard deviation (``ddof=1``) of all sets' ratios in each draw; 0.0 for one set.
    """

    n_sets: int
    largest: Floats
    deviations: Floats


def worthless_trials(returns: Any, n_draws: int = 1000, seed: int = 0) -> WorthlessTrials | None:
    """Draw the Sharpe ratios that the same sets have if none is worth anything.

    In each draw every day gets one normal number, and each set the sum of its standardised returns
    times these. That is a draw from the normal law with the sample's correlations.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_sets)
        Per period, fractions, oldest first: of every set that was tried. Of a random sample the
        draws, too, are those of a search of that many sets.
    n_draws : int
        >= 1. A p-value of 0.05 from 1,000 draws is off by 0.007.
    seed : int
        >= 0; the same seed gives the same draws.

    Returns
    -------
    WorthlessTrials or None
        None for fewer than three days, and where no set's returns vary.

    Raises
    ------
    SearchError
        For a NaN or an infinity, another shape, no draw or a negative seed.

    Notes
    -----
    Takes ``2 n_draws n_days n_sets`` multiplications and additions, and beside the returns
    ``8 n_draws n_days`` bytes. Ratios are drawn as for many days; of fewer than about 60 their
    tails are longer.
    """
    table = checked_sets(returns)
    if n_draws < 1 or seed < 0:
        raise SearchError(f"n_draws must be >= 1 and seed >= 0, got {n_draws} and {seed}")
    n_days = table.shape[0]
    if n_days < FEWEST_PERIODS:
        return None
    deviations = deviations_of(table)
    varying = np.flatnonzero(deviations)
    if not varying.size:
        return None
    noise = np.random.default_rng(seed).standard_normal((n_draws, n_days))
    noise /= math.sqrt(n_days - 1)
    largest = np.full(n_draws, -np.inf)
    sums, squares = np.zeros(n_draws), np.zeros(n_draws)
    for start in range(0, varying.size, _SETS_AT_ONCE):
        columns = varying[start : start + _SETS_AT_ONCE]
        part = table[:, columns]
        ratios = noise @ ((part - part.mean(axis=0)) / deviations[columns])
        np.maximum(largest, ratios.max(axis=1), out=largest)
        sums += ratios.sum(axis=1)
        squares += np.einsum("ij,ij->i", ratios, ratios)
    spread = np.maximum(0.0, squares - sums * sums / varying.size)
    return WorthlessTrials(varying.size, largest, np.sqrt(spread / max(1, varying.size - 1)))


def effective_number(trials: WorthlessTrials) -> float:
    """Return how many independent trials have the same expected maximum.

    Parameters
    ----------
    trials : WorthlessTrials
        Draws of the sets' ratios.

    Returns
    -------
    float
        Between 1 and the number of sets; from 1,000 draws to about 5 %.
    """
    mean = float(trials.largest.mean())
    low, high = 0.0, math.log(trials.n_sets)
    if mean >= exact_expected_maximum(trials.n_sets):
        return float(trials.n_sets)
    while high - low > 1e-6:
        middle = (low + high) / 2.0
        if exact_expected_maximum(math.exp(middle)) < mean:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2.0)


def maximum_p_value(trials: WorthlessTrials, z: float) -> float:
    """Return how probably the best of worthless sets reaches a Sharpe ratio.

    Parameters
    ----------
    trials : WorthlessTrials
        Draws of the sets' ratios.
    z : float
        The winner's Sharpe ratio over its standard error.

    Returns
    -------
    float
        ``(1 + draws at or above z) / (1 + draws)``, in (0, 1].
    """
    return float((1 + np.count_nonzero(trials.largest >= z)) / (1 + trials.largest.size))
