"""The six figures at the top of a search's page."""

from __future__ import annotations

from ....search.evaluator import DIFFERENCES
from ...runs.labels.figures import figure_of
from ...runs.labels.formats import NONE, count, counted
from ...searches.columns import OTHER_EXCESS, cell
from ...searches.median import Median
from ...searches.result import SearchResult
from ...searches.side_by_side import Side, side_by_side
from ..six_figures import Large

AROUND_ZERO = ("total_return", *DIFFERENCES)
"""Objectives that are a gain above 0 and a loss below."""


def search_figures(result: SearchResult) -> list[Large]:
    """Return the six figures of a search, in the order of the page.

    Parameters
    ----------
    result : SearchResult
        The result; texts are those of the page's three sides and of its counts.

    Returns
    -------
    list of Large
        The objective of the best set, of the median trial and of buying and holding; the number of
        sets, of distinct ones, and of those that were ruined or have no figure. The best set is
        never "good": it was chosen on these bars.
    """
    found, objective = result.found, result.median.objective
    sides = zip(
        side_by_side(result),
        (
            "; ".join(filter(None, (best_set(result), hindsight_note(found.evaluated)))),
            median_note(result.median, found.objective),
            "over the same days",
        ),
        strict=True,
    )
    best, median, held = (_side(side, found.objective, note) for side, note in sides)
    speaks = ""
    if objective is not None and found.objective in AROUND_ZERO:
        speaks = "good" if objective > 0.0 else "bad" if objective < 0.0 else ""
    return [
        best,
        Large(median.name, median.value, median.beside, median.note, speaks),
        held,
        Large("Sets", count(found.evaluated), note=sets_note(found.sets, found.evaluated)),
        _distinct(found.distinct, estimate=found.distinct_is_estimate),
        _without_result(
            found.ruined, found.undefined, result.stopped.sets if result.stopped else 0
        ),
    ]


def best_set(result: SearchResult) -> str:
    """Return the parameters of the best set: "period 255, direction trend"."""
    (row,) = result.found.top.head(1).to_dict("records")
    return ", ".join(f"{name} {row[name]}" for name in result.space.names)


def sets_note(sets: int | None, evaluated: int) -> str:
    """Return of how many sets those that were tried are a sample."""
    if sets is None:
        return "drawn at random"
    return "all of the space" if sets == evaluated else f"drawn of {sets:,}"


def hindsight_note(evaluated: int) -> str:
    """Return of how many sets the best one was chosen; empty of one alone."""
    return f"chosen of {counted(evaluated, 'set')} with hindsight" if evaluated > 1 else ""


def median_note(median: Median, objective: str) -> str:
    """Return of which sets a figure is the middle, how exact it is, or why there is none."""
    middle = f"middle of {median.trials:,}{' distinct' if median.distinct else ''}"
    if median.objective is None:
        return f"{middle}: ruined, or no {figure_of(objective).noun}"
    if median.exact:
        return middle
    return f"{middle}, in a bin {cell(objective, median.low)} to {cell(objective, median.high)}"


def _side(side: Side, objective: str, note: str) -> Large:
    """Return one of the three sides; the excess in its other unit is in the note."""
    _, unit = OTHER_EXCESS.get(objective, ("", ""))
    notes = (figure_of(objective).noun, side.other and f"{side.other} {unit}", note)
    name = side.name[0].upper() + side.name[1:]
    return Large(name, side.figure, note="; ".join(filter(None, notes)))


def _distinct(distinct: int | None, *, estimate: bool) -> Large:
    about = "about " if estimate else ""
    value = NONE if distinct is None else f"{about}{distinct:,}"
    note = "not counted" if distinct is None else "series of positions"
    return Large("Distinct", value, note=note)


def _without_result(ruined: int, undefined: int, stopped: int) -> Large:
    """Return how many sets rank behind the others, and why; stopped ones are among `undefined`."""
    parts = {"ruined": ruined, "stopped": stopped, "without a figure": undefined - stopped}
    note = ", ".join(f"{number:,} {what}" for what, number in parts.items() if number)
    kind = "bad" if ruined or stopped else ""
    return Large("Without a result", count(ruined + undefined), note=note, kind=kind)
