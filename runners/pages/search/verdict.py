"""The verdict on a search: one sentence for the top of its page."""

from __future__ import annotations

import re

from ....search.evaluator import DIFFERENCES, RUINED
from ...runs.labels.benchmark_names import subject
from ...runs.labels.figures import Figure, figure_of
from ...runs.labels.formats import counted
from ...runs.labels.glance import outcome, outcomes
from ...searches.columns import cell
from ...searches.result import SearchResult
from ..verdict import Verdict, known

AS_TOTALS = ("total_return", *DIFFERENCES)
"""Objectives whose verdict is told in total returns: they rank as the total return does."""

HINDSIGHT = "the best was chosen on these bars, so its figures flatter"


def search_verdict(result: SearchResult) -> Verdict:
    """Return the verdict on a search.

    Parameters
    ----------
    result : SearchResult
        The result.

    Returns
    -------
    Verdict
        What the best set made and what holding made, what the set in the middle made, how many sets
        were run bar by bar, and that the best was chosen on these bars. If the search ranks by
        another figure than the total return, that figure takes its place.
    """
    found, name = result.found, result.found.objective
    best = found.top.head(1).to_dict("records")[0]
    figure, confirmed = figure_of(name), confirmed_clause(result.confirmed, found.evaluated)
    if best[RUINED] >= 0 or known(best[name]) is None:
        none = no_best_clause(found.evaluated, figure, ruined=best[RUINED] >= 0)
        return Verdict.of(none, confirmed)
    held = subject("held", result.bars[0].title or result.bars[0].name)
    if name in AS_TOTALS and (total := known(best["total_return"])) is not None:
        first = best_clause(found.evaluated, total, known(result.held["total_return"]), held)
        middle = median_clause(_median_total(result), exact=result.median.exact)
    else:
        first = best_figure_clause(found.evaluated, figure, best[name], result.held_objective, held)
        middle = median_figure_clause(figure, result.median.objective, exact=result.median.exact)
    if found.evaluated == 1:
        return Verdict.of(first, confirmed)
    return Verdict.of(first, middle, confirmed, HINDSIGHT if figure.best is max else "")


def best_clause(sets: int, total: float, theirs: float | None, held: str) -> str:
    """Say what the best set made, and what holding made."""
    which = f"the best of {counted(sets, 'set')}" if sets > 1 else "the only set"
    if theirs is None:
        return f"{which} {outcome(total)}"
    ours, beside = outcomes(total, theirs)
    return f"{which} {ours}, {held} {beside}"


def best_figure_clause(
    sets: int, figure: Figure, value: float, theirs: float | None, held: str
) -> str:
    """Say the figure of the best set and that of holding.

    Sets rank by more of a figure, whatever it is: where more is not better, the set is the first
    and not the best.
    """
    which = "best" if figure.best is max else "first"
    of = f"the {which} of {counted(sets, 'set')}" if sets > 1 else "the only set"
    words = f"by {_noun(figure)} {of} has {cell(figure.key, value)}"
    return words if theirs is None else f"{words}, {held} has {cell(figure.key, theirs)}"


def no_best_clause(sets: int, figure: Figure, *, ruined: bool) -> str:
    """Say why there is no best set."""
    if ruined:
        return f"all {counted(sets, 'set')} were ruined" if sets > 1 else "the only set was ruined"
    of = f"any of {counted(sets, 'set')}" if sets > 1 else "the only set"
    return f"no {_noun(figure)} exists for {of}"


def median_clause(total: float | None, *, exact: bool = True) -> str:
    """Say what the set in the middle of the ranking made."""
    if total is None:
        return "the median set was ruined, or its result does not exist"
    words = outcome(total)
    if not exact:
        words = re.sub("^(made|lost|grew to) (?!nothing)", r"\1 about ", words)
    return f"the median set {words}"


def median_figure_clause(figure: Figure, value: float | None, *, exact: bool = True) -> str:
    """Say the figure of the set in the middle of the ranking."""
    if value is None:
        return f"the median set was ruined, or has no {_noun(figure)}"
    about = "" if exact else "about "
    return f"the median set has {about}{cell(figure.key, value)}"


def confirmed_clause(confirmed: int, sets: int) -> str:
    """Say how many sets were run again bar by bar, or that the search consists of such runs."""
    if confirmed:
        was = "was" if confirmed == 1 else "were"
        return f"{counted(confirmed, 'set')} {was} confirmed bar by bar"
    return "each was run bar by bar" if sets > 1 else "it was run bar by bar"


def _median_total(result: SearchResult) -> float | None:
    """Return the median trial's total return, by its excess over the same days of holding."""
    if result.found.objective == "total_return":
        return result.median.objective
    excess, held = result.median_excess.get("excess"), result.held["total_return"]
    return None if excess is None or held is None else excess + held


def _noun(figure: Figure) -> str:
    """Return the figure's noun, its unit behind no comma: "uncompounded gain in points"."""
    return figure.noun.replace(", ", " in ")
