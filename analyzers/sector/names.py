"""Weights of the names in the basket, and how concentrated they were."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .diary import Decisions, dates_of


def weights_over_time(decisions: Decisions, tickers: Sequence[str]) -> pd.DataFrame:
    """Return the basket's weights, decision by decision.

    Parameters
    ----------
    decisions : sequence of decisions
        `date` and `weights` of the tickers, which sum to 1 or to 0; oldest first.
    tickers : sequence of str
        The stocks, in the order of the decisions' arrays.

    Returns
    -------
    DataFrame
        Index ``date``; a column for each stock that was ever held, in the order of the tickers.
    """
    weights = np.array([d.weights for d in decisions], dtype=float).reshape(-1, len(tickers))
    ever = np.flatnonzero((weights > 0.0).any(axis=0))
    held = [tickers[int(column)] for column in ever]
    return pd.DataFrame(weights[:, ever], index=dates_of(decisions), columns=held)


def concentration(decisions: Decisions) -> pd.DataFrame:
    """Return how many names each decision held, and how evenly.

    Returns
    -------
    DataFrame
        Index ``date``:

        - ``names``: with a weight above 0;
        - ``largest``: the largest weight of the basket;
        - ``effective``: the number of equal weights that are as concentrated, 1 over the sum of
          squared weights. Both are NaN where no name was held.
    """
    rows = []
    for decided in decisions:
        weights = np.asarray(decided.weights, dtype=float)
        held = weights[weights > 0.0]
        if held.size:
            share = held / held.sum()
            rows.append((held.size, share.max(), 1.0 / (share @ share)))
        else:
            rows.append((0, np.nan, np.nan))
    return pd.DataFrame(
        rows, index=dates_of(decisions), columns=["names", "largest", "effective"]
    ).astype({"names": int, "largest": float, "effective": float})
