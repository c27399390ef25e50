"""What the chapters share: figures and cells of the books by sector."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...runs.labels.formats import number, percent
from ..study import Figure


def sharpe_cells(metrics: Mapping[str, Any]) -> tuple[str, str]:
    """Return the Sharpe ratio and its 95 % band."""
    low, high = metrics["sharpe_band"] or (None, None)
    return number(metrics["sharpe"]), f"{number(low)} to {number(high)}"


def account_row(name: str, metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a row: growth a year, volatility, Sharpe ratio with its band, drawdown."""
    return (
        name,
        percent(metrics["cagr"], 1),
        percent(metrics["volatility"], 1),
        *sharpe_cells(metrics),
        percent(metrics["max_drawdown"], 1),
    )


ACCOUNT = ("growth a year", "volatility", "Sharpe ratio", "its 95% band", "drawdown")
"""Columns of `account_row`."""


def measured(id: str, ticker: str, name: str, value: float | None, unit: str, why: str) -> Figure:
    """Return a figure that the letter prints no value of; NaN is no value."""
    known = None if value is None or not math.isfinite(value) else float(value)
    return Figure(id, ticker, name, None, known, unit, why)


def estimate_text(mean: float | None, error: float | None, digits: int = 3) -> str:
    """Return a mean and its standard error."""
    return f"{number(mean, digits)} ± {number(error, digits)}"


def beyond_chance(mean: float | None, error: float | None, critical: float = 1.96) -> bool:
    """Return whether a mean is farther from 0 than chance explains in 95 of 100 cases."""
    return bool(mean is not None and error and abs(mean) > critical * error)


def how_many(hits: int, of: int) -> str:
    """Return "none of 5", "2 of 5" or "all 5"."""
    return f"none of {of}" if not hits else f"all {of}" if hits == of else f"{hits} of {of}"


def compared(one: str, other: str, mean: float, error: float) -> str:
    """Return how much a way earned more than another a year, and whether chance explains it."""
    if not mean and not error:
        return f"{one[:1].upper()}{one[1:]} and {other} gave the same books."
    explained = "more than chance explains" if abs(mean) > 1.96 * error else "which chance explains"
    return (
        f"{one[:1].upper()}{one[1:]} earned {percent(mean, 1)} a year more than {other}, over the "
        f"sectors together, with an error of {percent(error, 1)}: {explained}."
    )
