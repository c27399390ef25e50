"""Stocks held, not chosen and excluded at each decision, and the factors that counted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .diary import Decisions, dates_of

HELD, NOT_CHOSEN, OTHER = "held", "not chosen", "not listed, outside the core or without a beta"


def candidates(decisions: Decisions) -> pd.DataFrame:
    """Return the number of stocks held, not chosen and excluded at each decision.

    Parameters
    ----------
    decisions : sequence of decisions
        `date`, `weights`, `universe` and `excluded`, reason to number; oldest first.

    Returns
    -------
    DataFrame
        Index ``date``; every row sums to the number of stocks. ``held``; ``not chosen``, of the
        universe; a column for each reason that ever excluded a stock, in the diary's order; and
        what these leave: the stocks that were not asked about or that the book cannot score.
    """
    rows = []
    for decided in decisions:
        held = int((decided.weights > 0.0).sum())
        inside = int(decided.universe.sum())
        other = len(decided.universe) - inside - sum(decided.excluded.values())
        rows.append({HELD: held, NOT_CHOSEN: inside - held, **decided.excluded, OTHER: other})
    table = pd.DataFrame(rows, index=dates_of(decisions)).fillna(0).astype(int)
    return table[[name for name in table if name in (HELD, NOT_CHOSEN) or table[name].any()]]


def factor_use(decisions: Decisions, factors: Sequence[str]) -> dict[str, int]:
    """Return in how many decisions each factor counted."""
    return {name: sum(name in decided.factors for decided in decisions) for name in factors}
