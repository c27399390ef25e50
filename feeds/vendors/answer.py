"""A vendor's answer about one ticker, in the form in which the cache keeps it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..bars import Bars
from ..checks import PRICES, on_dates
from ..errors import SourceError
from ..frames import Table, read_frame
from ..reading import Reading

#: Columns of a history, in their order.
HISTORY = (*PRICES, "volume", "dividend", "capital_gain", "split")

#: Columns of splits whose cells are new shares for an old one on the day of the split.
RATIOS = ("split", "splits", "stock_split", "stock_splits", "split_ratio", "split_coefficient")


@dataclass(frozen=True, eq=False)
class Answer:
    """What a vendor said of one ticker.

    Attributes
    ----------
    history : pandas.DataFrame
        One row a day, oldest first, each date once; index `date` (local dates of the exchange,
        without a zone), columns as `HISTORY`, float64. Prices, volumes and dividends are adjusted
        for splits, prices not for dividends. `split` is new shares for an old one, 1 on other
        days. A volume or dividend that is not known is NaN. Rows without prices and an unfinished
        last day may be in it.
    timezone, currency, kind : str
        IANA zone of the exchange, currency of the prices, and ETF, EQUITY and so on; empty where
        the vendor is silent.
    """

    history: pd.DataFrame
    timezone: str = ""
    currency: str = ""
    kind: str = ""


def answer_of_bars(bars: Bars, timezone: str = "") -> Answer:
    """Return the answer that bars are; their splits are in the prices and no longer known."""
    history = bars.frame().assign(capital_gain=0.0, split=1.0)
    history.index = pd.DatetimeIndex(history.index).as_unit("us")
    if bars.price_only:
        history["dividend"] = np.nan
    return Answer(history[[*HISTORY]], timezone)


def answer_of_frame(frame: pd.DataFrame, timezone: str = "") -> Answer:
    """Return the answer that a frame is.

    Parameters
    ----------
    frame : pandas.DataFrame
        A row a day, in any order; columns as for `Bars.from_frame`. Prices are adjusted for
        splits and not for dividends. A column of `RATIOS` states the splits: 1, 0 or empty on
        other days. Without a column of volumes or dividends they are not known.
    timezone : str
        IANA zone of the exchange, on whose date a stamp with a zone counts.

    Raises
    ------
    SourceError
        A column is missing, a cell is no number or date, a date is there twice, a ratio is not
        positive, or a column says that prices are not adjusted for splits.
    """
    table, faults = read_frame(frame, reading=Reading(timezone=timezone or None))
    if table is None or faults:
        raise SourceError("; ".join(faults))
    rows = np.argsort(table.dates, kind="stable")
    dates = table.dates[rows]
    if (twice := dates[1:][dates[1:] == dates[:-1]]).size:
        raise SourceError(f"two bars on {on_dates(twice)}")
    columns = {name: table.columns[name] for name in (*PRICES, "volume")}
    unknown = np.full(len(dates), np.nan)
    columns["dividend"] = table.columns.get("dividend", unknown)
    columns["capital_gain"] = np.zeros(len(dates))
    columns["split"] = _ratios(table)
    index = pd.DatetimeIndex(dates.astype("datetime64[us]"), name="date")
    history = pd.DataFrame({name: columns[name][rows] for name in HISTORY}, index=index)
    if "dividend" in table.columns:
        history["dividend"] = history["dividend"].fillna(0.0)
    return Answer(history, timezone)


def _ratios(table: Table) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return new shares for an old one on each row; 1 where there was no split."""
    ratios = np.ones(len(table.dates))
    for name, values in table.splits.items():
        if name not in RATIOS:
            raise SourceError(
                f"column {name} says that prices are not adjusted for splits: return "
                'Bars.from_frame(frame, reading=Reading(prices="raw"))'
            )
        stated = ~np.isnan(values) & (values != 0)
        ratios = np.where(stated, values, ratios)
    if not (np.isfinite(ratios) & (ratios > 0)).all():
        raise SourceError("a split that is no ratio")
    return ratios
