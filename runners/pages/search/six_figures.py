"""The six figures at the top of a search's page."""

from __future__ import annotations

from ....search.evaluator import DIFFERENCES
from ...runs.labels.figures import figure_of
from ...runs.labels.formats import NONE, count
from ...searches.columns import OTHER_EXCESS
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
    best, median, held = (_side(side, found.objective) for side in side_by_side(result))
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


def sets_note(sets: int | None, evaluated: int) -> str:
    """Return of how many sets those that were tried are a sample."""
    if sets is None:
        return "drawn at random"
    return "all of the space" if sets == evaluated else f"drawn of {sets:,}"


def _side(side: Side, objective: str) -> Large:
    """Return one of the three sides; the excess in its other unit is in the note."""
    _, unit = OTHER_EXCESS.get(objective, ("", ""))
    other = f"; {side.other} {unit}" if side.other else ""
    name = side.name[0].upper() + side.name[1:]
    return Large(name, side.figure, note=f"{figure_of(objective).noun}{other}")


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
