"""Estimated premiums of the factors over time, with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .diary import Decisions, dates_of

FIGURES = ("estimate", "low", "high")


def premiums_over_time(
    decisions: Decisions, terms: Sequence[str], horizons: Sequence[int]
) -> pd.DataFrame:
    """Return the premiums of each decision with their 95 % intervals.

    Parameters
    ----------
    decisions : sequence of decisions
        `date` and `premium_intervals`, of shape (n_horizons, n_terms, 3); oldest first.
    terms : sequence of str
        What the equation is linear in: the factors, or the score.
    horizons : sequence of int
        Sessions that each estimate looks ahead.

    Returns
    -------
    DataFrame
        Index ``date``; columns of three levels, ``term``, ``horizon`` and ``figure``: residual
        return a year for one unit of loading, NaN where it was not known.
    """
    columns = pd.MultiIndex.from_product(
        [list(terms), list(horizons), FIGURES], names=["term", "horizon", "figure"]
    )
    values = np.array([d.premium_intervals for d in decisions], dtype=float)
    by_term = values.reshape(-1, len(horizons), len(terms), 3).transpose(0, 2, 1, 3)
    rows = by_term.reshape(len(decisions), len(columns))
    return pd.DataFrame(rows, index=dates_of(decisions), columns=columns)


def without_zero(table: pd.DataFrame, term: str, horizon: int) -> tuple[int, int]:
    """Return the number of intervals that exclude 0, and the number of intervals."""
    known = table[term][horizon].dropna()
    outside = (known["low"] > 0.0) | (known["high"] < 0.0)
    return int(outside.sum()), len(known)
