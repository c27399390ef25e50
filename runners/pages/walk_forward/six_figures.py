"""The six figures at the top of a walk-forward's page."""

from __future__ import annotations

from ...runs.labels.figures import FIGURES, figure_of
from ...runs.labels.formats import NONE, count, counted, number, percent, percentage_points
from ...walk_forwards.result import WalkForwardResult
from ..six_figures import Large
from ..verdict import known
from .verdict import best_total, different_sets


def walk_forward_figures(result: WalkForwardResult) -> list[Large]:
    """Return the six: walk-forward, holding, hindsight, efficiency, choices, and shifted refits."""
    show = FIGURES["total_return"].show
    ours, theirs = (known(side["total_return"]) for side in (result.metrics, result.held))
    rate = percentage_points(result.excess_per_year)
    return [
        Large("Walk-forward", show(ours), note=f"total return; {rate} a year over holding",
              kind=_kind(ours, theirs)),
        Large("Buy and hold", show(theirs), note="over the same days"),
        _best(result),
        _efficiency(result),
        Large("Choices", count(len(result.path)), note=_sets(result)),
        _shifts(result),
    ]  # fmt: skip


def shift_range(result: WalkForwardResult) -> tuple[float, float] | None:
    """Return the lowest and highest total return of all refit dates; None if none are known."""
    totals = [known(each.total_return) for each in result.refit_shift or []]
    finite = [total for total in totals if total is not None]
    return (min(finite), max(finite)) if len(finite) > 1 else None


def _kind(ours: float | None, theirs: float | None) -> str:
    if ours is None or ours == 0.0:
        return ""
    if ours < 0.0:
        return "bad"
    return "good" if theirs is not None and ours > theirs else ""


def _best(result: WalkForwardResult) -> Large:
    hindsight = result.hindsight
    if hindsight is None:
        return Large("Ex-post best", NONE, note="each set is run: --worth quick measures it")
    if hindsight.set is None:
        noun = figure_of(result.objective).noun
        return Large("Ex-post best", NONE, note=f"no set has {noun} on all days")
    named = ", ".join(f"{name} {value}" for name, value in hindsight.set.items())
    return Large(
        "Ex-post best",
        FIGURES["total_return"].show(best_total(result)),
        note=f"{named}: what hindsight picks, on the same days",
    )


def _efficiency(result: WalkForwardResult) -> Large:
    found = result.efficiency
    if found.value is None:
        return Large("Efficiency", NONE, note=found.reason or "")
    note = (
        f"{percentage_points(found.walk_forward)} of the {percentage_points(found.in_sample)} a "
        "year that the choices had in their fits"
    )
    return Large("Efficiency", number(found.value), note=note)


def _sets(result: WalkForwardResult) -> str:
    return f"{counted(different_sets(result), 'different set')} of {result.trials.sets:,}"


def _shifts(result: WalkForwardResult) -> Large:
    name, ends = "Range of refit dates", shift_range(result)
    if ends is None or not result.refit_shift:
        return Large(name, NONE, note="not computed")
    low, high = (percent(end, 0) for end in ends)
    last = result.refit_shift[-1].shift
    return Large(
        name,
        percentage_points(ends[1] - ends[0], 0),
        note=f"total return {low} to {high} with refits up to {last} later",
    )
