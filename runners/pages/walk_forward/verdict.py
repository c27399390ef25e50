"""The verdict on a walk-forward: one sentence for the top of its page."""

from __future__ import annotations

from ...runs.labels.benchmark_names import subject
from ...runs.labels.formats import counted
from ...runs.labels.glance import outcome, outcomes
from ...searches.compared import BEST
from ...walk_forwards.result import WalkForwardResult
from ..verdict import Verdict, known
from ..worth.forward import how_often


def walk_forward_verdict(result: WalkForwardResult) -> Verdict:
    """Return the verdict: what it made and holding made, its choices, and what hindsight made."""
    return Verdict.of(_made(result), _choices(result), _hindsight(result))


def different_sets(result: WalkForwardResult) -> int:
    """Return how many different sets were traded."""
    return len({each.index for each in result.path if each.index is not None})


def best_total(result: WalkForwardResult) -> float | None:
    """Return the total return of the ex-post best on the days of the account; None without one."""
    compared = [] if result.hindsight is None else result.hindsight.compared
    best = next((each for each in compared if each.name == BEST), None)
    return None if best is None else known(best.figures["total_return"])


def _made(result: WalkForwardResult) -> str:
    ours, theirs = (known(side["total_return"]) for side in (result.metrics, result.held))
    held = subject("held", result.bars[0].title or result.bars[0].name)
    days = f"from {result.window[0]} to {result.window[1]}"
    chosen = f"chosen {how_often(result)} with only what was known then, the rules"
    if day := result.metrics.get("ruined_on"):
        return f"{chosen} were ruined on {day}"
    if ours is None:
        return f"{chosen} have no result"
    if theirs is None:
        return f"{chosen} {outcome(ours)} {days}"
    made, beside = outcomes(ours, theirs)
    return f"{chosen} {made} {days}, {held} {beside}"


def _choices(result: WalkForwardResult) -> str:
    sets = different_sets(result)
    if not sets:
        return "no refit chose a set: the account stayed flat"
    return f"{counted(len(result.path), 'choice')} took {counted(sets, 'different set')}"


def _hindsight(result: WalkForwardResult) -> str:
    total = best_total(result)
    if total is None:
        return ""
    return f"the set that hindsight picks {outcome(total)} on the same days"
