"""The trades of a run on its page: their figures, and the round trips as a table that sorts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..runs.labels.bar_ends import at_ends, end_of
from ..runs.labels.figures import FIGURES, TIME_HELD, TRADE_AMOUNTS, TRADES
from ..runs.labels.formats import count, number, percent
from .summary_rows import Row

if TYPE_CHECKING:
    from ..runs.result import RunResult

AT_EACH_END = 200
"""Round trips shown of the oldest and of the newest; a table of twice as many is shown whole."""


class Cell(NamedTuple):
    """A cell of a table that sorts: its text, and the number that it is sorted by."""

    text: str
    value: float | None = None
    """None: sorted by the text, as a date is; NaN is printed as an empty value."""


class Trip(NamedTuple):
    """One round trip."""

    held: str
    cells: tuple[Cell, ...]
    """Shares, entry, price, exit, price, bars, net, return, MAE and MFE."""
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
    trips : list of Trip
        The round trips, oldest first; of very many, the oldest and the newest.
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
    trips: list[Trip]
    left_out: int
    total: int
    levelled: bool


def trades(result: RunResult) -> Trades | None:
    """Return what the page shows of a run's trades; None for a run without trades."""
    table, figures = result.round_trips, result.trade_figures
    if table.empty or not figures:
        return None
    shown = table
    if len(table) > 2 * AT_EACH_END:
        shown = pd.concat([table.head(AT_EACH_END), table.tail(AT_EACH_END)])
    at = end_of(result.data)
    return Trades(
        counts=_rows(TRADES, figures, at),
        amounts=_amounts(figures),
        time_held=_rows(TIME_HELD, figures, at),
        trips=[_trip(row, result.name_of(row["instrument"])) for row in shown.to_dict("records")],
        left_out=len(table) - len(shown),
        total=len(table),
        levelled=figures["count"] > 1.5 * max(figures["positions"], 1),
    )


def _rows(keys: tuple[str, ...], figures: Mapping[str, Any], at: str) -> list[Row]:
    shown = [FIGURES[key] for key in keys]
    return [
        Row(figure.label, figure.show(_of(figures, figure.key)), note=at_ends(figure.note, at))
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


def _trip(row: Mapping[Any, Any], name: str) -> Trip:
    left = "open" if row["open"] else str(row["exit_date"].date())
    return Trip(
        f"{'Long' if row['side'] > 0 else 'Short'} {name}",
        (
            _cell(row["size"], _shares),
            Cell(str(row["entry_date"].date())),
            _cell(row["entry_price"], number),
            Cell(left),
            _cell(row["exit_price"], number),
            _cell(row["bars"], count),
            _cell(row["net"], number),
            _cell(row["return"], percent),
            _cell(row["mae"], percent),
            _cell(row["mfe"], percent),
        ),
        bool(row["open"]),
    )


def _cell(value: float, shown: Callable[[float], str]) -> Cell:
    return Cell(shown(value), float(f"{value:.6g}"))


def _shares(size: float) -> str:
    return number(size, 0 if size == round(size) else 2 if size >= 1 else 6)
