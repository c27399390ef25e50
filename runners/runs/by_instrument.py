"""What a run of several instruments holds at its end, and whose its profit was: JSON values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...analyzers.attribution import HEDGE, PARTS, attribution
from ...analyzers.holdings import holdings
from ...analyzers.ledger_analyzer import Book
from ...brokers.ledger import instrument
from ...strategies.playbook_strategy import PlaybookStrategy
from ..errors import CheckFailed

Remarks = Mapping[str, Mapping[str, Any]]
"""Instrument to what the strategy says of it after the last bar."""

ROUNDING = 1e-9
"""Largest part that rounding explains: of 1, or of the money that was traded."""


def remarks_of(ran: Any) -> dict[str, dict[str, Any]]:
    """Return what a strategy says of its feeds, as JSON values, by instrument.

    Numbers that are NaN or infinite, and values that are neither numbers nor texts, are left out.
    """
    if not isinstance(ran, PlaybookStrategy):
        return {}
    return {
        instrument(data): {
            str(key): value.item() if isinstance(value, np.generic) else value
            for key, value in words.items()
            if _is_plain(value)
        }
        for data, words in ran.remarks().items()
    }


def holdings_of(book: Book, trips: pd.DataFrame, remarks: Remarks) -> list[dict[str, Any]]:
    """Return what is held after the last close, the largest weights first.

    Returns
    -------
    list of dict
        The columns of `analyzers.holdings.holdings` as JSON values: ``side`` is "long" or "short",
        ``weight`` None where the account is worth nothing; followed by the strategy's remarks, such
        as ``score``, ``beta`` or ``role``.
    """
    return [
        {
            "instrument": row["instrument"],
            "side": "long" if row["side"] > 0 else "short",
            **{name: row[name] for name in ("shares", "price", "value")},
            "weight": _known(row["weight"]),
            "entry_price": row["entry_price"],
            "since": str(row["since"].date()),
            "days": row["days"],
            "profit": row["profit"],
        }
        | {
            name: value
            for name, value in remarks.get(row["instrument"], {}).items()
            if name not in row
        }
        for row in holdings(book, trips).to_dict("records")
    ]


def attribution_of(
    book: Book, trips: pd.DataFrame, remarks: Remarks, pnl: Mapping[str, float]
) -> dict[str, Any]:
    """Return the run's profit by instrument and by side.

    Parameters
    ----------
    book, trips
        The ledger and its round trips.
    remarks : mapping
        Instruments whose ``role`` is "hedge" are a side of their own.
    pnl : mapping of str to float
        Profit by origin, as in the metrics; ``other``, if it is there, belongs to no instrument.

    Returns
    -------
    dict
        - ``by_name``: a list of tables, the largest total first: ``instrument``, ``role`` of a
          hedge, ``price``, ``dividends``, ``borrow``, ``commission``, ``slippage`` (costs are
          negative), ``total``, ``share`` of the account's profit, None if that is not above 0;
        - ``by_side``: the same for ``long``, ``short`` and, where there is one, ``hedge``;
        - ``interest`` and, where there is some, ``other``: of the account as a whole;
        - ``total``, and the ``residual`` that all of these leave of it.
    """
    hedges = [name for name, words in remarks.items() if words.get("role") == HEDGE]
    found = attribution(book, trips, hedges, pnl["total"])
    other = {"other": pnl["other"]} if "other" in pnl else {}
    return {
        "by_name": [
            {"instrument": name, **({"role": HEDGE} if name in hedges else {}), **row}
            for name, row in _rows(found.by_name)
        ],
        "by_side": dict(_rows(found.by_side)),
        "interest": found.interest,
        **other,
        "total": found.total,
        "residual": found.residual - math.fsum(other.values()),
    }


def check_sums(book: Book, held: list[dict[str, Any]], split: Mapping[str, Any]) -> None:
    """Raise unless weights and cash sum to 1, and names and sides to the account's profit.

    Raises
    ------
    CheckFailed
        They do not, by more than rounding: a fault in the accounting.
    """
    last = book.days[-1]
    if last.equity > 0.0:
        rest = 1.0 - last.cash / last.equity - math.fsum(each["weight"] for each in held)
        if not abs(rest) <= ROUNDING * (1.0 + math.fsum(abs(each["weight"]) for each in held)):
            raise CheckFailed(f"the holdings do not add up: {rest:.6g} of the account is neither")
    traded = math.fsum(abs(fill.size) * fill.price for fill in book.fills)
    scale = ROUNDING * max(traded, max(abs(day.equity) for day in book.days))
    sides = math.fsum(side["total"] for side in split["by_side"].values())
    names = math.fsum(each["total"] for each in split["by_name"])
    for rest in (split["residual"], names - sides):
        if not abs(rest) <= scale:
            raise CheckFailed(f"the profit by instrument does not add up: {rest:.6g} is nobody's")


def _rows(table: pd.DataFrame) -> list[tuple[str, dict[str, float | None]]]:
    columns = (*PARTS, "total", "share")
    return [
        (str(name), {key: _known(row[key]) for key in columns})
        for name, row in zip(table.index, table.to_dict("records"), strict=True)
    ]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _is_plain(value: Any) -> bool:
    if isinstance(value, (str, bool, int, np.bool_, np.integer)):
        return True
    return isinstance(value, (float, np.floating)) and math.isfinite(value)
