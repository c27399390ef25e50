"""Which calendar years a series of dates covers from end to end."""

from __future__ import annotations

import datetime

import pandas as pd
from numpy.typing import ArrayLike

from .inputs import checked_dates

SLACK = 7
"""Days at either end of a year in which a market may stay closed: a holiday and a weekend."""


def full_years(dates: ArrayLike | pd.Index) -> list[int]:
    """Return the years that the dates cover from the first week to the last, oldest first.

    A year that lies within the dates is covered at both ends. Holes inside it are not looked for.

    Parameters
    ----------
    dates : array_like of datetime64, shape (n_bars,)
        Oldest first, each once.

    Raises
    ------
    ValueError
        For no dates, or dates out of order.
    """
    index = checked_dates(dates)
    slack = datetime.timedelta(days=SLACK)
    # A first date in the first week steps back into the year before, and a last one forward.
    start = (index[0] - slack).year + 1
    end = (index[-1] + slack).year - 1
    return sorted({int(year) for year in index.year if start <= year <= end})
