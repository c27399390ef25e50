"""The tables of a run: bars, days, fills and decisions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
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
    # One frame of arrays: to put frames together takes pandas ten times as long.
    front, exposure = ("equity", "cash", "return"), ("gross", "net", "invested")
    columns: dict[str, Any] = {name: account[name].array for name in front}
    columns["benchmark_return"] = benchmark.reindex(account.index).array
    columns |= {name: account[name].array for name in exposure}
    if uncompounded is None:
        columns["sign"] = np.sign(account["net"].to_numpy()).astype(int)
    else:
        columns["sign"] = uncompounded["side"].array
        columns |= {name: uncompounded[name].array for name in ("points", "percent") if gains}
    columns |= {name: account[name].array for name in account.columns if name not in columns}
    return pd.DataFrame(columns, index=account.index)


def trades_table(fills: Sequence[Fill]) -> pd.DataFrame:
    """Return one row per fill, oldest first; the columns are the fields of `Fill`."""
    return _table(fills, Fill._fields, numbers=Fill._fields[3:])


def orders_table(sent: Sequence[Sent]) -> pd.DataFrame:
    """Return one row per order as it was sent, oldest first; the columns are those of `Sent`."""
    return _table(sent, Sent._fields, numbers=("size", "target", "price", "limit", "trail"))


def decisions_table(ran: Any, opens: datetime.date) -> pd.DataFrame:
    """Return one row per decision and feed, from the day on which the account opened.

    The column ``session`` says when the decision takes effect: at this close or at the next open.
    A strategy that sends its own orders states no weights: it has no rows.
    """
    names = [data._name for data in ran.datas]
    rows = [
        (decision.date, name, weight, decision.session)
        for decision in getattr(ran, "decisions", ())
        if decision.date >= opens
        for name, weight in zip(names, decision.weights, strict=True)
    ]
    return _table(rows, ("date", "instrument", "weight", "session"), numbers=("weight",))


def _table(
    rows: Sequence[tuple[Any, ...]], names: Sequence[str], *, numbers: Iterable[str]
) -> pd.DataFrame:
    """Return rows as a table, made column by column: pandas takes rows five times as long."""
    columns: list[Any] = [*map(list, zip(*rows, strict=True))]
    of: dict[str, Any] = dict(
        zip(names, columns or [np.empty(0, dtype=object)] * len(names), strict=True)
    )
    of |= {name: np.array(of[name], dtype=float) for name in numbers}
    return pd.DataFrame(of | {"date": pd.DatetimeIndex(of["date"])})
