"""The fractions of the account that members decide over, day by day, as the terms say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from . import weighting
from .alone import Wanted
from .equal_risk import equal_risk_allocations
from .terms import EQUAL_RISK, BookTerms

Flags = NDArray[np.bool_]


def allocations_of(
    wanted: Sequence[Wanted],
    gained: Sequence[Floats],
    held: Sequence[Flags],
    fixed: Sequence[float | None],
    terms: BookTerms,
) -> tuple[Floats, Flags]:
    """Return each member's fraction after each day, and which days fell back to volatilities.

    Parameters
    ----------
    wanted : sequence of Wanted
        What each member wants; days oldest first.
    gained : sequence of ndarray of shape (n_days,)
        Each member's returns.
    held : sequence of ndarray of bool, shape (n_days,)
        Whether a member held something over the day.
    fixed : sequence of float or None
        The weight that each member states.
    terms : BookTerms
        How members are weighted.

    Returns
    -------
    tuple of ndarray of shape (n_days, n_members) and ndarray of bool of shape (n_days,)
    """
    spread = [
        weighting.trailing_volatility(gain, over, terms.window)
        for gain, over in zip(gained, held, strict=True)
    ]
    allocations = weighting.target_allocations(
        np.stack([each.begun for each in wanted], axis=1), np.stack(spread, axis=1), fixed, terms
    )
    if terms.weights != EQUAL_RISK:
        return allocations, np.zeros(len(allocations), dtype=np.bool_)
    return equal_risk_allocations(
        np.stack(gained, axis=1),
        np.stack(held, axis=1),
        allocations > 0.0,
        allocations,
        terms.window,
    )
