"""One session's cross-section: every factor's loadings, and the score that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Floats
from .factors import Factor, Seen
from .score import composite, score_1_to_100, usable_factors, z_scores

LEAST_NAMES = 3
"""Names that a factor must be known for where nothing else is said; a z-score needs as many."""


class Scored(NamedTuple):
    """Arrays over stocks have shape (m,); k factors in the order in which they were given."""

    universe: Bools
    loadings: Floats
    """Winsorised z-scores, shape (m, k); NaN where not known and outside of the universe."""
    counts: Bools
    """Which factors are known for enough names to count, shape (k,)."""
    missing: dict[str, int]
    """Factor to number of scored stocks without it, which are neutral in it; all factors."""
    composite: Floats
    """Weighted loadings of the factors that count; NaN outside of the universe."""
    score: Floats
    """1 to 100."""


def scored(
    seen: Seen,
    universe: Bools,
    factors: Mapping[str, Factor],
    weights: Mapping[str, float],
    least: Mapping[str, int],
) -> Scored:
    """Return the scores of a session's universe.

    Parameters
    ----------
    seen : Seen
        What was known after the session.
    universe : ndarray of bool, shape (m,)
        Stocks that are scored; the others enter no mean, get no score and are shown to no factor.
    factors : mapping of str to callable
        Name to factor.
    weights : mapping of str to float
        Name to weight in the score, >= 0; only proportions matter.
    least : mapping of str to int
        Name to number of stocks that a factor must be known for to count; else `LEAST_NAMES`.

    Returns
    -------
    Scored

    Raises
    ------
    ValueError
        A factor returns another shape than one number a stock of the universe, or an infinite one;
        the message names it.
    """
    loadings = np.full((universe.size, len(factors)), np.nan)
    if universe.any():
        asked = seen.of(universe)
        raw = [_checked(name, factor(asked), asked) for name, factor in factors.items()]
        loadings[universe] = z_scores(np.stack(raw)).T
    counts = usable_factors(loadings, [least.get(name, LEAST_NAMES) for name in factors]).columns
    in_use = np.array([weights[name] for name in factors]) * counts
    if not in_use.any():
        nothing = np.full(universe.shape, np.nan)
        return Scored(
            universe, loadings, counts, _missing(factors, loadings, universe), nothing, nothing
        )
    blended = composite(loadings, in_use).value
    return Scored(
        universe,
        loadings,
        counts,
        _missing(factors, loadings, universe),
        blended,
        score_1_to_100(blended),
    )


def _checked(name: str, raw: Floats, seen: Seen) -> Floats:
    if raw.shape != seen.raw_price.shape:
        raise ValueError(f"factor {name!r} returns shape {raw.shape}, not {seen.raw_price.shape}")
    if np.isinf(raw).any():
        raise ValueError(f"factor {name!r} is infinite for a stock; NaN says that it is not known")
    return raw


def _missing(factors: Mapping[str, Factor], loadings: Floats, universe: Bools) -> dict[str, int]:
    unknown = np.isnan(loadings) & universe[:, None]
    return dict(zip(factors, unknown.sum(axis=0).tolist(), strict=True))
