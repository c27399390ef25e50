"""From premiums and loadings to the residual return that is expected of each stock."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .score import z_scores
from .skill import Pooled


def premiums(pooled: Sequence[Pooled]) -> Floats:
    """Return what one unit of each loading earns, the mean of the horizons' estimates.

    Parameters
    ----------
    pooled : sequence of Pooled
        One for each horizon, of the same factors; at least one.

    Returns
    -------
    ndarray of shape (k,)
        Residual return per unit of loading, annualised. A horizon without an estimate is left out;
        NaN where none has one. An estimate is taken as it is, however wide its interval.
    """
    if not pooled:
        raise ValueError("premiums need the estimate of one horizon at least")
    estimates = np.stack([one.coefficients for one in pooled])
    return _known_mean(estimates)


def expected_residual_return(loadings: Floats, premium: Floats) -> Floats:
    """Return each stock's expected residual return, the sum over factors of loading x premium.

    Parameters
    ----------
    loadings : ndarray of shape (..., m, k)
        NaN where a factor is not known for a name: neutral, 0.
    premium : ndarray of shape (k,)
        Annualised; a factor whose premium is NaN is left out.

    Returns
    -------
    ndarray of shape (..., m)
        Annualised. NaN for a name of which no factor is known that has a premium.
    """
    has_premium = ~np.isnan(premium)
    known = ~np.isnan(loadings) & has_premium
    terms = np.where(known, loadings, 0.0) * np.where(has_premium, premium, 0.0)
    return np.where(known.any(axis=-1), terms.sum(axis=-1), np.nan)


def score_loadings(score: Floats) -> Floats:
    """Return the standardised score as a single loading: the equation on the score.

    Parameters
    ----------
    score : ndarray of shape (..., m)
        1 to 100, NaN where not known.

    Returns
    -------
    ndarray of shape (..., m, 1)
        Takes the place of the factors' loadings in `pooled_regression` and
        `expected_residual_return`.
    """
    return z_scores(score, winsor=0.0)[..., None]


def recent_weights(ics: Floats, half_life: float) -> Floats:
    """Return factor weights in proportion to each factor's recent mean information coefficient.

    Parameters
    ----------
    ics : ndarray of shape (s, k)
        Rank ICs of each factor alone, oldest first, of dates whose label has ended; NaN where there
        is none.
    half_life : float
        Dates after which an IC counts half, > 0.

    Returns
    -------
    ndarray of shape (k,)
        >= 0, sum 1. A factor whose weighted mean is not above 0, or not known, has 0; equal weights
        where that is every factor.

    Raises
    ------
    StrategyError
        For a half-life that is not above 0.

    References
    ----------
    The source: "would probably want to really just use the 'recent' factor performance assuming
    'momentum' and persistence to factors / styles".
    """
    if not half_life > 0.0:
        raise StrategyError(f"half_life must be > 0 dates, got {half_life}")
    n_dates, n_factors = ics.shape
    counts = 0.5 ** (np.arange(n_dates)[::-1, None] / half_life)
    earned = np.maximum(np.nan_to_num(_known_mean(ics, counts)), 0.0)
    total = earned.sum()
    return earned / total if total > 0.0 else np.full(n_factors, 1.0 / n_factors)


def _known_mean(x: Floats, counts: Floats | float = 1.0) -> Floats:
    """Return the weighted mean of each column's known entries, NaN where there are none."""
    weights = np.where(np.isnan(x), 0.0, counts)
    total = weights.sum(axis=0)
    mean = np.full(total.shape, np.nan)
    np.divide((weights * np.nan_to_num(x)).sum(axis=0), total, out=mean, where=total > 0.0)
    return mean
