"""Which rows of a vendor's answer are bars that will not change any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ..checks import PRICES


@dataclass(frozen=True, eq=False)
class FinishedBars:
    """The finished bars of an answer, and what was left out.

    Attributes
    ----------
    history : pandas.DataFrame
        Rows of the answer, oldest first; may be empty.
    unfinished : str
        Date of a bar of today, or later, that was left out; empty for none.
    incomplete : tuple of str
        Dates at the end for which a price is missing: they are left for the next time.
    empty : tuple of str
        Dates without any price, and without a dividend, that were left out.
    """

    history: pd.DataFrame
    unfinished: str
    incomplete: tuple[str, ...]
    empty: tuple[str, ...]


def finished_bars(history: pd.DataFrame, today: dt.date) -> FinishedBars:
    """Leave out the bar of a day that is not over, and rows without prices.

    Parameters
    ----------
    history : pandas.DataFrame
        Index of dates, oldest first; columns open, high, low, close and dividend.
    today : datetime.date
        The date at the exchange.

    Returns
    -------
    FinishedBars
        A row without prices but with a dividend stays, except at the end: leaving it out would
        lose the dividend in silence, and as a bar it is a fault that is named. So is a row that
        lacks some of its prices.
    """
    over = history[history.index < pd.Timestamp(today)]
    priced = over[[*PRICES]].notna()
    whole = priced.all(axis=1).to_numpy()
    stop = int(whole.nonzero()[0][-1]) + 1 if whole.any() else 0
    blank = ~priced.any(axis=1) & ~(over["dividend"] > 0)
    body = over.iloc[:stop]
    left_out = blank.iloc[:stop]
    later = history.index[len(over) :]
    return FinishedBars(
        history=body[~left_out],
        unfinished=str(later[0].date()) if len(later) else "",
        incomplete=_iso(over.index[stop:]),
        empty=_iso(body.index[left_out]),
    )


def _iso(dates: pd.Index) -> tuple[str, ...]:
    return tuple(str(date.date()) for date in dates)
