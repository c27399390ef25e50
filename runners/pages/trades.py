"""The trades of a run on its page: their figures, and the first and last round trips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..runs.labels.figures import FIGURES, TIME_HELD, TRADE_AMOUNTS, TRADES
from ..runs.labels.formats import count, number, percent
from .summary_rows import Row

if TYPE_CHECKING:
    from ..runs.result import RunResult

AT_EACH_END = 12
"""Round trips shown of the first and of the last; a table of twice as many is shown whole."""


class Trip(NamedTuple):
    """One round trip, as text."""

    held: str
    size: str
    entered: str
    entry_price: str
    left: str
    exit_price: str
    bars: str
    net: str
    gain: str
    adverse: str
    favourable: str
    is_open: bool


@dataclass(frozen=True)
class Trades:
    """What the page shows of a run's trades.

    Attributes
    ----------
    counts, time_held : list of Row
        Figures with one value each.
    amounts : list of Row
        Figures in account currency and as fractions of the entry's value.
    first, last : list of Trip
        The oldest and the newest round trips; `last` is empty if all are in `first`.
    left_out : int
        Round trips between them.
    total : int
        All round trips, the open ones too.
    levelled : bool
        Whether positions consist of several round trips on the average.
    """

    counts: list[Row]
    amounts: list[Row]
    time_held: list[Row]
    first: list[Trip]
    last: list[Trip]
    left_out: int
    total: int
    levelled: bool


def trades(result: RunResult) -> Trades | None:
    """Return what the page shows of a run's trades; None for a run without trades."""
    table, figures = result.round_trips, result.trade_figures
    if table.empty or not figures:
        return None
    whole = len(table) <= 2 * AT_EACH_END
    first = table if whole else table.head(AT_EACH_END)
    last = table.tail(0 if whole else AT_EACH_END)
    return Trades(
        counts=_rows(TRADES, figures),
        amounts=_amounts(figures),
        time_held=_rows(TIME_HELD, figures),
        first=_trips(first),
        last=_trips(last),
        left_out=len(table) - len(first) - len(last),
        total=len(table),
        levelled=figures["count"] > 1.5 * max(figures["positions"], 1),
    )


def _rows(keys: tuple[str, ...], figures: Mapping[str, Any]) -> list[Row]:
    shown = [FIGURES[key] for key in keys]
    return [
        Row(figure.label, figure.show(_of(figures, figure.key)), note=figure.note)
        for figure in shown
    ]


def _amounts(figures: Mapping[str, Any]) -> list[Row]:
    pairs = [(FIGURES[key], FIGURES[f"{key}_return"]) for key in TRADE_AMOUNTS]
    return [
        Row(
            money.label,
            money.show(_of(figures, money.key)),
            share.show(_of(figures, share.key)),
        )
        for money, share in pairs
    ]


def _of(figures: Mapping[str, Any], key: str) -> Any:
    return figures.get(key.removeprefix("trades."))


def _trips(table: pd.DataFrame) -> list[Trip]:
    return [
        Trip(
            f"{'Long' if row['side'] > 0 else 'Short'} {row['instrument']}",
            _shares(row["size"]),
            str(row["entry_date"].date()),
            number(row["entry_price"]),
            "open" if row["open"] else str(row["exit_date"].date()),
            number(row["exit_price"]),
            count(row["bars"]),
            number(row["net"]),
            percent(row["return"]),
            percent(row["mae"]),
            percent(row["mfe"]),
            bool(row["open"]),
        )
        for row in table.to_dict("records")
    ]


def _shares(size: float) -> str:
    return number(size, 0 if size == round(size) else 2 if size >= 1 else 6)
