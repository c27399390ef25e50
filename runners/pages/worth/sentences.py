"""What a winner is worth, in sentences for somebody who knows no statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ....search.worth.placebo import ROUNDING
from ...runs.labels.formats import counted, number
from ...runs.labels.glance import outcomes
from ...worth.elsewhere import Elsewhere
from ...worth.measure import NO_WINNER
from ...worth.result import Worth

MANY_YEARS = 200.0
"""Years from which on their number says no more than "centuries"."""


def sentences(worth: Worth, others: Sequence[Elsewhere] = (), forward: str = "") -> list[str]:
    """Return the sentences: trials, luck and its share, walk-forward, elsewhere, and years.

    A sentence is left out where its figures do not exist.
    """
    if worth.reasons.get("statistics") == NO_WINNER:
        return [_trials(worth), f"{NO_WINNER[0].upper()}{NO_WINNER[1:]}."]
    said = (
        _trials(worth),
        _luck(worth),
        forward,
        _share(worth),
        *_elsewhere(others),
        _years(worth),
    )
    return [text for text in said if text]


def _trials(worth: Worth) -> str:
    rules = worth.distinct if worth.distinct is not None else worth.raw
    text = f"We tried {counted(rules, 'different rule')}"
    earlier = worth.ever.earlier if worth.ever else 0
    if earlier:
        text += f", after {earlier:,} others on the same bars on this machine (btplaybook trials)"
    return f"{text}."


def _luck(worth: Worth) -> str:
    if worth.signs is None or worth.permutation is None:
        return ""
    signs, permutation = (as_good(each.p, each.runs) for each in (worth.signs, worth.permutation))
    units = unit_of(worth) + "s"
    fewer = worth.reasons.get("placebo_runs")
    return (
        f"On {worth.signs.runs:,} made-up markets without any pattern, whose {units} have random "
        f"signs, the best rule looked at least this good in {signs:,}; on "
        f"{worth.permutation.runs:,} whose {units} are shuffled, in {permutation:,}."
        + (f" {fewer}." if fewer else "")
    )


def unit_of(worth: Worth) -> str:
    """Return what one bar of a search spans: "day", "week" or "month"."""
    return worth.statistics.unit if worth.statistics else "day"


def as_good(p: float, runs: int) -> int:
    """Return on how many made-up markets the best rule looked at least as good."""
    return round(p * (1 + runs)) - 1


def _share(worth: Worth) -> str:
    if worth.signs is None or not math.isfinite(worth.signs.real):
        return ""
    if worth.signs.real <= 0.0:
        return "The best rule did not beat buying and holding."
    middle = float(np.median(worth.signs.over_held))
    if not math.isfinite(middle) or middle <= 0.0:
        return "On the middle one of these markets the best rule fell short of buying and holding."
    share = middle / worth.signs.real
    if share >= 1.0 - ROUNDING:
        return "All that the best rule showed is what luck usually shows anyway."
    return (
        f"{100.0 * share:.0f}% of what the best rule showed is what luck usually shows anyway: the "
        "best rule of the middle one of these markets had as much."
    )


def _elsewhere(others: Sequence[Elsewhere]) -> Iterator[str]:
    for one in others:
        if one.later and not one.why:
            ours, theirs = outcomes(one.metrics["total_return"], one.held["total_return"])
            yield (
                f"Unchanged after the search, {one.first} to {one.last}, it {ours}; buying and "
                f"holding {theirs}."
            )
    known = [one for one in others if not one.later and one.excess_per_year is not None]
    if known:
        better = sum((one.excess_per_year or 0.0) > 0.0 for one in known)
        if len(known) == 1:
            beat = "beat" if better else "did not beat"
            yield f"Unchanged on {known[0].name} it {beat} buying and holding."
        else:
            yield (
                f"Unchanged on {len(known)} other instruments it beat buying and holding on "
                f"{better}."
            )


def _years(worth: Worth) -> str:
    found = worth.statistics
    if found is None:
        return ""
    beside = "buying and holding" if found.over_held else "holding cash"
    if found.min_track_record_years is None:
        if found.ahead:
            return ""  # too few returns to say more
        unit = found.unit
        return (
            f"{unit.capitalize()} by {unit} it did no better than {beside}, so no length of "
            "history would show it."
        )
    years = found.min_track_record_years
    told = "centuries" if years >= MANY_YEARS else f"{number(years, 1)} years"
    had = number(found.years, 1)
    if years > found.years:
        return (
            f"To tell it from {beside}, even if it were the only rule ever tried, would take "
            f"{told} of such {found.unit}s; there are {had}."
        )
    return (
        f"If it were the only rule ever tried, {told} of such {found.unit}s would tell it from "
        f"{beside}; there are {had}."
    )
