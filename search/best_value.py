"""The best objective of a search without its tables, for searches that are made many times."""

from __future__ import annotations

import math

import numpy as np

from .evaluator import Evaluator
from .space import Space
from .work import Work, chunk_size, chunks_of


def best_value(
    space: Space, evaluator: Evaluator, objective: str, *, sample: int | None = None, seed: int = 0
) -> float:
    """Return the largest objective of a search that is made in this thread.

    It is that of the first of `Found.top`, -0.0 as 0.0. Of a small search the tables that show it
    take longer than the sets themselves, and are left out.

    Parameters
    ----------
    space, evaluator, objective, sample, seed
        As for `driver.search`.

    Returns
    -------
    float
        NaN where no set that was not ruined has an objective.
    """
    work = Work(space, evaluator, objective, 1, None if sample is None else seed, rows=False)
    size = chunk_size(space.size if sample is None else sample)
    best = math.nan
    for chunk in chunks_of(work, sample, size):
        best = float(np.fmax(best, work.best(chunk)))  # NaN only where both are
    return best
