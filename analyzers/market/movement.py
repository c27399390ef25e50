"""How far a market moved each year, up and down, at the opening and within the session."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ...feeds.arrays import Floats
from .inputs import checked_dates, checked_prices

UNITS = ("percent", "points")
MOVEMENTS = ("gap_up", "gap_down", "session_up", "session_down", "total")


def yearly_movement(
    dates: ArrayLike | pd.Index,
    open: ArrayLike,
    close: ArrayLike,
    *,
    first_close_only: bool = False,
) -> pd.DataFrame:
    """Return the sums of all moves of each year.

    A gap leads from a close to the next open and belongs to the year of the open; a session leads
    from an open to its close. The first bar has a session and no gap.

    Parameters
    ----------
    dates : array_like of datetime64, shape (n_bars,)
        Oldest first, each once.
    open, close : array_like of float, shape (n_bars,)
        Prices above 0, not dividend-adjusted: on an ex-date the gap holds the dividend's fall.
    first_close_only : bool
        The first bar lies before the window and gives the close that the first gap starts from; its
        own session counts for nothing.

    Returns
    -------
    DataFrame
        Index ``year``, those with a bar, oldest first; a year that the bars cover in part has the
        sums of that part. Columns of two levels: the unit, ``percent`` (of the price before the
        move, a fraction) or ``points`` (price units), then

        - ``gap_up``, ``session_up``: sum of the positive moves, >= 0;
        - ``gap_down``, ``session_down``: sum of the negative moves, <= 0;
        - ``total``: sum of the absolute moves of both kinds.

        So ``movement["percent"]`` is the flat table of one unit.

    Raises
    ------
    ValueError
        For no bars, different lengths, dates out of order, or a price that is missing or not
        above 0.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Model Bias",
    Graph 5.
    """
    index = checked_dates(dates)
    opens = checked_prices("open", open, len(index))
    closes = checked_prices("close", close, len(index))
    before = np.concatenate((opens[:1], closes[:-1]))  # no gap before the first bar
    gap, session = opens - before, closes - opens
    moves = {"percent": (gap / before, session / opens), "points": (gap, session)}
    daily = pd.DataFrame(
        np.column_stack([part for unit in UNITS for part in _parts(*moves[unit])]),
        index=index,
        columns=pd.MultiIndex.from_product([UNITS, MOVEMENTS], names=["unit", "movement"]),
    )
    if first_close_only:
        daily, index = daily.iloc[1:], index[1:]
    return daily.groupby(index.year.astype(np.int64).rename("year")).sum()


def _parts(gap: Floats, session: Floats) -> tuple[Floats, ...]:
    """Return the columns of one unit, in the order of `MOVEMENTS`."""
    return (
        np.maximum(gap, 0.0),
        np.minimum(gap, 0.0),
        np.maximum(session, 0.0),
        np.minimum(session, 0.0),
        np.abs(gap) + np.abs(session),
    )


def largest_years(movement: pd.DataFrame, count: int = 3, unit: str = "percent") -> list[int]:
    """Return the years of the largest total movement, the largest first.

    Parameters
    ----------
    movement : DataFrame
        As `yearly_movement` returns it.
    count : int
        How many years, >= 1; where there are fewer, all of them.
    unit : {"percent", "points"}
        Which total to go by.

    Returns
    -------
    list of int
        Of equal years the earlier comes first.

    Raises
    ------
    ValueError
        For a count below 1 or an unknown unit.
    """
    if count < 1:
        raise ValueError(f"count must be >= 1, got {count}")
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, got {unit!r}")
    totals = movement[unit, "total"].sort_index().sort_values(ascending=False, kind="stable")
    return [int(year) for year in totals.index[:count]]
