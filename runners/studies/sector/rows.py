"""What the chapters share: figures and cells of the books by sector."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from ...runs.labels.formats import counted, number, percent
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


def gain_text(mean: float, error: float) -> str:
    """Return what a way earned more a year, with its error, in a few words."""
    if not mean and not error:
        return "the same books"
    more = "+" if mean >= 0.0005 else ""
    return f"{more}{percent(mean, 1)} a year, error {percent(error, 1)}"


def how_many(hits: int, of: int, noun: str) -> str:
    """Return "none of 5 books", "2 of 5 books", "all 5 books" or, of one, "1 of 1 book"."""
    some = hits if of < 2 else "none" if not hits else "all" if hits == of else hits
    return f"{some}{'' if some == 'all' else ' of'} {counted(of, noun)}"


def range_text(values: Iterable[float], digits: int = 2) -> str:
    """Return "0.85 to 0.92", or one number if both ends read alike."""
    ends = list(values)
    low, high = number(min(ends), digits), number(max(ends), digits)
    return low if low == high else f"{low} to {high}"


def compared(one: str, other: str, mean: float, error: float) -> str:
    """Return how much a way earned more than another a year, and whether chance explains it."""
    if not mean and not error:
        return f"{one[:1].upper()}{one[1:]} and {other} gave the same books."
    explained = "more than chance explains" if abs(mean) > 1.96 * error else "which chance explains"
    return (
        f"{one[:1].upper()}{one[1:]} earned {percent(abs(mean), 1)} a year "
        f"{'less' if mean < 0.0 else 'more'} than {other}, over the sectors together, with an "
        f"error of {percent(error, 1)}: {explained}."
    )
