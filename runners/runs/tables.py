"""The tables of a run: bars, days, fills and decisions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...brokers.ledger import Fill, Sent
from ...feeds.bars import Bars
from ...feeds.tables.spellings import COLUMNS


def bars_table(bars: Sequence[Bars]) -> pd.DataFrame:
    """Return one row per bar, feed by feed, oldest first: instrument, date, columns of the bar."""
    rows = [table.frame().reset_index().assign(instrument=table.name) for table in bars]
    columns = ["instrument", "date", *COLUMNS]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def daily_table(
    account: pd.DataFrame,
    uncompounded: pd.DataFrame | None,
    benchmark: pd.Series,
    *,
    gains: bool = True,
) -> pd.DataFrame:
    """Return one table with all daily figures of a run; `gains`: with points and percent."""
    front = account[["equity", "cash", "return"]].assign(benchmark_return=benchmark)
    exposure = account[["gross", "net", "invested"]]
    if uncompounded is None:
        sides = exposure[[]].assign(sign=np.sign(account["net"]).astype(int))
    else:
        columns = ["sign", "points", "percent"] if gains else ["sign"]
        sides = uncompounded.rename(columns={"side": "sign"})[columns]
    flows = account.drop(columns=[*front.columns.drop("benchmark_return"), *exposure.columns])
    return pd.concat([front, exposure, sides, flows], axis=1)


def trades_table(fills: Sequence[Fill]) -> pd.DataFrame:
    """Return one row per fill, oldest first; the columns are the fields of `Fill`."""
    table = pd.DataFrame(fills, columns=list(Fill._fields))
    numbers = dict.fromkeys(Fill._fields[3:], float)
    return table.astype(numbers).assign(date=pd.to_datetime(table["date"]))


def orders_table(sent: Sequence[Sent]) -> pd.DataFrame:
    """Return one row per order as it was sent, oldest first; the columns are those of `Sent`."""
    table = pd.DataFrame(sent, columns=list(Sent._fields))
    numbers = dict.fromkeys(("size", "target", "price", "limit", "trail"), float)
    return table.astype(numbers).assign(date=pd.to_datetime(table["date"]))


def decisions_table(ran: Any, opens: datetime.date) -> pd.DataFrame:
    """Return one row per decision and feed, from the day on which the account opened.

    The column ``session`` says when the decision takes effect: at this close or at the next open.
    A strategy that sends its own orders states no weights: it has no rows.
    """
    rows = [
        (decision.date, data._name, weight, decision.session)
        for decision in getattr(ran, "decisions", ())
        if decision.date >= opens
        for data, weight in zip(ran.datas, decision.weights, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["date", "instrument", "weight", "session"])
    return table.astype({"weight": float}).assign(date=pd.to_datetime(table["date"]))
