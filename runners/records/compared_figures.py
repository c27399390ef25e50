"""The figures of compared runs, read from each run.json."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..errors import ParameterError
from ..runs.labels.figures import (
    DAY_BY_DAY,
    FIGURES,
    GROWTH_AND_RISK,
    PROFIT,
    TRADES_IN_BRIEF,
    Figure,
)
from .common_days import figures_of
from .record import Record

TABLE: tuple[tuple[str, tuple[Figure, ...]], ...] = tuple(
    (heading, tuple(FIGURES[key] for key in keys))
    for heading, keys in (
        ("Growth and risk", GROWTH_AND_RISK),
        ("Day by day", DAY_BY_DAY),
        ("Trades, first in, first out", TRADES_IN_BRIEF),
        ("Where the profit came from, as a share of the cash at the start", PROFIT),
    )
)
"""The rows of the page and the figures of compare.json, under their headings."""


def figures_of_run(record: Record, side: str) -> dict[str, Any]:
    """Return the figures of a run ("metrics") or of its "benchmark", by the keys of `TABLE`."""
    measured = record.plain.get(side, {})
    cash = _number_in(record, "settings", "cash")
    found: dict[str, Any] = {}
    for key in (figure.key for _, figures in TABLE for figure in figures):
        if key == "over_buy_and_hold":
            ours = _number_in(record, side, "total_return")
            theirs = _number_in(record, "benchmark", "total_return")
            found[key] = None if side == "benchmark" else _lead(record, ours, theirs)
        elif key.startswith("pnl."):
            amount = _number_in(record, side, *key.split("."))
            found[key] = amount / cash if cash and amount is not None else None
        elif key.startswith("trades."):  # not of a benchmark, and not in earlier folders
            found[key] = _number_in(record, *key.split(".")) if side == "metrics" else None
        elif key == "sharpe_band":
            found[key] = _band_in(record, side, measured.get(key))
        else:
            found[key] = _number_in(record, side, key)
    return found


def over_days(record: Record, daily: pd.DataFrame, figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a run with those of growth and risk over some of its days."""
    ours = figures_of(record, daily["return"])
    theirs = None
    if "benchmark_return" in daily and not daily["benchmark_return"].iloc[1:].isna().any():
        theirs = figures_of(record, daily["benchmark_return"])["total_return"]
    return {**figures, **ours, "over_buy_and_hold": _lead(record, ours["total_return"], theirs)}


def _lead(record: Record, ours: float | None, theirs: float | None) -> float | None:
    """Return a total return less that of the instrument held; None if holding is no benchmark."""
    kind = record.plain.get("benchmark", {}).get("kind", "held")
    return None if kind != "held" or ours is None or theirs is None else ours - theirs


def _number_in(record: Record, *keys: str) -> float | None:
    """Return a number of run.json; None if run.json does not hold it."""
    value: Any = record.plain
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise ParameterError(f"{record.file}: {'.'.join(keys)} is no number but {value!r}")


def _band_in(record: Record, side: str, ends: Any) -> list[float] | None:
    """Return the two ends of a confidence band; None if run.json holds no band."""
    if ends is None or (
        isinstance(ends, list)
        and len(ends) == 2
        and all(isinstance(end, (int, float)) for end in ends)
    ):
        return ends
    raise ParameterError(f"{record.file}: {side}.sharpe_band is no pair of numbers but {ends!r}")
