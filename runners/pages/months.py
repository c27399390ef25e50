"""The table of monthly returns: rows of years, shaded by size, blank without a position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ..runs.labels.formats import number
from . import periods
from .daily_returns import benchmark_returns, strategy_returns, yearly_returns

if TYPE_CHECKING:
    from ..runs.result import RunResult

STRENGTHS = 5
"""Shades of gain and of loss."""

STRONG = 0.95
"""Share of the months within the range of shades; months beyond it have the darkest one."""


class Cell(NamedTuple):
    """A month's or a year's return."""

    text: str
    shade: str
    """"g1" to "g5" for a gain, "l1" to "l5" for a loss; empty for neither."""


class Year(NamedTuple):
    """A row of the table."""

    name: str
    months: list[Cell]
    total: Cell
    benchmark: str


@dataclass(frozen=True)
class Months:
    """The table of monthly returns.

    Attributes
    ----------
    names : tuple of str
        The months.
    years : list of Year
        Oldest first.
    compared : str
        The benchmark's name; empty without one.
    """

    names: tuple[str, ...]
    years: list[Year]
    compared: str


def months(result: RunResult) -> Months | None:
    """Return the table of a run's monthly returns; None without two days or after ruin."""
    returns = strategy_returns(result)
    values = returns.to_numpy(dtype=float)
    if not values.size or not np.isfinite(values).all() or (values <= -1.0).any():
        return None
    held = _held(result, returns)
    table = periods.table_of_months(returns)
    found = table.to_numpy(dtype=float)
    shown = np.where(_months_held(held, table), found, np.nan)
    reach = _reach(shown)
    totals, market = yearly_returns(returns), benchmark_returns(result)
    beside = {} if market is None else yearly_returns(market)
    held_years = set(pd.DatetimeIndex(held.index[held.to_numpy()]).year)
    years = [
        Year(
            str(year),
            [_cell(value, reach) for value in row],
            _cell(totals[year] if year in held_years else float("nan"), _reach_of(totals)),
            number(100.0 * beside[year], 1) if year in beside else "",
        )
        for year, row in zip(table.index, shown, strict=True)
        if year in totals
    ]
    return Months(periods.MONTHS, years, "" if market is None else result.benchmark_title)


def _held(result: RunResult, returns: pd.Series) -> pd.Series:
    """Return on which days something was held; all days after the first decision if unknown."""
    if "invested" not in result.daily:
        decided = result.decisions
        begins = returns.index[0] if decided.empty else pd.Timestamp(decided["date"].min())
        return pd.Series(returns.index > begins if len(decided) else True, index=returns.index)
    return result.daily["invested"].loc[returns.index].astype(bool)


def _months_held(held: pd.Series, table: pd.DataFrame) -> np.ndarray:
    dates = pd.DatetimeIndex(held.index)[held.to_numpy()]
    there = set(zip(dates.year.tolist(), dates.month.tolist(), strict=True))
    return np.array(
        [[(int(year), month) in there for month in range(1, 13)] for year in table.index]
    )


def _reach(values: np.ndarray) -> float:
    known = np.abs(values[np.isfinite(values)])
    return float(np.quantile(known, STRONG)) if known.size else 0.0


def _reach_of(totals: Mapping[int, float]) -> float:
    return _reach(np.array(list(totals.values()), dtype=float))


def _cell(value: float, reach: float) -> Cell:
    if not np.isfinite(value):
        return Cell("", "")
    strength = min(STRENGTHS, int(np.ceil(STRENGTHS * abs(value) / reach))) if reach else 0
    text = number(100.0 * value, 1)
    return Cell(text, f"{'g' if value > 0 else 'l'}{strength}" if strength else "")
