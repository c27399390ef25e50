"""What deflated Sharpe ratios are where no trial is worth anything: their null distribution.

The benchmark of the deflated ratio is the *expected* maximum, and a maximum varies little. So
worthless winners do not fill [0, 1] evenly: their median is about 0.48, and one in 20 exceeds
about 0.77 (20 trials) or 0.75 (100), not 0.95.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats
from ..errors import SearchError
from .expected_maximum import checked_trials, expected_maximum
from .normal import normal_cdf
from .quadrature import unit_nodes

FEWEST_PERIODS = 6
"""With fewer, the fourth moment of a trial's Sharpe ratio is infinite."""

_WINNERS = 200
_LOSERS = 100
_FEW_TRIALS = 2.0


class DeflatedNull(NamedTuple):
    """The law of a deflated Sharpe ratio among worthless, independent trials.

    Made by `deflated_null`; `null_probability` and `null_quantile` read it. Sharpe ratios are in
    units of ``1 / sqrt(n_periods - 1)``, their standard error. The arrays are read-only, and empty
    below two trials, where a closed form takes their place.

    Attributes
    ----------
    n_trials : float
        Independent trials.
    benchmark : float
        Expected maximum of that many normal numbers.
    winners : ndarray of shape (n_nodes,)
        Sharpe ratios of winners at equal steps of probability, as `weights` weigh them.
    errors : ndarray of shape (n_nodes,)
        Standard errors of those winners.
    variances, shapes : ndarray of shape (n_nodes,)
        Mean of the variance of all trials' Sharpe ratios beside that winner, and the shape of the
        gamma law about it.
    weights : ndarray of shape (n_nodes,)
        They sum to 1.
    """

    n_trials: float
    benchmark: float
    winners: Floats
    errors: Floats
    variances: Floats
    shapes: Floats
    weights: Floats


@lru_cache(maxsize=64)
def deflated_null(n_trials: float, n_periods: int) -> DeflatedNull:
    """Return the null distribution of the deflated Sharpe ratio.

    All trials have independent normal returns of mean 0. A trial's Sharpe ratio then follows
    Student's law with T - 1 degrees of freedom, over ``sqrt(T)``. The winner is the largest of N;
    given the winner, the others are draws from the law cut off at it. The variance of all of them
    is taken as gamma distributed, with the mean and the variance that the moments of the cut law
    give. No simulation; simulated quantiles agree to 0.015 for 2 trials, to 0.003 from 10 on, and
    to 0.01 for as few as 24 periods.

    Parameters
    ----------
    n_trials : float
        N >= 1. Below 2, where no variance can be estimated, it is taken as known, and T as
        large.
    n_periods : int
        T >= 6, the winner's.

    Returns
    -------
    DeflatedNull

    Raises
    ------
    SearchError
        For fewer trials than one or fewer periods than six.

    Notes
    -----
    For *independent* trials, whose variance is estimated from the same N. If many correlated
    trials count as a few, their variance is known better and varies less than assumed here.
    """
    from scipy.special import stdtrit

    trials = checked_trials(n_trials)
    if n_periods < FEWEST_PERIODS:
        raise SearchError(f"n_periods must be >= {FEWEST_PERIODS}, got {n_periods}")
    freedom = n_periods - 1
    unit = math.sqrt(freedom / n_periods)
    if trials < _FEW_TRIALS:
        none = np.empty(0)
        return DeflatedNull(trials, expected_maximum(trials), none, none, none, none, none)
    steps, weights = unit_nodes(_WINNERS)
    tails = -np.expm1(np.log(steps) / trials)
    winners = -stdtrit(freedom, tails) * unit
    inner, inner_weights = unit_nodes(_LOSERS)
    losers = stdtrit(freedom, (1.0 - tails)[:, np.newaxis] * inner) * unit
    variances, shapes = _variance_beside(winners, losers, inner_weights, trials)
    errors = np.sqrt(1.0 + winners * winners / (2.0 * freedom))
    for array in (winners, errors, variances, shapes):
        array.flags.writeable = False
    return DeflatedNull(
        trials, expected_maximum(trials), winners, errors, variances, shapes, weights
    )


def _variance_beside(
    winners: Floats, losers: Floats, weights: Floats, trials: float
) -> tuple[Floats, Floats]:
    """Return mean and gamma shape of the variance of each winner and ``trials - 1`` losers.

    The sum of squares of all is that of the n losers about their mean, A, and
    ``B = n / (n + 1) (winner - their mean)**2``; A has the variance
    ``(n - 1)**2 (k4 / n + 2 v**2 / (n - 1))`` with the fourth cumulant k4, and the mean of n
    draws has the covariance ``k3 / n`` with their variance.
    """
    n = trials - 1.0
    mean = losers @ weights
    centred = losers - mean[:, np.newaxis]
    variance, third, fourth = (centred**power @ weights for power in (2, 3, 4))
    cumulant = fourth - 3.0 * variance**2
    gap = winners - mean
    share = n / trials
    total = (n - 1.0) * variance + share * (gap**2 + variance / n)
    spread = (
        (n - 1.0) ** 2 * cumulant / n
        + 2.0 * (n - 1.0) * variance**2
        + share**2 * 4.0 * gap**2 * variance / n
        - 4.0 * (n - 1.0) * share * gap * third / n
    )
    # The variance of very many trials is certain; the gamma law needs some spread all the same.
    return total / n, total**2 / np.maximum(spread, 1e-12 * total**2)


def null_probability(law: DeflatedNull, z: float) -> float:
    """Return how probably a worthless winner's deflated ratio is at most the normal law's at z.

    Parameters
    ----------
    law : DeflatedNull
        Of the number of trials and periods.
    z : float
        Normal quantile of a deflated Sharpe ratio: the winner's Sharpe ratio less the benchmark,
        in standard errors of the winner.

    Returns
    -------
    float
        In [0, 1]; nearer to 0 or 1 than 1e-4 it is not resolved.
    """
    from scipy.special import gammainc

    if law.n_trials < _FEW_TRIALS:
        return float(normal_cdf(z + law.benchmark) ** law.n_trials)
    # It is at most z where the trials' deviation is at least this.
    deviation = np.maximum(0.0, law.winners - z * law.errors) / law.benchmark
    below = gammainc(law.shapes, law.shapes * deviation**2 / law.variances)
    return float(law.weights @ (1.0 - below))


def null_quantile(law: DeflatedNull, probability: float) -> float:
    """Return the deflated ratio that worthless winners do not exceed with a probability.

    Parameters
    ----------
    law : DeflatedNull
        Of the number of trials and periods.
    probability : float
        In (0, 1).

    Returns
    -------
    float
        In (0, 1), to 1e-9. For one trial it is the probability itself.
    """
    low, high = -8.0, 8.0
    while high - low > 1e-9:
        middle = (low + high) / 2.0
        if null_probability(law, middle) < probability:
            low = middle
        else:
            high = middle
    return normal_cdf((low + high) / 2.0)
