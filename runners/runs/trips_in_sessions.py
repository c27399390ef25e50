"""Round trips dated by the sessions in which their orders filled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...feeds.fill_days import dated_by_session, fill_days

DAY = np.timedelta64(1, "D")


def in_sessions(trips: pd.DataFrame, tables: Sequence[Bars]) -> pd.DataFrame:
    """Return round trips with the days and moments of sessions, where bars have others.

    Parameters
    ----------
    trips : DataFrame
        Round trips, dated by bars, as `analyzers.round_trips` returns them.
    tables : sequence of Bars
        The bars; an instrument without bars keeps its dates.

    Returns
    -------
    DataFrame
        Dates and moments of entry and exit as `fill_days` returns them, and the calendar days
        between. All other columns, the number of bars among them, are unchanged.
    """
    by_name = {table.name: table for table in tables if not dated_by_session(table)}
    if not by_name:
        return trips
    changed = {name: trips[name].to_numpy(copy=True) for name in ("days", *_columns())}
    for name, rows in trips.groupby("instrument", sort=False).indices.items():
        table = by_name.get(str(name))
        if table is None:
            continue
        for end, sign in (("entry", -1), ("exit", 1)):
            dates, moments = changed[f"{end}_date"], changed[f"{end}_moment"]
            was = dates[rows].astype("datetime64[D]")
            days, told = fill_days(table, was, list(moments[rows]))
            known = ~np.isnat(was)
            dates[rows], moments[rows] = days, told
            changed["days"][rows[known]] += sign * ((days - was)[known] // DAY)
    return trips.assign(
        **{
            name: pd.Series(values, trips.index, trips[name].dtype)
            for name, values in changed.items()
        }
    )


def _columns() -> list[str]:
    return [f"{end}_{what}" for end in ("entry", "exit") for what in ("date", "moment")]
