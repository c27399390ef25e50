"""Days at the beginning of a run on which its strategy could not decide yet."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import numpy as np

from ...analyzers import statistics
from .labels.badge_texts import badge, gravest_first
from .labels.formats import counted, number
from .result import RunResult

LEAST = 0.01
"""Share of a run's days from which on they are told in a badge."""


def with_idle_days(result: RunResult, ran: Any) -> RunResult:
    """Return a result with its number of idle days, and of a neutral book with a badge on them.

    Parameters
    ----------
    result : RunResult
        The result, with its sections.
    ran : Strategy
        The strategy that ran. One that decided nothing, or sends its own orders, has no idle days.
    """
    first = first_decision(ran)
    if first is None:
        return result
    days = result.returns.index.to_numpy().astype("datetime64[D]")
    idle = int(np.searchsorted(days, np.datetime64(first, "D")))
    result = dataclasses.replace(result, idle_days=idle)
    if not (result.is_neutral and LEAST * len(days) < idle < len(days)):
        return result
    rest = result.returns.to_numpy(dtype=float)[idle:]
    rate = float(result.settings["risk_free_rate"])
    without = statistics.sharpe_ratio(rest, result.periods_per_year, rate)
    told = badge(
        "idle at first",
        days=counted(idle, "day"),
        all=f"{len(days):,}",
        sharpe=number(result.metrics["sharpe"]),
        without=number(without),
        first=first,
    )
    return dataclasses.replace(result, badges=gravest_first([*result.badges, told]))


def first_decision(ran: Any) -> datetime.date | None:
    """Return the day of a strategy's first decision, of a book its members' first; None without."""
    members: list[Any] = getattr(ran, "alone", [])
    made = [list(getattr(each, "decisions", ())) for each in (members or [ran])]
    return min((decisions[0].date for decisions in made if decisions), default=None)
