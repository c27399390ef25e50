"""The best set of a search and the sets next to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...search.evaluator import RUINED, Evaluator
from ...search.found import Found
from ...search.space import Space
from .values import in_order

STEPS = 2
"""Number of neighbouring values on each side, for each parameter."""


def neighbours(space: Space, evaluator: Evaluator, found: Found) -> pd.DataFrame:
    """Return the objective of the best set and of its neighbours, one parameter at a time.

    The neighbours of a number are the next smaller and larger values, in any order of the space;
    those of a text are the ones before and after it in the space.

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
    figures = evaluator(np.array([row[3] for row in rows], dtype=np.int64))
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
