"""A sweep: every set of a short list with its figures, and the best beside its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..strategies.rule_line import RuleCall
from .screen import Screen

COLUMNS = (
    "points", "percent", "total_return", "cagr", "volatility", "sharpe", "max_drawdown",
    "win_rate", "average_win", "average_loss", "switches", "switches_per_year", "ruined_on",
)  # fmt: skip
"""Figures that a sweep keeps of each set."""


def sweep(
    screen: Screen,
    sets: Sequence[Mapping[str, Any]],
    call_of: Callable[[Mapping[str, Any]], RuleCall],
) -> pd.DataFrame:
    """Return the figures of every set.

    Parameters
    ----------
    screen : Screen
        Bars and terms that they are evaluated on.
    sets : sequence of mapping
        Parameters by name, the same names in each.
    call_of : callable
        From a set to its rule.

    Returns
    -------
    DataFrame
        One row a set, in the order given: its parameters, then `COLUMNS`. `ruined_on` is an ISO
        date or None; figures that do not exist are NaN.
    """
    rows = []
    for one in sets:
        figures = screen.figures(call_of(one))
        rows.append({**one, **{name: figures[name] for name in COLUMNS}})
    table = pd.DataFrame(rows)
    numbers = [name for name in COLUMNS if name != "ruined_on"]
    return table.astype(dict.fromkeys(numbers, float)) if rows else table


def ranked(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows from the best to the worst, ruined sets last."""
    alive = table["ruined_on"].isna()
    order = np.lexsort((-table[by].to_numpy(float), ~alive.to_numpy()))
    return table.iloc[order]


class Plateau(NamedTuple):
    """The winner of a sweep over one parameter, and the sets next to it."""

    best: int
    """The parameter of the highest value."""
    value: float
    reach: int
    """How far the neighbourhood goes on either side, in units of the parameter."""
    neighbours: int
    """How many sets it holds, the winner not among them."""
    neighbours_median: float
    neighbours_worst: float
    share: float | None
    """Median of the neighbours over the winner's value; None where that is not positive. Near 1 the
    winner stands on a plateau, near 0 or below it is a spike."""


def best_of(values: pd.Series) -> int:
    """Return the parameter of the highest value, the first of equal ones; NaN never wins."""
    return int(values.index[int(np.nanargmax(values.to_numpy(dtype=np.float64)))])


def plateau(values: pd.Series, reach: float = 0.2) -> Plateau:
    """Return the best set of a sweep and its neighbours.

    Parameters
    ----------
    values : Series of float
        By parameter, whole numbers in rising order; no NaN. Of equal values the first wins.
    reach : float
        The neighbourhood on either side, as a fraction of the best parameter; at least 2.

    Raises
    ------
    ValueError
        Fewer than two sets, a NaN, parameters out of order or twice, or a best one without
        neighbours.
    """
    rising = values.index.is_monotonic_increasing and values.index.is_unique
    if len(values) < 2 or values.isna().any() or not rising:
        raise ValueError("a plateau takes two or more values without NaN, by rising parameter")
    best = best_of(values)
    width = max(2, round(reach * best))
    near = values[(values.index >= best - width) & (values.index <= best + width)].drop(best)
    value = float(values[best])
    if near.empty:
        raise ValueError(f"no set within {width} of the best, {best}")
    middle = float(near.median())
    return Plateau(
        best,
        value,
        width,
        len(near),
        middle,
        float(near.min()),
        middle / value if value > 0 else None,
    )
