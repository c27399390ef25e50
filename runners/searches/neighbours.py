"""The best set of a search and the sets next to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...search.evaluator import RUINED, Evaluator
from ...search.found import Found
from ...search.space import Space
from .values import in_order

STEPS = 2
"""Number of neighbouring values on each side, for each parameter."""


def neighbours(
    space: Space, evaluator: Evaluator, found: Found, *, known: bool = False
) -> pd.DataFrame:
    """Return the objective of the best set and of its neighbours, one parameter at a time.

    The neighbours of a number are the next smaller and larger values, in any order of the space;
    those of a text are the ones before and after it in the space. `known`: what the search has
    evaluated is read from its rows.

    Returns
    -------
    DataFrame
        `parameter`, `step` (0 is the winner), `value`, `objective` (NaN where a set was ruined or
        has none), `ruined`. Sets that the constraints exclude are left out.
    """
    column = tuple(evaluator.columns).index(found.objective)
    ruined = tuple(evaluator.columns).index(RUINED)
    winner = int(found.top["index"].iloc[0])
    own = space.set_at(winner)
    rows = []
    for name, values in zip(space.names, space.values, strict=True):
        values = tuple(values[place] for place in in_order(values))
        place = values.index(own[name])
        for step in range(-STEPS, STEPS + 1):
            if 0 <= place + step < len(values):
                value = values[place + step]
                index = space.index_of({**own, name: value})
                if space.allowed(np.array([index]))[0]:
                    rows.append((name, step, value, index))
    places = np.array([row[3] for row in rows], dtype=np.int64)
    figures = _known(evaluator, found, places) if known else evaluator(places)
    fell = figures[:, ruined] >= 0
    objective = np.where(fell | ~np.isfinite(figures[:, column]), np.nan, figures[:, column])
    return pd.DataFrame(
        {
            "parameter": [row[0] for row in rows],
            "step": [row[1] for row in rows],
            "value": pd.Series([row[2] for row in rows], dtype=object),
            "objective": objective,
            "ruined": fell,
        }
    )


def _known(evaluator: Evaluator, found: Found, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the rows of sets, of which only those are evaluated that the search has not kept."""
    if found.rows is None:
        return evaluator(indices)
    kept = found.rows().set_index("index")[list(evaluator.columns)]
    rows = kept.reindex(indices).to_numpy(float)
    missing = ~np.isin(indices, kept.index.to_numpy())
    if missing.any():
        rows[missing] = evaluator(indices[missing])
    return rows
