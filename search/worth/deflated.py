"""The deflated Sharpe ratio, never without what it is where nothing is worth anything."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..errors import SearchError
from .deflated_null import FEWEST_PERIODS, deflated_null, null_probability, null_quantile
from .expected_maximum import checked_trials, expected_maximum
from .multiple_testing import sidak
from .normal import normal_cdf
from .sharpe import Moments, sharpe_z
from .worthless_trials import WorthlessTrials, maximum_p_value

LEVEL = 0.95
"""Quantile of the null distribution that stands beside every deflated ratio."""


class Deflated(NamedTuple):
    """A winner's deflated Sharpe ratio, and how to read it.

    Attributes
    ----------
    value : float or None
        Confidence, in [0, 1], that the winner's true Sharpe ratio exceeds `benchmark`. *Not* one
        minus a p-value: see `null_quantile`. None together with a `reason`.
    benchmark : float or None
        Expected Sharpe ratio of one period of the best of worthless trials (SR0).
    null_median, null_quantile : float or None
        Median and 95 % quantile of `value` where all trials are worthless. Of independent trials
        for this number of trials and periods: about 0.48 and 0.77 for 20 trials, 0.75 for 100. Of
        correlated ones, with draws: the 95 % quantile is often above 0.85.
    null_p : float or None
        Probability that worthless trials give such a `value` or a higher one. It is not resolved
        below 1e-4, nor below one over the number of draws.
    sidak_p : float or None
        p-value of the winner's Sharpe ratio against 0 as the best of that many independent tests.
        It uses the winner's standard error and no variance of trials.
    maximum_p : float or None
        The same as the best of the correlated sets themselves; None without draws.
    null : str or None
        "independent" or "correlated": what the trials of the null are.
    reason : str or None
        Why there is no value; None where there is one.
    """

    value: float | None = None
    benchmark: float | None = None
    null_median: float | None = None
    null_quantile: float | None = None
    null_p: float | None = None
    sidak_p: float | None = None
    maximum_p: float | None = None
    null: str | None = None
    reason: str | None = None


def deflated_sharpe_ratio(
    winner: Moments | None,
    trial_variance: float | None,
    n_trials: float,
    worthless: WorthlessTrials | None = None,
) -> Deflated:
    """Return the deflated Sharpe ratio of the best of many trials.

    The probabilistic Sharpe ratio of the winner against
    ``SR0 = sqrt(trial_variance) expected_maximum(n_trials)``.

    Parameters
    ----------
    winner : Moments or None
        Of the winner's returns, as `moments` gives them.
    trial_variance : float or None
        Variance (``ddof=1``) of the Sharpe ratios of one period of the *searched* sets, the winner
        among them. One trial needs none.
    n_trials : float
        Trials that count as independent, >= 1: distinct sets, or an effective number.
    worthless : WorthlessTrials, optional
        Draws of the searched sets, as `worthless_trials` makes them: then the null distribution is
        theirs. Without it is that of independent trials.

    Returns
    -------
    Deflated
        With a `reason` instead of figures where the winner has no moments, fewer than six periods
        or a Sharpe ratio without error, or where several trials do not differ.

    Raises
    ------
    SearchError
        For a negative variance or one that is not finite, fewer trials than one, and moments that
        no law has.

    Notes
    -----
    The sets of one grid rise and fall together, so their Sharpe ratios differ little, SR0 is low,
    and worthless winners have high deflated ratios: with an effective number of trials, which
    lowers SR0 again, a median of 0.75 and a 95 % quantile of 0.97 for 299 moving averages on the
    S&P 500. Give `worthless` wherever the returns of the sets are at hand.

    References
    ----------
    Bailey, D. H. and Lopez de Prado, M. (2014). The deflated Sharpe ratio: correcting for
    selection bias, backtest overfitting and non-normality. Journal of Portfolio Management 40(5),
    94-107, equations 1 and 2. The null distribution is not in it: see `deflated_null`.
    """
    trials = checked_trials(n_trials)
    if trials > 1.0 and not (trial_variance is not None and 0.0 <= trial_variance < math.inf):
        raise SearchError(f"trial_variance must be >= 0 and finite, got {trial_variance}")
    if winner is None:
        return Deflated(reason="the winner has fewer than three returns, or they do not vary")
    if winner.n_periods < FEWEST_PERIODS:
        return Deflated(reason=f"the winner has fewer than {FEWEST_PERIODS} returns")
    if trials > 1.0 and trial_variance == 0.0:
        return Deflated(reason="the Sharpe ratios of the trials do not differ")
    benchmark = math.sqrt(trial_variance or 0.0) * expected_maximum(trials)
    z = sharpe_z(winner, benchmark)
    z_of_zero = sharpe_z(winner)
    if z is None or z_of_zero is None:
        return Deflated(reason="the winner's Sharpe ratio has no standard error")
    found = Deflated(
        value=normal_cdf(z),
        benchmark=benchmark,
        sidak_p=sidak(normal_cdf(-z_of_zero), trials),
    )
    if worthless is None:
        median, quantile = _null_quantiles(trials, winner.n_periods)
        law = deflated_null(trials, winner.n_periods)
        return found._replace(
            null_median=median,
            null_quantile=quantile,
            null_p=1.0 - null_probability(law, z),
            null="independent",
        )
    drawn = worthless.largest - worthless.deviations * expected_maximum(trials)
    median, quantile = (normal_cdf(float(np.quantile(drawn, at))) for at in (0.5, LEVEL))
    return found._replace(
        null_median=median,
        null_quantile=quantile,
        null_p=float((1 + np.count_nonzero(drawn >= z)) / (1 + drawn.size)),
        maximum_p=maximum_p_value(worthless, z_of_zero),
        null="correlated",
    )


@lru_cache(maxsize=64)
def _null_quantiles(n_trials: float, n_periods: int) -> tuple[float, float]:
    law = deflated_null(n_trials, n_periods)
    return null_quantile(law, 0.5), null_quantile(law, LEVEL)
