"""What the chapters share: figures and cells of the books by sector."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ...runs.labels.formats import NONE, band, counted, number, percent
from ..study import Figure


class Gain(NamedTuple):
    """How much faster a way of a book grew than another, over sectors in equal parts."""

    mean: float
    """Mean over the sectors of the difference of growth a year, a fraction; NaN where an account
    was ruined or has no day; 0 with an error of 0 where the accounts are the same."""
    error: float
    """Its standard error."""
    sectors: int


def sharpe_cells(metrics: Mapping[str, Any]) -> tuple[str, str]:
    """Return the Sharpe ratio and its 95 % band."""
    return number(metrics["sharpe"]), band(metrics["sharpe_band"])


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
    """Return a mean and its standard error; a dash where there is no mean."""
    known = mean is not None and math.isfinite(mean)
    return f"{number(mean, digits)} ± {number(error, digits)}" if known else NONE


def beyond_chance(mean: float | None, error: float | None, critical: float = 1.96) -> bool:
    """Return whether a mean is farther from 0 than chance explains in 95 of 100 cases."""
    return bool(mean is not None and error and abs(mean) > critical * error)


def how_many(hits: int, of: int, noun: str) -> str:
    """Return "none of 5 books", "2 of 5 books", "all 5 books", "both books", "the one book"."""
    if of < 2:
        return f"the one {noun}" if hits else f"no {noun}"
    if hits == of == 2:
        return f"both {noun}s"
    some = "none" if not hits else "all" if hits == of else f"{hits:,}"
    return f"{some}{'' if some == 'all' else ' of'} {counted(of, noun)}"


def told_in(hits: int, of: int, yes: str, no: str) -> str:
    """Return in how many sectors something holds; of one sector, whether it does.

    Parameters
    ----------
    hits, of : int
        Sectors in which it holds, of how many; `of` is at least 1.
    yes, no : str
        Clauses: it holds, it does not.
    """
    return f"{yes} in {how_many(hits, of, 'sector')}" if of > 1 else yes if hits else no


def range_text(values: Iterable[float], digits: int = 2) -> str:
    """Return "0.85 to 0.92", or one number if both ends read alike."""
    ends = list(values)
    low, high = number(min(ends), digits), number(max(ends), digits)
    return low if low == high else f"{low} to {high}"


def listed(texts: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    *head, last = texts
    return f"{', '.join(head)} and {last}" if head else last


def sentence(clause: str) -> str:
    """Return a clause as a sentence: a capital letter first, a full stop last."""
    return f"{clause[:1].upper()}{clause[1:]}."


def compared(one: str, other: str, gain: Gain) -> str:
    """Return a clause on how much faster a way grew than another, and whether chance explains it.

    Parameters
    ----------
    one, other : str
        The ways: "with the safeguard", "without it".
    gain : Gain
        Of the first over the second.
    """
    if not gain.mean and not gain.error:
        return f"{one} and {other} the accounts are the same"
    if not math.isfinite(gain.mean):
        return f"{one} and {other} the growth a year is not known"
    size = percent(abs(gain.mean), 1)
    where = f", in the mean of {gain.sectors} sectors" if gain.sectors > 1 else ""
    explained = (
        "which is more than chance explains"
        if beyond_chance(gain.mean, gain.error)
        else "which chance explains"
    )
    return (
        f"{one} growth is {size} a year {'lower' if gain.mean < 0.0 else 'higher'} than {other}"
        f"{where} (standard error {percent(gain.error, 1)}), {explained}"
    )
