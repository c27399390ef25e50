"""Daily returns of everything that a search tried: what a winner is judged by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ..evaluator import POSITIONS, RUINED

BLOCK = 64
"""Sets whose returns are computed at one go."""

Indices = NDArray[np.int64]


class Returns(Protocol):
    """An evaluator that can tell the daily returns of sets."""

    def daily_returns(self, indices: Indices) -> Floats:
        """Return them, shape (n_days, n), oldest first."""
        ...


class Trials(NamedTuple):
    """The distinct rules of a search, or a part of them."""

    indices: Indices
    """A set of each rule, the best first, shape (n,)."""
    of: int
    """Distinct rules that the search tried."""


def distinct_trials(rows: pd.DataFrame, objective: str, most: int, seed: int = 0) -> Trials:
    """Choose one set of each distinct rule.

    Parameters
    ----------
    rows : DataFrame
        Every set that was tried, as `Found.rows` returns them: `index`, the statistics. One without
        a hash of its positions, since its run was stopped, is no trial.
    objective : str
        The column that ranks, larger is better; NaN last, ruined sets behind all others.
    most : int
        Where there are more rules, the best half of so many is taken, and the other half at random
        from the rest.
    seed : int
        Of what is taken at random.
    """
    if POSITIONS in rows:
        rows = rows[rows[POSITIONS].notna()]
    values = rows[objective].to_numpy(np.float64)
    alive = rows[RUINED].to_numpy() < 0 if RUINED in rows else np.ones(len(rows), np.bool_)
    key = np.where(np.isfinite(values), values, -np.inf)
    order = np.lexsort((rows["index"].to_numpy(), -key, ~alive))
    ranked = rows["index"].to_numpy(np.int64)[order]
    if POSITIONS in rows:
        hashes = rows[POSITIONS].to_numpy()[order]
        firsts = np.unique(hashes, return_index=True)[1]
        ranked = ranked[np.sort(firsts)]
    of = ranked.size
    if of > most:
        best = (most + 1) // 2
        others = np.random.default_rng(seed).choice(np.arange(best, of), most - best, replace=False)
        ranked = ranked[np.concatenate([np.arange(best), np.sort(others)])]
    return Trials(ranked, of)


def trial_returns(evaluator: Returns, indices: Indices, workers: int = 1) -> NDArray[np.float32]:
    """Return the daily returns of sets, shape (n_days, n), oldest first, as fractions.

    Single precision halves the memory of many trials; statistics of the winner itself take its
    returns in full.
    """
    blocks = [indices[start : start + BLOCK] for start in range(0, len(indices), BLOCK)]
    first = evaluator.daily_returns(blocks[0])
    returns = np.empty((first.shape[0], len(indices)), np.float32)
    returns[:, : first.shape[1]] = first

    def fill(number: int) -> None:
        start = number * BLOCK
        block = blocks[number]
        returns[:, start : start + len(block)] = evaluator.daily_returns(block)

    with ThreadPoolExecutor(max(1, workers)) as pool:
        for done in [pool.submit(fill, number) for number in range(1, len(blocks))]:
            done.result()
    return returns
